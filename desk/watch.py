"""The desk's rounds at the times of the policy: parcels, stock, money, returns (C5, C9, C10, D12).

Orders whose time to pay is over are looked for all the time (B12).
"""

from datetime import timedelta

import structlog
from sqlalchemy import Update, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from desk.base import Desk
from shop import payment
from shop.parcel_watch import find_last_round, list_findings, note_finding
from shop.return_watch import note_due
from shop.work_models import JobRun

log = structlog.get_logger(__name__)

PARCELS = "parcels"
LEASE = timedelta(minutes=10)
"""A round that was begun longer ago and not ended was lost, and is made again."""


async def run_due(desk: Desk) -> bool:
    """Make the round that is due, unless it was made; whether it was made now."""
    policy, now = desk.policy.current(), desk.clock()
    slot = find_last_round(policy.shipping.watch_at, policy.zone, now).isoformat()
    if not await _claim(desk, slot):
        return False
    found = await list_findings(desk.reads, policy, now)
    opened = 0
    for finding in found:
        try:
            async with desk.transaction() as session:
                opened += await note_finding(session, finding, policy, now)
        except IntegrityError:
            log.info("watch.raced", order=finding.order_no, kind=finding.kind)  # another round noted it
    try:
        async with desk.transaction() as session:
            opened += await note_due(session, policy, now)
    except IntegrityError:
        log.info("watch.raced", kind="returns")  # another round noted them
    async with desk.transaction() as session:
        await session.execute(_of(slot).values(ended_at=desk.clock()))
    desk.counters.add("watch", "opened", opened)
    log.info("watch.done", slot=slot, found=len(found), opened=opened)
    return True


async def close_unpaid(desk: Desk) -> None:
    """Close the orders whose time to pay is over (B12); looked up first: a quiet desk takes no lock."""
    async with desk.reads() as session:
        if not await payment.list_lapsed(session, desk.policy.current(), desk.clock()):
            return
    async with desk.transaction() as session:
        closed = await payment.close_unpaid(session, desk.policy.current(), desk.clock())
    desk.counters.add("watch", "unpaid_closed", closed)


def _of(slot: str) -> Update:
    return update(JobRun).where(JobRun.name == PARCELS, JobRun.slot == slot)


async def _claim(desk: Desk, slot: str) -> bool:
    """Take the round of this time: of several processes one gets it, and a lost one is taken over."""
    now = desk.clock()
    async with desk.reads() as session:
        run = await _find(session, slot)
    if run is None:
        try:
            async with desk.transaction() as session:
                session.add(JobRun(name=PARCELS, slot=slot, begun_at=now))
        except IntegrityError:
            return False
        return True
    if run.ended_at is not None or run.begun_at > now - LEASE:
        return False
    async with desk.transaction() as session:
        taken = await session.execute(
            _of(slot).where(JobRun.begun_at == run.begun_at, JobRun.ended_at.is_(None)).values(begun_at=now)
        )
    return bool(taken.rowcount)  # type: ignore[attr-defined]


async def _find(session: AsyncSession, slot: str) -> JobRun | None:
    return await session.scalar(select(JobRun).where(JobRun.name == PARCELS, JobRun.slot == slot))
