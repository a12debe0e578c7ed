"""The catalogue: finding an item, its SKUs, and what its attributes say (B4)."""

import json
from collections.abc import AsyncIterator, Collection, Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, cast, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from shop.errors import NotFound
from shop.facts import Reading, source
from shop.keys import split_key
from shop.models import Product, Sku
from shop.vocabulary import get_vocabulary

CLOTHES_SIZES = ("XXS", "XS", "S", "M", "L", "XL", "2XL", "3XL", "4XL", "5XL", "6XL")
PAGE = 200
"""How many items are looked at in one go."""
SAME_SIZES = {"XXL": "2XL", "XXXL": "3XL", "XXXXL": "4XL"}


async def get_product(session: AsyncSession, product_id: str) -> Product:
    """The item of that id. Raises NotFound."""
    product = await session.get(Product, product_id)
    if product is None:
        raise NotFound(f"there is no product {product_id!r}")
    return product


async def find_product(session: AsyncSession, named: str) -> Product | None:
    """The item of that id, else the one whose name or alias this is."""
    by_id = await session.get(Product, named)
    if by_id is not None:
        return by_id
    # Databases write Chinese in JSON as it is or escaped; what either finds is looked at exactly.
    text = cast(Product.aliases, Text)
    written = {named, json.dumps(named)[1:-1]}
    candidates = select(Product).where(
        or_(
            Product.short_name == named,
            Product.title == named,
            *(text.contains(form, autoescape=True) for form in written),
        )
    )
    found = (await session.scalars(candidates.order_by(Product.on_sale.desc(), Product.id))).all()
    return next((p for p in found if named in (p.short_name, p.title) or named in p.aliases), None)


async def list_products(session: AsyncSession, *, kind: str | None = None) -> list[Product]:
    """Items on sale, most popular first; of a kind (跑鞋), category (鞋子) or title when one is named."""
    for query in _queries_of(kind):
        found = list(await session.scalars(query))
        if found:
            return found
    return []


async def page_products(session: AsyncSession, *, kind: str | None = None) -> AsyncIterator[list[Product]]:
    """The same in pages: who looks for a few items need not load them all."""
    for query in _queries_of(kind):
        offset = 0
        while page := list(await session.scalars(query.limit(PAGE).offset(offset))):
            yield page
            offset += len(page)
        if offset:  # a title counts only where no item is of such a kind
            return


def _queries_of(kind: str | None) -> list[Select[Product]]:
    query = select(Product).where(Product.on_sale).order_by(Product.popularity.desc(), Product.id)
    return [query] if kind is None else [query.where(is_of_kind) for is_of_kind in _conditions_of(kind)]


def _conditions_of(kind: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """What makes an item one of the kind: its kind or category; failing that, its title."""
    category = get_vocabulary().category_of(kind) or kind
    return (
        (Product.kind == kind) | (Product.category == category),
        Product.title.contains(kind.removesuffix("子"), autoescape=True),
    )


async def list_skus_of_kind(session: AsyncSession, kind: str, sku_ids: Collection[str]) -> list[str]:
    """Those of these SKUs whose item is of the kind, sold any longer or not; loads none of the items."""
    for is_of_kind in _conditions_of(kind):
        query = select(Sku.id).join(Product).where(Sku.id.in_(sku_ids), is_of_kind)
        found = list(await session.scalars(query))
        if found:
            return found
    return []


async def get_sku(session: AsyncSession, sku_id: str) -> Sku:
    """The SKU of that id, with its product. Raises NotFound."""
    sku = await find_sku(session, sku_id)
    if sku is None:
        raise NotFound(f"there is no SKU {sku_id!r}")
    return sku


async def find_sku(session: AsyncSession, sku_id: str) -> Sku | None:
    """The SKU of that id, or None."""
    return await session.get(Sku, sku_id)


async def list_skus(session: AsyncSession, product_id: str) -> list[Sku]:
    """An item's SKUs by colour, small sizes first."""
    skus = (await session.scalars(select(Sku).where(Sku.product_id == product_id))).all()
    return sorted(skus, key=lambda sku: (sku.color, size_order(sku.size)))


def size_order(size: str) -> tuple[int, float, str]:
    """Sort key of a size: 35.5 before 36, S before XL, anything else by name."""
    number = size.partition("-")[0]
    if number.replace(".", "", 1).isdigit():
        return (0, float(number), size)
    name = _plain_size(size)
    return (1, CLOTHES_SIZES.index(name), name) if name in CLOTHES_SIZES else (2, 0, name)


def match_size(asked: str, sizes: Iterable[str]) -> str | None:
    """The size of the item that a customer means (`xl` → `XL`, 39 → `38-39`), or None."""
    wanted, known = _plain_size(asked), list(sizes)
    exact = next((size for size in known if _plain_size(size) == wanted), None)
    return exact or next((size for size in known if wanted in size.upper().split("-")), None)


def _plain_size(size: str) -> str:
    name = str(size).strip().upper()
    return SAME_SIZES.get(name, name)


def match_colors(asked: str, colors: Iterable[str]) -> list[str]:
    """The item's colours a customer may mean: the very one, else all that hold its name (黑 → 曜石黑)."""
    wanted = _bare(asked)
    exact = [color for color in colors if _bare(color) == wanted]
    return exact or [color for color in colors if wanted in color]


def _bare(color: str) -> str:
    return color.removesuffix("色") if len(color) > 1 else color


@source("product")
async def read_product(reading: Reading, key: str) -> dict[str, Any]:
    """What an item is called, what kind it is, whether it is sold."""
    product = await get_product(reading.session, key)
    return {
        "item": product.short_name,
        "title": product.title,
        "kind": product.kind,
        "category": product.category,
        "list_price": product.list_price,
        "fit": product.fit.value,
        "made_to_order": product.made_to_order,
        "on_sale": product.on_sale,
        "image": product.image,
    }


@source("attribute")
async def read_attribute(reading: Reading, key: str) -> dict[str, Any]:
    """One attribute of an item: key `P1001?name=upper`. Raises NotFound when the item does not state it."""
    product_id, asked = split_key(key)
    product = await get_product(reading.session, product_id)
    name = asked.get("name", "")
    value = product.attributes.get(name)
    if value in (None, "", []):
        raise NotFound(f"product {product_id!r} states no {name!r}")
    return {"item": product.short_name, "attribute": get_vocabulary().label(name), "value": value}


def list_asked_attributes(text: str, stated: Iterable[str]) -> list[str]:
    """The attributes of an item that a question is about, in the vocabulary's order, each once."""
    known = set(stated)
    vocabulary = get_vocabulary()
    return [name for name in vocabulary.attributes_in(text) if name in known]
