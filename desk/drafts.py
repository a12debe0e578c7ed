"""Drafts: answers for a person to send, edit or reject. Their figures are read again before they go out."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from desk import commands, handoff, live, speech
from desk.base import Desk
from desk.bot_client import BotReply, Proposal
from desk.decision import Decision, DraftPlan
from desk.errors import Conflict, FactsChanged
from desk.models import (
    Author,
    CommandRun,
    Conversation,
    Draft,
    DraftState,
    Json,
    Message,
    Turn,
    new_id,
)
from desk.ownership import lock, set_next_step
from shop.commands import Authority
from shop.errors import NotFound
from shop.facts import Fact, reread


async def write(
    session: AsyncSession,
    desk: Desk,
    conversation: Conversation,
    turn: Turn,
    decision: Decision,
    now: datetime,
) -> list[CommandRun]:
    """Store the drafts of a decision, and the commands they take as proposed; gives the commands."""
    runs: list[CommandRun] = []
    for rank, plan in enumerate(decision.drafts, start=1):
        draft = _make(desk, conversation, turn, plan, rank, decision.reasons, now)
        session.add(draft)
        await session.flush()
        if not plan.shadow:
            runs += await commands.propose(session, conversation, turn.id, plan.proposals, now)
            live.record(session, conversation.id, "draft", {"draft_id": draft.id, "rank": rank}, now)
    return runs


def _make(
    desk: Desk,
    conversation: Conversation,
    turn: Turn,
    plan: DraftPlan,
    rank: int,
    reasons: tuple[str, ...],
    now: datetime,
) -> Draft:
    return Draft(
        id=new_id(),
        conversation_id=conversation.id,
        turn_id=turn.id,
        rank=rank,
        state=DraftState.SHADOW if plan.shadow else DraftState.OPEN,
        intents=list(plan.intents),
        confidence=plan.confidence,
        reasons=list(reasons),
        replies=[_describe_reply(desk, reply, turn.id) for reply in plan.replies],
        proposals=[{"name": proposal.name, "args": proposal.args} for proposal in plan.proposals],
        created_at=now,
    )


def _describe_reply(desk: Desk, reply: BotReply, seed: str) -> Json:
    return {
        "text": speech.render(desk, reply, seed),
        "script": reply.script,
        "facts": [fact.to_json() for fact in reply.facts],
    }


async def list_drafts(
    session: AsyncSession,
    *,
    conversation_id: str | None = None,
    state: DraftState | None = DraftState.OPEN,
    limit: int = 100,
) -> list[Draft]:
    """Drafts, the newest turn first, the best reading first within a turn."""
    query = select(Draft).order_by(Draft.created_at.desc(), Draft.turn_id, Draft.rank).limit(limit)
    if conversation_id is not None:
        query = query.where(Draft.conversation_id == conversation_id)
    if state is not None:
        query = query.where(Draft.state == state)
    return list(await session.scalars(query))


async def accept(
    desk: Desk,
    draft_id: str,
    agent: str,
    *,
    text: str | None = None,
    accept_changed: bool = False,
    with_commands: bool = True,
    authority: Authority = "agent",
) -> list[Message]:
    """Send a draft as the agent's answer, or their own `text` in its place, with the commands it takes.

    The conversation becomes the agent's if nobody has it. Raises Conflict when the draft was decided or the
    conversation is another's, FactsChanged when figures are different now (send again with
    `accept_changed`), ShopError when a command is refused; nothing was sent then.
    """
    now = desk.clock()
    async with desk.transaction() as session:
        draft, conversation = await _open_draft(session, draft_id)
        await handoff.give_to_agent(session, desk, conversation, agent, now)
        replies = await _refresh(session, desk, conversation, draft, now, accept_changed=accept_changed)
        await _run_commands(
            session, desk, conversation, draft, agent, now, authority=authority, wanted=with_commands
        )
        messages = await _send(session, desk, conversation, draft, replies, agent, text, now)
        draft.sent_text = "\n".join(message.text for message in messages)
        await _decide(session, draft, DraftState.ACCEPTED, agent, now)
        set_next_step(conversation, desk.settings, now)
        return messages


async def reject(desk: Desk, draft_id: str, agent: str, reason: str = "") -> Draft:
    """Mark a draft as not to be sent, with the reason. Raises Conflict when it was decided already."""
    now = desk.clock()
    async with desk.transaction() as session:
        draft, conversation = await _open_draft(session, draft_id)
        draft.state, draft.reject_reason = DraftState.REJECTED, reason[:300]
        draft.decided_at, draft.decided_by = now, agent
        live.record(session, conversation.id, "draft", {"draft_id": draft.id, "state": "rejected"}, now)
        others = await list_drafts(session, conversation_id=conversation.id)
        if not any(other.turn_id == draft.turn_id for other in others):
            commands.reject(await _list_runs(session, draft), agent, now)
        return draft


async def _open_draft(session: AsyncSession, draft_id: str) -> tuple[Draft, Conversation]:
    draft = await session.get(Draft, draft_id)
    if draft is None:
        raise NotFound(f"no draft {draft_id}")
    conversation = await lock(session, draft.conversation_id)
    await session.refresh(draft)
    if draft.state is not DraftState.OPEN:
        raise Conflict(f"draft {draft_id} is {draft.state.value} by {draft.decided_by or 'the desk'}")
    return draft, conversation


async def _refresh(
    session: AsyncSession,
    desk: Desk,
    conversation: Conversation,
    draft: Draft,
    now: datetime,
    *,
    accept_changed: bool,
) -> list[BotReply]:
    """The draft's replies with their figures as they are now. Raises FactsChanged."""
    reading = desk.reading(session, conversation.buyer_id, now)
    replies, changes = [], []
    for item in draft.replies:
        pinned = [Fact.from_json(fact) for fact in item["facts"]]
        fresh = await reread(reading, pinned)
        changes += [
            {"name": old.name, "source": old.source, "was": old.value, "now": new.value}
            for old, new in zip(pinned, fresh, strict=True)
            if old.value != new.value
        ]
        replies.append(BotReply(item["script"], tuple(fresh)))
    if changes and not accept_changed:
        raise FactsChanged(changes)
    return replies


