"""The queue of people: entries with team, priority, reason, position and waiting time; claimed by one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from desk import alarms, duty
from desk.base import Desk
from desk.decision import BOT_UNAVAILABLE, SEVERE, SEVERITY_RANK, Place, grave_place
from desk.errors import Conflict
from desk.models import Conversation, Handoff, HandoffState, Json, Owner
from desk.ownership import Held, hold, set_owner
from shop.errors import NotFound

OPEN_STATES = (HandoffState.WAITING, HandoffState.CLAIMED)


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """A waiting entry with its place, as an agent's queue or the customer's text shows it."""

    handoff: Handoff
    position: int
    wait: duty.Wait

    def to_json(self) -> Json:
        """The `handoff` of a turn's outcome."""
        return {
            "team": self.handoff.team,
            "priority": self.handoff.priority,
            "reason": self.handoff.reason,
            "position": self.position,
            "eta_seconds": self.wait.seconds,
        }


async def enqueue(held: Held, place: Place, *, turn_id: str | None = None) -> QueueEntry:
    """Put the conversation into the queue, or make its waiting entry more urgent."""
    found = await find_open(held.session, held.conversation.id)
    if found is None:
        found = _open(held, place, turn_id)
    elif place.priority < found.priority or found.reason == BOT_UNAVAILABLE:
        found.priority, found.reason, found.team = place.priority, place.reason, place.team
        found.turn_id = turn_id or found.turn_id
    if SEVERITY_RANK[place.severity] > SEVERITY_RANK[found.severity]:
        found.severity = place.severity
    await held.session.flush()
    if found.severity in SEVERE:
        await alarms.raise_for(held, found)
    if held.conversation.owner is Owner.BOT:
        set_owner(held, Owner.QUEUE)
    entry = await locate(held.session, held.desk, found, held.now)
    held.record("queue", {"handoff_id": found.id, **entry.to_json()})
    return entry


def _open(held: Held, place: Place, turn_id: str | None) -> Handoff:
    entry = Handoff(
        conversation_id=held.conversation.id,
        turn_id=turn_id,
        team=place.team,
        priority=place.priority,
        reason=place.reason,
        severity=place.severity,
        state=HandoffState.WAITING,
        waiting_since=held.now,
        raised=0,
    )
    held.session.add(entry)
    return entry


async def call_supervisor(held: Held, severity: str) -> None:
    """A person found it grave: a supervisor is called as for what the bot finds grave (E4)."""
    conversation = held.conversation
    if SEVERITY_RANK[severity] > SEVERITY_RANK[conversation.severity]:
        conversation.severity = severity
    if severity not in SEVERE:
        return
    place = grave_place(conversation.severity)
    if conversation.owner is Owner.AGENT:
        await alert(held, place, turn_id=None)
    elif conversation.owner is not Owner.CLOSED:
        await enqueue(held, place)


async def alert(held: Held, place: Place, *, turn_id: str | None) -> Json:
    """Call a supervisor to a conversation that an agent has: the entry is marked, the owner stays.

    Gives the `handoff` of the turn's outcome; position 0 says that a person has it already.
    """
    found = await find_open(held.session, held.conversation.id)
    if found is None:
        found = _open(held, place, turn_id)
        found.state, found.claimed_at = HandoffState.CLAIMED, held.now
        found.claimed_by = held.conversation.assignee
    found.priority = min(found.priority, place.priority)
    found.team, found.reason, found.severity = place.team, place.reason, place.severity
    await held.session.flush()
    await alarms.raise_for(held, found)
    told = {"handoff_id": found.id, "severity": place.severity, "claimed_by": found.claimed_by}
    held.record("alert", told)
    urgency = {"team": found.team, "priority": found.priority, "reason": found.reason}
    return {**urgency, "position": 0, "eta_seconds": 0}


async def find_open(session: AsyncSession, conversation_id: str) -> Handoff | None:
    """The conversation's entry that is waiting or claimed."""
    query = select(Handoff).where(Handoff.conversation_id == conversation_id, Handoff.state.in_(OPEN_STATES))
    return (await session.scalars(query)).one_or_none()


async def locate(session: AsyncSession, desk: Desk, entry: Handoff, now: datetime) -> QueueEntry:
    """Where a waiting entry stands in its team's queue, from 1, and how long it waits."""
    ahead = or_(
        Handoff.priority < entry.priority,
        and_(Handoff.priority == entry.priority, Handoff.waiting_since < entry.waiting_since),
        and_(
            Handoff.priority == entry.priority,
            Handoff.waiting_since == entry.waiting_since,
            Handoff.id < entry.id,
        ),
    )
    query = (
        select(func.count())
        .select_from(Handoff)
        .where(Handoff.state == HandoffState.WAITING, Handoff.team == entry.team, ahead)
    )
    position = (await session.scalar(query) or 0) + 1
    return QueueEntry(entry, position, await duty.find_wait(session, desk, entry.team, position, now))


