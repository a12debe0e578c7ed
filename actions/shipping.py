"""When it ships (C1), by which courier and fee (B11, C2), when it arrives (C3)."""

from actions.base import Answer, Proposal, Question, Reply, ShopAction
from actions.choice import find_order_in_view, find_said, named_order
from actions.hearing import asks
from actions.noting import propose_note
from actions.returns import ActionAskReturnFee
from actions.tracking import not_shipped, track
from shop.errors import NotFound
from shop.facts import Fact
from shop.keys import join_key
from shop.models import Customer, Order, Stage
from shop.notes import NoteKind
from shop.orders import WAITING, Purpose
from shop.regions import find_province
from shop.shipping import ANY_GOODS, Sale
from shop.vocabulary import get_vocabulary

BACK = frozenset(
    {
        *("ask_return_policy", "request_return", "request_exchange", "ask_return_process", "ask_return_fee"),
        *("report_quality_issue", "report_wrong_item"),
    }
)
"""After these a question for the fee is for that of sending back (D2)."""
NOT_FOUND = Answer(replies=(Reply("order_not_found"),))


async def find_region(question: Question) -> str | None:
    """The province asked about: from the text, the order under view, else where the buyer lives."""
    said = find_said(question, "region") or find_said(question, "address")
    if said and find_province(said):
        return find_province(said)
    remembered = question.slots.get("region")
    if remembered and find_province(str(remembered)):
        return find_province(str(remembered))
    customer = await question.reading.session.get(Customer, question.reading.buyer_id)
    return find_province(customer.region) if customer else None


async def _if_paid_now(question: Question, order: Order | None, script: str) -> Answer:
    """What holds for an unpaid order, or the goods under view, when it is paid now."""
    if order is not None:
        facts = await question.read("dispatch", order.no)
    else:
        goods = question.sku_id or question.item_id or ANY_GOODS
        key = join_key(goods, region=await find_region(question))
        facts = await question.read("dispatch_now", key)
    if script == "arrival_if_paid" and facts["region"].value is None:
        script = "arrival_region_missing"
    return Answer(replies=(Reply(script, tuple(facts.values())),))


async def _find_order_asked_about(question: Question) -> Order | None:
    """The order whose days are asked for; none when the words are of buying now. Raises NotFound."""
    if named_order(question) is None and get_vocabulary().means_to_buy(question.text):
        return None
    return await find_order_in_view(question, Purpose.DISPATCH)


class ActionAskDispatch(ShopAction):
    """By which day it ships."""

    takes = frozenset({"order_no"})

    async def answer(self, question: Question) -> Answer:
        """Of a waiting order its promised day; of goods not paid yet the day if paid now."""
        try:
            order = await _find_order_asked_about(question)
        except NotFound:
            return NOT_FOUND
        if order is None or order.stage is Stage.UNPAID:
            return await _if_paid_now(question, order, "dispatch_if_paid")
        if order.stage in WAITING:
            return await not_shipped(question, order)
        return await track(question, order)


class ActionAskDeliveryTime(ShopAction):
    """When it arrives, with the proviso that the courier may be late."""

    takes = frozenset({"order_no", "region", "address"})

    async def answer(self, question: Question) -> Answer:
        """Of a parcel on its way the expected day; else the shipping day plus the region's transit days."""
        try:
            order = await _find_order_asked_about(question)
        except NotFound:
            return NOT_FOUND
        said = find_province(find_said(question, "region") or "")
        if order is not None and said not in (None, find_province(order.region)):
            return await _if_paid_now(question, None, "arrival_if_paid")  # asked of another place
        if order is None or order.stage is Stage.UNPAID:
            return await _if_paid_now(question, order, "arrival_if_paid")
        if order.stage not in WAITING:
            return await track(question, order)
        facts = await question.read("dispatch", order.no)
        if facts["overdue"].value or facts["arrive_to"].value is None:
            return await not_shipped(question, order)
        reply = Reply("arrival_order", tuple(facts.values()))
        return Answer(replies=(reply,), slots={"order_no": order.no})


class ActionAskShippingFee(ShopAction):
    """What shipping costs."""

    takes = frozenset({"region", "address"})

    async def answer(self, question: Question) -> Answer:
        """The free threshold, and below it the fee of the buyer's region; a named courier's difference."""
        if find_said(question, "courier"):
            return await answer_courier(question)
        if question.slots.get("last_intent") in BACK and not find_said(question, "region"):
            return await ActionAskReturnFee().answer(question)
        region = await find_region(question)
        if region is None:
            policy = await question.read("policy", "shipping")
            return Answer(replies=(Reply("fee_region_missing", (policy["free_from"],)),))
        facts = await question.read("shipping", join_key(region, item=question.item_id))
        return Answer(replies=(Reply(_fee_script(facts), tuple(facts.values())),))


def _fee_script(facts: dict[str, Fact]) -> str:
    if facts["free"].value is None:
        return "fee_general"
    return "fee_free" if facts["free"].value else "fee_below"


class ActionAskCourier(ShopAction):
    """Which courier brings it, and what another one costs."""

    takes = frozenset({"region", "address", "courier", "order_no"})

    async def answer(self, question: Question) -> Answer:
        """As `answer_courier`."""
        return await answer_courier(question)


async def answer_courier(question: Question) -> Answer:
    """The region's courier; a named one against the difference, else its wish is noted (C2)."""
    try:
        order = await find_order_in_view(question, Purpose.DISPATCH)
    except NotFound:
        return NOT_FOUND
    wished = find_said(question, "courier")
    if order is not None and order.sale == Sale.FLASH:
        facts = await question.read("order", order.no)
        return Answer(replies=(Reply("courier_assigned", (facts["title"],)),))
    said = find_said(question, "region")
    region = order.region if order is not None and not said else await find_region(question)
    if region is None or find_province(region) is None:
        return Answer(replies=(Reply("courier_region_missing"),))
    facts = await question.read("shipping", join_key(region, courier=wished))
    return _courier_answer(question, facts, order)


def _courier_answer(question: Question, facts: dict[str, Fact], order: Order | None) -> Answer:
    wished, replies = facts["wished"].value, tuple(facts.values())
    if wished is None:
        return Answer(replies=(Reply("courier_default", replies),))
    if wished == facts["courier"].value:
        return Answer(replies=(Reply("courier_is_default", replies),))
    if facts["surcharge"].value is not None:
        return Answer(
            replies=(Reply("courier_surcharge", replies),), proposals=_order_courier(question, facts, order)
        )
    notes = propose_note(order, NoteKind.NOTE, question.text) if order is not None else ()
    return Answer(replies=(Reply("courier_wish", replies),), proposals=notes)


def _order_courier(question: Question, facts: dict[str, Fact], order: Order | None) -> tuple[Proposal, ...]:
    """A named courier that is wanted, not only asked about: a note, and the difference to pay (C2, C9)."""
    if order is None or order.stage not in WAITING or asks(question.text):
        return ()
    amount = str(facts["surcharge"].value)
    payment = {"order_no": order.no, "amount": amount, "reason": f"改发{facts['wished'].value}补差价"}
    return (*propose_note(order, NoteKind.NOTE, question.text), Proposal("announce_payment", payment))
