"""Recommending: items in stock that answer a need, most popular first, each with its reason (B14)."""

from decimal import Decimal
from typing import Any

from shop.facts import Reading, source
from shop.keys import split_key
from shop.models import Product
from shop.pricing import read_lowest
from shop.product import list_products
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
    products = await list_products(reading.session, kind=asked.get("kind"))
    fitting = [p for p in products if find_reason(p, needs) is not None]
    fitting.sort(key=lambda p: -count_needs(p, needs))  # stable: popularity decides among equals
    there = await keep_in_stock(reading.session, fitting, size=asked.get("size"), most=MOST_PRICED)
    below = Decimal(asked["below"]) if "below" in asked else None
    lowest = await read_lowest(reading, there)
    items: list[dict[str, Any]] = []
    for product in there:
        price = lowest.get(product.id)
        if price is not None and (below is None or price <= below):
            items.append({"item": product.short_name, "price": price, "reason": find_reason(product, needs)})
        if len(items) == MOST_RECOMMENDED:
            break
    return {"items": items, "size": asked.get("size"), "needs": needs}
