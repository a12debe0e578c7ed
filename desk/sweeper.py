"""The sweeper: finds what was left behind, takes the next step of every open conversation, counts repairs."""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from desk import conversations, handoff, live, speech, turns
from desk.base import Desk
from desk.bot_client import BotReply
from desk.decision import PEOPLE_ONLY, PRIORITY, Place
from desk.models import (
    Author,
    Conversation,
    Handoff,
    HandoffState,
    LiveEvent,
    Message,
    Owner,
    Presence,
    Turn,
    TurnState,
)
from desk.ownership import lock, set_next_step, set_owner

log = structlog.get_logger(__name__)

BATCH = 200
MOST_RAISED = PRIORITY["general"]
"""Waiting raises an entry up to here; above stand real complaints and crises."""


async def sweep(desk: Desk) -> None:
    """One round: turns that are due or lost, conversations whose step is due, what contradicts itself."""
    now = desk.clock()
    await _kick_turns(desk, now)
    for conversation_id in await _list_due(desk, now):
        await _step(desk, conversation_id, now)
    for conversation_id in await _list_left_by_agents(desk, now):
        await _step(desk, conversation_id, now, agent_gone=True)
    for conversation_id in await _list_broken(desk):
        await _repair(desk, conversation_id, now)
    await _forget_events(desk, now)


async def _kick_turns(desk: Desk, now: datetime) -> None:
    async with desk.reads() as session:
        due = await turns.list_due(session, now, BATCH)
        lost = select(Turn.id).where(Turn.state == TurnState.CLAIMED, Turn.lease_until <= now)
        expired = len(list(await session.scalars(lost)))
    if expired:
        desk.counters.add("repairs", "lease_expired", expired)
        log.warning("sweeper.lease_expired", turns=expired)
    for turn_id in due:
        await desk.runner.kick(turn_id)


async def _list_due(desk: Desk, now: datetime) -> list[str]:
    query = (
        select(Conversation.id)
        .where(Conversation.owner != Owner.CLOSED, Conversation.next_due_at <= now)
        .order_by(Conversation.next_due_at)
        .limit(BATCH)
    )
    async with desk.reads() as session:
        return list(await session.scalars(query))


async def _step(desk: Desk, conversation_id: str, now: datetime, *, agent_gone: bool = False) -> None:
    """The step that the owner implies, unless it was taken meanwhile."""
    async with desk.transaction() as session:
        conversation = await lock(session, conversation_id)
        if agent_gone and conversation.owner is Owner.AGENT:
            await _release(session, desk, conversation, now, why="agent_gone")
            return
        if conversation.next_due_at is None or conversation.next_due_at > now:
            return
        if conversation.owner is Owner.BOT:
            await _close_idle(session, desk, conversation, now)
        elif conversation.owner is Owner.QUEUE:
            await _raise_waiting(session, desk, conversation, now)
        elif conversation.owner is Owner.AGENT:
            await _release_silent(session, desk, conversation, now)


async def _close_idle(session: AsyncSession, desk: Desk, conversation: Conversation, now: datetime) -> None:
    """The bot's conversation ends after a long silence, never with a question open."""
    if await turns.find_next(session, conversation.id) is not None:
        set_next_step(conversation, desk.settings, now)
        return
    await conversations.close_locked(session, desk, conversation, now, agent=None)


async def _raise_waiting(
    session: AsyncSession, desk: Desk, conversation: Conversation, now: datetime
) -> None:
    """A waiting entry becomes more urgent; a customer who heard nothing yet is told (A2, A13)."""
    set_next_step(conversation, desk.settings, now)
    entry = await handoff.find_open(session, conversation.id)
    if entry is None:
        return  # repaired below
    if entry.told is None:
        await speech.say(session, desk, conversation, BotReply("still_checking"), now)
        entry.told = "still_checking"
        return
    if entry.priority > MOST_RAISED:
        entry.priority -= 1
    entry.raised += 1
    raised = {"handoff_id": entry.id, "priority": entry.priority, "raised": entry.raised}
    live.record(session, conversation.id, "queue", raised, now)


async def _release_silent(
    session: AsyncSession, desk: Desk, conversation: Conversation, now: datetime
) -> None:
    """An agent who lets the customer wait too long loses the claim; a chat that ended is closed."""
    silence = timedelta(seconds=desk.settings.agent_silence_s)
    since = await find_waiting_since(session, conversation.id)
    if since is not None and since + silence <= now:
        await _release(session, desk, conversation, now, why="agent_silent")
    elif since is not None:
        conversation.next_due_at = since + silence
    elif conversation.active_at + timedelta(seconds=desk.settings.idle_close_s) <= now:
        await conversations.close_locked(session, desk, conversation, now, agent=None)
    else:
        set_next_step(conversation, desk.settings, now)


