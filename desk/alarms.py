"""Alarms: a major complaint or crisis calls supervisors until one acknowledges it, ever louder (E4)."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, String, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from desk import live
from desk.base import Desk
from desk.models import Handoff, Json, new_id
from desk.ownership import Held
from shop.db import Base, UtcDateTime
from shop.errors import NotFound

LOUDEST = 3
"""1 supervisors, 2 administrators as well, 3 everybody at the desk."""


class Alarm(Base):
    """A call for a supervisor about one queue entry. `level` rises while nobody acknowledges."""

    __tablename__ = "alarms"
    __table_args__ = (Index("ix_alarms_open", "acknowledged_at", "due_at"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=new_id)
    handoff_id: Mapped[str] = mapped_column(ForeignKey("handoffs.id"), index=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    severity: Mapped[str] = mapped_column(String(10))
    level: Mapped[int] = mapped_column(default=1)
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)  # raised again then
    acknowledged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    acknowledged_by: Mapped[str | None] = mapped_column(String(60))


async def raise_for(held: Held, entry: Handoff) -> None:
    """Call supervisors about an entry, once for each severity it reaches."""
    query = select(Alarm).where(Alarm.handoff_id == entry.id, Alarm.severity == entry.severity)
    if (await held.session.scalars(query)).first() is not None:
        return
    alarm = Alarm(
        id=new_id(),
        handoff_id=entry.id,
        conversation_id=entry.conversation_id,
        severity=entry.severity,
        level=1,
        raised_at=held.now,
        due_at=held.now + timedelta(seconds=held.desk.policy.current().desk.alarm_s),
    )
    held.session.add(alarm)
    await held.session.flush()
    held.record("alarm", describe(alarm))


async def list_open(session: AsyncSession) -> list[Alarm]:
    """Alarms nobody acknowledged, the gravest and oldest first."""
    query = select(Alarm).where(Alarm.acknowledged_at.is_(None)).order_by(Alarm.raised_at)
    return sorted(
        await session.scalars(query), key=lambda alarm: (alarm.severity != "crisis", alarm.raised_at)
    )


async def acknowledge(desk: Desk, alarm_id: str, who: str) -> Alarm:
    """Say that one is on it. The first to do so stands; again changes nothing. Raises NotFound."""
    now = desk.clock()
    async with desk.transaction() as session:
        ours = (
            update(Alarm)
            .where(Alarm.id == alarm_id, Alarm.acknowledged_at.is_(None))
            .values(acknowledged_at=now, acknowledged_by=who)
            .returning(Alarm.id)
        )
        done = await session.scalar(ours, execution_options={"synchronize_session": False})
        alarm = await session.get(Alarm, alarm_id, populate_existing=True)
        if alarm is None:
            raise NotFound(f"no alarm {alarm_id}")
        if done is not None:
            live.record(session, alarm.conversation_id, "alarm", describe(alarm), now)
        return alarm


async def escalate_due(desk: Desk, now: datetime) -> None:
    """Raise what nobody acknowledged in time to the next level, and call again at the loudest."""
    due = (Alarm.acknowledged_at.is_(None), Alarm.due_at <= now)
    async with desk.reads() as session:
        if await session.scalar(select(Alarm.id).where(*due).limit(1)) is None:
            return
    again = timedelta(seconds=desk.policy.current().desk.alarm_s)
    async with desk.transaction() as session:
        # Only this update may raise them: of two sweepers one finds each alarm due.
        raised = await session.scalars(
            update(Alarm).where(*due).values(level=Alarm.level + 1, due_at=now + again).returning(Alarm),
            execution_options={"populate_existing": True},
        )
        for alarm in raised.all():
            alarm.level = min(alarm.level, LOUDEST)
            live.record(session, alarm.conversation_id, "alarm", describe(alarm), now)
    desk.counters.add("alarms", "escalated")


def describe(alarm: Alarm) -> Json:
    """An alarm as live events carry it."""
    return {
        "alarm_id": alarm.id,
        "severity": alarm.severity,
        "level": alarm.level,
        "acknowledged_by": alarm.acknowledged_by,
    }
