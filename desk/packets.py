"""Reading what a hand-over packet is built from: turns, promises, what the bot keeps."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from desk.models import Author, Conversation, Json, Message, Turn, TurnState
from desk.packet import LAST_TURNS, Packet, TurnRecord, build
from shop.work_models import PromiseEntry


async def read_packet(session: AsyncSession, conversation: Conversation) -> Packet:
    """The packet of a conversation as it is now."""
    query = (
        select(Turn)
        .where(Turn.conversation_id == conversation.id, Turn.state == TurnState.DONE)
        .order_by(Turn.number.desc())
        .limit(LAST_TURNS)
    )
    turns = list(await session.scalars(query))[::-1]
    words = await _read_words(session, [turn.id for turn in turns])
    records = [TurnRecord(words.get(turn.id, ""), turn.decision or "", turn.outcome or {}) for turn in turns]
    slots = (conversation.state or {}).get("slots") or {}
    promises = await _list_promises(session, conversation.id)
    return build(records, slots=slots, promises=promises, note=conversation.note)


async def _read_words(session: AsyncSession, turn_ids: list[str]) -> dict[str, str]:
    query = (
        select(Message.turn_id, Message.text)
        .where(Message.turn_id.in_(turn_ids), Message.author == Author.CUSTOMER)
        .order_by(Message.id)
    )
    words: dict[str, list[str]] = {}
    for turn_id, text in (await session.execute(query)).all():
        words.setdefault(turn_id or "", []).append(text)
    return {turn_id: "\n".join(texts) for turn_id, texts in words.items()}


async def _list_promises(session: AsyncSession, conversation_id: str) -> list[Json]:
    query = (
        select(PromiseEntry)
        .where(PromiseEntry.conversation_id == conversation_id)
        .order_by(PromiseEntry.due_at, PromiseEntry.id)
    )
    return [
        {"words": entry.words, "due_at": entry.due_at.isoformat(), "state": entry.state, "owner": entry.owner}
        for entry in await session.scalars(query)
    ]
