"""Call-backs that a customer books on the page while nobody is at the desk (A13, G2)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from desk import conversations, handoff, speech
from desk.base import Desk
from desk.bot_client import BotReply
from desk.commands import execute_one
from desk.errors import Conflict
from desk.models import HandoffState
from desk.ownership import hold
from shop.callbacks import BOOKED, find_call_time
from shop.errors import Refused
from shop.facts import Fact
from shop.work_models import Callback

BY_CUSTOMER = "customer"
BOOKED_SCRIPT = "callback_booked"


@dataclass(frozen=True, slots=True)
class CallbackOffer:
    """Whether a call is offered, when it could be at the earliest, and the one that is booked.

    `back_at`: when somebody is at the desk again; None while somebody is.
    """

    offered: bool
    back_at: datetime | None
    earliest: datetime | None
    booked: Callback | None


async def find_offer(desk: Desk, channel: str, buyer_id: str) -> CallbackOffer:
    """What the page may offer now: a call, when the buyer's matter waits and nobody is there to take it."""
    now, policy = desk.clock(), desk.policy.current()
    async with desk.reads() as session:
        found = await conversations.find_open(session, channel, buyer_id)
        if found is None:
            return CallbackOffer(False, None, None, None)
        booked = await _find_booked(session, found.id)
        entry = await handoff.find_open(session, found.id)
        if entry is None or entry.state is not HandoffState.WAITING:
            return CallbackOffer(False, None, None, booked)
        back_at = (await handoff.locate(session, desk, entry, now)).wait.call_back_at
    if back_at is None:
        return CallbackOffer(False, None, None, booked)
    try:
        earliest = find_call_time(policy, now)
    except Refused:
        return CallbackOffer(False, back_at, None, booked)
    return CallbackOffer(True, back_at, earliest, booked)


async def book(
    desk: Desk, channel: str, buyer_id: str, *, phone: str, about: str, at: datetime | None
) -> Callback:
    """Book a call for the buyer's open conversation and say so in it; the same again changes nothing.

    Raises Conflict without an open conversation, Refused for a time at which nobody could call.
    """
    async with desk.reads() as session:
        found = await conversations.find_open(session, channel, buyer_id)
    if found is None:
        raise Conflict("write to us first: a call is booked for a conversation", because="write_first")
    args = {"phone": phone, "about": about} | ({"at": at.isoformat()} if at else {})
    async with hold(desk, found.id) as held:
        before = await _find_booked(held.session, found.id)
        known = (before.phone, before.call_at) if before else None
        if before is not None and before.phone != phone:  # a number put right, not a second call
            before.phone, before.about = phone, about
            await held.session.flush()
        result = await execute_one(held, "book_callback", args, authority="auto", actor=BY_CUSTOMER)
        booked = await held.session.get_one(Callback, result["callback_id"])
        if known != (booked.phone, booked.call_at):
            moment = desk.local(booked.call_at).isoformat()
            fact = Fact("callback_at", moment, f"callback:{booked.id}", held.now)
            await speech.say(held, BotReply(BOOKED_SCRIPT, (fact,)))
        return booked


async def _find_booked(session: AsyncSession, conversation_id: str) -> Callback | None:
    query = select(Callback).where(Callback.conversation_id == conversation_id, Callback.state == BOOKED)
    return await session.scalar(query.order_by(Callback.id.desc()).limit(1))
