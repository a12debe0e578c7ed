"""Prices: what a buyer pays for so many pieces now, with the best promotion and coupon (B7, B8, B9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from shop.coupons import best_off, covers, is_held, list_usable
from shop.errors import NotFound
from shop.facts import Reading, source
from shop.keys import split_key
from shop.models import Coupon, Product, Promotion, Sku
from shop.product import get_product, get_sku, list_skus
from shop.promotions import covers as promoted
from shop.promotions import flash_price, list_running, price_with

MOST_PIECES = 999
"""More pieces than this are a key account's matter, not a quote (B13)."""


@dataclass(frozen=True, slots=True)
class Quote:
    """What goods cost: the plain total, what lowers it, what is paid; yuan."""

    total: Decimal
    pay: Decimal
    promotion: Promotion | None = None
    coupon: Coupon | None = None
    is_flash: bool = False


def quote(
    unit: Decimal,
    pieces: int,
    *,
    sku_id: str,
    promotions: Sequence[Promotion],
    coupons: Sequence[Coupon],
    not_with_flash: bool,
) -> Quote:
    """The cheapest way to pay: one promotion, or one coupon, or both where the coupon may be combined.

    A flash price replaces the price and bars other promotions; the policy may bar coupons, too (B8).
    """
    total = unit * pieces
    flash = flash_price(promotions, sku_id)
    if flash is not None:
        by = next(p for p in promotions if p.kind == "flash" and sku_id in p.rules.get("price", {}))
        way = Quote(total, flash * pieces, by, is_flash=True)
        return way if not_with_flash else _with_coupon(way, coupons)
    plain = [p for p in promotions if p.kind != "flash"]
    ways = [Quote(total, price_with(p, total), p) for p in plain if price_with(p, total) < total]
    ways = [Quote(total, total), *ways, *(_with_coupon(way, coupons) for way in (Quote(total, total), *ways))]
    return min(ways, key=lambda way: way.pay)


def _with_coupon(way: Quote, coupons: Sequence[Coupon]) -> Quote:
    fitting = coupons if way.promotion is None else [c for c in coupons if c.stackable]
    coupon = best_off(fitting, way.pay)
    if coupon is None:
        return way
    return Quote(way.total, way.pay - coupon.amount_off, way.promotion, coupon, way.is_flash)


async def quote_skus(reading: Reading, skus: Sequence[Sku], pieces: int = 1) -> list[Quote]:
    """What this buyer pays now for so many pieces of each of an item's SKUs."""
    if not skus:
        return []
    product_id = skus[0].product_id
    running = await list_running(reading.session, reading.now, product_id=product_id)
    usable = await list_usable(reading.session, reading.buyer_id, reading.now, product_id=product_id)
    return [
        quote(
            sku.price,
            pieces,
            sku_id=sku.id,
            promotions=running,
            coupons=[u.coupon for u in usable],
            not_with_flash=reading.policy.coupons.not_with_flash_sale,
        )
        for sku in skus
    ]


async def read_lowest(reading: Reading, products: Sequence[Product]) -> dict[str, Decimal]:
    """The least that this buyer pays now for a piece of each item; items without a SKU are left out."""
    query = select(Sku.product_id, Sku.price, Sku.id).where(Sku.product_id.in_([p.id for p in products]))
    rows = (await reading.session.execute(query)).all()
    running = await list_running(reading.session, reading.now)
    usable = await list_usable(reading.session, reading.buyer_id, reading.now)
    # SKUs of an item at one price cost the same, unless a flash sale names them.
    skus = {
        (product_id, price, sku_id if flash_price(running, sku_id) is not None else ""): sku_id
        for product_id, price, sku_id in rows
    }
    lowest: dict[str, Decimal] = {}
    for (product_id, price, _), sku_id in skus.items():
        found = quote(
            price,
            1,
            sku_id=sku_id,
            promotions=[one for one in running if promoted(one, product_id)],
            coupons=[one.coupon for one in usable if covers(one.coupon, product_id)],
            not_with_flash=reading.policy.coupons.not_with_flash_sale,
        )
        lowest[product_id] = min(lowest.get(product_id, found.pay), found.pay)
    return lowest


@source("price")
async def read_price(reading: Reading, key: str) -> dict[str, Any]:
    """The price of a SKU for this buyer now: key `P1001-BK-39?pieces=2`."""
    sku_id, asked = split_key(key)
    sku = await get_sku(reading.session, sku_id)
    pieces = int(asked.get("pieces", "1"))
    if not 1 <= pieces <= MOST_PIECES:
        raise NotFound(f"no quote for {pieces} pieces")
    (found,) = await quote_skus(reading, [sku], pieces)
    return {
        "item": sku.product.short_name,
        "color": sku.color,
        "size": sku.size,
        "price": sku.price,
        "list_price": sku.product.list_price,
        "pieces": pieces,
        "total": found.total,
        **await _describe(reading, found),
    }


async def _describe(reading: Reading, found: Quote) -> dict[str, Any]:
    """What lowers the price; `claim_at` is None for a coupon that the buyer holds already."""
    coupon = found.coupon
    held = coupon is not None and await is_held(reading.session, reading.buyer_id, coupon.id)
    return {
        "promotion": found.promotion.title if found.promotion else None,
        "coupon": coupon.title if coupon else None,
        "claim_at": coupon.claim_at if coupon and not held else None,
        "pay": found.pay,
    }


@source("prices")
async def read_prices(reading: Reading, key: str) -> dict[str, Any]:
    """An item's prices over its colours and sizes, and the least that one piece costs this buyer now."""
    product = await get_product(reading.session, key)
    skus = await list_skus(reading.session, key)
    if not skus:
        raise NotFound(f"product {key!r} has no SKU")
    found = min(await quote_skus(reading, skus), key=lambda one: one.pay)
    return {
        "item": product.short_name,
        "list_price": product.list_price,
        "low": min(sku.price for sku in skus),
        "high": max(sku.price for sku in skus),
        **await _describe(reading, found),
    }
