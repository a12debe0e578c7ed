"""Waiting entries find their agent as the policy says: offered in turn, given, or left to be taken."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from desk import duty, handoff
from desk.base import Desk
from desk.models import Conversation, Handoff, HandoffState, Message, Owner, Presence, Turn
from desk.ownership import Held, hold
from desk.routing import Candidate, Entry, route
from desk.users import User

BATCH = 50
CLAIM, OFFER, AUTO = "claim", "offer", "auto"


async def assign_waiting(desk: Desk, now: datetime) -> None:
    """One round over the queue, the most urgent first. Who was faster by hand keeps the entry."""
    rules = desk.policy.current().desk
    if rules.assign == CLAIM:
        return
    async with desk.reads() as session:
        waiting = await _list_unoffered(session, now)
        agents = await list_candidates(session, desk, now) if waiting else []
    for entry in waiting:
        async with desk.reads() as session:
            chosen = route(await describe_entry(session, entry), agents)
        agent = next((one for one in agents if one.name == chosen), None)
        if agent is not None and await _hand_out(desk, entry, agent, give=rules.assign == AUTO):
            agents = [_busier(one) if one is agent and rules.assign == AUTO else one for one in agents]


async def _list_unoffered(session: AsyncSession, now: datetime) -> list[Handoff]:
    query = (
        select(Handoff)
        .where(
            Handoff.state == HandoffState.WAITING,
            or_(Handoff.offered_until.is_(None), Handoff.offered_until <= now),
        )
        .order_by(Handoff.priority, Handoff.waiting_since, Handoff.id)
        .limit(BATCH)
    )
    return list(await session.scalars(query))


async def _hand_out(desk: Desk, entry: Handoff, agent: Candidate, *, give: bool) -> bool:
    """Offer or give an entry; False when it is not waiting any more or the agent is full meanwhile."""
    async with hold(desk, entry.conversation_id) as held:
        entry = await held.session.get_one(Handoff, entry.id)
        if entry.state is not HandoffState.WAITING:
            return False
        if give:
            return await _give(held, agent)
        entry.offered_to = agent.name
        entry.offered_until = held.now + timedelta(seconds=desk.policy.current().desk.offer_s)
        until = entry.offered_until.isoformat()
        held.record("offer", {"handoff_id": entry.id, "agent": agent.name, "until": until})
        return True


async def _give(held: Held, agent: Candidate) -> bool:
    """Give the conversation, unless another process filled the agent's hands at the same moment.

    Their presence is the lock: it is taken after the conversation's row, by nobody in the other order.
    """
    mine = update(Presence).where(Presence.agent == agent.name).values(status=Presence.status)
    await held.session.execute(mine, execution_options={"synchronize_session": False})
    has = select(func.count()).where(Conversation.owner == Owner.AGENT, Conversation.assignee == agent.name)
    if (await held.session.scalar(has.select_from(Conversation)) or 0) >= agent.capacity:
        return False
    await handoff.give_to_agent(held, agent.name)
    return True


async def describe_entry(session: AsyncSession, entry: Handoff) -> Entry:
    """What the rule must know of an entry."""
    conversation = await session.get_one(Conversation, entry.conversation_id)
    turn = await session.get(Turn, entry.turn_id) if entry.turn_id else None
    questions = (turn.outcome or {}).get("questions", []) if turn else []
    last = (
        select(Message.agent)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Conversation.buyer_id == conversation.buyer_id, Message.agent.is_not(None))
        .order_by(Message.id.desc())
        .limit(1)
    )
    # An offer that ran out passes on to the next, and starts again from the first after that.
    passed = frozenset({entry.offered_to}) if entry.offered_to else frozenset()
    return Entry(
        team=entry.team,
        topics=frozenset(str(question.get("intent")) for question in questions),
        last_agent=await session.scalar(last),
        passed=passed,
    )


async def list_candidates(session: AsyncSession, desk: Desk, now: datetime) -> list[Candidate]:
    """Everybody who has ever been at the desk and whose account is active, with load and capacity."""
    since = now - timedelta(seconds=desk.settings.presence_s)
    having = select(Conversation.assignee, func.count()).where(Conversation.owner == Owner.AGENT)
    loads = dict((await session.execute(having.group_by(Conversation.assignee))).all())
    claims = select(Handoff.claimed_by, func.max(Handoff.claimed_at)).group_by(Handoff.claimed_by)
    last = dict((await session.execute(claims.where(Handoff.claimed_by.is_not(None)))).all())
    rows = await session.execute(
        select(Presence, User).join(User, User.name == Presence.agent).where(User.active)
    )
    usual = desk.policy.current().desk.capacity
    return [
        Candidate(
            name=user.name,
            teams=frozenset(presence.teams),
            online=presence.status == duty.ONLINE and presence.seen_at > since,
            load=loads.get(user.name, 0),
            capacity=usual if user.capacity is None else user.capacity,
            skills=frozenset(user.skills),
            idle_since=last.get(user.name),
        )
        for presence, user in rows
    ]


def _busier(agent: Candidate) -> Candidate:
    return replace(agent, load=agent.load + 1)
