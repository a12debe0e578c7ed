"""Orders: the buyer's own, which one a question means, what may still change at its stage (C6, C8)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from shop.errors import NotFound
from shop.facts import Reading, source
from shop.guests import is_theirs, own_orders
from shop.keys import split_key
from shop.models import Order, OrderLine, Sku, Stage
from shop.product import list_skus_of_kind

RECENT_ORDERS = 20
"""How many of a buyer's orders are looked at; older ones are found by their number."""
OFFERED_ORDERS = 3
"""How many orders a buyer is asked to choose from."""

WAITING = (Stage.PAID, Stage.PRINTED, Stage.PACKED)
"""Paid and not shipped yet."""


class Purpose(StrEnum):
    """What an order is looked for; it decides which of several is meant."""

    TRACK = "track"
    DISPATCH = "dispatch"
    CHANGE = "change"
    AFTER_SALES = "after_sales"
    INVOICE = "invoice"
    REFUND = "refund"


# Stages in order of preference: the first group that has an order gives the candidates.
_PREFERRED: dict[Purpose, tuple[tuple[Stage, ...], ...]] = {
    Purpose.TRACK: ((Stage.SHIPPED,), WAITING, (Stage.SIGNED,)),
    Purpose.DISPATCH: (WAITING, (Stage.SHIPPED,)),
    Purpose.CHANGE: ((Stage.UNPAID, *WAITING), (Stage.SHIPPED,)),
    Purpose.AFTER_SALES: ((Stage.SIGNED, Stage.SHIPPED), WAITING),
    Purpose.INVOICE: ((*WAITING, Stage.SHIPPED, Stage.SIGNED),),
    Purpose.REFUND: ((Stage.SIGNED, Stage.SHIPPED), WAITING, (Stage.CLOSED,)),
}

ASKS_WHICH = {Purpose.CHANGE, Purpose.AFTER_SALES, Purpose.INVOICE}
"""Where a wrong guess would touch the wrong order, several candidates are asked about."""


async def get_order(session: AsyncSession, buyer_id: str, no: str) -> Order:
    """The buyer's own order, or one a guest has proved. Raises NotFound alike for missing and another's."""
    order = await session.get(Order, no)
    if order is None or not await is_theirs(session, buyer_id, order):
        raise NotFound(f"no order {no!r} of this buyer")
    return order


async def list_orders(session: AsyncSession, buyer_id: str) -> list[Order]:
    """The buyer's recent orders, newest first."""
    query = select(Order).where(own_orders(buyer_id)).order_by(Order.created_at.desc(), Order.no)
    return list(await session.scalars(query.limit(RECENT_ORDERS)))


async def list_candidates(
    session: AsyncSession,
    buyer_id: str,
    purpose: Purpose,
    goods: Sequence[str] = (),
    *,
    but: str | None = None,
) -> list[Order]:
    """The orders a question may mean, newest first; all but one where another is asked for.

    `goods` are ids of items or words for a kind ("鞋"): each leaves only the orders that hold such goods,
    if there are any.
    """
    orders = [order for order in await list_orders(session, buyer_id) if order.no != but]
    found = await _narrow(session, orders, goods)
    return choose_candidates([order for order, _ in found], purpose)


async def _narrow(
    session: AsyncSession, orders: Sequence[Order], goods: Sequence[str]
) -> list[tuple[Order, OrderLine | None]]:
    """The orders that hold the goods named, each with the line that does; the first one where none is."""
    found = [(order, order.lines[0] if order.lines else None) for order in orders]
    for named in goods:
        wanted = await _list_skus_named(session, [order for order, _ in found], named)
        lines = [(order, _find_line(order, wanted)) for order, _ in found]
        found = [(order, line) for order, line in lines if line is not None] or found
    return found


async def _list_skus_named(session: AsyncSession, orders: Sequence[Order], named: str) -> set[str]:
    """The SKUs of these orders that an item's id or a word for a kind means."""
    sku_ids = {line.sku_id for order in orders for line in order.lines}
    of_item = set(await session.scalars(_of_item(named, sku_ids)))
    return of_item or set(await list_skus_of_kind(session, named, sku_ids))


