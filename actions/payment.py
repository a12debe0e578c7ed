"""How and until when to pay (B12)."""

from actions.base import Answer, Question, Reply, ShopAction
from shop.payment import find_fresh_order, find_unpaid_order
from shop.vocabulary import get_vocabulary


class ActionAskPayment(ShopAction):
    """Cash on delivery, paying later, the order that waits for payment."""

    async def answer(self, question: Question) -> Answer:
        """One reply by what is asked and whether an order waits."""
        vocabulary = get_vocabulary()
        rules = tuple((await question.read("policy", "payment")).values())
        if vocabulary.is_about("cash_on_delivery", question.text):
            allowed = question.reading.policy.payment.cash_on_delivery
            return Answer((Reply("payment_cod_yes" if allowed else "payment_cod_no", rules),))
        confirmed = await confirm_payment(question)
        if confirmed is not None:
            return confirmed
        waiting = await find_unpaid_order(question.reading)
        if waiting is not None:
            facts = await question.read("unpaid", waiting.no)
            return Answer((Reply("payment_unpaid", tuple(facts.values())),))
        later = vocabulary.is_about("pay_later", question.text)
        return Answer((Reply("payment_later" if later else "payment_how", rules),))


async def confirm_payment(question: Question) -> Answer | None:
    """To one who says that they paid: thanks, what was bought, where it goes, when it is sent (A10, B12).

    An order that was placed and waits for payment is gone through in the same way.
    """
    is_placed = get_vocabulary().is_about("placed", question.text)
    if not (is_placed or get_vocabulary().is_about("paid", question.text)):
        return None
    order = await find_fresh_order(question.reading, question.item_id)
    if order is None:
        return await _confirm_placed(question) if is_placed else None
    facts = await question.read("confirmation", order.no)
    promise = await question.read("dispatch", order.no)
    ship_by = promise["ship_by"]
    return Answer((Reply("payment_confirmed", (*facts.values(), ship_by)),), slots={"order_no": order.no})


async def _confirm_placed(question: Question) -> Answer | None:
    waiting = await find_unpaid_order(question.reading, question.item_id)
    if waiting is None:
        return None
    facts = await question.read("confirmation", waiting.no)
    until = (await question.read("unpaid", waiting.no))["payable_until"]
    return Answer((Reply("order_placed", (*facts.values(), until)),), slots={"order_no": waiting.no})
