"""Call-backs: booked for a time at which somebody is there, and followed until they are made (A13, G2)."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from shop.commands import Args, CommandContext, command
from shop.errors import NotFound, Refused
from shop.facts import Reading, source
from shop.hours import find_next_opening, is_open
from shop.models import Customer, Order
from shop.order_changes import PHONE
from shop.orders import list_orders
from shop.policy import Policy
from shop.promises import promise
from shop.work_models import Callback

BOOKED = "booked"
LEAD = timedelta(minutes=15)
"""How soon a call can be made at the earliest."""
GRACE = timedelta(minutes=30)
"""A call that much later than booked counts as not kept."""
FURTHEST = timedelta(days=7)
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


def find_call_time(policy: Policy, now: datetime, asked: datetime | None = None) -> datetime:
    """The honest time of a call: as asked when somebody is there then, else the next opening after it.

    Raises Refused for a time that has passed or is too far away, or when nobody is ever there.
    """
    earliest = now + LEAD
    if asked is not None and not now <= asked <= now + FURTHEST:
        raise Refused(
            f"a call can be booked within {FURTHEST.days} days, not for {asked:%Y-%m-%d %H:%M}",
            because="call_time",
        )
    wanted = max(asked or earliest, earliest)
    if is_open(policy.hours, policy.zone, wanted):
        return wanted.astimezone(policy.zone)
    opening = find_next_opening(policy.hours, policy.zone, wanted)
    if opening is None:
        raise Refused("the policy's hours leave no time at which anybody could call", because="nobody_calls")
    return opening


class BookArgs(Args):
    """What `book_callback` takes; without `at` the next time somebody can call.

    Without `phone` the number the shop has of the buyer.
    """

    phone: str | None = Field(default=None, pattern=PHONE)
    about: Words
    at: datetime | None = None


async def find_phone(session: AsyncSession, buyer_id: str) -> str | None:
    """A number on which the buyer can be called: their own, else that of their latest order that has one."""
    customer = await session.get(Customer, buyer_id)
    return pick_phone(customer, await list_orders(session, buyer_id))


def pick_phone(customer: Customer | None, orders: Iterable[Order]) -> str | None:
    """The number of `find_phone` among what is known of the buyer."""
    known = [customer.phone] if customer is not None else []
    known += [order.phone for order in orders]
    return next((phone for phone in known if phone and re.fullmatch(PHONE, phone)), None)


class SettleArgs(Args):
    """What `settle_callback` takes."""

    callback_id: int
    state: Literal["done", "unreached"]
    result: Words


@command("book_callback", needs="auto")
async def book_callback(session: AsyncSession, args: BookArgs, *, by: CommandContext) -> dict[str, Any]:
    """Book a call at an honest time; a second booking for the same number moves the first."""
    if args.at is not None and args.at.tzinfo is None:
        raise Refused("the time of a call needs its zone", because="time_zone_missing")
    call_at = find_call_time(by.policy, by.now, args.at)
    phone = args.phone or await find_phone(session, by.buyer_id)
    if phone is None:
        raise Refused("the shop has no number of this buyer: ask for one", because="no_number")
    query = select(Callback).where(
        Callback.conversation_id == by.conversation_id,
        Callback.phone == phone,
        Callback.state == BOOKED,
    )
    found = await session.scalar(query)
    if found is None:
        found = Callback(
            buyer_id=by.buyer_id,
            conversation_id=by.conversation_id,
            phone=phone,
            about=args.about,
            call_at=call_at,
            booked_by=by.actor,
            booked_at=by.now,
        )
        session.add(found)
    elif args.at is not None:
        found.call_at, found.about = call_at, args.about
    await session.flush()
    await promise(
        session,
        f"callback:{found.id}",
        kind="call_back",
        words=args.about,
        proof=f"callback:{found.id}",
        due_at=found.call_at + GRACE,
        by=by,
    )
    return {"callback_id": found.id, "call_at": found.call_at.astimezone(by.policy.zone).isoformat()}


@command("settle_callback", needs="agent")
async def settle_callback(session: AsyncSession, args: SettleArgs, *, by: CommandContext) -> dict[str, Any]:
    """Note that the call was made, or that nobody answered it, with what was said."""
    own = Callback.id == args.callback_id, Callback.buyer_id == by.buyer_id
    values = {"state": args.state, "result": args.result, "done_by": by.actor, "done_at": by.now}
    moved = await session.execute(update(Callback).where(*own, Callback.state == BOOKED).values(values))
    found = await session.scalar(select(Callback).where(*own).execution_options(populate_existing=True))
    if found is None:
        raise NotFound(f"no call-back {args.callback_id} of this buyer")
    if not moved.rowcount and (found.state, found.result) != (args.state, args.result):  # type: ignore[attr-defined]
        raise Refused(f"call-back {found.id} is {found.state} by {found.done_by}", because="already_settled")
    return {"callback_id": found.id, "state": found.state}


async def list_callbacks(session: AsyncSession, *, state: str = BOOKED, limit: int = 200) -> list[Callback]:
    """Call-backs, the next one first."""
    query = select(Callback).where(Callback.state == state)
    return list(await session.scalars(query.order_by(Callback.call_at, Callback.id).limit(limit)))


@source("callback_time")
async def read_callback_time(reading: Reading, key: str) -> dict[str, Any]:
    """When somebody can call at the earliest; key `any`."""
    return {"call_at": find_call_time(reading.policy, reading.now)}
