"""What a change does to an order once it is done: address, goods, closing; stock follows (C6, C8)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from shop.errors import Refused
from shop.models import Order, OrderLine, Sku, Stage
from shop.notes import Flag
from shop.orders import get_order

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
CANCELLED = "买家取消"

Change = dict[str, Any]
"""What becomes of an order, as a task keeps it: `{"to": {…address parts}, "line": {…}, "cancel": true}`."""


@dataclass(frozen=True, slots=True)
class Prices:
    """What the price of a changed line depends on. Yuan."""

    unit_paid: Decimal  # of a piece as it was bought
    quantity: int
    price_now: Decimal  # of the SKU that was bought, today
    new_price_now: Decimal  # of the SKU that is wanted, today
    new_quantity: int
    goods_total: Decimal  # of the whole order
    discount: Decimal


def price_difference(prices: Prices) -> Decimal:
    """What the buyer pays on top (positive) or gets back (negative) for a changed line.

    The buyer keeps the price they bought at, moved by what the two SKUs differ by today. What goes back is
    the share that was really paid after the order's discount; what is added is paid in full.
    """
    new_unit = max(prices.unit_paid + prices.new_price_now - prices.price_now, ZERO)
    difference = new_unit * prices.new_quantity - prices.unit_paid * prices.quantity
    if difference < 0 and prices.goods_total > 0:
        difference *= (prices.goods_total - prices.discount) / prices.goods_total
    return difference.quantize(CENT, ROUND_HALF_UP)


async def hold_order(session: AsyncSession, buyer_id: str, no: str) -> Order:
    """The buyer's own order as it is now, its row held until the transaction ends. Raises NotFound.

    An update that changes nothing takes the row on PostgreSQL; on SQLite the transaction has the database.
    """
    await get_order(session, buyer_id, no)
    taken = update(Order).where(Order.no == no).values(flag=Order.flag)
    await session.execute(taken, execution_options={"synchronize_session": False})
    return await session.get_one(Order, no, populate_existing=True)


async def take_stock(session: AsyncSession, sku_id: str, pieces: int) -> None:
    """Take pieces from the stock; a negative number gives back. Raises Refused when there are too few."""
    if not pieces:
        return
    take = update(Sku).where(Sku.id == sku_id).values(stock=Sku.stock - pieces)
    if pieces > 0:
        take = take.where(Sku.stock >= pieces)
    taken = await session.execute(take, execution_options={"synchronize_session": False})
    if not taken.rowcount:  # type: ignore[attr-defined]
        raise Refused(f"SKU {sku_id} has no {pieces} pieces left", because="sold_out")


async def apply_change(session: AsyncSession, order: Order, change: Change, now: datetime) -> None:
    """Make the change come true on the order. New goods were reserved before."""
    for name, value in change.get("to", {}).items():
        setattr(order, name, value)
    if "line" in change:
        await _apply_line(session, order, change["line"])
    if change.get("cancel"):
        await close_order(session, order, CANCELLED, now)
    await session.flush()


async def undo_change(session: AsyncSession, change: Change) -> None:
    """Give back what a change had reserved: it will not happen."""
    if "line" in change:
        await take_stock(session, change["line"]["sku_id"], -max(change["line"]["reserved"], 0))


async def _apply_line(session: AsyncSession, order: Order, wanted: Change) -> None:
    line = next(item for item in order.lines if item.id == wanted["id"])
    sku = await session.get_one(Sku, wanted["sku_id"])
    if sku.id != line.sku_id:
        await take_stock(session, line.sku_id, -line.quantity)
    elif wanted["reserved"] < 0:
        await take_stock(session, sku.id, wanted["reserved"])
    before = line.unit_price * line.quantity
    line.sku_id, line.color, line.size = sku.id, sku.color, sku.size
    line.quantity, line.unit_price = wanted["quantity"], Decimal(wanted["unit_price"])
    order.goods_total += line.unit_price * line.quantity - before


async def close_order(session: AsyncSession, order: Order, reason: str, now: datetime) -> None:
    """Close an order that will not be delivered: its goods are on sale again, its flag is purple (C7)."""
    for line in order.lines:
        await take_stock(session, line.sku_id, -line.quantity)
    order.stage, order.closed_at, order.close_reason = Stage.CLOSED, now, reason
    order.flag = Flag.PURPLE.value


def find_line(order: Order, sku_id: str | None) -> OrderLine:
    """The line that is meant: the one named, or the only one. Raises Refused when it is not clear."""
    lines = [line for line in order.lines if sku_id in (None, line.sku_id)]
    if len(lines) != 1:
        raise Refused(
            f"order {order.no} has {len(lines)} such lines: say which one with sku_id", because="which_line"
        )
    return lines[0]
