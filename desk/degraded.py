"""When the bot is down or a turn fails: the turn is tried again, the customer is told, people come."""

import random
from datetime import timedelta

import structlog
from sqlalchemy import exists, select

from desk import handoff, speech, turns
from desk.base import Desk, later
from desk.decision import BOT_UNAVAILABLE, PRIORITY, Decision, Kind, Place
from desk.models import Message, Owner
from desk.ownership import Held, hold
from desk.turns import Claim

log = structlog.get_logger(__name__)

WAITING_FOR_BOT = Place("presales", PRIORITY[BOT_UNAVAILABLE], BOT_UNAVAILABLE, say=speech.DEGRADED)


def _give_up(reason: str) -> Decision:
    place = Place("presales", PRIORITY[BOT_UNAVAILABLE], reason, say=speech.HANDOVER)
    return Decision(Kind.HANDOFF, reasons=(reason,), place=place)


REFUSED = _give_up("bot_refused")
FAULT = _give_up("fault")


def find_pause(attempt: int, first_s: float, most_s: float) -> float:
    """Seconds before the next try: doubles from the first, at most so many, with a fifth of jitter."""
    pause = min(first_s * 2.0 ** min(attempt - 1, 32), most_s)
    return pause * random.uniform(0.8, 1.0)  # noqa: S311 (spreads load, hides nothing)


async def put_off(desk: Desk, claim: Claim, reason: str, *, loading: bool = False) -> None:
    """Try a turn again later because the bot is not there; after the grace tell the customer, call people."""
    settings, now = desk.settings, desk.clock()
    grace = timedelta(seconds=settings.loading_grace_s if loading else settings.grace_s)
    told_at = claim.opened_at + grace
    due_at = now + timedelta(
        seconds=find_pause(claim.attempts, settings.retry_first_s, settings.retry_most_s)
    )
    if now < told_at < due_at:
        due_at = told_at
    desk.counters.add("turns", "put_off")
    log.warning("turns.put_off", turn=claim.turn_id, attempt=claim.attempts, reason=reason)
    async with hold(desk, claim.conversation_id) as held:
        turn = await turns.find_claimed(held.session, claim)
        if turn is None:
            return
        turns.put_off(turn, due_at, reason)
        later(held.session, lambda: desk.runner.watch(claim.turn_id, due_at))
        if now >= told_at and held.conversation.owner is Owner.BOT:
            await _call_people(held, claim.turn_id)


async def _call_people(held: Held, turn_id: str) -> None:
    """Queue the conversation; the customer is told once in its life, however often the bot goes."""
    entry = await handoff.enqueue(held, WAITING_FOR_BOT, turn_id=turn_id)
    told = exists().where(Message.conversation_id == held.conversation.id, Message.script == speech.DEGRADED)
    if not await held.session.scalar(select(told)):
        await speech.tell_place(held, WAITING_FOR_BOT, entry)


async def put_off_fault(desk: Desk, claim: Claim, error: Exception) -> None:
    """Try a turn again later because we failed; processing gives it to people after `turn_tries`."""
    settings, now = desk.settings, desk.clock()
    pause = find_pause(claim.faults + 1, settings.retry_first_s, settings.retry_most_s)
    due_at = now + timedelta(seconds=pause)
    desk.counters.add("turns", "fault")
    async with hold(desk, claim.conversation_id) as held:
        turn = await turns.find_claimed(held.session, claim)
        if turn is None:
            return
        turn.faults += 1
        turns.put_off(turn, due_at, f"{type(error).__name__}: {error}")
        later(held.session, lambda: desk.runner.watch(claim.turn_id, due_at))


async def recover(desk: Desk) -> None:
    """The bot is back: every turn that waits for it is due now."""
    log.info("bot.back")
    now = desk.clock()
    async with desk.transaction() as session:
        await turns.hasten(session, now)
        for turn_id in await turns.list_due(session, now):
            desk.runner.watch(turn_id, now)
