"""Paying: until when an order can be paid, and how (B12)."""

from datetime import datetime, timedelta
from typing import Any

from shop.errors import NotFound
from shop.facts import Reading, source
from shop.models import Order, Stage
from shop.orders import get_order, list_orders
from shop.policy import PaymentSection


def payable_until(created_at: datetime, sale: str, rules: PaymentSection) -> datetime:
    """When an unpaid order closes itself: after minutes in a flash sale, after days otherwise (B12)."""
    if sale == "flash":
        return created_at + timedelta(minutes=rules.flash_payable_minutes)
    return created_at + timedelta(days=rules.payable_days)


async def find_unpaid_order(reading: Reading) -> Order | None:
    """The buyer's newest order that still waits for payment."""
    for order in await list_orders(reading.session, reading.buyer_id):
        if _is_payable(order, reading):
            return order
    return None


def _is_payable(order: Order, reading: Reading) -> bool:
    rules = reading.policy.payment
    return order.stage is Stage.UNPAID and payable_until(order.created_at, order.sale, rules) > reading.now


@source("unpaid")
async def read_unpaid(reading: Reading, key: str) -> dict[str, Any]:
    """The total of the buyer's own unpaid order and until when it can be paid."""
    order = await get_order(reading.session, reading.buyer_id, key)
    if not _is_payable(order, reading):
        raise NotFound(f"order {key!r} does not wait for payment")
    until = payable_until(order.created_at, order.sale, reading.policy.payment)
    return {
        "order_no": order.no,
        "total": order.total,
        "shipping_fee": order.shipping_fee,
        "payable_until": until.astimezone(reading.policy.zone),
    }
