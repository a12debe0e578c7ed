"""The sweeper: finds what was left behind, takes the next step of every open conversation, counts repairs."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, exists, func, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from desk import alarms, assignment, conversations, handoff, levels, speech, turns
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
from desk.ownership import Held, hold, set_next_step, set_owner
from desk.policy_versions import record_version
from shop.stock import note_restocked

log = structlog.get_logger(__name__)

BATCH = 200
OPEN_OWNERS = (Owner.BOT, Owner.QUEUE, Owner.AGENT)
MOST_RAISED = PRIORITY["general"]
"""Waiting raises an entry up to here; above stand real complaints and crises."""


async def sweep(desk: Desk) -> None:
    """One round: turns that are due or lost, conversations whose step is due, what contradicts itself.

    What fails is logged and counted; the rest of the round goes on.
    """
    now = desk.clock()
    for phase in PHASES:
        with _guarded(desk, phase=phase.__name__):
            await phase(desk, now)


@contextmanager
def _guarded(desk: Desk, **what: str) -> Iterator[None]:
    """Log and count what fails within."""
    try:
        yield
    except Exception:
        # The edge of one step: a conversation that cannot be swept must not keep the others waiting.
        desk.counters.add("repairs", "failed")
        log.exception("sweeper.failed", **what)


async def _take_steps(desk: Desk, now: datetime) -> None:
    for conversation_id in await _list_due(desk, now):
        with _guarded(desk, conversation=conversation_id):
            await _step(desk, conversation_id)


async def _release_left(desk: Desk, now: datetime) -> None:
    for conversation_id in await _list_left_by_agents(desk, now):
        with _guarded(desk, conversation=conversation_id):
            await _step(desk, conversation_id, agent_gone=True)


async def _repair_broken(desk: Desk, _now: datetime) -> None:
    for conversation_id in await _list_broken(desk):
        with _guarded(desk, conversation=conversation_id):
            await _repair(desk, conversation_id)


async def _keep_policy(desk: Desk, _now: datetime) -> None:
    await record_version(desk)


async def _tell_restocked(desk: Desk, now: datetime) -> None:
    """B1: a noted wish for a SKU that is back becomes a notice; `notices` says it."""
    async with desk.transaction() as session:
        await note_restocked(session, now)


async def _kick_turns(desk: Desk, now: datetime) -> None:
    async with desk.reads() as session:
        due = await turns.list_due(session, now, BATCH)
        lost = select(Turn.id).where(Turn.state == TurnState.CLAIMED, Turn.lease_until <= now)
        expired = len(list(await session.scalars(lost)))
    if expired:
        desk.counters.add("repairs", "lease_expired", expired)
        log.warning("sweeper.lease_expired", turns=expired)
    for turn_id in due:
        with _guarded(desk, turn=turn_id):
            await desk.runner.kick(turn_id)


async def _list_due(desk: Desk, now: datetime) -> list[str]:
    query = (
        select(Conversation.id)
        .where(Conversation.owner.in_(OPEN_OWNERS), Conversation.next_due_at <= now)
        .order_by(Conversation.next_due_at)
        .limit(BATCH)
    )
    async with desk.reads() as session:
        return list(await session.scalars(query))


async def _step(desk: Desk, conversation_id: str, *, agent_gone: bool = False) -> None:
    """The step that the owner implies, unless it was taken meanwhile."""
    async with hold(desk, conversation_id) as held:
        conversation = held.conversation
        if agent_gone and conversation.owner is Owner.AGENT:
            await _release(held, why="agent_gone")
            return
        if conversation.next_due_at is None or conversation.next_due_at > held.now:
            return
        if conversation.owner is Owner.BOT:
            await _close_idle(held)
        elif conversation.owner is Owner.QUEUE:
            await _raise_waiting(held)
        elif conversation.owner is Owner.AGENT:
            await _release_silent(held)


async def _close_idle(held: Held) -> None:
    """The bot's conversation ends after a long silence, never with a question open."""
    if await turns.find_next(held.session, held.conversation.id) is not None:
        set_next_step(held)
        return
    await conversations.close_held(held, None)


async def _raise_waiting(held: Held) -> None:
    """A waiting entry becomes more urgent; a customer who heard nothing yet is told (A2, A13)."""
    set_next_step(held)
    entry = await handoff.find_open(held.session, held.conversation.id)
    if entry is None:
        return  # repaired below
    if entry.told is None:
        await speech.say(held, BotReply("still_checking"))
        entry.told = "still_checking"
        return
    if entry.priority > MOST_RAISED:
        entry.priority -= 1
    entry.raised += 1
    await handoff.show_place(held, entry, raised=entry.raised)


