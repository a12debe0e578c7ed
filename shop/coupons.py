"""Coupons: which a buyer may use, on what, and what they take off (B8)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shop.errors import NotFound
from shop.facts import Reading, source
from shop.models import Coupon, CustomerCoupon

CouponState = Literal["held", "open"]


@dataclass(frozen=True, slots=True)
class Usable:
    """A coupon a buyer has or may fetch."""

    coupon: Coupon
    state: CouponState


async def list_usable(
    session: AsyncSession, buyer_id: str, now: datetime, *, product_id: str | None = None
) -> list[Usable]:
    """The coupons in force that this buyer holds or may fetch, the largest first; used ones are gone."""
    in_force = select(Coupon).where(Coupon.starts_at <= now, Coupon.ends_at > now)
    coupons = (await session.scalars(in_force)).all()
    own = select(CustomerCoupon.coupon_id, CustomerCoupon.state).where(CustomerCoupon.buyer_id == buyer_id)
    states: dict[str, set[str]] = {}
    for coupon_id, state in (await session.execute(own)).all():
        states.setdefault(coupon_id, set()).add(state)
    usable = [Usable(c, s) for c in coupons if (s := _state(c, states.get(c.id, set())))]
    fitting = [u for u in usable if product_id is None or covers(u.coupon, product_id)]
    return sorted(fitting, key=lambda u: (-u.coupon.amount_off, u.state != "held", u.coupon.id))


def _state(coupon: Coupon, own: set[str]) -> CouponState | None:
    if "held" in own:
        return "held"
    return "open" if coupon.open_to_all and "used" not in own else None


async def list_meant(reading: Reading, text: str) -> list[Coupon]:
    """The coupons that a question may mean: those whose figures it names, else the buyer's own unused ones.

    Also those that are over or used: why they do not apply is what is asked.
    """
    coupons = (await reading.session.scalars(select(Coupon).order_by(Coupon.id))).all()
    said = {Decimal(found) for found in re.findall(r"\d+(?:\.\d+)?", text)}
    named = [coupon for coupon in coupons if {coupon.amount_off, coupon.threshold} <= said]
    named = named or [c for c in coupons if c.amount_off in said or c.title in text]
    own = select(CustomerCoupon.coupon_id).where(
        CustomerCoupon.buyer_id == reading.buyer_id, CustomerCoupon.state == "held"
    )
    held = set(await reading.session.scalars(own))
    return named or [coupon for coupon in coupons if coupon.id in held]


async def is_held(session: AsyncSession, buyer_id: str, coupon_id: str) -> bool:
    """Whether the buyer has this coupon in hand, unused."""
    query = select(CustomerCoupon.id).where(
        CustomerCoupon.buyer_id == buyer_id,
        CustomerCoupon.coupon_id == coupon_id,
        CustomerCoupon.state == "held",
    )
    return await session.scalar(query.limit(1)) is not None


def covers(coupon: Coupon, product_id: str) -> bool:
    """Whether the coupon is for this item."""
    return coupon.product_ids is None or product_id in coupon.product_ids


def best_off(coupons: Iterable[Coupon], total: Decimal) -> Coupon | None:
    """The coupon that takes most off a total whose threshold it meets; coupons do not add up."""
    fitting = [coupon for coupon in coupons if total >= coupon.threshold and total > coupon.amount_off]
    return max(fitting, key=lambda coupon: (coupon.amount_off, coupon.id), default=None)


@source("coupon")
async def read_coupon(reading: Reading, key: str) -> dict[str, Any]:
    """A coupon's terms as this buyer may use it. Raises NotFound when they may not, or it is over."""
    usable = await list_usable(reading.session, reading.buyer_id, reading.now)
    found = next((u for u in usable if u.coupon.id == key), None)
    if found is None:
        raise NotFound(f"no coupon {key!r} for this buyer")
    coupon = found.coupon
    return {
        "coupon": coupon.title,
        "amount_off": coupon.amount_off,
        "threshold": coupon.threshold,
        "claim_at": coupon.claim_at,
        "ends_at": coupon.ends_at.astimezone(reading.policy.zone),
        "held": found.state == "held",
        "whole_shop": coupon.product_ids is None,
        "stackable": coupon.stackable,
    }


@source("coupons")
async def read_coupons(reading: Reading, key: str) -> dict[str, Any]:
    """The coupons this buyer may use: key `mine`, or an item's id for those that cover it."""
    product_id = None if key == "mine" else key
    usable = await list_usable(reading.session, reading.buyer_id, reading.now, product_id=product_id)
    return {
        "coupons": [u.coupon.title for u in usable],
        "not_with_flash_sale": reading.policy.coupons.not_with_flash_sale,
    }
