"""Invoices: what an invoice needs, and for how much it may be (B15)."""

from decimal import Decimal
from typing import Any

from shop.facts import Reading, source
from shop.orders import describe_goods, get_order
from shop.shipping import Sale

COMPANY_WORDS = (
    "公司",
    "集团",
    "厂",
    "企业",
    "事务所",
    "合作社",
    "中心",
    "医院",
    "学校",
    "大学",
    "银行",
    "工作室",
    "商行",
)
"""Words in a title that mean an organisation; its invoice needs a tax number."""

SPECIAL_WORDS = ("专票", "专用发票", "专用票", "增值税专")
"""Words that ask for a special VAT invoice."""


def is_organisation(title: str) -> bool:
    """Whether the title is a company's or another organisation's, not a person's."""
    return any(word in title for word in COMPANY_WORDS)


def is_special(text: str) -> bool:
    """Whether a special VAT invoice is asked for."""
    return any(word in text for word in SPECIAL_WORDS)


def find_missing(title: str | None, tax_no: str | None, *, special: bool) -> str | None:
    """What must still be asked for: `special` (the full set), `title`, `tax_no`, or None (B15)."""
    if special and not (title and tax_no):
        return "special"
    if not title:
        return "title"
    return "tax_no" if is_organisation(title) and not tax_no else None


def exceeds_paid(asked: Decimal | None, paid: Decimal) -> bool:
    """Whether more is asked for than was paid: unlawful, declined politely (B15)."""
    return asked is not None and asked > paid


@source("invoice")
async def read_invoice(reading: Reading, key: str) -> dict[str, Any]:
    """What holds for the invoice of the buyer's order: the amount is what was actually paid."""
    order = await get_order(reading.session, reading.buyer_id, key)
    invoice = reading.policy.invoice
    return {
        "order_no": order.no,
        "title": await describe_goods(reading.session, order),
        "paid_total": order.total,
        "kinds": list(invoice.kinds),
        "within_days": invoice.within_days,
        "flash": order.sale == Sale.FLASH,
        "flash_after_event_days": invoice.flash_after_event_days,
    }