async def _run_commands(
    session: AsyncSession,
    desk: Desk,
    conversation: Conversation,
    draft: Draft,
    agent: str,
    now: datetime,
    *,
    authority: Authority,
    wanted: bool,
) -> None:
    """Execute the draft's own commands if wanted; the turn's others lapse."""
    proposals = [Proposal(item["name"], item["args"]) for item in draft.proposals]
    runs = await commands.propose(session, conversation, draft.turn_id, proposals, now)
    if wanted:
        await commands.execute_all(session, desk, conversation, runs, now, authority=authority, actor=agent)
    commands.reject(await _list_runs(session, draft), agent, now)


async def _list_runs(session: AsyncSession, draft: Draft) -> list[CommandRun]:
    return list(await session.scalars(select(CommandRun).where(CommandRun.turn_id == draft.turn_id)))


async def _send(
    session: AsyncSession,
    desk: Desk,
    conversation: Conversation,
    draft: Draft,
    replies: list[BotReply],
    agent: str,
    text: str | None,
    now: datetime,
) -> list[Message]:
    """The replies as messages of the agent; an edited text is one message with all the figures pinned."""
    if text is not None:
        texts: list[tuple[str, str | None, list[Fact]]] = [
            (text, None, [fact for reply in replies for fact in reply.facts])
        ]
    else:
        texts = [
            (speech.render(desk, reply, draft.turn_id), reply.script, list(reply.facts)) for reply in replies
        ]
    return [
        await speech.send(
            session,
            desk,
            conversation,
            words,
            now,
            author=Author.AGENT,
            agent=agent,
            turn_id=draft.turn_id,
            script=script,
            facts=facts,
        )
        for words, script, facts in texts
    ]


async def _decide(session: AsyncSession, draft: Draft, state: DraftState, agent: str, now: datetime) -> None:
    """Close the draft; the turn's other drafts are superseded by it."""
    await session.flush()
    for other in await list_drafts(session, conversation_id=draft.conversation_id):
        if other.turn_id == draft.turn_id:
            other.state, other.decided_at, other.decided_by = DraftState.SUPERSEDED, now, agent
    draft.state, draft.decided_at, draft.decided_by = state, now, agent
    live.record(session, draft.conversation_id, "draft", {"draft_id": draft.id, "state": state.value}, now)
