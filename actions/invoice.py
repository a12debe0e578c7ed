"""Invoices: yes, official; what is needed is asked for and noted on the order (B15)."""

from decimal import Decimal, InvalidOperation

from actions.base import Answer, Question, Reply, ShopAction
from actions.choice import find_order_in_view, find_said, pick_order
from actions.noting import propose_note
from shop.errors import NotFound
from shop.invoice import exceeds_paid, find_missing, is_special
from shop.notes import NoteKind
from shop.orders import Purpose

PARTS = ("invoice_title", "tax_no", "email")


class ActionAskInvoice(ShopAction):
    """Can I have one, of which kind, when."""

    takes = frozenset({"order_no"})

    async def answer(self, question: Question) -> Answer:
        """The policy's kinds and days; of an order also the amount, of a flash sale its own date."""
        try:
            order = await find_order_in_view(question, Purpose.INVOICE)
        except NotFound:
            return Answer(replies=(Reply("order_not_found"),))
        if order is None or order.paid_at is None:
            return await _general(question)
        facts = await question.read("invoice", order.no)
        script = "invoice_flash" if facts["flash"].value else "invoice_order"
        return Answer(replies=(Reply(script, tuple(facts.values())),), slots={"order_no": order.no})


async def _general(question: Question) -> Answer:
    policy = await question.read("policy", "invoice")
    return Answer(replies=(Reply("invoice_policy", (policy["kinds"], policy["within_days"])),))


class ActionRequestInvoice(ShopAction):
    """The customer gives or changes what the invoice shall say."""

    takes = frozenset({*PARTS, "order_no"})

    async def answer(self, question: Question) -> Answer:
        """Ask for what is missing, else note it on the order; more than was paid is declined."""
        order = await pick_order(question, Purpose.INVOICE)
        if isinstance(order, Answer):
            return await _general(question) if order.replies[0].script == "order_none" else order
        if order.paid_at is None:
            return await _general(question)
        facts = tuple((await question.read("invoice", order.no)).values())
        slots = {"order_no": order.no}
        if exceeds_paid(_asked_amount(question), order.total):
            return Answer(
                replies=(Reply("invoice_above_paid", facts),), slots=slots, hold="invoice_above_paid"
            )
        special = is_special(question.text)
        missing = find_missing(question.find("invoice_title"), question.find("tax_no"), special=special)
        if missing:
            return Answer(replies=(Reply(f"invoice_ask_{missing}", facts),), slots=slots)
        return Answer(
            replies=(Reply("invoice_noted", facts),),
            proposals=propose_note(order, NoteKind.INVOICE, _wanted(question)),
            slots=slots,
        )


def _asked_amount(question: Question) -> Decimal | None:
    said = find_said(question, "money")
    try:
        return Decimal(said) if said else None
    except InvalidOperation:
        return None


def _wanted(question: Question) -> str:
    """The customer's words and what earlier turns already gave."""
    kept = [str(question.find(part)) for part in PARTS if question.find(part)]
    return "; ".join([question.text, *(part for part in kept if part not in question.text)])
