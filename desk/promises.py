"""The desk's promises: read from what agents write, looked after until they are kept (A9, DESIGN 6)."""

import structlog

from desk import handoff
from desk.base import Desk
from desk.decision import PEOPLE_ONLY, PRIORITY, Place
from desk.models import Owner
from desk.ownership import Held, hold
from shop.commands import CommandContext
from shop.promises import BROKEN, KEPT, OPEN, close_of, find_promises, is_kept, list_open, promise
from shop.work_models import PromiseEntry

log = structlog.get_logger(__name__)

PROMISE_DUE = "promise_due"
_PROOFS = {"ship": "shipped", "pay_difference": "paid", "call_back": "called"}


async def note_promises(held: Held, text: str, agent: str) -> None:
    """Write down what an agent has just promised, with its day and its proof."""
    conversation, policy = held.conversation, held.desk.policy.current()
    by = CommandContext(
        buyer_id=conversation.buyer_id,
        conversation_id=conversation.id,
        channel=conversation.channel,
        now=held.now,
        policy=policy,
        authority="agent",
        actor=agent,
    )
    order_no = _find_order(held)
    for said in find_promises(text, held.desk.local(held.now).date()):
        await promise(
            held.session,
            f"{said.kind}:{order_no or ''}:{said.day.isoformat()}",
            kind=said.kind,
            words=said.words,
            proof=f"{_PROOFS[said.kind]}:{conversation.id if said.kind == 'call_back' else order_no or ''}",
            due_at=max(close_of(said.day, policy), held.now),
            by=by,
            order_no=order_no,
        )
        held.record("promise", {"kind": said.kind, "words": said.words, "day": said.day.isoformat()})


def _find_order(held: Held) -> str | None:
    """The order the conversation is about: in view, or talked about last."""
    slots = (held.conversation.state or {}).get("slots") or {}
    return held.conversation.order_no or slots.get("order_no")


async def look_after(desk: Desk) -> None:
    """Settle promises that were kept; alert for those that are not while something can still be done."""
    now = desk.clock()
    async with desk.reads() as session:
        due = [(entry.id, entry.conversation_id) for entry in await list_open(session, now)]
    for entry_id, conversation_id in due:
        try:
            async with hold(desk, conversation_id) as held:
                await _look_at(held, await held.session.get_one(PromiseEntry, entry_id))
        except Exception:
            # The edge of one promise: it is looked at again in the next round.
            desk.counters.add("promises", "failed")
            log.exception("promises.failed", promise=entry_id)


async def _look_at(held: Held, entry: PromiseEntry) -> None:
    if entry.state != OPEN:
        return
    if await is_kept(held.session, entry):
        entry.state, entry.settled_at = KEPT, held.now
        held.desk.counters.add("promises", KEPT)
        return
    if held.now >= entry.due_at:
        entry.state, entry.settled_at = BROKEN, held.now
        held.desk.counters.add("promises", BROKEN)
    elif entry.alerted_at is not None:
        return
    entry.alerted_at = held.now
    await _alert(held, entry)


async def _alert(held: Held, entry: PromiseEntry) -> None:
    """Tell who watches; where the bot has the conversation, somebody must take it."""
    told = {"promise_id": entry.id, "kind": entry.kind, "words": entry.words, "state": entry.state}
    held.record("alert", told | {"due_at": entry.due_at.isoformat(), "owner": entry.owner})
    if held.conversation.owner is Owner.BOT:
        place = Place("aftersales", PRIORITY[PEOPLE_ONLY], PROMISE_DUE)
        await handoff.enqueue(held, place)
