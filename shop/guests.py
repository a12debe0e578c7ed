"""Guests: who writes on the shop's page with nobody to vouch for them, and the orders they have proved.

Until then a guest owns nothing: their id is no buyer's. The proof is the order's number with the last digits
of its phone (ADR 0013); it holds for that one order, and for nobody but this guest.
"""

import hmac
from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, Index, String, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from shop.db import Base, UtcDateTime
from shop.models import Order

GUEST = "guest:"
DIGITS = 4
"""How many of the phone's last digits are asked for."""


class OrderProof(Base):
    """An order that a guest has proved to be theirs."""

    __tablename__ = "order_proofs"
    __table_args__ = (Index("ix_order_proofs_proven", "proven_at"),)

    guest_id: Mapped[str] = mapped_column(String(60), primary_key=True)
    order_no: Mapped[str] = mapped_column(ForeignKey("orders.no"), primary_key=True)
    proven_at: Mapped[datetime] = mapped_column(UtcDateTime)


def is_guest(buyer_id: str) -> bool:
    """Whether nobody vouches for this buyer."""
    return buyer_id.startswith(GUEST)


def is_tail(phone: str, digits: str) -> bool:
    """Whether these are the last digits of the phone; takes the same time for right and wrong ones."""
    tail = "".join(char for char in phone if char.isdigit())[-DIGITS:]
    return hmac.compare_digest(tail.encode(), digits.encode()) and len(tail) == DIGITS


async def is_theirs(session: AsyncSession, buyer_id: str, order: Order) -> bool:
    """Whether the order is the buyer's own, or was proved by this guest."""
    if order.buyer_id == buyer_id:
        return True
    return is_guest(buyer_id) and await session.get(OrderProof, (buyer_id, order.no)) is not None


def own_orders(buyer_id: str) -> ColumnElement[bool]:
    """The condition of a query for a buyer's own orders."""
    own = Order.buyer_id == buyer_id
    if not is_guest(buyer_id):
        return own
    return or_(own, Order.no.in_(select(OrderProof.order_no).where(OrderProof.guest_id == buyer_id)))


async def list_proven(session: AsyncSession, guest_id: str) -> list[str]:
    """The numbers of the orders a guest has proved, in that order."""
    query = select(OrderProof.order_no).where(OrderProof.guest_id == guest_id)
    return list(await session.scalars(query.order_by(OrderProof.proven_at, OrderProof.order_no)))
