"""Returns, exchanges and refunds (D1, D2, D4, D6). The shop's paying is never promised here."""

from typing import ClassVar

from actions.base import Answer, Json, Proposal, Question, Reply, ShopAction
from actions.choice import find_order_in_view, find_said, pick_order
from actions.dialogue import Field, Form, Values
from actions.noting import propose_note
from actions.return_fields import PHOTOS, SKU, WISH, get_own_order, goods_field, order_field, reason_field
from shop.errors import NotFound
from shop.facts import Fact
from shop.keys import join_key
from shop.models import Order, Stage
from shop.notes import NoteKind
from shop.orders import WAITING, Purpose
from shop.return_register import find_newest, find_open
from shop.return_states import ReturnKind, ReturnState
from shop.returns import FAULTS, Payer

STATE_SCRIPTS = {
    ReturnState.REQUESTED: "return_state_requested",
    ReturnState.APPROVED: "return_approved",
    ReturnState.SHIPPED_BACK: "refund_on_way",
    ReturnState.RECEIVED: "return_state_checking",
    ReturnState.CHECKED: "return_state_checking",
    ReturnState.REFUNDED: "return_state_refunded",
    ReturnState.EXCHANGE_SENT: "exchange_sent",
    ReturnState.REJECTED: "return_state_rejected",
}
"""What a question about a registered request is answered by its state (D5, D6)."""
TAKES_NUMBER = (ReturnState.REQUESTED, ReturnState.APPROVED, ReturnState.SHIPPED_BACK)
UNNAMED_COURIER = "其他快递"

NOT_FOUND = Answer(replies=(Reply("order_not_found"),))


async def _general(question: Question, script: str, *names: str) -> Answer:
    """What the policy says without an order."""
    policy = await question.read("policy", "returns")
    return Answer(replies=(Reply(script, tuple(policy[name] for name in names)),))


async def _tell_state(question: Question, order: Order, *, ended: bool = False) -> Answer | None:
    """How far the order's request is; None without one. A wish goes on while it may still be corrected.

    `ended`: a request that was refunded, closed or declined counts too.
    """
    session = question.reading.session
    request = await find_newest(session, order.no) if ended else await find_open(session, order.no)
    if request is None or (not ended and request.state == ReturnState.REQUESTED):
        return None
    state = ReturnState(request.state)
    if state is ReturnState.CLOSED and request.refund_amount is not None:
        state = ReturnState.REFUNDED
    if state not in STATE_SCRIPTS:
        return None
    facts = await question.read("return_request", order.no)
    late = request.due_at is not None and request.due_at < question.reading.now and not request.closed_at
    return Answer(
        replies=(Reply(STATE_SCRIPTS[state], tuple(facts.values())),),
        slots={"order_no": order.no},
        hold="return_overdue" if late and state not in (ReturnState.APPROVED, ReturnState.REFUNDED) else None,
    )


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


class ReturnForm(Form):
    """The customer wants to send it back: which order, which goods, why, photos of a fault."""

    intent = "request_return"
    takes = frozenset({"order_no"})
    replaces = frozenset({"exchange_form"})
    kind = NoteKind.RETURN
    fields: ClassVar[tuple[Field, ...]] = (
        order_field(Purpose.AFTER_SALES),
        goods_field(several=True),
        reason_field("return_ask_reason", opening="request_return"),
        PHOTOS,
    )

    async def check(self, question: Question, values: Values) -> Answer | None:
        """What the order's stage and dates forbid is said at once; a late wish goes to a person."""
        if "order_no" not in values:
            return await self._without_order(question)
        order = await get_own_order(question, values)
        under_way = await _tell_state(question, order)
        if under_way is not None:
            return under_way
        facts = await question.read("returns", order.no)
        script = self._script_for(order, facts)
        if script is None:
            return None
        return Answer(
            replies=(Reply(f"request_{script}", tuple(facts.values())),),
            proposals=propose_note(order, self.kind, question.text),
        )

    async def _without_order(self, question: Question) -> Answer | None:
        key = join_key(Purpose.AFTER_SALES.value, item=question.item_id)
        facts = await question.read("orders", key)
        return None if facts["orders"].value else Answer((Reply("order_none"),))

    def _script_for(self, order: Order, facts: dict[str, Fact]) -> str | None:
        """The script that ends the matter, None while it may go on."""
        if order.stage in (Stage.UNPAID, Stage.CLOSED):
            return order.stage.value
        if order.stage in WAITING:
            return f"{self.kind}_unsent"
        return None if facts[f"{self.kind}_open"].value else f"{self.kind}_late"

    async def finish(self, question: Question, values: Values) -> Answer:
        """Register the request (D5); a claimed fault is a person's to verify (D3)."""
        facts = await self._facts(question, values)
        is_fault = values["reason"]["code"] in FAULTS
        script = f"{self.kind}_registered_fault" if is_fault else f"{self.kind}_registered"
        return Answer(
            replies=(Reply(script, tuple(facts.values())),),
            proposals=(Proposal("create_return", self._args(values)),),
            handoff="fault_to_verify" if is_fault else None,
        )

    async def _facts(self, question: Question, values: Values) -> dict[str, Fact]:
        key = join_key(str(values["order_no"]), line=values["goods"][0], sku=values.get("sku"))
        return await question.read("exchange", key)

    def _args(self, values: Values) -> Json:
        """What `create_return` takes."""
        args = {
            "order_no": values["order_no"],
            "kind": self.kind.value,
            "reason": values["reason"]["code"],
            "words": values["reason"]["words"],
            "lines": values["goods"],
            "photos": values.get("photos", []),
        }
        return args | ({"to_sku_id": values["sku"]} if "sku" in values else {})


class ExchangeForm(ReturnForm):
    """The customer wants another size or colour: which order, which goods, what instead, why."""

    intent = "request_exchange"
    takes = frozenset({"order_no", "size", "color"})
    replaces = frozenset({"return_form"})
    kind = NoteKind.EXCHANGE
    fields = (
        order_field(Purpose.AFTER_SALES),
        goods_field(several=False),
        WISH,
        SKU,
        reason_field("exchange_ask_reason"),
        PHOTOS,
    )


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
        registered = await _tell_state(question, order, ended=True)
        if registered is not None:
            return registered
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
        """Take the number down at once; ask for it if it is missing (D4).

        Without a request in the register it becomes a note for after-sales.
        """
        if not question.names("tracking_no"):
            return Answer(replies=(Reply("return_number_missing"),))
        order = await pick_order(question, Purpose.AFTER_SALES)
        if isinstance(order, Answer):
            return order
        request = await find_open(question.reading.session, order.no)
        number, courier = find_said(question, "tracking_no"), find_said(question, "courier")
        if request is not None and request.state in TAKES_NUMBER and request.kind != ReturnKind.REFUND_ONLY:
            facts = await question.read("order", order.no)
            told = {"courier": courier or UNNAMED_COURIER, "tracking_no": number}
            reply = Reply("return_number_registered", (facts["order_no"], facts["title"]))
            proposal = Proposal("register_return_shipment", {"order_no": order.no, **told})
            return Answer((reply,), (proposal,), slots={"order_no": order.no})
        facts = await question.read("order", order.no)
        reply = Reply("return_shipped", (facts["order_no"], facts["title"]))
        notes = propose_note(order, NoteKind.RETURN_SHIPPED, question.text)
        return Answer(replies=(reply,), proposals=notes, slots={"order_no": order.no})
