"""Recommending: items in stock that answer a need, most popular first, each with its reason (B14)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from shop.facts import Reading, source
from shop.keys import split_key
from shop.models import Product
from shop.pricing import read_lowest
from shop.product import PAGE, page_products
from shop.stock import keep_in_stock

MOST_RECOMMENDED = 3
MOST_PRICED = 100
"""How many fitting items are looked at for one that keeps within a budget."""
REASONS = ("suited_for", "style", "season", "upper", "fabric")
"""Where no need was told, the first of these that the item states is the reason."""
NEGATIONS = ("不", "无", "非", "未", "不太")


def says(value: str, need: str) -> bool:
    """Whether an attribute's text affirms a need: 防滑 is in 橡胶底防滑, but 防水 is not in 网面不防水."""
    start = value.find(need)
    while start >= 0:
        if not value[:start].endswith(NEGATIONS):
            return True
        start = value.find(need, start + 1)
    return False


def find_reason(product: Product, needs: list[str]) -> str | None:
    """The attribute that answers the most needs; without needs, what the item is good for; else None."""
    texts = [str(value) for value in product.attributes.values()]
    if not needs:
        stated = (product.attributes.get(name) for name in REASONS)
        return next((str(value) for value in stated if value), "")
    best = max(texts, key=lambda text: sum(says(text, need) for need in needs), default="")
    return best if any(says(best, need) for need in needs) else None


def count_needs(product: Product, needs: list[str]) -> int:
    """How many of the needs the item's attributes affirm."""
    texts = [str(value) for value in product.attributes.values()]
    return sum(any(says(text, need) for text in texts) for need in needs)


@source("recommendation")
async def read_recommendation(reading: Reading, key: str) -> dict[str, Any]:
    """At most three items in stock: key `?below=300&kind=跑鞋&needs=通勤,透气&size=39`, all optional."""
    _, asked = split_key(key)
    needs = asked["needs"].split(",") if "needs" in asked else []
    found = await _find(reading, needs, asked)
    prices = await read_lowest(reading, found)
    items = [
        {"item": one.short_name, "price": prices[one.id], "reason": find_reason(one, needs)} for one in found
    ]
    below = Decimal(asked["below"]) if "below" in asked else None
    return {"items": items, "size": asked.get("size"), "needs": needs, "below": below}


async def _find(reading: Reading, needs: list[str], asked: Mapping[str, str]) -> list[Product]:
    """The items that answer the most needs, the popular ones first among equals.

    Looked for page by page; it ends once enough of them answer every need, since nothing can come before.
    """
    found: list[Product] = []
    priced = 0
    async for page in page_products(reading.session, kind=asked.get("kind")):
        fitting = [product for product in page if find_reason(product, needs) is not None]
        there = await keep_in_stock(reading.session, fitting, size=asked.get("size"), most=PAGE)
        if "below" in asked:
            there = there[: MOST_PRICED - priced]
            priced += len(there)
            there = await _keep_within(reading, there, Decimal(asked["below"]))
        found += there
        full = sum(count_needs(product, needs) == len(needs) for product in found)
        if full >= MOST_RECOMMENDED or priced >= MOST_PRICED:
            break
    found.sort(key=lambda product: -count_needs(product, needs))  # stable: popularity decides among equals
    return found[:MOST_RECOMMENDED]


async def _keep_within(reading: Reading, products: list[Product], below: Decimal) -> list[Product]:
    lowest = await read_lowest(reading, products)
    return [product for product in products if product.id in lowest and lowest[product.id] <= below]
