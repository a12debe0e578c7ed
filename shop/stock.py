"""Live stock per colour and size, what else there is, and who wants to hear of a restock (B1)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from shop.commands import Args, CommandContext, command
from shop.facts import Reading, source
from shop.keys import split_key
from shop.models import Product, RestockNotice, Sku
from shop.notices import give_notice
from shop.product import get_product, get_sku, list_skus, page_products, size_order

StockState = Literal["in", "low", "out"]

MOST_OF_KIND = 5
"""How many items of a kind one sentence names."""


def stock_state(pieces: int, low_below: int) -> StockState:
    """Out at zero, low below the policy's figure (B1)."""
    if pieces <= 0:
        return "out"
    return "low" if pieces < low_below else "in"


@source("stock")
async def read_stock(reading: Reading, key: str) -> dict[str, Any]:
    """The stock of one SKU and when it is back. The number of pieces is for the desk, not for a sentence."""
    sku = await get_sku(reading.session, key)
    coming = sku.restock_on
    return {
        "item": sku.product.short_name,
        "color": sku.color,
        "size": sku.size,
        "stock": sku.stock,
        "state": stock_state(sku.stock, reading.policy.stock.low_below),
        "restock_on": coming
        if coming and coming >= reading.now.astimezone(reading.policy.zone).date()
        else None,
        "on_sale": sku.product.on_sale,
    }


@source("range")
async def read_range(reading: Reading, key: str) -> dict[str, Any]:
    """An item's colours and sizes, and those in stock, of the asked colour or size where one is asked.

    Key `P1001?color=黑色&size=39`.
    """
    product_id, asked = split_key(key)
    product = await get_product(reading.session, product_id)
    skus = await list_skus(reading.session, product_id)
    color, size = asked.get("color"), asked.get("size")
    there = [s for s in skus if s.stock > 0 and color in (None, s.color) and size in (None, s.size)]
    return {
        "item": product.short_name,
        "color": color,
        "size": size,
        "colors": _colors(skus),
        "sizes": _sizes(skus),
        "open_colors": _colors(there),
        "open_sizes": _sizes(there),
        "on_sale": product.on_sale,
    }


def _colors(skus: Iterable[Sku]) -> list[str]:
    return sorted({sku.color for sku in skus})


def _sizes(skus: Iterable[Sku]) -> list[str]:
    return sorted({sku.size for sku in skus}, key=size_order)


@source("alternatives")
async def read_alternatives(reading: Reading, key: str) -> dict[str, Any]:
    """Other items of the same kind that have the asked size in stock, most popular first (B1).

    Key `P1001?size=39`; without a size, any size in stock.
    """
    product_id, asked = split_key(key)
    product = await get_product(reading.session, product_id)
    most = reading.policy.stock.alternatives
    found = await list_alternatives(reading.session, product, size=asked.get("size"), most=most)
    return {"alternatives": [other.short_name for other in found]}


async def list_alternatives(
    session: AsyncSession, product: Product, *, size: str | None, most: int
) -> list[Product]:
    """At most `most` items in stock to offer instead: of the same kind first, then of the same category."""
    in_stock = select(Sku.id).where(Sku.product_id == Product.id, Sku.stock > 0)
    if size is not None:
        in_stock = in_stock.where(Sku.size == size)
    query = (
        select(Product)
        .where(Product.on_sale, Product.category == product.category, Product.id != product.id)
        .where(in_stock.exists())
        .order_by((Product.kind != product.kind), Product.popularity.desc(), Product.id)
    )
    return list((await session.scalars(query.limit(most))).all())


async def keep_in_stock(
    session: AsyncSession, products: list[Product], *, size: str | None, most: int
) -> list[Product]:
    """The first `most` of these items that have stock, in that size when one is named."""
    query = select(Sku.product_id).where(Sku.product_id.in_([p.id for p in products]), Sku.stock > 0)
    if size is not None:
        query = query.where(Sku.size == size)
    there = set(await session.scalars(query.distinct()))
    return [p for p in products if p.id in there][:most]


class RestockArgs(Args):
    """The SKU that the buyer waits for."""

    sku_id: str


@command("reserve_restock_notice", needs="auto")
async def reserve_restock_notice(
    session: AsyncSession, args: RestockArgs, *, by: CommandContext
) -> dict[str, Any]:
    """Note that the buyer wants to hear when the SKU is back; asking twice leaves one note (B1)."""
    sku = await get_sku(session, args.sku_id)
    notice = await _find_notice(session, by.buyer_id, sku.id)
    if notice is not None:
        if notice.told_at is not None:  # told once before: they wait again
            notice.asked_at, notice.told_at = by.now, None
        return {"sku_id": sku.id, "new": False}
    try:
        async with session.begin_nested():
            session.add(RestockNotice(buyer_id=by.buyer_id, sku_id=sku.id, asked_at=by.now))
    except IntegrityError:  # another turn of the same buyer was faster
        return {"sku_id": sku.id, "new": False}
    return {"sku_id": sku.id, "new": True}


async def note_restocked(session: AsyncSession, now: datetime, *, most: int = 100) -> int:
    """Have buyers told whose SKU is back, each once per wish; gives how many (B1)."""
    query = (
        select(RestockNotice)
        .join(Sku, Sku.id == RestockNotice.sku_id)
        .where(RestockNotice.told_at.is_(None), Sku.stock > 0)
        .order_by(RestockNotice.id)
        .limit(most)
    )
    back = list(await session.scalars(query))
    for wish in back:
        await give_notice(
            session,
            f"restock:{wish.id}:{wish.asked_at.isoformat()}",
            buyer_id=wish.buyer_id,
            script="restocked",
            source=f"stock:{wish.sku_id}",
            now=now,
        )
        wish.told_at = now
    return len(back)


async def _find_notice(session: AsyncSession, buyer_id: str, sku_id: str) -> RestockNotice | None:
    query = select(RestockNotice).where(RestockNotice.buyer_id == buyer_id, RestockNotice.sku_id == sku_id)
    return (await session.scalars(query)).one_or_none()


@source("kind")
async def read_kind(reading: Reading, key: str) -> dict[str, Any]:
    """Items of a kind that are in stock, most popular first: key `跑鞋?size=39`."""
    kind, asked = split_key(key)
    size = asked.get("size")
    there: list[Product] = []
    async for page in page_products(reading.session, kind=kind):
        there += await keep_in_stock(reading.session, page, size=size, most=MOST_OF_KIND - len(there))
        if len(there) >= MOST_OF_KIND:
            break
    return {"kind": kind, "size": size, "items": [product.short_name for product in there]}
