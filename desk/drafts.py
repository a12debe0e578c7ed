"""Drafts: answers for a person to send, edit or reject. Their figures are read again before they go out."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from desk import commands, handoff, past_answers, reviews, speech
from desk.base import Desk
from desk.bot_client import BotReply, Proposal
from desk.decision import Decision, DraftPlan
from desk.errors import Conflict, FactsChanged, NotYours
from desk.models import Author, CommandRun, Draft, DraftState, Json, Message, Owner, Turn, new_id
from desk.ownership import Held, hold, set_next_step
from shop.commands import Authority
from shop.errors import NotFound
from shop.facts import Fact, reread


async def write(held: Held, turn: Turn, decision: Decision) -> list[CommandRun]:
    """Store the drafts of a decision, and the commands they take as proposed; gives the commands."""
    runs: list[CommandRun] = []
    for rank, plan in enumerate(decision.drafts, start=1):
        draft = await _make(held, turn, plan, rank)
        draft.reasons = list(decision.reasons)
        held.session.add(draft)
        await held.session.flush()
        if not plan.shadow:
            runs += await commands.propose(held, turn.id, plan.proposals)
            held.record("draft", {"draft_id": draft.id, "rank": rank})
    return runs


async def _make(held: Held, turn: Turn, plan: DraftPlan, rank: int) -> Draft:
    return Draft(
        id=new_id(),
        conversation_id=held.conversation.id,
        turn_id=turn.id,
        rank=rank,
        state=DraftState.SHADOW if plan.shadow else DraftState.OPEN,
        intents=list(plan.intents),
        confidence=plan.confidence,
        replies=[
            await _describe_reply(held, reply, _count_before(plan.replies, number))
            for number, reply in enumerate(plan.replies)
        ],
        proposals=[{"name": proposal.name, "args": proposal.args} for proposal in plan.proposals],
        created_at=held.now,
    )


def _count_before(replies: Sequence[BotReply], number: int) -> int:
    """How many replies before this one say the same script."""
    return sum(reply.script == replies[number].script for reply in replies[:number])


async def _describe_reply(held: Held, reply: BotReply, before: int) -> Json:
    """A reply with the variant it shows, so that it is the same one when its figures are read again."""
    nth = await speech.count_said(held, reply.script) + before
    return {
        "text": speech.render(held.desk, reply, held.conversation.id, nth),
        "script": reply.script,
        "nth": nth,
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
    async with _hold_draft(desk, draft_id) as (held, draft):
        await handoff.give_to_agent(held, agent)
        replies = await _refresh(held, draft, accept_changed=accept_changed)
        await _run_commands(held, draft, agent, authority if with_commands else None)
        messages = await _send(held, draft, agent, _choose_texts(held, draft, replies, text))
        draft.sent_text = "\n".join(message.text for message in messages)
        draft.edited = text is not None and text != "\n".join(reply["text"] for reply in draft.replies)
        await _close(held, draft, agent)
        reviews.record(held, draft, agent)
        await past_answers.remember(held, draft, agent)
        set_next_step(held)
        return messages


async def reject(desk: Desk, draft_id: str, agent: str, reason: str = "") -> Draft:
    """Mark a draft as not to be sent, with the reason.

    Raises Conflict when it was decided already, NotYours when another agent has the conversation.
    """
    async with _hold_draft(desk, draft_id) as (held, draft):
        conversation = held.conversation
        if conversation.owner is Owner.AGENT and conversation.assignee != agent:
            raise NotYours(
                f"conversation {conversation.id} is {conversation.assignee}'s", because="colleague_has_it"
            )
        draft.state, draft.reject_reason = DraftState.REJECTED, reason[:300]
        draft.decided_at, draft.decided_by = held.now, agent
        reviews.record(held, draft, agent)
        held.record("draft", {"draft_id": draft.id, "state": draft.state.value})
        if not await _list_siblings(held, draft):
            commands.reject(await _list_runs(held, draft), agent, held.now)
        return draft


async def mark_shown(desk: Desk, draft_id: str) -> None:
    """Note that somebody saw a draft, the first time. Raises NotFound."""
    async with desk.transaction() as session:
        draft = await session.get(Draft, draft_id)
        if draft is None:
            raise NotFound(f"no draft {draft_id}")
        draft.shown_at = draft.shown_at or desk.clock()


@asynccontextmanager
async def _hold_draft(desk: Desk, draft_id: str) -> AsyncIterator[tuple[Held, Draft]]:
    """An open draft with its conversation held. Raises NotFound, or Conflict when it was decided."""
    async with desk.reads() as session:
        conversation_id = await session.scalar(select(Draft.conversation_id).where(Draft.id == draft_id))
    if conversation_id is None:
        raise NotFound(f"no draft {draft_id}")
    async with hold(desk, conversation_id) as held:
        draft = await held.session.get_one(Draft, draft_id)
        if draft.state is not DraftState.OPEN:
            raise Conflict(
                f"draft {draft_id} is {draft.state} by {draft.decided_by or 'the desk'}",
                because="draft_decided",
            )
        yield held, draft


async def _refresh(held: Held, draft: Draft, *, accept_changed: bool) -> list[BotReply]:
    """The draft's replies with their figures as they are now. Raises FactsChanged."""
    reading = held.desk.reading(held.session, held.conversation.buyer_id, held.now)
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


