"""Where a parcel is and whether it is in trouble (C4, C5)."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shop.errors import NotFound
from shop.facts import Reading, source
from shop.guests import is_theirs
from shop.keys import split_key
from shop.models import Order, ParcelState, Shipment
from shop.orders import describe_goods, get_order, local_time

MOVING = {ParcelState.COLLECTED, ParcelState.IN_TRANSIT, ParcelState.OUT_FOR_DELIVERY}

TROUBLES = {ParcelState.STALLED, ParcelState.EXCEPTION, ParcelState.RETURNED, ParcelState.REFUSED}
"""States in which after-sales must act before the customer asks (C5)."""


def judge_parcel(
    state: ParcelState, last_seen_at: datetime, now: datetime, stalled_after_hours: int
) -> ParcelState:
    """The state a customer is told: a moving parcel without a scan for too long counts as stalled (C5)."""
    if state in MOVING and now - last_seen_at > timedelta(hours=stalled_after_hours):
        return ParcelState.STALLED
    return state


def list_parcels(order: Order, direction: str = "out") -> list[Shipment]:
    """The order's parcels of one direction (out | return), newest first."""
    found = [shipment for shipment in order.shipments if shipment.direction == direction]
    return sorted(found, key=lambda shipment: shipment.shipped_at, reverse=True)


async def get_order_of_parcel(session: AsyncSession, buyer_id: str, tracking_no: str) -> Order:
    """The buyer's own order that a parcel belongs to. Raises NotFound alike for missing and another's."""
    query = select(Shipment.order_no).where(Shipment.tracking_no == tracking_no).order_by(Shipment.id)
    for no in await session.scalars(query):
        order = await session.get(Order, no)
        if order is not None and await is_theirs(session, buyer_id, order):
            return order
    raise NotFound(f"no parcel {tracking_no!r} of this buyer")


@source("parcel")
async def read_parcel(reading: Reading, key: str) -> dict[str, Any]:
    """A parcel of the buyer's order: `parcel:NO?tracking=…`; the newest outbound one without a number."""
    no, asked = split_key(key)
    order = await get_order(reading.session, reading.buyer_id, no)
    parcels = [parcel for parcel in order.shipments if parcel.tracking_no == asked.get("tracking")]
    parcels = parcels or ([] if "tracking" in asked else list_parcels(order))
    if not parcels:
        raise NotFound(f"no such parcel of order {no!r}")
    parcel, zone = parcels[0], reading.policy.zone
    last = parcel.scans[-1] if parcel.scans else None
    last_seen_at = last.at if last else parcel.shipped_at
    hours = reading.policy.shipping.stalled_after_hours
    state = judge_parcel(parcel.state, last_seen_at, reading.now, hours)
    return {
        "order_no": order.no,
        "title": await describe_goods(reading.session, order),
        "courier": parcel.courier,
        "tracking_no": parcel.tracking_no,
        "state": state.value,
        "shipped_at": local_time(parcel.shipped_at, zone),
        "last_at": local_time(last_seen_at, zone),
        "last_place": last.place if last else None,
        "last_text": last.text if last else None,
        "expected_on": parcel.expected_on,
        "late": _is_late(parcel, state, reading),
        "signed_at": local_time(order.signed_at, zone),
    }


def _is_late(parcel: Shipment, state: ParcelState, reading: Reading) -> bool:
    """Whether a moving parcel's expected day has passed."""
    today = reading.now.astimezone(reading.policy.zone).date()
    return state in MOVING and parcel.expected_on is not None and parcel.expected_on < today
