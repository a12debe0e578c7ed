"""Dispatch promises (C1), couriers and fees by region (B11, C2), transit days (C3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from shop.calendar import add_shipping_days, find_shipping_day, is_published
from shop.errors import NotFound
from shop.facts import Reading, source
from shop.keys import split_key
from shop.models import Order, Product, Sku
from shop.orders import WAITING, describe_goods, get_order
from shop.policy import Policy, RegionRule, ShippingSection
from shop.promotions import list_running
from shop.regions import find_province

ANY_GOODS = "any"
"""The key for goods in general: in stock and not made to order."""


class Sale(StrEnum):
    """How an order was sold; campaign and flash sale ship by their own rule."""

    NORMAL = "normal"
    CAMPAIGN = "campaign"
    FLASH = "flash"


class Rule(StrEnum):
    """Which rule of C1 gave the date."""

    SAME_DAY = "same_day"
    AFTER_CUTOFF = "after_cutoff"
    REST_DAY = "rest_day"
    NO_STOCK = "no_stock"
    MADE_TO_ORDER = "made_to_order"
    CAMPAIGN = "campaign"
    FLASH = "flash"


@dataclass(frozen=True, slots=True)
class Goods:
    """What the promise must know of an order line."""

    in_stock: bool = True
    made_to_order: bool = False
    restock_on: date | None = None  # when goods out of stock are back, if known


@dataclass(frozen=True, slots=True)
class Promise:
    """By which day an order leaves the shop, in the shop's time zone."""

    ship_by: date
    rule: Rule
    calendar_known: bool  # False: that year's public holidays are not published yet


def promise_dispatch(
    paid_at: datetime | None, now: datetime, goods: Iterable[Goods], sale: Sale, policy: Policy
) -> Promise:
    """By when an order ships (C1). Not paid yet: what holds if it is paid now.

    The latest of the rules that apply decides; of two that give the same day, the one named first here.
    """
    shipping = policy.shipping
    paid = (paid_at or now).astimezone(policy.zone)
    base, base_rule = _handling_day(paid, shipping)
    dated = [(base, base_rule)]
    for item in goods:
        if not item.in_stock:
            dated.append((_restocked_day(base, item.restock_on, shipping), Rule.NO_STOCK))
        if item.made_to_order:
            dated.append((_hours_later(paid, shipping.made_to_order_hours, shipping), Rule.MADE_TO_ORDER))
    if sale is Sale.CAMPAIGN:
        dated.append((_hours_later(paid, shipping.campaign_hours, shipping), Rule.CAMPAIGN))
    if sale is Sale.FLASH:
        dated.append((_hours_later(paid, shipping.flash_days * 24, shipping), Rule.FLASH))
    ship_by, rule = max(dated, key=lambda pair: pair[0])
    return Promise(ship_by, rule, is_published(ship_by))


def _handling_day(paid: datetime, shipping: ShippingSection) -> tuple[date, Rule]:
    """The day an order is handled: today when it came by the cut-off of a shipping day, else the next one."""
    today = paid.date()
    if find_shipping_day(today, shipping) != today:
        return find_shipping_day(today, shipping), Rule.REST_DAY
    if paid.time() <= shipping.cutoff:
        return today, Rule.SAME_DAY
    return find_shipping_day(today + timedelta(days=1), shipping), Rule.AFTER_CUTOFF


def _restocked_day(base: date, restock_on: date | None, shipping: ShippingSection) -> date:
    later = add_shipping_days(base, shipping.no_stock_extra_days, shipping)
    return later if restock_on is None else max(later, find_shipping_day(restock_on, shipping))


def _hours_later(paid: datetime, hours: int, shipping: ShippingSection) -> date:
    """The first shipping day at or after a deadline in hours: a date the shop is sure to keep."""
    return find_shipping_day((paid + timedelta(hours=hours)).date(), shipping)


def find_region_rule(place: str, shipping: ShippingSection) -> tuple[str, RegionRule] | None:
    """The province of a place and its courier, fee and transit days (C2); None for no place we know."""
    province = find_province(place)
    if province is None:
        return None
    rule = next((rule for rule in shipping.regions if province in rule.regions), shipping.elsewhere)
    return province, rule


def expect_arrival(ship_by: date, rule: RegionRule) -> tuple[date, date]:
    """First and last day a parcel that ships on `ship_by` should arrive (C3); the courier may be late."""
    first, last = rule.transit_days
    return ship_by + timedelta(days=first), ship_by + timedelta(days=last)


async def _goods_of(session: AsyncSession, order: Order) -> list[Goods]:
    """What an order holds. Its pieces already left the stock when it was placed (B1).

    Stock below zero was sold too often; at zero nobody can tell whether this order has the last piece, so
    the extra day is promised, but not the day of the next delivery.
    """
    skus = await session.scalars(select(Sku).where(Sku.id.in_([line.sku_id for line in order.lines])))
    return [
        Goods(sku.stock > 0, sku.product.made_to_order, sku.restock_on if sku.stock < 0 else None)
        for sku in skus
    ]


