"""Invoices: what one needs, for how much it may be, and by when it goes out (B15)."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shop.calendar import find_shipping_day
from shop.facts import Reading, source
from shop.manual_payments import sum_refunds
from shop.models import Order, Promotion, Sku
from shop.orders import describe_goods, get_order
from shop.policy import Policy
from shop.shipping import Sale

Kind = Literal["electronic", "paper", "special"]
KIND_NAMES: dict[str, str] = {"electronic": "电子发票", "paper": "纸质发票", "special": "增值税专用发票"}

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
PAPER_WORDS = ("纸质", "纸票", "纸的")
ELECTRONIC_WORDS = ("电子", "数电")
PERSON_WORDS = ("个人", "私人", "自己的名字")

_BANK = re.compile(
    r"(?:开户行|开户银行|银行)[::是为]*\s*([一-鿿()]{2,30}?(?:银行|信用社|农商行)[一-鿿]{0,20})"
)
_ACCOUNT = re.compile(r"(?:账号|帐号|账户|帐户|卡号)[::是为]*\s*(\d[\d ]{8,28}\d)")
_LANDLINE = re.compile(r"(?<!\d)(0\d{2,3}-?\d{7,8})(?!\d)")


def is_organisation(title: str) -> bool:
    """Whether the title is a company's or another organisation's, not a person's."""
    return any(word in title for word in COMPANY_WORDS)


def is_special(text: str) -> bool:
    """Whether a special VAT invoice is asked for."""
    return any(word in text for word in SPECIAL_WORDS)


def find_kind(text: str) -> Kind | None:
    """The kind of invoice that these words ask for, or None."""
    if is_special(text):
        return "special"
    if any(word in text for word in PAPER_WORDS):
        return "paper"
    return "electronic" if any(word in text for word in ELECTRONIC_WORDS) else None


def find_bank(text: str) -> str | None:
    """The bank named in a text that gives the data of a special invoice."""
    found = _BANK.search(text)
    return found[1] if found else None


def find_account(text: str) -> str | None:
    """The bank account in such a text, digits only."""
    found = _ACCOUNT.search(text)
    return found[1].replace(" ", "") if found else None


def find_landline(text: str) -> str | None:
    """The company's telephone in such a text, as written."""
    found = _LANDLINE.search(text)
    return found[1] if found else None


@dataclass(frozen=True, slots=True)
class InvoiceData:
    """What a customer has said of the invoice so far."""

    kind: str | None = None
    title: str | None = None
    tax_no: str | None = None
    email: str | None = None
    address: str | None = None
    phone: str | None = None
    bank: str | None = None
    account: str | None = None


def list_missing(data: InvoiceData) -> list[str]:
    """What must still be asked for, in the order it is asked: a company's number, an e-mail, the full set."""
    wanted = ["kind", "title"]
    if data.kind == "special" or (data.title and is_organisation(data.title)):
        wanted.append("tax_no")
    if data.kind == "electronic":
        wanted.append("email")
    if data.kind == "special":
        wanted += ["address", "phone", "bank", "account"]
    return [name for name in wanted if not getattr(data, name)]


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


def promise_invoice(now: datetime, sale: Sale, event_end: datetime | None, policy: Policy) -> date:
    """By when the invoice goes out: within the policy's days; of a flash sale so long after its end (B15).

    The day is one the shop works on, and never before today.
    """
    day = now.astimezone(policy.zone).date() + timedelta(days=policy.invoice.within_days)
    if sale is Sale.FLASH:
        end = (event_end or now).astimezone(policy.zone).date()
        day = max(day, end + timedelta(days=policy.invoice.flash_after_event_days))
    return find_shipping_day(day, policy.shipping)


async def find_event_end(session: AsyncSession, order: Order) -> datetime | None:
    """When the flash sale ended in which the order was bought; None for any other order."""
    if order.sale != Sale.FLASH:
        return None
    skus = await session.scalars(select(Sku).where(Sku.id.in_([line.sku_id for line in order.lines])))
    bought = {sku.product_id for sku in skus}
    query = select(Promotion).where(
        Promotion.kind == "flash",
        Promotion.starts_at <= order.created_at,
        Promotion.ends_at >= order.created_at,
    )
    ends = [
        promotion.ends_at
        for promotion in await session.scalars(query)
        if promotion.product_ids is None or bought & set(promotion.product_ids)
    ]
    return max(ends, default=None)


async def find_amount(session: AsyncSession, order: Order) -> Decimal:
    """What an invoice of the order may say: what was actually paid and does not go back (B15)."""
    return order.total - await sum_refunds(session, order.no)


@source("invoice")
async def read_invoice(reading: Reading, key: str) -> dict[str, Any]:
    """What holds for the invoice of the buyer's order: the amount is what was actually paid."""
    order = await get_order(reading.session, reading.buyer_id, key)
    invoice, sale = reading.policy.invoice, Sale(order.sale)
    event_end = await find_event_end(reading.session, order)
    return {
        "order_no": order.no,
        "title": await describe_goods(reading.session, order),
        "paid_total": await find_amount(reading.session, order),
        "kinds": list(invoice.kinds),
        "within_days": invoice.within_days,
        "flash": sale is Sale.FLASH,
        "flash_after_event_days": invoice.flash_after_event_days,
        "due_on": promise_invoice(reading.now, sale, event_end, reading.policy),
    }
