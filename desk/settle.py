"""Settling a turn: state, commands, replies, drafts, queue entry and outcome in one transaction."""

from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from desk import commands, drafts, handoff, live, speech, turns
from desk.base import Desk, later
from desk.bot_client import BotAnswer
from desk.decision import BOT_UNAVAILABLE, SEVERITY_RANK, Decision, Kind, hold, leave_to_agent
from desk.models import Author, CommandRun, Conversation, Json, Message, Owner, Turn
from desk.outcome import Outcome, describe_question
from desk.ownership import lock, set_next_step, set_owner
from desk.turns import Claim
from shop.errors import ShopError

log = structlog.get_logger(__name__)

TELL_AT_SHARE = 0.8
"""Of the time in which every message gets an answer (A2): leaves the sweeper its round."""


async def settle(desk: Desk, claim: Claim, answer: BotAnswer, decision: Decision) -> None:
    """Make the decision come true, once. A lost claim has no effect at all.

    If the conversation changed hands since the claim, the answer becomes drafts for the agent who has it
    now; if it went elsewhere the turn is asked again under the new owner.
    """
    now = desk.clock()
    async with desk.transaction() as session:
        conversation = await lock(session, claim.conversation_id)
        turn = await turns.find_claimed(session, claim)
        if turn is None:
            desk.counters.add("turns", "claim_lost")
            log.warning("turns.claim_lost", turn=claim.turn_id)
            return
        if conversation.epoch != claim.epoch:
            if conversation.owner is not Owner.AGENT:
                turns.put_off(turn, now, "the conversation changed hands")
                later(session, lambda: desk.runner.watch(claim.turn_id, now))
                return
            decision = leave_to_agent(decision)
        outcome = await _apply(session, desk, conversation, turn, answer, decision, now)
        turns.finish(turn, outcome.decision, outcome.to_json(), now)
        live.record(session, conversation.id, "turn", outcome.to_json(), now)
        await _wake_next(session, desk, conversation, now)
    desk.counters.add("turns", outcome.decision)


async def _apply(
    session: AsyncSession,
    desk: Desk,
    conversation: Conversation,
    turn: Turn,
    answer: BotAnswer,
    decision: Decision,
    now: datetime,
) -> Outcome:
    conversation.state = answer.state
    if SEVERITY_RANK[answer.severity] > SEVERITY_RANK[conversation.severity]:
        conversation.severity = answer.severity
    decision, runs = await _run_commands(session, desk, conversation, turn, decision, now)
    if decision.kind is Kind.AUTO:
        messages = await _send_replies(session, desk, conversation, turn, decision, now)
        place = None
    else:
        runs += await drafts.write(session, desk, conversation, turn, decision, now)
        messages, place = await _bring_people(session, desk, conversation, turn, decision, now)
    return Outcome(
        conversation_id=conversation.id,
        turn_id=turn.id,
        decision=decision.kind.value,
        questions=tuple(describe_question(question.found) for question in answer.questions),
        severity=answer.severity,
        replies=tuple(speech.describe_reply(message) for message in messages),
        commands=tuple(commands.describe(run) for run in _once(runs)),
        handoff=place,
        latency_ms=round((now - turn.opened_at).total_seconds() * 1000),
    )


async def _run_commands(
    session: AsyncSession,
    desk: Desk,
    conversation: Conversation,
    turn: Turn,
    decision: Decision,
    now: datetime,
) -> tuple[Decision, list[CommandRun]]:
    """Execute what an auto answer takes. If the shop refuses, the answer would be untrue: hold it."""
    if not decision.proposals:
        return decision, []
    runs = await commands.propose(session, conversation, turn.id, decision.proposals, now)
    try:
        await commands.execute_all(session, desk, conversation, runs, now)
    except ShopError as error:
        log.warning("commands.refused", turn=turn.id, code=error.code, reason=str(error))
        commands.mark_failed(runs, error, now)
        return hold(decision, "command_refused"), runs
    return decision, runs


async def _send_replies(
    session: AsyncSession,
    desk: Desk,
    conversation: Conversation,
    turn: Turn,
    decision: Decision,
    now: datetime,
) -> list[Message]:
    messages = [
        await speech.say(session, desk, conversation, reply, now, author=Author.BOT, turn_id=turn.id)
        for reply in decision.replies
    ]
    if conversation.owner is Owner.QUEUE:
        entry = await handoff.find_open(session, conversation.id)
        if entry is not None and entry.reason == BOT_UNAVAILABLE:
            # Nobody is needed any more: the bot is back and was sure.
            await handoff.close_open(session, conversation, now, why="bot_back")
            set_owner(session, conversation, Owner.BOT, desk.settings, now)
    if conversation.owner is Owner.BOT:
        set_next_step(conversation, desk.settings, now)
    return messages


async def _bring_people(
    session: AsyncSession,
    desk: Desk,
    conversation: Conversation,
    turn: Turn,
    decision: Decision,
    now: datetime,
) -> tuple[list[Message], Json | None]:
    """First the queue entry, then the customer's text from it. An agent who has it is only alerted."""
    place = decision.place
    if place is None:
        return [], None
    if conversation.owner is Owner.AGENT:
        return [], await handoff.alert(session, conversation, place, now, turn_id=turn.id)
    entry = await handoff.enqueue(session, desk, conversation, place, now, turn_id=turn.id)
    messages = await speech.tell_place(session, desk, conversation, place, entry, now, turn_id=turn.id)
    if entry.handoff.told is None:
        # Somebody should send the draft soon; the sweeper tells the customer if nobody does (A2).
        within = TELL_AT_SHARE * desk.policy.current().shop.answer_within_s
        conversation.next_due_at = turn.opened_at + timedelta(seconds=within)
    # A draft waits unseen by the customer: not a hand-over, though an agent finds it in the queue.
    return messages, entry.to_json() if decision.kind is Kind.HANDOFF else None


async def _wake_next(session: AsyncSession, desk: Desk, conversation: Conversation, now: datetime) -> None:
    """Bubbles that came meanwhile are the next turn; it waited for this one."""
    await session.flush()
    following = await turns.find_next(session, conversation.id)
    if following is not None:
        turn_id, due_at = following.id, max(following.due_at, now)
        later(session, lambda: desk.runner.watch(turn_id, due_at))


def _once(runs: list[CommandRun]) -> list[CommandRun]:
    return list({run.id: run for run in runs}.values())
