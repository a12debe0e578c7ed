"""Finding conversations by what an agent remembers: order number, customer, words that were said."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from desk.models import Conversation, Message
from shop.models import Customer, Order

SNIPPET = 60
LOOKED_AT = 200
"""Messages with the words that are looked at, the newest first: enough for any page of results."""
FoundIn = Literal["order", "customer", "message"]


@dataclass(frozen=True, slots=True)
class Hit:
    """A conversation that fits, why, and the words around it where words were found."""

    conversation: Conversation
    found_in: FoundIn
    snippet: str = ""


async def search(session: AsyncSession, words: str, limit: int = 30) -> list[Hit]:
    """The conversations that fit best: by order number first, then customer, then what was said."""
    hits: dict[str, Hit] = {}
    for found in (
        await _by_order(session, words, limit),
        await _by_customer(session, words, limit),
        await _by_message(session, words, limit),
    ):
        for hit in found:
            hits.setdefault(hit.conversation.id, hit)
    return list(hits.values())[:limit]


async def _by_order(session: AsyncSession, words: str, limit: int) -> list[Hit]:
    """An order number is told from its beginning, or whole; buyers of the order count as well."""
    buyers = select(Order.buyer_id).where(Order.no.startswith(words, autoescape=True)).limit(limit)
    named = Conversation.order_no.startswith(words, autoescape=True)
    return await _list(session, or_(named, Conversation.buyer_id.in_(buyers)), "order", limit)


async def _by_customer(session: AsyncSession, words: str, limit: int) -> list[Hit]:
    buyers = select(Customer.id).where(Customer.name.startswith(words, autoescape=True)).limit(limit)
    condition = or_(Conversation.buyer_id == words, Conversation.buyer_id.in_(buyers))
    return await _list(session, condition, "customer", limit)


async def _list(session: AsyncSession, condition: object, found_in: FoundIn, limit: int) -> list[Hit]:
    query = (
        select(Conversation)
        .where(condition)  # type: ignore[arg-type]
        .order_by(Conversation.active_at.desc(), Conversation.id)
        .limit(limit)
    )
    return [Hit(conversation, found_in) for conversation in await session.scalars(query)]


async def _by_message(session: AsyncSession, words: str, limit: int) -> list[Hit]:
    query = (
        select(Message.conversation_id, Message.text)
        .where(Message.text.icontains(words, autoescape=True))
        .order_by(Message.id.desc())
        .limit(LOOKED_AT)
    )
    texts: dict[str, str] = {}
    for conversation_id, text in (await session.execute(query)).all():
        texts.setdefault(conversation_id, text)
    ids = list(texts)[:limit]
    rows = await session.scalars(select(Conversation).where(Conversation.id.in_(ids)))
    by_id = {row.id: row for row in rows}
    return [Hit(by_id[number], "message", _cut(texts[number], words)) for number in ids if number in by_id]


def _cut(text: str, words: str) -> str:
    """The words with a little around them."""
    at = max(text.lower().find(words.lower()), 0)
    begin = max(at - SNIPPET // 3, 0)
    cut = text[begin : begin + SNIPPET].replace("\n", " ")
    return ("…" if begin else "") + cut + ("…" if begin + SNIPPET < len(text) else "")
