"""Invoices: yes, official; what is needed is asked for, checked and taken down on the order (B15)."""

from actions.base import Answer, Proposal, Question, Reply, ShopAction
from actions.choice import find_order_in_view, read_candidates
from actions.dialogue import Form, Values
from actions.invoice_fields import INVOICE_FIELDS, PARTS, asks_above_paid
from actions.return_fields import get_own_order, order_field
from shop.errors import NotFound
from shop.orders import Purpose

PRESSED = 2
"""How often more than was paid is wished for before a person hears of it."""


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
        if await asks_above_paid(question, order.no):
            script = "invoice_above_paid"
        return Answer(replies=(Reply(script, tuple(facts.values())),), slots={"order_no": order.no})


async def _general(question: Question) -> Answer:
    policy = await question.read("policy", "invoice")
    return Answer(replies=(Reply("invoice_policy", (policy["kinds"], policy["within_days"])),))


class InvoiceForm(Form):
    """The customer wants one: which order, which kind, whose title, and what that kind needs."""

    intent = "request_invoice"
    takes = frozenset({"invoice_title", "tax_no", "email", "order_no"})
    fields = (order_field(Purpose.INVOICE), *INVOICE_FIELDS)

    async def check(self, question: Question, values: Values) -> Answer | None:
        """Nothing paid, nothing to invoice; who presses for more than was paid is shown to a person."""
        if "order_no" not in values:
            orders = await read_candidates(question, Purpose.INVOICE)
            return None if orders.value else await _general(question)
        order = await get_own_order(question, values)
        if order.paid_at is None:
            return await _general(question)
        if values.get("above_paid", 0) < PRESSED:
            return None
        facts = await question.read("invoice", order.no)
        reply = Reply("invoice_above_paid", tuple(facts.values()))
        return Answer(replies=(reply,), handoff="invoice_above_paid")

    async def finish(self, question: Question, values: Values) -> Answer:
        """Say for how much and by when, and take it down."""
        facts = await question.read("invoice", str(values["order_no"]))
        known = {name: values[name] for name in PARTS if values.get(name)}
        return Answer(
            replies=(Reply("invoice_noted", tuple(facts.values())),),
            proposals=(Proposal("request_invoice", {"order_no": values["order_no"], **known}),),
        )
