"""How satisfied customers were, asked once a conversation is closed (E2, H2)."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from desk.errors import Conflict
from desk.models import Author, Conversation, Message, Owner
from shop.db import Base, UtcDateTime
from shop.errors import NotFound, Refused

RATED_WITHIN = timedelta(days=7)
LOWEST, HIGHEST = 1, 5


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
    """The buyer's last conversation, if it is closed, recent and not rated yet."""
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
    return found


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
        raise Refused("a conversation is rated once it is closed")
    if conversation.closed_at <= now - RATED_WITHIN:
        raise Refused("this conversation is too long past to be rated")
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
            raise Conflict("this conversation was rated already") from None
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
