"""The round over parcels and orders, twice a day: trouble becomes a case once, the buyer hears of it first.

C5: stalled, returned, refused and exception parcels, arrived ones that nobody confirmed. C10: orders whose
goods ran out. C9: money that did not come. A second round over the same state changes nothing.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shop.db import Sessions, reading
from shop.keys import join_key
from shop.manual_payments import DUE, IN, list_payments
from shop.models import Order, OrderLine, ParcelState, Shipment, Sku, Stage
from shop.notices import give_notice
from shop.order_cases import open_case
from shop.orders import WAITING
from shop.policy import Policy
from shop.tracking import MOVING, TROUBLES, judge_parcel

WATCHMAN = "xiaoer"
PAGE = 500
OUT_OF_STOCK = "out_of_stock"
PAYMENT_OVERDUE = "payment_overdue"
REMIND_WITHIN = timedelta(days=10)
"""A parcel that arrived longer ago is not reminded of any more."""


def find_last_round(times: Sequence[time], zone: ZoneInfo, now: datetime) -> datetime:
    """The moment of the round that is or was due last: `09:00` of today, or the last one of yesterday."""
    today = now.astimezone(zone).date()
    days = (today, today - timedelta(days=1))
    rounds = [datetime.combine(day, moment, zone) for day in days for moment in times]
    return max(moment for moment in rounds if moment <= now)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing of an order that somebody must hear of. A parcel that arrived is no trouble, only news."""

    order_no: str
    kind: str
    words: str
    tracking_no: str | None = None
    key: str | None = None


ARRIVED = "arrived"


async def list_findings(sessions: Sessions, policy: Policy, now: datetime) -> list[Finding]:
    """Everything the round finds, read without holding anybody up."""
    async with reading(sessions) as session:
        found = [finding async for finding in _look_at_parcels(session, policy, now)]
        found += await _look_at_stock(session)
        found += await _look_at_payments(session, now)
    return found


async def note_finding(session: AsyncSession, finding: Finding, policy: Policy, now: datetime) -> bool:
    """Make a finding a case and news for the buyer, once; whether it was new."""
    order = await session.get_one(Order, finding.order_no)
    if finding.kind == ARRIVED:
        source = f"parcel:{join_key(order.no, tracking=finding.tracking_no)}"
        key = f"arrived:{order.no}:{finding.tracking_no}"
        notice = await give_notice(
            session,
            key,
            buyer_id=order.buyer_id,
            script="parcel_arrived",
            source=source,
            now=now,
            order_no=order.no,
        )
        return notice.created_at == now
    case, opened = await open_case(
        session,
        order,
        finding.kind,
        finding.words,
        by=WATCHMAN,
        now=now,
        policy=policy,
        key=finding.key,
        tracking_no=finding.tracking_no,
    )
    if opened:
        source = f"shortage:{order.no}" if finding.kind == OUT_OF_STOCK else f"case:{case.id}"
        await give_notice(
            session,
            f"case:{case.id}",
            buyer_id=order.buyer_id,
            script=f"case_{finding.kind}",
            source=source,
            now=now,
            order_no=order.no,
        )
    return opened


async def _look_at_parcels(session: AsyncSession, policy: Policy, now: datetime) -> AsyncIterator[Finding]:
    """Outbound parcels of orders that are on their way, or were signed a little while ago."""
    stages = (Stage.SHIPPED, Stage.SIGNED)
    after = 0
    while True:
        query = (
            select(Shipment, Order.stage, Order.signed_at)
            .join(Order, Order.no == Shipment.order_no)
            .where(Shipment.id > after, Shipment.direction == "out", Order.stage.in_(stages))
            .where((Order.stage == Stage.SHIPPED) | (Order.signed_at > now - REMIND_WITHIN))
            .order_by(Shipment.id)
            .limit(PAGE)
        )
        rows = (await session.execute(query)).all()
        for parcel, _, signed_at in rows:
            finding = judge(parcel, signed_at, policy, now)
            if finding is not None:
                yield finding
        if len(rows) < PAGE:
            return
        after = rows[-1][0].id


def judge(parcel: Shipment, signed_at: datetime | None, policy: Policy, now: datetime) -> Finding | None:
    """What is to be said of a parcel: its trouble, that it arrived a while ago, or nothing (C5)."""
    last = parcel.scans[-1] if parcel.scans else None
    seen_at = last.at if last else parcel.shipped_at
    state = judge_parcel(parcel.state, seen_at, now, policy.shipping.stalled_after_hours)
    if state in TROUBLES:
        words = f"{parcel.courier} {parcel.tracking_no}: {last.text if last else state.value}"
        return Finding(parcel.order_no, state.value, words, parcel.tracking_no)
    arrived = signed_at or seen_at
    waits = timedelta(days=policy.shipping.pickup_reminder_days)
    if state is ParcelState.SIGNED and waits <= now - arrived < REMIND_WITHIN:
        return Finding(parcel.order_no, ARRIVED, "", parcel.tracking_no)
    assert state in MOVING or state is ParcelState.SIGNED
    return None


async def _look_at_stock(session: AsyncSession) -> list[Finding]:
    """Orders whose goods ran out after they were paid: of a SKU sold too often those paid last (C10).

    Orders ship in the order of payment (B1), so the missing pieces are the last ones'.
    """
    found = []
    for sku in (await session.scalars(select(Sku).where(Sku.stock < 0).order_by(Sku.id))).all():
        query = (
            select(Order.no, OrderLine.quantity)
            .join(Order, Order.no == OrderLine.order_no)
            .where(OrderLine.sku_id == sku.id, Order.stage.in_(WAITING))
            .order_by(Order.paid_at.desc(), Order.no.desc())
        )
        missing = -sku.stock
        for no, quantity in (await session.execute(query)).all():
            if missing <= 0:
                break
            words = f"{sku.product.short_name} {sku.color} {sku.size}"
            found.append(Finding(no, OUT_OF_STOCK, words, key=f"{OUT_OF_STOCK}:{sku.id}"))
            missing -= quantity
    return found


async def _look_at_payments(session: AsyncSession, now: datetime) -> list[Finding]:
    """Money that should have come in by now (C9)."""
    return [
        Finding(
            payment.order_no,
            PAYMENT_OVERDUE,
            f"{payment.reason} {payment.amount}",
            key=f"{PAYMENT_OVERDUE}:{payment.id}",
        )
        for payment in await list_payments(session, states=(DUE,), limit=PAGE)
        if payment.direction == IN and payment.due_at <= now
    ]
