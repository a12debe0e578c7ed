"""Price protection: how much less goods cost now than a buyer paid, and whether it is given back (D11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from shop.facts import Reading, source
from shop.models import Order, Promotion, Stage
from shop.orders import get_order, list_orders
from shop.product import get_sku
from shop.promotions import flash_price, list_running, price_with

Verdict = Literal["due", "no_drop", "too_late", "campaign", "unpaid"]


@dataclass(frozen=True, slots=True)
class Bought:
    """A line of an order against the price of today; yuan a piece."""

    paid: Decimal
    now: Decimal
    quantity: int


def judge(
    paid_at: datetime | None,
    now: datetime,
    *,
    sale: str,
    days: int,
    in_campaigns: bool,
    lines: Sequence[Bought],
) -> tuple[Verdict, Decimal]:
    """Whether a difference is due, and how much: the sum over lines that became cheaper (D11)."""
    if paid_at is None:
        return "unpaid", Decimal("0.00")
    if sale != "normal" and not in_campaigns:
        return "campaign", Decimal("0.00")
    if (now - paid_at).days >= days:
        return "too_late", Decimal("0.00")
    drop = sum((max(b.paid - b.now, Decimal(0)) * b.quantity for b in lines), Decimal("0.00"))
    return ("due", drop) if drop else ("no_drop", drop)


async def find_protected_order(reading: Reading) -> Order | None:
    """The buyer's newest order that was paid and not closed."""
    orders = await list_orders(reading.session, reading.buyer_id)
    return next((o for o in orders if o.paid_at is not None and o.stage is not Stage.CLOSED), None)


@source("price_protection")
async def read_price_protection(reading: Reading, key: str) -> dict[str, Any]:
    """The difference on one of the buyer's own orders. Raises NotFound for any other."""
    order = await get_order(reading.session, reading.buyer_id, key)
    rules = reading.policy.price_protection
    lines = await _list_lines(reading, order)
    verdict, difference = judge(
        order.paid_at,
        reading.now,
        sale=order.sale,
        days=rules.days,
        in_campaigns=rules.in_campaigns,
        lines=lines,
    )
    return {
        "order_no": order.no,
        "days": rules.days,
        "verdict": verdict,
        "difference": difference,
        "paid_at": order.paid_at.astimezone(reading.policy.zone) if order.paid_at else None,
    }


async def _list_lines(reading: Reading, order: Order) -> list[Bought]:
    """What was paid a piece, the order's discount shared out, against today's price."""
    share = 1 - order.discount / order.goods_total if order.goods_total else Decimal(1)
    lines = []
    for line in order.lines:
        sku = await get_sku(reading.session, line.sku_id)
        running = await list_running(reading.session, reading.now, product_id=sku.product_id)
        counted = [p for p in running if reading.policy.price_protection.in_campaigns or not p.campaign]
        paid = (line.unit_price * share).quantize(Decimal("0.01"))
        lines.append(Bought(paid, _price_today(sku.id, sku.price, counted), line.quantity))
    return lines


def _price_today(sku_id: str, price: Decimal, promotions: Sequence[Promotion]) -> Decimal:
    """A piece's price now; flash sales never count, as their goods are few and their hours short."""
    if flash_price(promotions, sku_id) is not None:
        return price
    return min((price_with(p, price) for p in promotions), default=price)
