"""Returns, exchanges and refunds (D1, D2, D4, D6). The shop's paying is never promised here."""

from actions.base import Answer, Question, Reply, ShopAction
from actions.choice import find_order_in_view, pick_order
from actions.noting import propose_note
from shop.errors import NotFound
from shop.facts import Fact
from shop.models import Order, Stage
from shop.notes import NoteKind
from shop.orders import WAITING, Purpose
from shop.returns import Payer

NOT_FOUND = Answer(replies=(Reply("order_not_found"),))


async def _general(question: Question, script: str, *names: str) -> Answer:
    """What the policy says without an order."""
    policy = await question.read("policy", "returns")
    return Answer(replies=(Reply(script, tuple(policy[name] for name in names)),))


class ActionAskReturnPolicy(ShopAction):
    """May it come back, until when, in what condition."""

    takes = frozenset({"order_no"})

    async def answer(self, question: Question) -> Answer:
        """With a signed order its last days; otherwise the policy's days and conditions."""
        try:
            order = await find_order_in_view(question, Purpose.AFTER_SALES)
        except NotFound:
            return NOT_FOUND
        if order is None or order.signed_at is None:
            return await _general(question, "return_policy", "no_reason_days", "exchange_days")
        facts = await question.read("returns", order.no)
        return Answer(replies=(Reply(_policy_script(facts), tuple(facts.values())),))


def _policy_script(facts: dict[str, Fact]) -> str:
    if facts["return_open"].value:
        return "return_policy_open"
    return "return_policy_exchange" if facts["exchange_open"].value else "return_policy_over"


class ActionAskReturnFee(ShopAction):
    """Who pays for sending it back."""

    takes = frozenset({"order_no", "region"})

    async def answer(self, question: Question) -> Answer:
        """The shop once a fault is confirmed; otherwise the buyer, or the shipping insurance of the order."""
        try:
            order = await find_order_in_view(question, Purpose.AFTER_SALES)
        except NotFound:
            return NOT_FOUND
        if order is None:
            return await _general(question, "return_fee", "buyer_return_fee")
        facts = await question.read("returns", order.no)
        insured = facts["payer"].value == Payer.INSURANCE.value
        names = ("order_no", "title", "payer", "insurance_pays", "buyer_return_fee")
        reply = Reply(
            "return_fee_insured" if insured else "return_fee_order", tuple(facts[name] for name in names)
        )
        return Answer(replies=(reply,), slots={"order_no": order.no})


class ActionAskReturnProcess(ShopAction):
    """How and where to send it."""

    async def answer(self, question: Question) -> Answer:
        """The steps, the address, the slip in the box, the couriers that are not taken (D2, D4)."""
        names = ("recipient", "phone", "address", "refused_couriers")
        return await _general(question, "return_process", *names)


class ActionRequestReturn(ShopAction):
    """The customer wants to send it back or have the money back."""

    takes = frozenset({"order_no"})
    kind = NoteKind.RETURN

    async def answer(self, question: Question) -> Answer:
        """Conditions by the order's dates and a note for after-sales, who decide."""
        order = await pick_order(question, Purpose.AFTER_SALES)
        if isinstance(order, Answer):
            return order
        facts = await question.read("returns", order.no)
        return Answer(
            replies=(Reply(f"request_{self._script_for(order, facts)}", tuple(facts.values())),),
            proposals=propose_note(order, self.kind, question.text),
            slots={"order_no": order.no},
        )

    def _script_for(self, order: Order, facts: dict[str, Fact]) -> str:
        if order.stage in (Stage.UNPAID, Stage.CLOSED):
            return order.stage.value
        if order.stage in WAITING:
            return f"{self.kind}_unsent"
        return str(self.kind) if facts[f"{self.kind}_open"].value else f"{self.kind}_late"


class ActionRequestExchange(ActionRequestReturn):
    """The customer wants another size, colour or a new one."""

    takes = frozenset({"order_no", "size", "color"})
    kind = NoteKind.EXCHANGE


class ActionAskRefund(ShopAction):
    """When and where the money comes back, and how far it is."""

    takes = frozenset({"order_no"})

    async def answer(self, question: Question) -> Answer:
        """With a return under way its state; otherwise the rule."""
        try:
            order = await find_order_in_view(question, Purpose.REFUND)
        except NotFound:
            return NOT_FOUND
        if order is None:
            return await _general(question, "refund_general", "refund_working_days")
        facts = await question.read("refund", order.no)
        return Answer(
            replies=(Reply(f"refund_{_refund_script(facts)}", tuple(facts.values())),),
            slots={"order_no": order.no},
            hold="refund_overdue" if facts["overdue"].value else None,
        )


def _refund_script(facts: dict[str, Fact]) -> str:
    if facts["stage"].value == Stage.CLOSED.value:
        return "closed"
    if facts["arrived_on"].value:
        return "overdue" if facts["overdue"].value else "arrived"
    return "on_way" if facts["return_no"].value else "waiting"


class ActionInformReturnShipped(ShopAction):
    """The customer sent it back and tells the number."""

    takes = frozenset({"tracking_no", "courier", "order_no"})

    async def answer(self, question: Question) -> Answer:
        """Take the number down at once; ask for it if it is missing (D4)."""
        if not question.names("tracking_no"):
            return Answer(replies=(Reply("return_number_missing"),))
        order = await pick_order(question, Purpose.AFTER_SALES)
        if isinstance(order, Answer):
            return order
        facts = await question.read("order", order.no)
        reply = Reply("return_shipped", (facts["order_no"], facts["title"]))
        notes = propose_note(order, NoteKind.RETURN_SHIPPED, question.text)
        return Answer(replies=(reply,), proposals=notes, slots={"order_no": order.no})
