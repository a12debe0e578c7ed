"""How satisfied customers were, asked once a conversation is closed (E2, H2)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from desk.errors import Conflict
from desk.models import Author, Conversation, Message, Owner
from shop.db import Base, UtcDateTime
from shop.errors import NotFound, Refused
from shop.models import Complaint

RATED_WITHIN = timedelta(days=7)
LOWEST, HIGHEST = 1, 5
UNHAPPY = 2
"""From this score downwards somebody should have a look."""
MOST_UNHAPPY = 20


class Rating(Base):
    """A customer's word on a conversation. `agent`: who answered last, None for the bot."""

    __tablename__ = "ratings"
    __table_args__ = (Index("ix_ratings_at", "at"),)

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    score: Mapped[int]
    words: Mapped[str] = mapped_column(String(500), default="")
    agent: Mapped[str | None] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


async def find_unrated(
    session: AsyncSession, channel: str, buyer_id: str, now: datetime
) -> Conversation | None:
    """The buyer's last conversation, if it is closed, recent and not rated yet.

    Nobody is asked how satisfied they are while a complaint of theirs is open: its outcome comes first (E2).
    """
    query = (
        select(Conversation)
        .where(Conversation.channel == channel, Conversation.buyer_id == buyer_id)
        .order_by(Conversation.opened_at.desc(), Conversation.id.desc())
        .limit(1)
    )
    found = await session.scalar(query)
    if found is None or found.owner is not Owner.CLOSED or found.closed_at is None:
        return None
    if found.closed_at <= now - RATED_WITHIN or await session.get(Rating, found.id) is not None:
        return None
    open_complaint = select(Complaint.id).where(Complaint.buyer_id == buyer_id, Complaint.state != "closed")
    return None if await session.scalar(open_complaint.limit(1)) else found


async def rate(
    session: AsyncSession, conversation_id: str, buyer_id: str, score: int, words: str, *, now: datetime
) -> Rating:
    """Keep a rating, once: the same again changes nothing, another one raises Conflict.

    Raises NotFound for a conversation that is not this buyer's, Refused while it is open or long past.
    """
    conversation = await session.get(Conversation, conversation_id)
    if conversation is None or conversation.buyer_id != buyer_id:
        raise NotFound(f"no conversation {conversation_id}")
    if conversation.owner is not Owner.CLOSED or conversation.closed_at is None:
        raise Refused("a conversation is rated once it is closed", because="rating_early")
    if conversation.closed_at <= now - RATED_WITHIN:
        raise Refused("this conversation is too long past to be rated", because="rating_late")
    rating = Rating(
        conversation_id=conversation_id,
        score=score,
        words=words,
        agent=await _find_last_agent(session, conversation_id),
        at=now,
    )
    try:
        async with session.begin_nested():
            session.add(rating)
    except IntegrityError:
        stored = await session.get_one(Rating, conversation_id, populate_existing=True)
        if (stored.score, stored.words) != (score, words):
            raise Conflict("this conversation was rated already", because="rated_already") from None
        return stored
    return rating


async def _find_last_agent(session: AsyncSession, conversation_id: str) -> str | None:
    query = (
        select(Message.agent)
        .where(Message.conversation_id == conversation_id, Message.author == Author.AGENT)
        .order_by(Message.id.desc())
        .limit(1)
    )
    return await session.scalar(query)


@dataclass(frozen=True, slots=True)
class Mean:
    """How satisfied those were who said so: their number and the mean of their scores."""

    count: int
    mean: float


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """Ratings of some days: by day of the shop's zone, by who answered last (None: the bot), the low ones."""

    by_day: dict[date, Mean]
    by_agent: dict[str | None, Mean]
    unhappy: list[Rating]


async def read_satisfaction(session: AsyncSession, since: datetime, zone: tzinfo) -> Satisfaction:
    """What customers said since then."""
    days: dict[date, list[int]] = defaultdict(list)
    agents: dict[str | None, list[int]] = defaultdict(list)
    query = select(Rating.at, Rating.agent, Rating.score).where(Rating.at >= since)
    for at, agent, score in (await session.execute(query.order_by(Rating.at))).all():
        days[at.astimezone(zone).date()].append(score)
        agents[agent].append(score)
    low = select(Rating).where(Rating.at >= since, Rating.score <= UNHAPPY)
    unhappy = await session.scalars(low.order_by(Rating.at.desc()).limit(MOST_UNHAPPY))
    return Satisfaction(
        {day: _mean(scores) for day, scores in days.items()},
        {agent: _mean(scores) for agent, scores in agents.items()},
        list(unhappy),
    )


def _mean(scores: Iterable[int]) -> Mean:
    found = list(scores)
    return Mean(len(found), round(sum(found) / len(found), 2))
