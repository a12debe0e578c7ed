"""The roster: who is planned to be at the desk when, and when somebody of a team next is (G2)."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Index, String, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from desk.models import new_id
from desk.permissions import TEAMS
from desk.users import User
from shop.db import Base, UtcDateTime
from shop.errors import NotFound, Refused

AHEAD = timedelta(days=14)
LONGEST_SHIFT = timedelta(hours=16)


class Shift(Base):
    """One person's planned time at the desk."""

    __tablename__ = "shifts"
    __table_args__ = (Index("ix_shifts_ends", "ends_at"), Index("ix_shifts_agent", "agent", "starts_at"))

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=new_id)
    agent: Mapped[str] = mapped_column(String(60))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    planned_by: Mapped[str] = mapped_column(String(60))


async def plan(session: AsyncSession, agent: str, starts_at: datetime, ends_at: datetime, by: str) -> Shift:
    """Plan a shift. Raises NotFound for an unknown person, Refused for one that is no shift or overlaps."""
    user = await session.get(User, agent)
    if user is None or not user.active:
        raise NotFound(f"no colleague {agent!r}")
    if not timedelta(0) < ends_at - starts_at <= LONGEST_SHIFT:
        raise Refused("a shift ends after it starts and takes at most 16 hours", because="shift_length")
    mine = select(Shift.id).where(Shift.agent == agent)
    overlap = mine.where(Shift.starts_at < ends_at, Shift.ends_at > starts_at)
    if await session.scalar(overlap.limit(1)) is not None:
        raise Refused(f"{user.display_name} has a shift at that time already", because="shift_overlaps")
    shift = Shift(id=new_id(), agent=agent, starts_at=starts_at, ends_at=ends_at, planned_by=by)
    session.add(shift)
    await session.flush()
    return shift


async def drop(session: AsyncSession, shift_id: str) -> None:
    """Take a shift out of the roster. Raises NotFound."""
    found = await session.get(Shift, shift_id)
    if found is None:
        raise NotFound(f"no shift {shift_id}")
    await session.delete(found)


async def list_shifts(session: AsyncSession, begin: datetime, end: datetime) -> Sequence[Shift]:
    """The shifts that touch a time, in order."""
    query = select(Shift).where(Shift.ends_at > begin, Shift.starts_at < end)
    return (await session.scalars(query.order_by(Shift.starts_at, Shift.agent))).all()


async def find_next_presence(session: AsyncSession, team: str, now: datetime) -> datetime | None:
    """When somebody of the team is next planned to be there; None when nothing is planned."""
    roles = [role for role, teams in TEAMS.items() if team in teams]
    query = (
        select(Shift.starts_at, Shift.ends_at)
        .join(User, User.name == Shift.agent)
        .where(User.role.in_(roles), User.active, Shift.ends_at > now, Shift.starts_at < now + AHEAD)
    )
    return choose_next([(begin, end) for begin, end in (await session.execute(query)).all()], now)


def choose_next(shifts: Iterable[tuple[datetime, datetime]], now: datetime) -> datetime | None:
    """`now` within a shift, else the start of the next one; None when there is none."""
    coming = [max(begin, now) for begin, end in shifts if end > now]
    return min(coming, default=None)