async def _run_commands(held: Held, draft: Draft, agent: str, authority: Authority | None) -> None:
    """Execute the draft's own commands, unless without authority; the turn's others lapse."""
    proposals = [Proposal(item["name"], item["args"]) for item in draft.proposals]
    runs = await commands.propose(held, draft.turn_id, proposals)
    if authority is not None:
        await commands.execute_all(held, runs, authority=authority, actor=agent)
    commands.reject(await _list_runs(held, draft), agent, held.now)


async def _list_runs(held: Held, draft: Draft) -> list[CommandRun]:
    query = select(CommandRun).where(CommandRun.turn_id == draft.turn_id)
    return list(await held.session.scalars(query))


def _choose_texts(
    held: Held, draft: Draft, replies: list[BotReply], text: str | None
) -> list[tuple[str, str | None, list[Fact]]]:
    """Text, script and facts of each message; an edited text is one message with all the figures pinned."""
    if text is not None:
        return [(text, None, [fact for reply in replies for fact in reply.facts])]
    texts: list[tuple[str, str | None, list[Fact]]] = []
    for item, reply in zip(draft.replies, replies, strict=True):
        said = speech.render(held.desk, reply, held.conversation.id, item.get("nth", 0))
        texts += speech.split(held.desk, said, reply)
    return texts


async def _send(
    held: Held, draft: Draft, agent: str, texts: list[tuple[str, str | None, list[Fact]]]
) -> list[Message]:
    return [
        await speech.send(
            held,
            text,
            author=Author.AGENT,
            agent=agent,
            turn_id=draft.turn_id,
            script=script,
            facts=facts,
        )
        for text, script, facts in texts
    ]


async def _close(held: Held, draft: Draft, agent: str) -> None:
    """The draft is accepted; the turn's other drafts are superseded by it."""
    for other in await _list_siblings(held, draft):
        other.state, other.decided_at, other.decided_by = DraftState.SUPERSEDED, held.now, agent
    draft.state, draft.decided_at, draft.decided_by = DraftState.ACCEPTED, held.now, agent
    held.record("draft", {"draft_id": draft.id, "state": draft.state.value})


async def _list_siblings(held: Held, draft: Draft) -> list[Draft]:
    """The other open drafts of the same turn."""
    query = select(Draft).where(
        Draft.turn_id == draft.turn_id, Draft.id != draft.id, Draft.state == DraftState.OPEN
    )
    return list(await held.session.scalars(query))
