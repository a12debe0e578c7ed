"""Data without a question: it renews the answer of the question that lacked it, else it is noted."""

from dataclasses import replace

from actions.base import Answer, Question, Reply, ShopAction
from actions.dialogue import SURE, find_form, reopen
from actions.payment import confirm_payment


class ActionInform(ShopAction):
    """Answer the last question again when the data concerns it; else thank for it, as a draft.

    A dialogue that has ended listens again: the data corrects it.
    """

    async def answer(self, question: Question) -> Answer:
        """The renewed answer keeps the open question, so that more data may follow."""
        confirmed = await confirm_payment(question)
        if confirmed is not None:
            return replace(confirmed, reads_as="ask_payment" if question.confidence >= SURE else None)
        last = question.slots.get("last_intent")
        form = find_form(str(last))
        if form is not None and any(entity.name in form.takes for entity in question.entities):
            reopened = reopen(question, form)
            if reopened is not None:
                return reopened
        action = find_action(str(last)) if last else None
        if last is None and question.names("size") and (question.item_id or question.sku_id):
            # A size and nothing else, written from an item's page: whether it is there.
            action, last = find_action("ask_stock"), "ask_stock"
        if action is None or not any(entity.name in action.takes for entity in question.entities):
            return Answer((Reply("inform_noted"),), slots={"last_intent": last}, hold="noted_only")
        answer = await action.answer(question)
        # Surely data: it is read as the question it answers, whose route says what may go out (B2, B14).
        reads_as = str(last) if question.confidence >= SURE else None
        return replace(answer, slots=answer.slots | {"last_intent": last}, reads_as=reads_as)


def find_action(intent: str) -> ShopAction | None:
    """The action that answers an intent, or None; the server has imported all topics."""
    pending = ShopAction.__subclasses__()
    while pending:
        kind = pending.pop()
        pending += kind.__subclasses__()
        if kind.__name__.startswith("Action") and kind is not ActionInform:
            action: ShopAction = kind()
            if action.name() == f"action_{intent}":
                return action
    return None
