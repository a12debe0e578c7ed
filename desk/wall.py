"""The supervisor's wall: what waits, what is late, how the bot does, how the customers feel."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from desk.base import Desk
from desk.decision import SEVERE
from desk.models import Conversation, Handoff, HandoffState, Turn, TurnState
from desk.ratings import Rating
from shop.models import Complaint

GOLDEN_MS = 6_000
"""A1: the golden figure of a first answer."""


@dataclass(frozen=True, slots=True)
class Wall:
    """The figures now and since midnight in the shop's zone. Shares are None without anything to share."""

    waiting: int
    longest_wait_s: int
    waiting_by_team: dict[str, int]
    breaches_today: int
    turns_today: int
    under_6s_share: float | None
    bot_share: float | None
    complaints_today: dict[str, int]
    satisfaction: float | None


async def read_wall(session: AsyncSession, desk: Desk) -> Wall:
    """The figures of the wall; one query each, all on indexes of today or of what is open."""
    now = desk.clock()
    midnight = desk.local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    waiting = await _count_waiting(session)
    oldest = await session.scalar(
        select(func.min(Handoff.waiting_since)).where(Handoff.state == HandoffState.WAITING)
    )
    turns, quick = await _count_turns(session, midnight)
    return Wall(
        waiting=sum(waiting.values()),
        longest_wait_s=round((now - oldest).total_seconds()) if oldest else 0,
        waiting_by_team=waiting,
        breaches_today=await _count_breaches(session, desk, midnight, now),
        turns_today=turns,
        under_6s_share=quick / turns if turns else None,
        bot_share=await _share_of_bot(session, midnight),
        complaints_today=await _count_complaints(session, midnight),
        satisfaction=await session.scalar(select(func.avg(Rating.score)).where(Rating.at >= midnight)),
    )


async def _count_waiting(session: AsyncSession) -> dict[str, int]:
    query = select(Handoff.team, func.count()).where(Handoff.state == HandoffState.WAITING)
    return dict((await session.execute(query.group_by(Handoff.team))).all())


async def _count_breaches(session: AsyncSession, desk: Desk, midnight: datetime, now: datetime) -> int:
    """Entries of today that nobody took within the time of a first answer."""
    rules = desk.policy.current().desk.sla
    query = select(Handoff.severity, Handoff.waiting_since, Handoff.claimed_at, Handoff.closed_at).where(
        or_(Handoff.waiting_since >= midnight, Handoff.state == HandoffState.WAITING)
    )
    late = 0
    for severity, since, claimed_at, closed_at in (await session.execute(query)).all():
        most = timedelta(seconds=rules.severe_first_s if severity in SEVERE else rules.first_s)
        late += (claimed_at or closed_at or now) - since > most
    return late


async def _count_turns(session: AsyncSession, midnight: datetime) -> tuple[int, int]:
    """Turns the bot answered today, and those within the golden time."""
    quick = func.sum(case((Turn.latency_ms <= GOLDEN_MS, 1), else_=0))
    query = select(func.count(), quick).where(
        Turn.state == TurnState.DONE, Turn.done_at >= midnight, Turn.decision == "auto"
    )
    turns, found = (await session.execute(query)).one()
    return turns, int(found or 0)


async def _share_of_bot(session: AsyncSession, midnight: datetime) -> float | None:
    """The share of today's conversations that no person had to take."""
    taken = exists().where(Handoff.conversation_id == Conversation.id, Handoff.claimed_by.is_not(None))
    query = select(func.count(), func.sum(case((taken, 1), else_=0))).where(
        Conversation.opened_at >= midnight
    )
    opened, by_people = (await session.execute(query)).one()
    return 1 - int(by_people or 0) / opened if opened else None


async def _count_complaints(session: AsyncSession, midnight: datetime) -> dict[str, int]:
    query = select(Complaint.severity, func.count()).where(Complaint.opened_at >= midnight)
    return dict((await session.execute(query.group_by(Complaint.severity))).all())