async def holds_goods(session: AsyncSession, buyer_id: str, named: str) -> bool:
    """Whether any recent order of the buyer holds such goods."""
    return bool(await _list_skus_named(session, await list_orders(session, buyer_id), named))


async def list_lines_of(session: AsyncSession, order: Order, named: str) -> list[OrderLine]:
    """The order's lines of an item, by its id, or of a kind, by a word for it."""
    wanted = await _list_skus_named(session, [order], named)
    return [line for line in order.lines if line.sku_id in wanted]


def _find_line(order: Order, sku_ids: Collection[str]) -> OrderLine | None:
    return next((line for line in order.lines if line.sku_id in sku_ids), None)


def choose_candidates(orders: Sequence[Order], purpose: Purpose) -> list[Order]:
    """The orders of the first preferred stages that have any; one only where a guess does no harm."""
    if purpose is Purpose.REFUND:  # an order on its way back is the one whose money is waited for
        orders = [order for order in orders if _comes_back(order)] or orders
    for stages in _PREFERRED[purpose]:
        found = [order for order in orders if order.stage in stages]
        if found:
            return found if purpose in ASKS_WHICH else found[:1]
    return []


def _comes_back(order: Order) -> bool:
    return any(parcel.direction == "return" for parcel in order.shipments)


def _of_item(product_id: str, sku_ids: Collection[str]) -> Select[str]:
    return select(Sku.id).where(Sku.id.in_(sku_ids), Sku.product_id == product_id)


async def has_product(session: AsyncSession, order: Order, product_id: str) -> bool:
    """Whether the order holds the item."""
    sku_ids = {line.sku_id for line in order.lines}
    return await session.scalar(_of_item(product_id, sku_ids).limit(1)) is not None


async def describe_goods(session: AsyncSession, order: Order) -> str:
    """What a sentence calls the order: the short name of its first goods."""
    return await _describe_line(session, order.lines[0]) if order.lines else order.no


async def _describe_line(session: AsyncSession, line: OrderLine) -> str:
    sku = await session.get(Sku, line.sku_id)
    return sku.product.short_name if sku else line.title


