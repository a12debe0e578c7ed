"""The next piece of a sales talk, added to a greeting, a yes, thanks or a farewell (A8)."""

from actions.base import Answer, Question, Reply, ShopAction
from actions.items import find_item
from actions.payment import confirm_payment
from shop.promotions import list_running
from shop.sales_talk import Step, find_due, has_open_matter, is_for_sale, list_steps


class ActionLeadTalk(ShopAction):
    """Adds what is due, once a conversation; says nothing where nothing is.

    The slot `topics` is kept by the bot: what was talked of. The slot `sales_talk` holds the pieces added.
    """

    async def answer(self, question: Question) -> Answer:
        """The piece that is due. What was asked last stays open, so that a fragment may follow it."""
        said = [str(step) for step in question.slots.get("sales_talk") or []]
        step, replies = await _find_piece(question, said)
        slots = {"last_intent": question.slots.get("last_intent")}
        return Answer(replies, slots=slots | ({"sales_talk": [*said, step.value]} if step else {}))


async def _find_piece(question: Question, said: list[str]) -> tuple[Step | None, tuple[Reply, ...]]:
    topics = question.slots.get("topics") or []
    reading = question.reading
    if question.loop or question.order_no or not is_for_sale(topics, reading.policy):
        return None, ()
    if question.intent == "affirm" and Step.CONFIRMED not in said:
        confirmed = await confirm_payment(question)
        if confirmed is not None:
            return Step.CONFIRMED, confirmed.replies
    step = find_due(question.intent, list_steps(topics, said), reading.policy.sales_talk)
    if step is None or await has_open_matter(reading.session, reading.buyer_id):
        return None, ()
    if step is not Step.PROMOTION:
        return step, (Reply("sales_order" if step is Step.ORDER else "sales_invite"),)
    promotion = await _tell_promotion(question)
    return (step, (promotion,)) if promotion else (None, ())


async def _tell_promotion(question: Question) -> Reply | None:
    """What runs now for the item in view, else for the whole shop; the soonest to end."""
    item = await find_item(question)
    reading = question.reading
    running = await list_running(reading.session, reading.now, product_id=item.product.id if item else None)
    fitting = [one for one in running if item or one.product_ids is None]
    if not fitting:
        return None
    facts = await question.read("promotion", fitting[0].id)
    return Reply(f"sales_promotion_{fitting[0].kind}", tuple(facts.values()))