async def _release_silent(held: Held) -> None:
    """An agent who lets the customer wait too long loses the claim; a chat that ended is closed."""
    settings, conversation, now = held.desk.settings, held.conversation, held.now
    silence = timedelta(seconds=settings.agent_silence_s)
    since = await find_waiting_since(held.session, held.conversation.id)
    if since is not None and since + silence <= now:
        await _release(held, why="agent_silent")
    elif since is not None:
        conversation.next_due_at = since + silence
    elif conversation.active_at + timedelta(seconds=settings.idle_close_s) <= now:
        await conversations.close_held(held, None)
    else:
        set_next_step(held)


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


async def _release(held: Held, *, why: str) -> None:
    """Back into the queue with the place it had."""
    conversation = held.conversation
    held.desk.counters.add("repairs", why)
    log.warning("sweeper.released", conversation=conversation.id, agent=conversation.assignee, why=why)
    set_owner(held, Owner.QUEUE)
    if await handoff.find_open(held.session, held.conversation.id) is None:
        await handoff.enqueue(held, _place(why))
    else:
        await handoff.put_back(held)


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
    """Conversations whose owner, queue entry and next step contradict each other. There should be none.

    Closed conversations grow without end: they are reached only from an entry that is still open.
    """
    waiting = exists().where(
        Handoff.conversation_id == Conversation.id, Handoff.state == HandoffState.WAITING
    )
    owner, step = Conversation.owner, Conversation.next_due_at
    without_step = select(Conversation.id).where(owner.in_(OPEN_OWNERS), step.is_(None))
    without_entry = select(Conversation.id).where(owner == Owner.QUEUE, ~waiting)
    without_agent = select(Conversation.id).where(owner == Owner.AGENT, Conversation.assignee.is_(None))
    misplaced = (
        select(Conversation.id)
        .join(Handoff, Handoff.conversation_id == Conversation.id)
        .where(
            Handoff.state.in_(handoff.OPEN_STATES),
            owner.in_((Owner.BOT, Owner.CLOSED))
            | ((owner == Owner.AGENT) & (Handoff.state == HandoffState.WAITING)),
        )
    )
    broken = union(without_step, without_entry, without_agent, misplaced).limit(BATCH)
    async with desk.reads() as session:
        return list(await session.scalars(broken))


async def _repair(desk: Desk, conversation_id: str) -> None:
    """Make a conversation whole again: each violation is counted, none is hidden."""
    async with hold(desk, conversation_id) as held:
        conversation = held.conversation
        entry = await handoff.find_open(held.session, held.conversation.id)
        waits = entry is not None and entry.state is HandoffState.WAITING
        if conversation.owner is Owner.AGENT and conversation.assignee is None:
            await _release(held, why="agent_missing")
        elif conversation.owner is Owner.AGENT and waits:
            _count(held, "entry_not_claimed")
            await handoff.claim_open(held, conversation.assignee or "")
        elif conversation.owner is Owner.QUEUE and entry is None:
            _count(held, "queue_without_entry")
            await handoff.enqueue(held, _place("orphan"))
        elif conversation.owner is Owner.QUEUE and not waits:
            _count(held, "entry_not_waiting")
            await handoff.put_back(held)
        elif conversation.owner in (Owner.BOT, Owner.CLOSED) and entry is not None:
            _count(held, "entry_without_queue")
            await handoff.close_open(held, why="orphan")
        if conversation.owner is not Owner.CLOSED and conversation.next_due_at is None:
            _count(held, "no_next_step")
            set_next_step(held)


def _count(held: Held, violation: str) -> None:
    held.desk.counters.add("repairs", violation)
    log.error("sweeper.repaired", conversation=held.conversation.id, violation=violation)


async def _forget_events(desk: Desk, now: datetime) -> None:
    """Old live events go; looked up first, so that a quiet desk takes no write lock."""
    old = LiveEvent.created_at < now - timedelta(seconds=desk.settings.events_keep_s)
    async with desk.reads() as session:
        if not await session.scalar(select(exists().where(old))):
            return
    async with desk.transaction() as session:
        await session.execute(delete(LiveEvent).where(old))


PHASES = (
    _keep_policy,
    _tell_restocked,
    _kick_turns,
    _take_steps,
    _release_left,
    _repair_broken,
    assignment.assign_waiting,
    alarms.escalate_due,
    levels.demote_at_fault,
    _forget_events,
)
"""What one round does, in order."""