async def find_waiting_since(session: AsyncSession, conversation_id: str) -> datetime | None:
    """When the customer wrote what no agent has answered yet; None when nothing waits."""
    answered = (
        select(func.coalesce(func.max(Message.id), 0))
        .where(Message.conversation_id == conversation_id, Message.author == Author.AGENT)
        .scalar_subquery()
    )
    query = (
        select(Message.created_at)
        .where(
            Message.conversation_id == conversation_id,
            Message.author == Author.CUSTOMER,
            Message.id > answered,
        )
        .order_by(Message.id)
        .limit(1)
    )
    return await session.scalar(query)


async def _release(
    session: AsyncSession, desk: Desk, conversation: Conversation, now: datetime, *, why: str
) -> None:
    """Back into the queue with the place it had."""
    desk.counters.add("repairs", why)
    log.warning("sweeper.released", conversation=conversation.id, agent=conversation.assignee, why=why)
    set_owner(session, conversation, Owner.QUEUE, desk.settings, now)
    if await handoff.find_open(session, conversation.id) is None:
        await handoff.enqueue(session, desk, conversation, _place(why), now)
    else:
        await handoff.put_back(session, conversation, now)


def _place(reason: str) -> Place:
    return Place("presales", PRIORITY[PEOPLE_ONLY], reason)


async def _list_left_by_agents(desk: Desk, now: datetime) -> list[str]:
    """Conversations of agents who signed off or vanished while a customer waits."""
    since = now - timedelta(seconds=desk.settings.presence_s)
    gone = (Presence.status == "offline") | (Presence.seen_at <= since)
    query = (
        select(Conversation.id)
        .join(Presence, Presence.agent == Conversation.assignee)
        .where(Conversation.owner == Owner.AGENT, gone)
        .limit(BATCH)
    )
    async with desk.reads() as session:
        found = list(await session.scalars(query))
        return [number for number in found if await find_waiting_since(session, number) is not None]


async def _list_broken(desk: Desk) -> list[str]:
    """Conversations whose owner, queue entry and next step contradict each other. There should be none."""
    entry = select(Handoff.id).where(Handoff.conversation_id == Conversation.id)
    waiting = exists(entry.where(Handoff.state == HandoffState.WAITING))
    claimed = exists(entry.where(Handoff.state == HandoffState.CLAIMED))
    owner = Conversation.owner
    broken = or_(
        (owner != Owner.CLOSED) & Conversation.next_due_at.is_(None),
        (owner == Owner.QUEUE) & ~waiting,
        (owner == Owner.AGENT) & (Conversation.assignee.is_(None) | waiting),
        owner.in_((Owner.BOT, Owner.CLOSED)) & (waiting | claimed),
    )
    async with desk.reads() as session:
        return list(await session.scalars(select(Conversation.id).where(broken).limit(BATCH)))


async def _repair(desk: Desk, conversation_id: str, now: datetime) -> None:
    """Make a conversation whole again: each violation is counted, none is hidden."""
    async with desk.transaction() as session:
        conversation = await lock(session, conversation_id)
        entry = await handoff.find_open(session, conversation.id)
        waits = entry is not None and entry.state is HandoffState.WAITING
        if conversation.owner is Owner.AGENT and conversation.assignee is None:
            await _release(session, desk, conversation, now, why="agent_missing")
        elif conversation.owner is Owner.AGENT and waits:
            _count(desk, conversation, "entry_not_claimed")
            await handoff.claim_open(session, conversation, conversation.assignee or "", now)
        elif conversation.owner is Owner.QUEUE and entry is None:
            _count(desk, conversation, "queue_without_entry")
            await handoff.enqueue(session, desk, conversation, _place("orphan"), now)
        elif conversation.owner is Owner.QUEUE and not waits:
            _count(desk, conversation, "entry_not_waiting")
            await handoff.put_back(session, conversation, now)
        elif conversation.owner in (Owner.BOT, Owner.CLOSED) and entry is not None:
            _count(desk, conversation, "entry_without_queue")
            await handoff.close_open(session, conversation, now, why="orphan")
        if conversation.owner is not Owner.CLOSED and conversation.next_due_at is None:
            _count(desk, conversation, "no_next_step")
            set_next_step(conversation, desk.settings, now)


def _count(desk: Desk, conversation: Conversation, violation: str) -> None:
    desk.counters.add("repairs", violation)
    log.error("sweeper.repaired", conversation=conversation.id, violation=violation)


async def _forget_events(desk: Desk, now: datetime) -> None:
    """Old live events go; looked up first, so that a quiet desk takes no write lock."""
    old = LiveEvent.created_at < now - timedelta(seconds=desk.settings.events_keep_s)
    async with desk.reads() as session:
        if not await session.scalar(select(exists().where(old))):
            return
    async with desk.transaction() as session:
        await session.execute(delete(LiveEvent).where(old))
