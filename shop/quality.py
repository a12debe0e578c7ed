"""Faults and warranty: what can be shown in a photo, how long the three guarantees last (D3, D10)."""

from datetime import timedelta
from typing import Any

from shop.facts import Reading, source
from shop.orders import describe_goods, get_order, local_time

UNSEEN_WORDS = (
    *("内里", "里衬", "里子", "内衬", "鞋垫"),  # parts a photo does not reach
    *("味", "臭", "刺鼻", "磨脚", "硌脚", "挤脚", "打脚", "扎脚", "捂脚", "闷脚"),  # smelled or felt
    *("打滑", "异响", "咯吱"),
)
"""Words for faults that a photo does not show; they are described instead (D3)."""


def can_be_photographed(words: str) -> bool:
    """Whether the fault the customer names can be shown in a photo (D3)."""
    return not any(word in words for word in UNSEEN_WORDS)


@source("warranty")
async def read_warranty(reading: Reading, key: str) -> dict[str, Any]:
    """How long the warranty of the buyer's order lasts, from the day of signing (D10)."""
    order = await get_order(reading.session, reading.buyer_id, key)
    warranty, zone = reading.policy.warranty, reading.policy.zone
    signed_at = local_time(order.signed_at, zone)
    last_day = signed_at.date() + timedelta(days=warranty.days) if signed_at else None
    return {
        "order_no": order.no,
        "title": await describe_goods(reading.session, order),
        "days": warranty.days,
        "covers": warranty.covers,
        "signed_at": signed_at,
        "last_day": last_day,
        "open": last_day is None or reading.now.astimezone(zone).date() <= last_day,
    }
