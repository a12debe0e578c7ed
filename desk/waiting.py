"""Reading what the SLA clocks run on: when people last answered, and since when a customer waits."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from desk.base import Desk
from desk.clocks import Clock, list_clocks
from desk.models import Author, Handoff, Message


async def read_clocks(
    session: AsyncSession, desk: Desk, entries: Sequence[Handoff]
) -> dict[str, list[Clock]]:
    """The running clocks by conversation, of the open entries given; two queries however many."""
    ids = [entry.conversation_id for entry in entries]
    if not ids:
        return {}
    answered = await _read_answers(session, ids)
    waiting = await _read_waiting(session, ids)
    rules = desk.policy.current().desk.sla
    return {
        entry.conversation_id: list_clocks(
            rules,
            severity=entry.severity,
            waiting_since=entry.waiting_since,
            answered_at=_since(answered.get(entry.conversation_id), entry.waiting_since),
            unanswered_since=waiting.get(entry.conversation_id),
        )
        for entry in entries
    }


def _since(moment: datetime | None, begin: datetime) -> datetime | None:
    return moment if moment is not None and moment >= begin else None


async def _read_answers(session: AsyncSession, ids: list[str]) -> dict[str, datetime]:
    """When a person last answered each conversation."""
    query = (
        select(Message.conversation_id, func.max(Message.created_at))
        .where(Message.conversation_id.in_(ids), Message.author == Author.AGENT)
        .group_by(Message.conversation_id)
    )
    return dict((await session.execute(query)).all())


async def _read_waiting(session: AsyncSession, ids: list[str]) -> dict[str, datetime]:
    """Since when each customer waits for a person: the first words after the last answer."""
    later = aliased(Message)
    answered_after = (
        select(later.id)
        .where(
            and_(
                later.conversation_id == Message.conversation_id,
                later.author == Author.AGENT,
                later.id > Message.id,
            )
        )
        .exists()
    )
    query = (
        select(Message.conversation_id, func.min(Message.created_at))
        .where(Message.conversation_id.in_(ids), Message.author == Author.CUSTOMER, ~answered_after)
        .group_by(Message.conversation_id)
    )
    return dict((await session.execute(query)).all())
