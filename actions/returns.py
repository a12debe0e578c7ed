"""Returns, exchanges and refunds (D1, D2, D4, D6). The shop's paying is never promised here."""

import re
from typing import ClassVar

from actions.base import Answer, Json, Proposal, Question, Reply, ShopAction
from actions.choice import find_newest_order, find_order_in_view, read_candidates
from actions.dialogue import Field, Form, Values
from actions.noting import propose_note
from actions.return_fields import (
    COURIER,
    JUDGE,
    NUMBER,
    PHOTOS,
    SKU,
    WISH,
    get_own_order,
    goods_field,
    is_wear,
    order_field,
    reason_field,
)
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

_PARTS = "(?:吊牌|标签|鞋盒|盒子|包装)"
_CONDITION = re.compile(
    rf"{_PARTS}[^,,。没未不]{{0,4}}(?:剪|拆|丢|扔|坏|破|撕)|{_PARTS}(?:都|也)?(?:没(?:了|有)|不见)"
    rf"|(?:没有?|[剪拆丢扔撕]了){_PARTS}|(?<![没未有不])(?:洗|下水|穿)过|(?<![没未])穿了[几一两三好]"
)
"""The goods are told to be no longer as they came."""
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
        if _CONDITION.search(question.text):
            # In principle no; a person may judge (D1).
            return Answer((Reply("return_condition"),), handoff="condition_to_judge")
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
        JUDGE,
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
        """Several orders are asked about; one that is past sending back is told as it stands."""
        if (await read_candidates(question, Purpose.AFTER_SALES)).value:
            return None
        newest = await find_newest_order(question)
        if newest is None:
            return Answer((Reply("order_none"),))
        returns = await question.read("returns", newest.no)
        script = f"request_{newest.stage.value}"  # unpaid or closed: the others are candidates
        return Answer((Reply(script, tuple(returns.values())),), slots={"order_no": newest.no})

    def _script_for(self, order: Order, facts: dict[str, Fact]) -> str | None:
        """The script that ends the matter, None while it may go on."""
        if order.stage in (Stage.UNPAID, Stage.CLOSED):
            return order.stage.value
        if order.stage in WAITING:
            return f"{self.kind}_unsent"
        return None if facts[f"{self.kind}_open"].value else f"{self.kind}_late"

    async def finish(self, question: Question, values: Values) -> Answer:
        """Register the request (D5); people verify a claimed fault (D3) and judge wear (D7)."""
        facts = await self._facts(question, values)
        if is_wear(values):
            return self._finish_wear(values, facts)
        is_fault = values["reason"]["code"] in FAULTS
        script = f"{self.kind}_registered_fault" if is_fault else f"{self.kind}_registered"
        return Answer(
            replies=(Reply(script, tuple(facts.values())),),
            proposals=(Proposal("create_return", self._args(values)),),
            handoff="fault_to_verify" if is_fault else None,
        )

    def _finish_wear(self, values: Values, facts: dict[str, Fact]) -> Answer:
        script = "wear_to_judge" if values["judge"] else "wear_kept"
        return Answer(
            replies=(Reply(script, (facts["order_no"], facts["title"])),),
            proposals=(Proposal("create_return", self._args(values)),) if values["judge"] else (),
            handoff="wear_to_judge" if values["judge"] else None,
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
        JUDGE,
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
    if facts["stage"].value in WAITING:
        return "unsent"
    if facts["arrived_on"].value:
        return "overdue" if facts["overdue"].value else "arrived"
    return "on_way" if facts["return_no"].value else "waiting"


class ReturnShippedForm(Form):
    """The customer sent it back and tells the number: which parcel, of which order."""

    intent = "inform_return_shipped"
    takes = frozenset({"tracking_no", "courier", "order_no"})
    fields: ClassVar[tuple[Field, ...]] = (NUMBER, COURIER, order_field(Purpose.AFTER_SALES))

    async def check(self, question: Question, values: Values) -> Answer | None:
        """Without an order that may come back there is nothing to register it for."""
        if "tracking_no" not in values or "order_no" in values:
            return None
        orders = await read_candidates(question, Purpose.AFTER_SALES)
        return None if orders.value else Answer((Reply("order_none"),))

    async def finish(self, question: Question, values: Values) -> Answer:
        """Take the number down at once (D4); without a request in the register as a note for after-sales."""
        order = await get_own_order(question, values)
        number, courier = str(values["tracking_no"]), str(values.get("courier", UNNAMED_COURIER))
        facts = await question.read("order", order.no)
        told = (facts["order_no"], facts["title"])
        request = await find_open(question.reading.session, order.no)
        if request is not None and request.state in TAKES_NUMBER and request.kind != ReturnKind.REFUND_ONLY:
            args = {"order_no": order.no, "courier": courier, "tracking_no": number}
            proposal = Proposal("register_return_shipment", args)
            return Answer((Reply("return_number_registered", told),), (proposal,))
        notes = propose_note(order, NoteKind.RETURN_SHIPPED, f"买家已寄回: {courier} {number}")
        return Answer((Reply("return_shipped", told),), notes)
