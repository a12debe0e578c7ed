"""Settling a turn: state, commands, replies, drafts, queue entry and outcome in one transaction."""

from dataclasses import replace
from datetime import timedelta

import structlog
from sqlalchemy import func, select

from desk import commands, drafts, handoff, past_answers, reviews, speech, turns
from desk.base import Desk, later
from desk.bot_client import BotAnswer
from desk.decision import BOT_UNAVAILABLE, CALM, SEVERITY_RANK, Decision, Kind, hold_back, leave_to_agent
from desk.models import Author, CommandRun, Json, Message, Owner, Turn
from desk.outcome import Outcome, describe_question
from desk.ownership import Held, hold, set_next_step, set_owner
from desk.turns import Claim
from shop.errors import ShopError

log = structlog.get_logger(__name__)

TELL_AT_SHARE = 0.8
"""Of the time in which every message gets an answer (A2): leaves the sweeper its round."""
DIALOGUE_SLOT = "dialogue"
"""Where the bot keeps an open form (actions/dialogue.py)."""
CALM_HOLDS = 3
"""For so many turns a word of understanding is not said once more."""


async def settle(desk: Desk, claim: Claim, answer: BotAnswer, decision: Decision) -> None:
    """Make the decision come true, once. A lost claim has no effect at all.

    If the conversation changed hands since the claim, the answer becomes drafts for the agent who has it
    now; if it went elsewhere the turn is asked again under the new owner.
    """
    async with hold(desk, claim.conversation_id) as held:
        turn = await turns.find_claimed(held.session, claim)
        if turn is None:
            desk.counters.add("turns", "claim_lost")
            log.warning("turns.claim_lost", turn=claim.turn_id)
            return
        if held.conversation.epoch != claim.epoch:
            if held.conversation.owner is not Owner.AGENT:
                turns.put_off(turn, held.now, "the conversation changed hands")
                later(held.session, lambda: desk.runner.watch(claim.turn_id, held.now))
                return
            decision = leave_to_agent(decision)
        outcome = await _apply(held, turn, answer, decision)
        turns.finish(turn, outcome.decision, outcome.to_json(), held.now)
        held.record("turn", outcome.to_json())
        await _wake_next(held)
    desk.counters.add("turns", outcome.decision)


async def _apply(held: Held, turn: Turn, answer: BotAnswer, decision: Decision) -> Outcome:
    conversation = held.conversation
    if SEVERITY_RANK[answer.severity] > SEVERITY_RANK[conversation.severity]:
        conversation.severity = answer.severity
    decision, runs = await _run_commands(held, turn, decision)
    conversation.state = keep_state(conversation.state, answer.state, decision)
    place = None
    if decision.kind is Kind.AUTO:
        messages = await _send_replies(held, turn, decision)
    else:
        await _note_complaint(held, turn, answer)
        runs += await drafts.write(held, turn, await _with_past_answer(held, turn, decision))
        messages = await _say_all(held, turn, decision)
        told, place = await _bring_people(held, turn, decision)
        messages += told
    return Outcome(
        conversation_id=conversation.id,
        turn_id=turn.id,
        decision=decision.kind.value,
        questions=tuple(describe_question(question.found) for question in answer.questions),
        severity=answer.severity,
        replies=tuple(speech.describe_reply(message) for message in messages),
        commands=tuple(commands.describe(run) for run in _once(runs)),
        handoff=place,
        latency_ms=round((held.now - turn.opened_at).total_seconds() * 1000),
        policy_version=held.desk.policy.current().version,
    )


async def _run_commands(held: Held, turn: Turn, decision: Decision) -> tuple[Decision, list[CommandRun]]:
    """Execute what the decision takes at once. If the shop refuses, an auto answer would be untrue: hold it.

    A hand-over stands whatever becomes of its ticket.
    """
    if not decision.proposals:
        return decision, []
    runs = await commands.propose(held, turn.id, decision.proposals)
    try:
        await commands.execute_all(held, runs)
    except ShopError as error:
        log.warning("commands.refused", turn=turn.id, code=error.code, reason=str(error))
        commands.mark_failed(runs, error, held.now)
        if decision.kind is Kind.AUTO:
            decision = hold_back(decision, "command_refused")
        elif decision.replies:
            decision = replace(decision, replies=(), proposals=())  # what they say is not so: drafts, then
        elif any("order_no" in proposal.args for proposal in decision.proposals):
            # A ticket matters more than the order it names, which may be missing or another buyer's.
            return await _run_commands(held, turn, _without_orders(decision))
    return decision, runs


