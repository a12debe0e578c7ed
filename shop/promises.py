"""Promises to customers: by when, by whom, which event proves them kept; they alert before they are due (A9).

What an agent types is read for the promises shops make most: sent today, the difference paid back, a call.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shop.commands import CommandContext
from shop.models import Order, Stage
from shop.policy import Policy
from shop.work_models import Callback, InvoiceRequest, ManualPayment, PromiseEntry

OPEN, KEPT, BROKEN = "open", "kept", "broken"
_DAY = r"(?P<day>今天|今日|今晚|明天|明日|明早|后天)[^,。;!?,;!?]{0,6}?"
_CALL = r"(?:回电|给您(?:打|去)电话|电话联系您|回拨)"
_SIGNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("ship", re.compile(_DAY + r"(?:发出|发货|寄出|安排发)")),
    ("pay_difference", re.compile(_DAY + r"(?:补|退)(?:您|给您)?(?:的)?差价")),
    ("call_back", re.compile(_DAY + _CALL)),
    ("call_back", re.compile(r"(?P<day>)(?:稍后|一会儿?|尽快|马上|等下)[^,。;!?,;!?]{0,4}?" + _CALL)),
)
_NOT_SAID = re.compile(r"吗|[??]|无法|暂时没|已经|已(?:发|补|退|回)")
_AHEAD = {"今": 0, "明": 1, "后": 2}


@dataclass(frozen=True, slots=True)
class Said:
    """A promise found in a sentence: its kind, and the day it names (a call without one is today's)."""

    kind: str
    words: str
    day: date


def find_promises(text: str, today: date) -> list[Said]:
    """The promises in what an agent writes; questions, refusals and what is done already are none."""
    found = []
    for sentence in re.split(r"[。!!;;\n]", text):
        if _NOT_SAID.search(sentence):
            continue
        for kind, sign in _SIGNS:
            match = sign.search(sentence)
            if match:
                ahead = _AHEAD[match["day"][0]] if match["day"] else 0
                found.append(Said(kind, sentence.strip()[:300], today + timedelta(days=ahead)))
    return found


def close_of(day: date, policy: Policy) -> datetime:
    """The end of service on a day: by then what was promised for it must be done."""
    return datetime.combine(day, policy.hours.closes, policy.zone)


async def promise(
    session: AsyncSession,
    key: str,
    *,
    kind: str,
    words: str,
    proof: str,
    due_at: datetime,
    by: CommandContext,
    order_no: str | None = None,
) -> PromiseEntry:
    """Note a promise; the same one (`key`) in a conversation is one, and a later time moves it."""
    query = select(PromiseEntry).where(
        PromiseEntry.conversation_id == by.conversation_id, PromiseEntry.key == key
    )
    entry = await session.scalar(query)
    if entry is None:
        entry = PromiseEntry(
            key=key[:120],
            buyer_id=by.buyer_id,
            conversation_id=by.conversation_id,
            order_no=order_no,
            kind=kind,
            words=words[:300],
            owner=by.actor,
            proof=proof,
            made_at=by.now,
            due_at=due_at,
            alert_at=due_at,
        )
        session.add(entry)
    entry.due_at = due_at
    # Never later than halfway: a promise for soon must alert while something can still be done.
    early = due_at - timedelta(minutes=by.policy.orders.alert_before_minutes)
    entry.alert_at = max(early, by.now + (due_at - by.now) / 2)
    await session.flush()
    return entry


async def _is_shipped(session: AsyncSession, key: str, entry: PromiseEntry) -> bool:
    order = await session.get(Order, key)
    return order is not None and order.stage in (Stage.SHIPPED, Stage.SIGNED, Stage.CLOSED)


async def _is_called(session: AsyncSession, key: str, entry: PromiseEntry) -> bool:
    callback = await session.get(Callback, int(key))
    return callback is not None and callback.state != "booked"


async def _is_called_in(session: AsyncSession, key: str, entry: PromiseEntry) -> bool:
    """A call in that conversation after the promise."""
    query = select(Callback.id).where(Callback.conversation_id == key, Callback.done_at >= entry.made_at)
    return await session.scalar(query.limit(1)) is not None


async def _is_paid(session: AsyncSession, key: str, entry: PromiseEntry) -> bool:
    query = select(ManualPayment.id).where(
        ManualPayment.order_no == key,
        ManualPayment.state == "complete",
        ManualPayment.completed_at >= entry.made_at,
    )
    return await session.scalar(query.limit(1)) is not None


async def _is_invoiced(session: AsyncSession, key: str, entry: PromiseEntry) -> bool:
    query = select(InvoiceRequest.id).where(InvoiceRequest.order_no == key, InvoiceRequest.state == "issued")
    return await session.scalar(query.limit(1)) is not None


_PROOFS: dict[str, Callable[[AsyncSession, str, PromiseEntry], Awaitable[bool]]] = {
    "shipped": _is_shipped,
    "callback": _is_called,
    "called": _is_called_in,
    "paid": _is_paid,
    "invoiced": _is_invoiced,
}


async def is_kept(session: AsyncSession, entry: PromiseEntry) -> bool:
    """Whether the event that proves the promise has happened: `shipped:NO`, `callback:3`, `paid:NO`."""
    scheme, _, key = entry.proof.partition(":")
    check = _PROOFS.get(scheme)
    return check is not None and await check(session, key, entry)


async def list_open(session: AsyncSession, now: datetime, limit: int = 500) -> list[PromiseEntry]:
    """Open promises whose alert is due, the most urgent first."""
    query = select(PromiseEntry).where(PromiseEntry.state == OPEN, PromiseEntry.alert_at <= now)
    return list(await session.scalars(query.order_by(PromiseEntry.due_at, PromiseEntry.id).limit(limit)))


async def list_promises(session: AsyncSession, state: str, limit: int = 200) -> list[PromiseEntry]:
    """Promises of a state: open ones by when they are due, settled ones the newest first."""
    order = PromiseEntry.due_at if state == OPEN else PromiseEntry.settled_at.desc()
    query = select(PromiseEntry).where(PromiseEntry.state == state).order_by(order, PromiseEntry.id)
    return list(await session.scalars(query.limit(limit)))
