"""Invoices on a real database (B15)."""

import pytest

from actions.invoice import ActionAskInvoice, InvoiceForm
from shop.models import Stage
from tests.small_orders import make_order
from tests.small_shop import open_shop

COMPANY = {"invoice_title": "蓝天事务所", "tax_no": "91330100EXAMPLE000"}


async def test_the_policy_is_told_before_buying(sessions, ask):
    await open_shop(sessions)
    said = await ask(ActionAskInvoice(), "能开发票吗")
    assert said.scripts == ["invoice_policy"]
    assert said.facts == {"kinds": ["electronic", "paper", "special"], "within_days": 7}
    assert "电子发票、纸质发票和增值税专用发票" in said.text


async def test_an_order_is_invoiced_for_what_was_paid(sessions, ask):
    await open_shop(sessions, make_order("O1", Stage.SIGNED, total="180.50"))
    said = await ask(ActionAskInvoice())
    assert (said.scripts, said.facts["paid_total"]) == (["invoice_order"], "180.50")
    assert "¥180.50" in said.text
    assert said.sources["paid_total"] == "invoice:O1"


async def test_a_flash_sale_is_invoiced_after_the_event(sessions, ask):
    await open_shop(sessions, make_order("O1", Stage.PAID, sale="flash"))
    said = await ask(ActionAskInvoice())
    assert said.scripts == ["invoice_flash"]
    assert "15天" in said.text


@pytest.mark.parametrize("action", [ActionAskInvoice(), InvoiceForm()])
async def test_what_was_not_paid_has_no_invoice_yet(sessions, ask, action):
    await open_shop(sessions, make_order("O1", Stage.UNPAID, None))
    said = await ask(action, order="O1", entities=COMPANY)
    assert (said.scripts, said.proposals) == (["invoice_policy"], [])


async def test_without_an_order_the_policy_is_told(sessions, ask):
    await open_shop(sessions)
    assert (await ask(InvoiceForm(), entities=COMPANY)).scripts == ["invoice_policy"]


@pytest.mark.parametrize("action", [ActionAskInvoice(), InvoiceForm()])
async def test_another_buyers_order_reads_like_a_missing_one(sessions, ask, action):
    await open_shop(sessions, make_order("O2", Stage.PAID, buyer="b002"))
    said = await ask(action, order="O2")
    assert (said.scripts, said.facts) == (["order_not_found"], {})