async def _goods_wanted(session: AsyncSession, record: str) -> tuple[list[Goods], str | None]:
    """What a buyer would order (a SKU, an item, or `any`) and the product it belongs to."""
    if record == ANY_GOODS:
        return [Goods()], None
    sku = await session.get(Sku, record)
    if sku is not None:
        goods = Goods(sku.stock > 0, sku.product.made_to_order, sku.restock_on)
        return [goods], sku.product_id
    product = await session.get(Product, record)
    if product is None:
        raise NotFound(f"no item {record!r}")
    stocked = await session.scalar(select(Sku.id).where(Sku.product_id == record, Sku.stock > 0).limit(1))
    return [Goods(stocked is not None, product.made_to_order)], product.id


async def find_sale(session: AsyncSession, product_id: str, now: datetime) -> Sale:
    """How an item is sold at this moment: in a campaign, a flash sale, or as always."""
    running = await list_running(session, now, product_id=product_id)
    if any(promotion.kind == "flash" for promotion in running):
        return Sale.FLASH
    return Sale.CAMPAIGN if any(promotion.campaign for promotion in running) else Sale.NORMAL


def _promise_facts(promise: Promise, region_rule: RegionRule | None) -> dict[str, Any]:
    arrival = expect_arrival(promise.ship_by, region_rule) if region_rule else (None, None)
    return {
        "ship_by": promise.ship_by,
        "rule": promise.rule.value,
        "calendar_known": promise.calendar_known,
        "courier": region_rule.courier if region_rule else None,
        "arrive_from": arrival[0],
        "arrive_to": arrival[1],
    }


@source("dispatch")
async def read_dispatch(reading: Reading, key: str) -> dict[str, Any]:
    """When the buyer's order ships and should arrive; `overdue` when the promised day has passed."""
    order = await get_order(reading.session, reading.buyer_id, key)
    policy, zone = reading.policy, reading.policy.zone
    goods = await _goods_of(reading.session, order)
    promise = promise_dispatch(order.paid_at, reading.now, goods, Sale(order.sale), policy)
    found = find_region_rule(order.region, policy.shipping)
    waiting = order.stage in WAITING
    return {
        "order_no": order.no,
        "title": await describe_goods(reading.session, order),
        "waiting": waiting,
        "cutoff": f"{policy.shipping.cutoff:%H:%M}",
        "today": reading.now.astimezone(zone).date(),
        "overdue": waiting and reading.now.astimezone(zone).date() > promise.ship_by,
        "region": found[0] if found else None,
    } | _promise_facts(promise, found[1] if found else None)


@source("dispatch_now")
async def read_dispatch_now(reading: Reading, key: str) -> dict[str, Any]:
    """When goods ship and should arrive if they are paid now: `dispatch_now:P1?region=浙江`, or `any`."""
    record, asked = split_key(key)
    goods, product_id = await _goods_wanted(reading.session, record)
    sale = await find_sale(reading.session, product_id, reading.now) if product_id else Sale.NORMAL
    promise = promise_dispatch(None, reading.now, goods, sale, reading.policy)
    found = find_region_rule(asked.get("region", ""), reading.policy.shipping)
    return {
        "today": reading.now.astimezone(reading.policy.zone).date(),
        "cutoff": f"{reading.policy.shipping.cutoff:%H:%M}",
        "sale": sale.value,
        "region": found[0] if found else None,
    } | _promise_facts(promise, found[1] if found else None)


@source("shipping")
async def read_shipping(reading: Reading, key: str) -> dict[str, Any]:
    """Courier and fee to a region: `shipping:浙江?courier=顺丰&item=P1`.

    `surcharge` is None for a courier the shop does not offer; `free` is None without an item.
    """
    place, asked = split_key(key)
    shipping = reading.policy.shipping
    found = find_region_rule(place, shipping)
    if found is None:
        raise NotFound(f"no region {place!r}")
    region, rule = found
    price = await _lowest_price(reading.session, asked.get("item"))
    return {
        "region": region,
        "courier": rule.courier,
        "fee": rule.fee,
        "free_from": shipping.free_from,
        "wished": asked.get("courier"),
        "surcharge": shipping.surcharges.get(asked.get("courier", "")),
        "price_from": price,
        "free": None if price is None else price >= shipping.free_from,
    }


async def _lowest_price(session: AsyncSession, product_id: str | None) -> Decimal | None:
    if product_id is None:
        return None
    return await session.scalar(select(func.min(Sku.price)).where(Sku.product_id == product_id))
