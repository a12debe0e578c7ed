"""The audit log: who saw or changed what, when, from where. Written with the change, in its transaction (G3).

A request of a signed-in person carries a `Trace`; the first transaction that it commits writes it down. What
was rolled back leaves no trace, what was committed always does. Details hold keys and words, never the data.
"""

from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Index, String, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from shop.db import Base, JsonType, UtcDateTime

LONGEST_ABOUT = 160


class AuditEntry(Base):
    """One thing a person did or saw. `what` is `topic.verb`, `about` is `kind:key`."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_who", "who", "id"),
        Index("ix_audit_about", "about", "id"),
        Index("ix_audit_what", "what", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    who: Mapped[str] = mapped_column(String(60))
    role: Mapped[str] = mapped_column(String(20))
    what: Mapped[str] = mapped_column(String(80))
    about: Mapped[str] = mapped_column(String(LONGEST_ABOUT), default="")
    detail: Mapped[dict[str, str]] = mapped_column(JsonType, default=dict)
    origin: Mapped[str] = mapped_column(String(60), default="")  # the address the request came from


@dataclass(slots=True)
class Trace:
    """What the request at hand is doing; written once."""

    who: str
    role: str
    what: str
    about: str = ""
    origin: str = ""
    detail: dict[str, str] = field(default_factory=dict)
    written: bool = False


_trace: ContextVar[Trace | None] = ContextVar("audit_trace", default=None)


def begin(trace: Trace | None) -> None:
    """Say what this request does; None forgets it."""
    _trace.set(trace)


def note(about: str | None = None, **detail: str) -> None:
    """Say more about what the request does, before its transaction ends."""
    trace = _trace.get()
    if trace is not None:
        trace.about = about if about is not None else trace.about
        trace.detail |= detail


async def write(session: AsyncSession, now: datetime) -> None:
    """Write down what the request does, as part of its transaction."""
    trace = _trace.get()
    if trace is None or trace.written:
        return
    add(
        session,
        now,
        who=trace.who,
        role=trace.role,
        what=trace.what,
        about=trace.about,
        origin=trace.origin,
        **trace.detail,
    )
    await session.flush()
    trace.written = True


def add(
    session: AsyncSession,
    now: datetime,
    *,
    who: str,
    what: str,
    role: str = "",
    about: str = "",
    origin: str = "",
    **detail: str,
) -> None:
    """Add an entry to this transaction."""
    session.add(
        AuditEntry(
            at=now,
            who=who[:60],
            role=role,
            what=what[:80],
            about=about[:LONGEST_ABOUT],
            origin=origin[:60],
            detail=detail,
        )
    )


async def list_entries(
    session: AsyncSession,
    *,
    who: str | None = None,
    what: str | None = None,
    about: str | None = None,
    before: int | None = None,
    limit: int = 100,
) -> Sequence[AuditEntry]:
    """Entries, the newest first; `before` is the id of the last one seen."""
    query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)
    for column, wanted in ((AuditEntry.who, who), (AuditEntry.what, what), (AuditEntry.about, about)):
        if wanted is not None:
            query = query.where(column == wanted)
    if before is not None:
        query = query.where(AuditEntry.id < before)
    return (await session.scalars(query)).all()
