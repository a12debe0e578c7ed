"""One turn: claim it, ask the bot, decide, settle. And the same without any effect, for a preview."""

import structlog

from desk import degraded, levels, speech, turns
from desk.base import Desk
from desk.bot_client import BotAnswer
from desk.commands import find_needs
from desk.decision import BOT_UNAVAILABLE, SEVERE, Situation, decide
from desk.errors import BotFault, BotRefused, BotUnavailable
from desk.models import Json, Owner
from desk.outcome import describe_question
from desk.settle import settle
from desk.turns import Claim, NotYet
from shop.policy import Policy

log = structlog.get_logger(__name__)

PREVIEW = "preview"


async def process_turn(desk: Desk, turn_id: str) -> None:
    """Answer a turn that is due. Safe to call at any time, twice, and from several processes at once."""
    async with desk.transaction() as session:
        claim = await turns.claim(session, turn_id, desk.settings.turn_lease_s, desk.clock())
    if isinstance(claim, NotYet):
        desk.runner.watch(turn_id, claim.due_at)
        return
    if claim is None:
        return
    try:
        await _answer(desk, claim)
    except Exception as error:
        # The edge of the turn: whatever fails here must neither lose the turn nor repeat it for ever.
        log.exception("turns.failed", turn=claim.turn_id, attempt=claim.attempts)
        await degraded.put_off_fault(desk, claim, error)


async def _answer(desk: Desk, claim: Claim) -> None:
    if claim.faults >= desk.settings.turn_tries:
        await settle(desk, claim, BotAnswer(state=claim.state), degraded.FAULT)
        return
    was_up = desk.bot.up
    try:
        answer = await desk.bot.turn(_make_request(desk, claim))
    except BotFault:
        raise  # a fault of this turn, not an outage: the edge counts it
    except BotUnavailable as error:
        await degraded.put_off(desk, claim, str(error), loading=error.loading)
        return
    except BotRefused as error:
        log.error("turns.refused", turn=claim.turn_id, reason=str(error))
        await settle(desk, claim, BotAnswer(state=claim.state), degraded.REFUSED)
        return
    if not was_up:
        await degraded.recover(desk)
    policy = await levels.read_policy(desk)
    await settle(desk, claim, answer, decide(answer, _assess(desk, claim, answer, policy)))


def _make_request(desk: Desk, claim: Claim) -> Json:
    """The body of POST /turn; the context is the desk's, never the customer's."""
    policy = desk.policy.current()
    return {
        "conversation": claim.conversation_id,
        "text": claim.text,
        "state": claim.state,
        "context": {
            "buyer_id": claim.buyer_id,
            "channel": claim.channel,
            "now": desk.local(desk.clock()).isoformat(),
            "item_id": claim.item_id,
            "sku_id": claim.sku_id,
            "order_no": claim.order_no,
            "photos": list(claim.photos),
        },
        "second_reading_below": policy.confidence.second_reading_below,
    }


def _assess(desk: Desk, claim: Claim, answer: BotAnswer, policy: Policy) -> Situation:
    """What the decision must know beside the bot's answer.

    A conversation that waits for people only because the bot was away is the bot's again once it is back.
    """
    waits_for_bot = claim.owner is Owner.QUEUE and claim.queue_reason == BOT_UNAVAILABLE
    return Situation(
        owner=Owner.BOT if waits_for_bot else claim.owner,
        policy=policy,
        needs=find_needs,
        words=claim.text,
        order_no=claim.order_no,
        has_attachments=claim.has_attachments,
        was_severe=claim.severity in SEVERE,
        seen_by_person=0 < claim.last_message_id <= claim.seen_until,
        broken_scripts=_find_broken_scripts(desk, answer),
    )


def _find_broken_scripts(desk: Desk, answer: BotAnswer) -> frozenset[str]:
    readings = [reading for question in answer.questions for reading in question.readings]
    broken = speech.find_broken(desk, (reply for reading in readings for reply in reading.replies))
    for script, reason in broken.items():
        log.error("scripts.broken", script=script, reason=reason)
    return frozenset(broken)


async def preview(desk: Desk, text: str) -> Json:
    """What a text would get from a new guest: questions, severity, decision. Nothing is stored.

    Raises BotUnavailable or BotRefused.
    """
    policy = await levels.read_policy(desk)
    answer = await desk.bot.turn(
        {
            "conversation": PREVIEW,
            "text": text,
            "state": None,
            "context": {
                "buyer_id": PREVIEW,
                "channel": PREVIEW,
                "now": desk.local(desk.clock()).isoformat(),
                "item_id": None,
                "sku_id": None,
                "order_no": None,
            },
            "second_reading_below": policy.confidence.second_reading_below,
        }
    )
    broken = _find_broken_scripts(desk, answer)
    situation = Situation(Owner.BOT, policy, find_needs, broken_scripts=broken)
    return {
        "questions": [describe_question(question.found) for question in answer.questions],
        "severity": answer.severity,
        "decision": decide(answer, situation).kind.value,
    }
