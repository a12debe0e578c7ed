"""Two items side by side: prices and what both of them state, never what one leaves open (B4)."""

from decimal import Decimal
from typing import Any

from shop.errors import NotFound
from shop.facts import Reading, source
from shop.keys import split_key
from shop.models import Product
from shop.pricing import read_lowest
from shop.product import get_product
from shop.vocabulary import get_vocabulary

MOST_COMPARED = 3
TELLING = (
    "suited_for",
    "upper",
    "fabric",
    "sole",
    "weight",
    "thickness",
    "season",
    "waterproof",
    "cut",
    "style",
)
"""What tells two items apart when nothing is asked for, in this order."""


def list_compared(first: Product, second: Product, asked: list[str]) -> list[str]:
    """The attributes to compare: those asked for that both state, else the most telling that differ."""
    both = {name for name in first.attributes if first.attributes[name] and second.attributes.get(name)}
    named = [name for name in asked if name in both]
    differing = (n for n in TELLING if n in both and first.attributes[n] != second.attributes[n])
    return (named or list(differing))[:MOST_COMPARED]


@source("comparison")
async def read_comparison(reading: Reading, key: str) -> dict[str, Any]:
    """Two items: key `P1001,P1002?about=sole,weight`. Raises NotFound when they are not two."""
    pair, asked = split_key(key)
    first_id, _, second_id = pair.partition(",")
    if not second_id or first_id == second_id:
        raise NotFound(f"no two items in {key!r}")
    first, second = (
        await get_product(reading.session, first_id),
        await get_product(reading.session, second_id),
    )
    names = list_compared(first, second, asked["about"].split(",") if "about" in asked else [])
    label = get_vocabulary().label
    return {
        "first": first.short_name,
        "second": second.short_name,
        "first_price": await _lowest(reading, first),
        "second_price": await _lowest(reading, second),
        "points": [
            {"name": label(name), "first": first.attributes[name], "second": second.attributes[name]}
            for name in names
        ],
    }


async def _lowest(reading: Reading, product: Product) -> Decimal:
    found = await read_lowest(reading, [product])
    if product.id not in found:
        raise NotFound(f"product {product.id!r} has no SKU")
    return found[product.id]