def keep_state(before: Json | None, after: Json | None, decision: Decision) -> Json | None:
    """The dialogue's state after the turn: a form whose first question nobody heard has not been opened.

    What the customer told stays known.
    """
    old = before or {}
    said = decision.kind is Kind.AUTO or bool(decision.replies)
    if after is None or said or after.get("active_loop") in (None, old.get("active_loop")):
        return after
    heard = {name: value for name, value in after["slots"].items() if name != DIALOGUE_SLOT}
    open_before = {name: value for name, value in old.get("slots", {}).items() if name == DIALOGUE_SLOT}
    events = old.get("events", [])
    return {**after, "slots": heard | open_before, "active_loop": old.get("active_loop"), "events": events}


def _beside_replies(decision: Decision) -> Decision:
    """What was said with a hand-over is no draft any more."""
    return replace(decision, drafts=decision.rest) if decision.replies else decision


def _without_orders(decision: Decision) -> Decision:
    proposals = (
        replace(item, args={name: value for name, value in item.args.items() if name != "order_no"})
        for item in decision.proposals
    )
    return replace(decision, proposals=tuple(proposals))


async def _say_all(held: Held, turn: Turn, decision: Decision) -> list[Message]:
    replies = decision.replies
    if CALM in replies and await _was_calmed(held, turn):
        replies = tuple(reply for reply in replies if reply != CALM)
    said = [await speech.say(held, reply, author=Author.BOT, turn_id=turn.id) for reply in replies]
    return [message for messages in said for message in messages]


async def _was_calmed(held: Held, turn: Turn) -> bool:
    """Whether the word of understanding stands in the last turns: again it would sound hollow (A7, A11)."""
    query = select(func.max(Turn.number)).join(Message, Message.turn_id == Turn.id)
    query = query.where(Message.conversation_id == turn.conversation_id, Message.script == CALM.script)
    last = await held.session.scalar(query)
    return last is not None and turn.number - last <= CALM_HOLDS


async def _send_replies(held: Held, turn: Turn, decision: Decision) -> list[Message]:
    messages = await _say_all(held, turn, decision)
    if held.conversation.owner is Owner.QUEUE:
        entry = await handoff.find_open(held.session, held.conversation.id)
        if entry is not None and entry.reason == BOT_UNAVAILABLE:
            # Nobody is needed any more: the bot is back and was sure.
            await handoff.close_open(held, why="bot_back")
            set_owner(held, Owner.BOT)
    if held.conversation.owner is Owner.BOT:
        set_next_step(held)
    return messages


async def _bring_people(held: Held, turn: Turn, decision: Decision) -> tuple[list[Message], Json | None]:
    """First the queue entry, then the customer's text from it. An agent who has it is only alerted."""
    place = decision.place
    if place is None:
        return [], None
    if held.conversation.owner is Owner.AGENT:
        return [], await handoff.alert(held, place, turn_id=turn.id)
    entry = await handoff.enqueue(held, place, turn_id=turn.id)
    messages = await speech.tell_place(held, place, entry, turn_id=turn.id)
    if entry.handoff.told is None:
        # Somebody should send the draft soon; the sweeper tells the customer if nobody does (A2).
        within = TELL_AT_SHARE * held.desk.policy.current().shop.answer_within_s
        held.conversation.next_due_at = turn.opened_at + timedelta(seconds=within)
    # A draft waits unseen by the customer: not a hand-over, though an agent finds it in the queue.
    return messages, entry.to_json() if decision.kind is Kind.HANDOFF else None


async def _with_past_answer(held: Held, turn: Turn, decision: Decision) -> Decision:
    """The decision with its drafts, and one from what agents answered before to the like."""
    decision = _beside_replies(decision)
    if decision.kind is not Kind.SUGGEST:
        return decision
    plan = await past_answers.find_plan(held, turn, decision.drafts)
    return decision if plan is None else replace(decision, drafts=(*decision.drafts, plan))


async def _note_complaint(held: Held, turn: Turn, answer: BotAnswer) -> None:
    """A complaint right after an answer the bot gave by itself speaks against that answer's intents."""
    if answer.severity == "none":
        return
    query = (
        select(Turn)
        .where(Turn.conversation_id == turn.conversation_id, Turn.number < turn.number)
        .order_by(Turn.number.desc())
        .limit(1)
    )
    before = (await held.session.scalars(query)).first()
    if before is None or before.decision != Kind.AUTO.value:
        return
    intents = [str(question["intent"]) for question in (before.outcome or {}).get("questions", [])]
    await reviews.signal(held.session, intents, reviews.COMPLAINT, f"turn:{before.id}", held.now)


async def _wake_next(held: Held) -> None:
    """Bubbles that came meanwhile are the next turn; it waited for this one."""
    await held.session.flush()
    following = await turns.find_next(held.session, held.conversation.id)
    if following is not None:
        turn_id, due_at = following.id, max(following.due_at, held.now)
        later(held.session, lambda: held.desk.runner.watch(turn_id, due_at))


def _once(runs: list[CommandRun]) -> list[CommandRun]:
    return list({run.id: run for run in runs}.values())
