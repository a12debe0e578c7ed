"""Hints on what to try in the demo shop: live records that show a case, with things to say."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from shop.models import (
    Coupon,
    Customer,
    CustomerCoupon,
    Order,
    OrderLine,
    ParcelState,
    Product,
    Shipment,
    Sku,
    Stage,
)

HINTS = Path(__file__).with_name("hints.yml")


@dataclass(frozen=True, slots=True)
class DemoHint:
    """A buyer, with an order or an item, what to say as that buyer, and what the answer shows."""

    buyer_id: str
    shows: str
    say: tuple[str, ...]
    order_no: str | None = None
    item_id: str | None = None
    sku_id: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A record that shows a case. Without a buyer, any will do."""

    buyer_id: str | None = None
    order_no: str | None = None
    item_id: str | None = None
    sku_id: str | None = None
    words: dict[str, str] = field(default_factory=dict)


Find = Callable[[AsyncSession, datetime], Awaitable[Found | None]]


async def list_demo(session: AsyncSession, now: datetime) -> list[DemoHint]:
    """What to try now; a case that no live record shows is left out."""
    buyers = (await session.scalars(select(Customer.id).order_by(Customer.id))).all()
    if not buyers:
        return []
    hints = []
    for case in yaml.safe_load(HINTS.read_text(encoding="utf-8")):
        found = await FINDERS[case["find"]](session, now)
        if found:
            hints.append(_hint(case, found, buyers[0]))
    return hints


def _hint(case: dict[str, Any], found: Found, anyone: str) -> DemoHint:
    return DemoHint(
        buyer_id=found.buyer_id or anyone,
        shows=case["shows"],
        say=tuple(line.format_map(found.words) for line in case["say"]),
        order_no=found.order_no,
        item_id=found.item_id,
        sku_id=found.sku_id,
    )


def _sku_where(*conditions: Any, popular: bool = True) -> Find:
    """A SKU on sale, of a popular item, that meets the conditions."""

    async def find(session: AsyncSession, _now: datetime) -> Found | None:
        query = (
            select(Sku).join(Product).where(Product.on_sale, Product.made_to_order.is_(False), *conditions)
        )
        sku = await session.scalar(query.order_by(Product.popularity.desc(), Sku.id).limit(1))
        if sku is None:
            return None
        words = {"color": sku.color, "size": sku.size, "item": sku.product.short_name}
        return Found(item_id=sku.product_id, sku_id=sku.id, words=words)

    return find


def _order_where(*conditions: Any, parcel: bool = False, newest: bool = True, skip: int = 0) -> Find:
    """An order that meets the conditions: last (or first) signed, then by buyer; `parcel` joins parcels."""

    async def find(session: AsyncSession, _now: datetime) -> Found | None:
        query = select(Order.buyer_id, Order.no, Sku.product_id)
        query = query.join(OrderLine, OrderLine.order_no == Order.no).join(Sku, Sku.id == OrderLine.sku_id)
        if parcel:
            query = query.join(Shipment, Shipment.order_no == Order.no)
        when = Order.signed_at.desc() if newest else Order.signed_at
        query = query.where(*conditions).order_by(when, Order.buyer_id, Order.no).offset(skip).limit(1)
        row = (await session.execute(query)).first()
        return Found(row.buyer_id, row.no, row.product_id) if row else None

    return find


def _parcel(state: ParcelState, direction: str = "out") -> Find:
    stage = Stage.SHIPPED if direction == "out" else Stage.SIGNED
    return _order_where(
        Shipment.state == state, Shipment.direction == direction, Order.stage == stage, parcel=True
    )


async def _coupon(session: AsyncSession, now: datetime) -> Found | None:
    held = select(CustomerCoupon.buyer_id).join(Coupon).where(CustomerCoupon.state == "held")
    held = held.where(Coupon.starts_at <= now, Coupon.ends_at > now).order_by(CustomerCoupon.buyer_id)
    buyer_id = await session.scalar(held.limit(1))
    return Found(buyer_id=buyer_id) if buyer_id else None


async def _anyone(_session: AsyncSession, _now: datetime) -> Found:
    return Found()


_SENT_BACK = exists().where(Shipment.order_no == Order.no, Shipment.direction == "return")

FINDERS: dict[str, Find] = {
    "sku_in": _sku_where(Sku.stock >= 10, Product.category == "shoes"),
    "sku_low": _sku_where(Sku.stock.between(1, 4)),
    "sku_empty": _sku_where(Sku.stock == 0, Sku.restock_on.is_not(None)),
    "shoes": _sku_where(Product.category == "shoes", Sku.size == "39"),
    "clothes": _sku_where(Product.category == "clothes"),
    "bargain": _sku_where(Product.floor_price.is_not(None), Sku.stock > 0),
    "coupon": _coupon,
    "unpaid": _order_where(Order.stage == Stage.UNPAID),
    "paid": _order_where(Order.stage == Stage.PAID, Order.sale == "normal", Sku.stock > 0),
    "paid_empty": _order_where(Order.stage == Stage.PAID, Order.sale == "normal", Sku.stock == 0),
    "packed": _order_where(Order.stage == Stage.PACKED),
    "in_transit": _parcel(ParcelState.IN_TRANSIT),
    "out_for_delivery": _parcel(ParcelState.OUT_FOR_DELIVERY),
    "stalled": _parcel(ParcelState.STALLED),
    "signed_now": _order_where(Order.stage == Stage.SIGNED, ~_SENT_BACK),
    "signed_days": _order_where(Order.stage == Stage.SIGNED, ~_SENT_BACK, Order.sale == "normal", skip=8),
    "signed_long": _order_where(Order.stage == Stage.SIGNED, ~_SENT_BACK, newest=False),
    "coming_back": _parcel(ParcelState.IN_TRANSIT, "return"),
    "anyone": _anyone,
}
