"""What an agent sees beside the chat: the buyer's orders, coupons, earlier conversations, what is owed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from desk.models import Conversation
from shop import coupons, orders
from shop.callbacks import pick_phone
from shop.coupons import Usable
from shop.models import Complaint, Customer, Order
from shop.work_models import Callback

EARLIER = 20
MOST_OWED = 5
"""How many tickets and call-backs are shown, those still open first."""


@dataclass(frozen=True, slots=True)
class Panel:
    """The buyer as far as the shop knows them; `customer` is None for a guest."""

    customer: Customer | None
    orders: list[Order]
    coupons: list[Usable]
    earlier: list[Conversation]
    tickets: list[Complaint]
    callbacks: list[Callback]
    phone: str | None  # on which the buyer can be called


async def read_panel(session: AsyncSession, conversation: Conversation, now: datetime) -> Panel:
    """The panel of a conversation, with a fixed number of queries however much the buyer has."""
    buyer_id = conversation.buyer_id
    earlier = (
        select(Conversation)
        .where(Conversation.buyer_id == buyer_id, Conversation.id != conversation.id)
        .order_by(Conversation.active_at.desc(), Conversation.id)
        .limit(EARLIER)
    )
    tickets = (
        select(Complaint)
        .where(Complaint.buyer_id == buyer_id)
        .order_by(Complaint.state == "closed", Complaint.due_at.desc(), Complaint.id.desc())
        .limit(MOST_OWED)
    )
    calls = (
        select(Callback)
        .where(Callback.buyer_id == buyer_id)
        .order_by(Callback.state != "booked", Callback.call_at.desc(), Callback.id.desc())
        .limit(MOST_OWED)
    )
    customer = await session.get(Customer, buyer_id)
    bought = await orders.list_orders(session, buyer_id)
    return Panel(
        customer=customer,
        orders=bought,
        coupons=await coupons.list_usable(session, buyer_id, now),
        earlier=list(await session.scalars(earlier)),
        tickets=list(await session.scalars(tickets)),
        callbacks=list(await session.scalars(calls)),
        phone=pick_phone(customer, bought),
    )
