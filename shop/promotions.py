"""Promotions: which run now, whom they cover, what they make of a price (B7, B10)."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shop.errors import NotFound
from shop.facts import Reading, source
from shop.models import Promotion

CENT = Decimal("0.01")


async def list_running(
    session: AsyncSession, now: datetime, *, product_id: str | None = None
) -> list[Promotion]:
    """The promotions that run at this moment, soonest to end first; those that cover the item if named."""
    query = select(Promotion).where(Promotion.starts_at <= now, Promotion.ends_at > now)
    running = (await session.scalars(query.order_by(Promotion.ends_at, Promotion.id))).all()
    return [p for p in running if product_id is None or covers(p, product_id)]


def covers(promotion: Promotion, product_id: str) -> bool:
    """Whether the promotion is for this item."""
    return promotion.product_ids is None or product_id in promotion.product_ids


def flash_price(promotions: Iterable[Promotion], sku_id: str) -> Decimal | None:
    """The flash-sale price of a SKU, where one runs."""
    for promotion in promotions:
        if promotion.kind == "flash" and sku_id in promotion.rules.get("price", {}):
            return Decimal(promotion.rules["price"][sku_id])
    return None


def price_with(promotion: Promotion, total: Decimal) -> Decimal:
    """What is left to pay of a total with this promotion; flash prices are `flash_price`'s."""
    rules = promotion.rules
    if promotion.kind == "discount":
        return (total * Decimal(str(rules["rate"]))).quantize(CENT)
    if promotion.kind == "full_reduction" and total >= Decimal(str(rules["threshold"])):
        return total - Decimal(str(rules["off"]))
    return total


def tenths(share: Decimal | float | str) -> str:
    """A share as Chinese shops say it, in tenths of the price: 0.95 → `9.5`, 0.90 → `9`."""
    said = (Decimal(str(share)) * 10).normalize()
    return f"{said:f}"


@source("promotion")
async def read_promotion(reading: Reading, key: str) -> dict[str, Any]:
    """A promotion's time and rules. Raises NotFound when it does not run at this moment."""
    promotion = await reading.session.get(Promotion, key)
    if promotion is None or not promotion.starts_at <= reading.now < promotion.ends_at:
        raise NotFound(f"no promotion {key!r} runs now")
    rules = promotion.rules
    return {
        "promotion": promotion.title,
        "kind": promotion.kind,
        "ends_at": promotion.ends_at.astimezone(reading.policy.zone),
        "threshold": _money(rules.get("threshold")),
        "off": _money(rules.get("off")),
        "tenths": tenths(rules["rate"]) if "rate" in rules else None,
        "gift": rules.get("gift"),
        "whole_shop": promotion.product_ids is None,
    }


def _money(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))


@source("promotions")
async def read_promotions(reading: Reading, key: str) -> dict[str, Any]:
    """How many promotions run: key `all`, or an item's id for those that cover it."""
    product_id = None if key == "all" else key
    running = await list_running(reading.session, reading.now, product_id=product_id)
    return {"promotions": [p.title for p in running], "gifts": sum(p.kind == "gift" for p in running)}
