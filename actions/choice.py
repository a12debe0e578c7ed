"""Which order a customer means: the one named, the one under view, else the buyer's own by purpose."""

import re

from actions.base import Answer, Question, Reply
from shop.errors import NotFound
from shop.facts import Fact
from shop.keys import join_key
from shop.models import Order
from shop.orders import Purpose, choose_candidates, get_order, has_product, list_candidates, list_orders
from shop.product import find_product
from shop.tracking import get_order_of_parcel

_OTHER = re.compile(
    r"(?:另外?|还有)[一那]?[个单笔](?:订单|单|包裹|快递)?|(?:别|其[他它])的?(?:订单|单|包裹|快递)"
)
"""Another order than the one that was talked about."""


def find_said(question: Question, name: str) -> str | None:
    """The value of an entity in this very text; what an earlier turn left in a slot does not count."""
    return next((str(entity.value) for entity in question.entities if entity.name == name), None)


def named_order(question: Question) -> str | None:
    """The order number in the text, else the order under view."""
    return find_said(question, "order_no") or question.order_no


async def find_order(question: Question, purpose: Purpose) -> Order | None:
    """The order a question means, or None. Raises NotFound for a named one that is not the buyer's.

    An order talked about before still counts, unless the customer now looks at an item it does not hold.
    """
    reading = question.reading
    number = named_order(question)
    if number:
        return await get_order(reading.session, reading.buyer_id, number)
    parcel = find_said(question, "tracking_no") if purpose is Purpose.TRACK else None
    if parcel:
        return await get_order_of_parcel(reading.session, reading.buyer_id, parcel)
    remembered = await _find_remembered(question, purpose)
    other = remembered is not None and _OTHER.search(question.text) is not None
    if remembered is not None and not other:
        return remembered
    found = await list_candidates(
        reading.session,
        reading.buyer_id,
        purpose,
        await list_goods_meant(question),
        but=remembered.no if remembered and other else None,
    )
    return found[0] if len(found) == 1 else None


async def list_goods_meant(question: Question) -> list[str]:
    """The item or the kind ("我的鞋") that this text names, then the item in view: the former goes first."""
    named: list[str] = []
    if question.names("product"):
        product = await find_product(question.reading.session, str(question.find("product")))
        named = [product.id] if product else []
    elif question.names("product_kind"):
        named = [str(question.find("product_kind")).replace(",", "")]
    return [*named, *([question.item_id] if question.item_id else [])]


async def read_candidates(question: Question, purpose: Purpose, among: list[str] | None = None) -> Fact:
    """The orders to choose from; `among` those told before where the text names no goods."""
    goods = await list_goods_meant(question)
    told = None if question.names("product") or question.names("product_kind") else among
    key = join_key(purpose.value, goods=",".join(goods) or None, among=",".join(told) if told else None)
    return (await question.read("orders", key))["orders"]


async def tell_order(question: Question, script: str, no: object) -> Reply:
    """A script that calls the buyer's order by its number and goods."""
    facts = await question.read("order", str(no))
    return Reply(script, (facts["order_no"], facts["title"]))


async def find_order_in_view(question: Question, purpose: Purpose) -> Order | None:
    """As `find_order`, but an item under view that is in no order means that none is asked about."""
    order = await find_order(question, purpose)
    if order is None or named_order(question) or not question.item_id:
        return order
    return order if await has_product(question.reading.session, order, question.item_id) else None


async def _find_remembered(question: Question, purpose: Purpose) -> Order | None:
    """The order talked about before, if it can be meant this time."""
    no, session = question.slots.get("order_no"), question.reading.session
    if not no:
        return None
    try:
        order = await get_order(session, question.reading.buyer_id, str(no))
    except NotFound:
        return None
    if question.item_id and not await has_product(session, order, question.item_id):
        return None
    return order if choose_candidates([order], purpose) else None


async def find_newest_order(question: Question) -> Order | None:
    """The buyer's newest order, whatever its stage: what is past changing is told as it stands."""
    orders = await list_orders(question.reading.session, question.reading.buyer_id)
    return orders[0] if orders else None


async def pick_order(question: Question, purpose: Purpose) -> Order | Answer:
    """The order a question means, or the answer that says it was not found or asks which one."""
    try:
        order = await find_order(question, purpose)
    except NotFound:
        return Answer(replies=(Reply("order_not_found"),))
    if order is not None:
        return order
    orders = await read_candidates(question, purpose)
    if not orders.value:
        return Answer(replies=(Reply("order_none"),))
    return Answer(replies=(Reply("order_which", (orders,)),))
