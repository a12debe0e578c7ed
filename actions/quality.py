"""Faults, wrong goods and warranty (D3, D8, D10): apologise, verify, leave liability to a person.

The dialogue of a fault asks what is wrong, for photos where they show it, and what the customer would like;
it opens a request in the register that claims the shop's fault. Nothing is promised: a person decides.
"""

from typing import ClassVar

from actions.base import Answer, Proposal, Question, Reply, ShopAction
from actions.choice import find_order_in_view
from actions.dialogue import Field, Values
from actions.fault_fields import EXCHANGED, REMEDY, Remedy, what_field
from actions.noting import propose_note
from actions.return_fields import JUDGE, PHOTOS, get_own_order, goods_field, is_wear, order_field
from actions.returns import ReturnForm
from shop.errors import NotFound
from shop.exchange import find_line
from shop.facts import Fact
from shop.models import Order, Stage
from shop.notes import NoteKind
from shop.orders import Purpose
from shop.return_states import ReturnKind
from shop.returns import Reason

KINDS = {
    Remedy.RETURN: ReturnKind.RETURN,
    Remedy.EXCHANGE: ReturnKind.EXCHANGE,
    Remedy.COMPENSATION: ReturnKind.REFUND_ONLY,
}
"""What each wish is in the register; the others are noted on the order for the person who decides."""


class FaultForm(ReturnForm):
    """Something is broken, dirty, smells, came apart (D3)."""

    intent = "report_quality_issue"
    takes = frozenset({"order_no"})
    replaces = frozenset({"return_form", "exchange_form"})
    reason: ClassVar[Reason] = Reason.QUALITY
    note: ClassVar[NoteKind] = NoteKind.QUALITY
    fields: ClassVar[tuple[Field, ...]] = (
        order_field(Purpose.AFTER_SALES),
        goods_field(several=True),
        what_field(Reason.QUALITY, "fault_ask_what"),
        JUDGE,
        PHOTOS,
        REMEDY,
        EXCHANGED,
    )

    async def check(self, question: Question, values: Values) -> Answer | None:
        """What is not with the customer has no fault to show; after the warranty a person advises (D10)."""
        if "order_no" not in values:
            missing = await self._without_order(question)
            return missing and Answer((Reply("quality_sorry"), *missing.replies), slots=missing.slots)
        order = await get_own_order(question, values)
        if order.stage not in (Stage.SHIPPED, Stage.SIGNED):
            return Answer((Reply("quality_sorry"),), handoff="fault_to_verify")
        facts = await question.read("warranty", order.no)
        if facts["open"].value:
            return None
        return Answer(
            replies=(Reply("warranty_over", tuple(facts.values())),),
            proposals=propose_note(order, self.note, question.text),
            handoff="fault_to_verify",
        )

    async def finish(self, question: Question, values: Values) -> Answer:
        """Open a case in the register, the shop's fault claimed, for a person to verify (D3, D5)."""
        facts = await self._facts(question, values)
        if is_wear(values):
            return self._finish_wear(values, facts)
        remedy = Remedy(values["remedy"])
        order = await get_own_order(question, values)
        return Answer(
            replies=(Reply(f"fault_registered_{remedy.value}", tuple(facts.values())),),
            proposals=self._register(order, values, remedy),
            handoff="fault_to_verify",
        )

    def _register(self, order: Order, values: Values, remedy: Remedy) -> tuple[Proposal, ...]:
        words = f"{values['reason']['words']}(希望{remedy.wish})"
        kind = KINDS.get(remedy)
        if kind is None:
            return propose_note(order, self.note, words)
        args = self._args(values) | {"kind": kind.value, "words": words}
        if kind is not ReturnKind.EXCHANGE:
            return (Proposal("create_return", args),)
        # One line at a time: the others are written down for the person who verifies the fault.
        line = find_line(order, values.get("exchanged", values["goods"][0]))
        others = [find_line(order, one) for one in values["goods"] if one != str(line.id)]
        rest = "、".join(f"{one.title} {one.color}{one.size}" for one in others)
        return (
            Proposal("create_return", args | {"lines": [str(line.id)], "to_sku_id": line.sku_id}),
            *(propose_note(order, self.note, f"同一问题,也希望换新: {rest}") if others else ()),
        )

    async def _facts(self, question: Question, values: Values) -> dict[str, Fact]:
        if "exchanged" in values:
            values = values | {"goods": [values["exchanged"]]}
        return await super()._facts(question, values)


class WrongItemForm(FaultForm):
    """The wrong goods came, or not all of them (D8)."""

    intent = "report_wrong_item"
    reason = Reason.WRONG_ITEM
    note = NoteKind.WRONG_ITEM
    fields = (
        order_field(Purpose.AFTER_SALES),
        goods_field(several=True),
        what_field(Reason.WRONG_ITEM, "wrong_item_ask_what"),
        PHOTOS,
        REMEDY,
        EXCHANGED,
    )


class ActionAskWarranty(ShopAction):
    """Repair and the three guarantees."""

    takes = frozenset({"order_no"})

    async def answer(self, question: Question) -> Answer:
        """With a signed order its last day; otherwise the rule."""
        try:
            order = await find_order_in_view(question, Purpose.AFTER_SALES)
        except NotFound:
            return Answer(replies=(Reply("order_not_found"),))
        if order is None or order.signed_at is None:
            policy = await question.read("policy", "warranty")
            return Answer(replies=(Reply("warranty", (policy["days"], policy["covers"])),))
        facts = await question.read("warranty", order.no)
        script = "warranty_order" if facts["open"].value else "warranty_over"
        return Answer(replies=(Reply(script, tuple(facts.values())),), slots={"order_no": order.no})
