"""Goods that ran out after the order: what is told, and what is offered instead (C10)."""

from typing import Any

from sqlalchemy import select

from shop.facts import Reading, source
from shop.models import Sku
from shop.orders import get_order
from shop.stock import list_alternatives


@source("shortage")
async def read_shortage(reading: Reading, key: str) -> dict[str, Any]:
    """What of the buyer's order is missing, when it is back if known, and what is in stock instead."""
    order = await get_order(reading.session, reading.buyer_id, key)
    ids = [line.sku_id for line in order.lines]
    query = select(Sku).where(Sku.id.in_(ids)).order_by(Sku.stock, Sku.id)
    skus = list(await reading.session.scalars(query))
    missing = skus[0]
    most = reading.policy.stock.alternatives
    others = await list_alternatives(reading.session, missing.product, size=missing.size, most=most)
    return {
        "order_no": order.no,
        "title": missing.product.short_name,
        "color": missing.color,
        "size": missing.size,
        "short": missing.stock < 0,
        "restock_on": missing.restock_on,
        "alternatives": [other.short_name for other in others],
    }
