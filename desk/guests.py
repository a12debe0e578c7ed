"""Guests of the customer page prove that an order is theirs: few tries, audited, one answer to wrong ones.

Tries are counted before they are looked at, so that guesses in parallel do not slip by; an order that was
guessed at too often answers like a wrong pair, even to the right one, until the day is over.
"""

from datetime import datetime, timedelta

from sqlalchemy import String, case, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from desk import audit
from desk.base import Desk
from desk.errors import Conflict, DeskError
from desk.models import new_id
from shop.db import Base, UtcDateTime
from shop.guests import GUEST, OrderProof, is_guest, is_tail
from shop.models import Order

TRIES_OF_GUEST, TRIES_OF_ORDER = 5, 10
GUEST_WINDOW, ORDER_WINDOW = timedelta(minutes=15), timedelta(days=1)
ORIGIN_WINDOW = timedelta(hours=1)
ROLE = "guest"


class ProofFailed(DeskError):
    """Order number and digits do not belong together; a missing order reads the same."""

    code = "proof_failed"


class TooManyTries(DeskError):
    """This guest, or the place they come from, has tried too often."""

    code = "too_many_tries"


class ProofTries(Base):
    """How often a guest, an order or an address was tried since a moment."""

    __tablename__ = "proof_tries"

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    count: Mapped[int]
    since: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


def make_guest() -> str:
    """The id of a new guest, which is no buyer's."""
    return f"{GUEST}{new_id()}"


async def prove(desk: Desk, guest_id: str, order_no: str, digits: str, *, origin: str) -> None:
    """Give the guest the order if the digits are its phone's. Raises ProofFailed, TooManyTries, Conflict."""
    if not is_guest(guest_id):
        raise Conflict(
            "only a guest proves an order; your own are shown to you anyway", because="own_orders_shown"
        )
    now = desk.clock()
    async with desk.transaction() as session:
        by_guest = await _count(session, guest_id, now, GUEST_WINDOW)
        by_origin = await _count(session, f"from:{origin[:60]}", now, ORIGIN_WINDOW)
        of_order = await _count(session, f"order:{order_no}", now, ORDER_WINDOW)
    if by_guest > TRIES_OF_GUEST or by_origin > desk.settings.guest_tries_origin:
        raise TooManyTries("too many tries; try again later or ask for a person")
    async with desk.transaction() as session:
        order = await session.get(Order, order_no)
        right = is_tail(order.phone if order else "", digits) and of_order <= TRIES_OF_ORDER
        what = "guest.proved" if right else "guest.refused"
        audit.add(session, now, who=guest_id, role=ROLE, what=what, about=f"order:{order_no}", origin=origin)
        if right:
            await session.merge(OrderProof(guest_id=guest_id, order_no=order_no, proven_at=now))
    if not right:
        raise ProofFailed("the order number and the digits do not belong together")


async def forget_tries(session: AsyncSession, now: datetime) -> None:
    """Drop counts whose time is over."""
    await session.execute(delete(ProofTries).where(ProofTries.since <= now - ORDER_WINDOW))


async def _count(session: AsyncSession, key: str, now: datetime, window: timedelta) -> int:
    """Count one more try of this key; how many there were within its window, this one among them."""
    over = ProofTries.since <= now - window
    count_up = (
        update(ProofTries)
        .where(ProofTries.key == key)
        .values(
            count=case((over, 1), else_=ProofTries.count + 1), since=case((over, now), else_=ProofTries.since)
        )
        .execution_options(synchronize_session=False)
    )
    if not (await session.execute(count_up)).rowcount:  # type: ignore[attr-defined]
        try:
            async with session.begin_nested():
                session.add(ProofTries(key=key, count=1, since=now))
        except IntegrityError:  # somebody else was first
            await session.execute(count_up)
    return await session.scalar(select(ProofTries.count).where(ProofTries.key == key)) or 1
