"""Faults, wrong goods and warranty (D3, D8, D10): apologise, verify, leave liability to a person."""

from actions.base import Answer, Question, Reply, ShopAction
from actions.choice import find_order_in_view, pick_order
from actions.noting import propose_note
from shop.errors import NotFound
from shop.notes import NoteKind
from shop.orders import Purpose
from shop.quality import can_be_photographed


class ActionReportQualityIssue(ShopAction):
    """Something is broken, dirty, smells, came apart."""

    takes = frozenset({"order_no"})

    async def answer(self, question: Question) -> Answer:
        """Apologise, ask for a photo or a description, and note the fault for a person to verify."""
        script = "quality_photo" if can_be_photographed(question.text) else "quality_describe"
        return await _take_down(question, script, NoteKind.QUALITY)


class ActionReportWrongItem(ShopAction):
    """The wrong goods came, or not all of them."""

    takes = frozenset({"order_no"})

    async def answer(self, question: Question) -> Answer:
        """Apologise, ask for a photo and what is missing, and note it for a person to verify (D8)."""
        return await _take_down(question, "wrong_item", NoteKind.WRONG_ITEM)


async def _take_down(question: Question, script: str, kind: NoteKind) -> Answer:
    order = await pick_order(question, Purpose.AFTER_SALES)
    if isinstance(order, Answer):
        return Answer(replies=(Reply("quality_sorry"), *order.replies))
    facts = await question.read("order", order.no)
    reply = Reply(script, (facts["order_no"], facts["title"]))
    return Answer(
        replies=(reply,),
        proposals=propose_note(order, kind, question.text),
        slots={"order_no": order.no},
        hold="fault_to_verify",
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