def local_time(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    """A moment in the shop's zone, as the customer reads it."""
    return moment.astimezone(zone) if moment else None


@source("order")
async def read_order(reading: Reading, key: str) -> dict[str, Any]:
    """The figures of the buyer's own order; names, phone and address are left out."""
    order = await get_order(reading.session, reading.buyer_id, key)
    zone = reading.policy.zone
    return {
        "order_no": order.no,
        "title": await describe_goods(reading.session, order),
        "lines": len(order.lines),
        "pieces": sum(line.quantity for line in order.lines),
        "stage": order.stage.value,
        "sale": order.sale,
        "total": order.total,
        "region": order.region,
        "close_reason": order.close_reason,
        "created_at": local_time(order.created_at, zone),
        "paid_at": local_time(order.paid_at, zone),
        "shipped_at": local_time(order.shipped_at, zone),
        "signed_at": local_time(order.signed_at, zone),
    }


@source("order_goods")
async def read_order_goods(reading: Reading, key: str) -> dict[str, Any]:
    """The goods of the buyer's order, to choose from."""
    order = await get_order(reading.session, reading.buyer_id, key)
    skus = [await reading.session.get(Sku, line.sku_id) for line in order.lines]
    return {
        "order_no": order.no,
        "goods": [
            f"{sku.product.short_name if sku else line.title} {line.color}{line.size}"
            for line, sku in zip(order.lines, skus, strict=True)
        ],
    }


@source("orders")
async def read_candidates(reading: Reading, key: str) -> dict[str, Any]:
    """The newest orders a question of this purpose may mean: `orders:change?goods=鞋,P1`.

    Each is called by the goods named, else by its first; `among=NO,NO` keeps to those told before.
    """
    name, asked = split_key(key)
    if name not in list(Purpose):
        raise NotFound(f"no purpose {name!r}")
    goods = asked["goods"].split(",") if "goods" in asked else []
    orders = await list_candidates(reading.session, reading.buyer_id, Purpose(name), goods)
    told = [order for order in orders if order.no in asked.get("among", "").split(",")]
    called = await _narrow(reading.session, (told or orders)[:OFFERED_ORDERS], goods)
    return {"orders": [await _describe_candidate(reading, order, line) for order, line in called]}


async def _describe_candidate(reading: Reading, order: Order, line: OrderLine | None) -> dict[str, Any]:
    return {
        "no": order.no,
        "title": await _describe_line(reading.session, line) if line else order.no,
        "looks": f"{line.color}{line.size}" if line else "",
        "lines": len(order.lines),
        "on": order.created_at.astimezone(reading.policy.zone).date(),
    }


class Change(StrEnum):
    """What a buyer may want to have changed after ordering."""

    ADDRESS = "address"
    ITEM = "item"
    NOTE = "note"
    CANCEL = "cancel"


class Where(StrEnum):
    """Where a change is carried out at a stage, or why it cannot be any more."""

    BUYER = "buyer"  # not paid: the buyer changes it or lets the order lapse
    BACK_OFFICE = "back_office"  # not printed: changed there and noted
    SLIP = "slip"  # printed: the warehouse corrects the slip
    PARCEL = "parcel"  # packed: pulled back and printed again
    COURIER = "courier"  # shipped: after-sales tries to intercept or re-route
    EXCHANGE = "exchange"  # goods can only be changed for others once they are back
    RETURN = "return"  # signed: the way of a return
    TOO_LATE = "too_late"  # nothing left to change
    OVER = "over"  # the order is closed


@dataclass(frozen=True, slots=True)
class ChangeRule:
    """What holds for a change at a stage. `allowed` means that a note for it makes sense."""

    where: Where
    allowed: bool


_BEFORE_SHIPPING = {
    Stage.UNPAID: ChangeRule(Where.BUYER, allowed=False),
    Stage.PAID: ChangeRule(Where.BACK_OFFICE, allowed=True),
    Stage.PRINTED: ChangeRule(Where.SLIP, allowed=True),
    Stage.PACKED: ChangeRule(Where.PARCEL, allowed=True),
}

_AFTER_SHIPPING = {
    (Stage.SHIPPED, Change.ADDRESS): ChangeRule(Where.COURIER, allowed=True),
    (Stage.SHIPPED, Change.CANCEL): ChangeRule(Where.COURIER, allowed=True),
    (Stage.SHIPPED, Change.ITEM): ChangeRule(Where.EXCHANGE, allowed=True),
    (Stage.SHIPPED, Change.NOTE): ChangeRule(Where.TOO_LATE, allowed=False),
    (Stage.SIGNED, Change.ADDRESS): ChangeRule(Where.TOO_LATE, allowed=False),
    (Stage.SIGNED, Change.CANCEL): ChangeRule(Where.RETURN, allowed=True),
    (Stage.SIGNED, Change.ITEM): ChangeRule(Where.EXCHANGE, allowed=True),
    (Stage.SIGNED, Change.NOTE): ChangeRule(Where.TOO_LATE, allowed=False),
}


def allowed_change(stage: Stage, kind: Change) -> ChangeRule:
    """Where a change is made at a stage of the order (C6, C8)."""
    if stage is Stage.CLOSED:
        return ChangeRule(Where.OVER, allowed=False)
    return _BEFORE_SHIPPING.get(stage) or _AFTER_SHIPPING[stage, kind]


@source("change")
async def read_change(reading: Reading, key: str) -> dict[str, Any]:
    """What holds for a change of the buyer's order now: `change:NO?kind=address`."""
    no, asked = split_key(key)
    if asked.get("kind") not in list(Change):
        raise NotFound(f"no kind of change {asked.get('kind')!r}")
    order = await get_order(reading.session, reading.buyer_id, no)
    rule = allowed_change(order.stage, Change(asked["kind"]))
    return {
        "order_no": order.no,
        "title": await describe_goods(reading.session, order),
        "kind": asked["kind"],
        "stage": order.stage.value,
        "where": rule.where.value,
        "allowed": rule.allowed,
    }