async def list_queue(
    session: AsyncSession, desk: Desk, *, team: str | None = None, limit: int = 200
) -> list[QueueEntry]:
    """Waiting entries, the most urgent first, with position in their team's queue and waiting time."""
    now = desk.clock()
    query = (
        select(Handoff)
        .where(Handoff.state == HandoffState.WAITING)
        .order_by(Handoff.priority, Handoff.waiting_since, Handoff.id)
    )
    if team is not None:
        query = query.where(Handoff.team == team)
    positions: dict[str, int] = {}
    entries = []
    for row in (await session.scalars(query.limit(limit))).all():
        positions[row.team] = positions.get(row.team, 0) + 1
        wait = await duty.find_wait(session, desk, row.team, positions[row.team], now)
        entries.append(QueueEntry(row, positions[row.team], wait))
    return entries


async def read_places(session: AsyncSession, desk: Desk) -> dict[str, tuple[int, duty.Wait]]:
    """Position in the team's queue and waiting time of every waiting entry, by its id."""
    now = desk.clock()
    query = (
        select(Handoff.id, Handoff.team)
        .where(Handoff.state == HandoffState.WAITING)
        .order_by(Handoff.priority, Handoff.waiting_since, Handoff.id)
    )
    rows = (await session.execute(query)).all()
    teams = {team: await duty.read_duty(session, desk, team, now) for team in {team for _, team in rows}}
    ahead: dict[str, int] = {}
    places = {}
    for entry_id, team in rows:
        ahead[team] = ahead.get(team, 0) + 1
        places[entry_id] = ahead[team], teams[team].wait_at(ahead[team], now)
    return places


async def claim(desk: Desk, handoff_id: str, agent: str) -> Conversation:
    """Take a waiting entry and its conversation. Of two who try at once one gets it, the other Conflict."""
    async with desk.reads() as session:
        entry = await session.get(Handoff, handoff_id)
    if entry is None:
        raise NotFound(f"no queue entry {handoff_id}")
    async with hold(desk, entry.conversation_id) as held:
        entry = await held.session.get_one(Handoff, handoff_id)
        if entry.state is not HandoffState.WAITING:
            raise Conflict(
                f"queue entry {handoff_id} is {entry.state} by {entry.claimed_by or 'the desk'}",
                because="already_taken",
            )
        await give_to_agent(held, agent)
        return held.conversation


async def give_to_agent(held: Held, agent: str, *, force: bool = False) -> None:
    """Give the conversation to an agent, and its entry. Nothing changes when it is the agent's already.

    Raises Conflict when it is closed or another agent's (a supervisor may `force`).
    """
    conversation = held.conversation
    if conversation.owner is Owner.CLOSED:
        raise Conflict(f"conversation {conversation.id} is closed", because="closed")
    if conversation.owner is Owner.AGENT:
        if conversation.assignee == agent:
            return
        if not force:
            raise Conflict(
                f"conversation {conversation.id} is {conversation.assignee}'s", because="colleague_has_it"
            )
    await claim_open(held, agent)
    set_owner(held, Owner.AGENT, assignee=agent)


async def claim_open(held: Held, agent: str) -> None:
    """Mark the conversation's open entry, if it has one, as this agent's."""
    entry = await find_open(held.session, held.conversation.id)
    if entry is not None:
        entry.state, entry.claimed_by, entry.claimed_at = HandoffState.CLAIMED, agent, held.now
        entry.offered_to = entry.offered_until = None
        held.record("queue", {"handoff_id": entry.id, "claimed_by": agent})


async def put_back(held: Held) -> None:
    """Let a claimed entry wait again, with its place by the time it first waited."""
    entry = await find_open(held.session, held.conversation.id)
    if entry is not None:
        entry.state, entry.claimed_by, entry.claimed_at = HandoffState.WAITING, None, None
        await show_place(held, entry, claimed_by=None)


async def show_place(held: Held, entry: Handoff, **what: Any) -> None:
    """Tell the pages that watch, the customer's among them, where a waiting entry stands now."""
    await held.session.flush()
    place = await locate(held.session, held.desk, entry, held.now)
    held.record("queue", {"handoff_id": entry.id, **what, **place.to_json()})


async def close_open(held: Held, *, why: str) -> None:
    """Close the conversation's open entry, if it has one."""
    entry = await find_open(held.session, held.conversation.id)
    if entry is not None:
        entry.state, entry.closed_at, entry.closed_why = HandoffState.CLOSED, held.now, why
        await held.session.flush()
        held.record("queue", {"handoff_id": entry.id, "closed": why})
