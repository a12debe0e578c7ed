"""Paying: until when an order can be paid, and how (B12)."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from shop.errors import NotFound
from shop.facts import Reading, source
from shop.models import Order, Stage
from shop.order_effects import close_order
from shop.orders import WAITING, get_order, has_product, list_orders
from shop.policy import PaymentSection, Policy


def payable_until(created_at: datetime, sale: str, rules: PaymentSection) -> datetime:
    """When an unpaid order closes itself: after minutes in a flash sale, after days otherwise (B12)."""
    if sale == "flash":
        return created_at + timedelta(minutes=rules.flash_payable_minutes)
    return created_at + timedelta(days=rules.payable_days)


UNPAID_TOO_LONG = "超时未付款自动关闭"
MOST_CLOSED = 500


async def close_unpaid(session: AsyncSession, policy: Policy, now: datetime) -> int:
    """Close the orders whose time to pay is over; their goods are on sale again. How many (B12).

    Each order's row is held and looked at once more: one that was paid meanwhile stays.
    """
    closed = 0
    for no in await list_lapsed(session, policy, now):
        order = await session.get_one(Order, no, with_for_update=True, populate_existing=True)
        if order.stage is Stage.UNPAID:
            await close_order(session, order, UNPAID_TOO_LONG, now)
            closed += 1
    return closed


async def list_lapsed(session: AsyncSession, policy: Policy, now: datetime) -> list[str]:
    """The numbers of unpaid orders that can be paid no longer, the oldest first."""
    rules = policy.payment
    latest = {sale: now - (payable_until(now, sale, rules) - now) for sale in ("flash", "")}
    is_over = or_(
        and_(Order.sale == "flash", Order.created_at <= latest["flash"]),
        and_(Order.sale != "flash", Order.created_at <= latest[""]),
    )
    query = select(Order.no).where(Order.stage == Stage.UNPAID, is_over)
    return list(await session.scalars(query.order_by(Order.created_at, Order.no).limit(MOST_CLOSED)))


async def find_unpaid_order(reading: Reading, item_id: str | None = None) -> Order | None:
    """The buyer's newest order that still waits for payment, of the item where one is given."""
    for order in await list_orders(reading.session, reading.buyer_id):
        if _is_payable(order, reading) and await _holds(reading, order, item_id):
            return order
    return None


async def _holds(reading: Reading, order: Order, item_id: str | None) -> bool:
    return item_id is None or await has_product(reading.session, order, item_id)


async def find_fresh_order(reading: Reading, item_id: str | None = None) -> Order | None:
    """The buyer's newest order that was paid within `confirm_within_hours` and has not been sent (A10).

    With an item it must hold that: who looks at one item does not mean another's order.
    """
    since = reading.now - timedelta(hours=reading.policy.payment.confirm_within_hours)
    orders = await list_orders(reading.session, reading.buyer_id)
    fresh = [one for one in orders if one.stage in WAITING and one.paid_at and one.paid_at > since]
    for order in fresh:
        if await _holds(reading, order, item_id):
            return order
    return None


@source("confirmation")
async def read_confirmation(reading: Reading, key: str) -> dict[str, Any]:
    """What the buyer's own order holds and where it goes, for them to check before it is sent (A10)."""
    order = await get_order(reading.session, reading.buyer_id, key)
    if order.stage not in (Stage.UNPAID, *WAITING):
        raise NotFound(f"order {key!r} is not waiting to be sent")
    return {
        "order_no": order.no,
        "goods": [
            {"title": line.title, "color": line.color, "size": line.size, "pieces": line.quantity}
            for line in order.lines
        ],
        "total": order.total,
        "recipient": order.recipient,
        "phone_tail": order.phone[-4:],
        "region": "" if order.address.startswith(order.region) else order.region,
        "address": order.address,
    }


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
