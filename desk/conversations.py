"""Conversations: found, listed, taken over, handed back, closed."""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from desk import handoff, outcome, turns
from desk.base import Desk
from desk.decision import SEVERE, Kind
from desk.errors import Conflict, NewMessage, NotYours
from desk.models import (
    Author,
    CommandRun,
    CommandState,
    Conversation,
    Draft,
    DraftState,
    HandoffState,
    Message,
    Owner,
    Turn,
)
from desk.ownership import Held, access_as_agent, hold, set_owner
from shop.errors import NotFound


async def get_conversation(session: AsyncSession, conversation_id: str) -> Conversation:
    """The conversation. Raises NotFound."""
    found = await session.get(Conversation, conversation_id)
    if found is None:
        raise NotFound(f"no conversation {conversation_id}")
    return found


async def find_open(session: AsyncSession, channel: str, buyer_id: str) -> Conversation | None:
    """The buyer's open conversation on a channel; there is never more than one."""
    query = select(Conversation).where(
        Conversation.channel == channel,
        Conversation.buyer_id == buyer_id,
        Conversation.owner != Owner.CLOSED,
    )
    return await session.scalar(query)


async def list_conversations(
    session: AsyncSession,
    *,
    owner: Owner | None = None,
    assignee: str | None = None,
    limit: int = 50,
    before: datetime | None = None,
) -> list[Conversation]:
    """Conversations, the one with the latest activity first; `before` pages back."""
    query = select(Conversation).order_by(Conversation.active_at.desc(), Conversation.id).limit(limit)
    if owner is not None:
        query = query.where(Conversation.owner == owner)
    if assignee is not None:
        query = query.where(Conversation.assignee == assignee)
    if before is not None:
        query = query.where(Conversation.active_at < before)
    return list(await session.scalars(query))


async def take_over(desk: Desk, conversation_id: str, agent: str, *, force: bool = False) -> Conversation:
    """Give the conversation to an agent, and the queue entry with it.

    Raises Conflict when it is closed or another agent has it (a supervisor may `force`).
    """
    async with hold(desk, conversation_id) as held:
        await handoff.give_to_agent(held, agent, force=force)
        return held.conversation


async def hand_back(desk: Desk, conversation_id: str, agent: str, note: str = "") -> Conversation:
    """Give the conversation back to the bot with what was agreed; the old hand-over does not fire again.

    The bot keeps what it knows (slots) and forgets the half-done form and the events before.
    """
    async with hold(desk, conversation_id) as held:
        conversation = held.conversation
        access_as_agent(conversation, agent)
        conversation.note = note or conversation.note
        conversation.seen_until = await _find_last_message(held)
        if conversation.state is not None:
            conversation.state = {**conversation.state, "active_loop": None, "events": []}
        await handoff.close_open(held, why="handed_back")
        await _drop_drafts(held, agent)
        set_owner(held, Owner.BOT)
        return conversation


async def close(
    desk: Desk, conversation_id: str, agent: str | None = None, *, seen: int | None = None
) -> Conversation:
    """Close a conversation. Closing a closed one changes nothing.

    `seen` is the id of the last message the closer saw: raises NewMessage if the customer wrote after it.
    Another agent's conversation raises NotYours. What was still to be answered counts as seen.
    """
    async with hold(desk, conversation_id) as held:
        conversation = held.conversation
        if conversation.owner is Owner.CLOSED:
            return conversation
        if agent is not None and conversation.owner is Owner.AGENT and conversation.assignee != agent:
            raise NotYours(
                f"conversation {conversation.id} is {conversation.assignee}'s", because="colleague_has_it"
            )
        await _access_to_close(held, agent)
        if seen is not None and await _find_last_message(held, Author.CUSTOMER) > seen:
            raise NewMessage("the customer wrote something new meanwhile")
        await close_held(held, agent)
        return conversation


async def _access_to_close(held: Held, agent: str | None) -> None:
    """Nobody closes what people must see first: a severe complaint in the queue, or a turn not yet read."""
    entry = await handoff.find_open(held.session, held.conversation.id)
    waits = entry is not None and entry.state is HandoffState.WAITING
    if entry is not None and waits and entry.severity in SEVERE:
        raise Conflict(
            "a supervisor has yet to look at this conversation; claim it before it is closed",
            because="supervisor_first",
        )
    if agent is None and await turns.find_next(held.session, held.conversation.id) is not None:
        raise Conflict(
            "a message of this conversation is still being answered; close it after the answer",
            because="still_answering",
        )


async def close_held(held: Held, agent: str | None) -> None:
    """Close the conversation: its turns, queue entry and drafts with it."""
    undone = select(Turn).where(Turn.conversation_id == held.conversation.id, Turn.state.in_(turns.UNDONE))
    for turn in await held.session.scalars(undone):
        turns.finish(turn, Kind.SUGGEST, outcome.make_empty(turn, held.now).to_json(), held.now)
    await handoff.close_open(held, why="conversation_closed")
    await _drop_drafts(held, agent)
    set_owner(held, Owner.CLOSED)


async def _find_last_message(held: Held, author: Author | None = None) -> int:
    """The id of the newest message (of an author); 0 when there is none."""
    query = select(func.max(Message.id)).where(Message.conversation_id == held.conversation.id)
    if author is not None:
        query = query.where(Message.author == author)
    return await held.session.scalar(query) or 0


async def _drop_drafts(held: Held, agent: str | None) -> None:
    """Open drafts and their proposed commands lapse."""
    conversation_id, now = held.conversation.id, held.now
    await held.session.execute(
        update(Draft)
        .where(Draft.conversation_id == conversation_id, Draft.state == DraftState.OPEN)
        .values(state=DraftState.SUPERSEDED, decided_at=now, decided_by=agent)
    )
    await held.session.execute(
        update(CommandRun)
        .where(CommandRun.conversation_id == conversation_id, CommandRun.state == CommandState.PROPOSED)
        .values(state=CommandState.REJECTED, settled_at=now, actor=agent)
    )
