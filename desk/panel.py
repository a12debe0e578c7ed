"""What an agent sees beside the chat: the buyer's orders, coupons, earlier conversations."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from desk.models import Conversation
from shop import coupons, orders
from shop.coupons import Usable
from shop.models import Customer, Order

EARLIER = 20


@dataclass(frozen=True, slots=True)
class Panel:
    """The buyer as far as the shop knows them; `customer` is None for a guest."""

    customer: Customer | None
    orders: list[Order]
    coupons: list[Usable]
    earlier: list[Conversation]


async def read_panel(session: AsyncSession, conversation: Conversation, now: datetime) -> Panel:
    """The panel of a conversation, with a fixed number of queries however much the buyer has."""
    buyer_id = conversation.buyer_id
    earlier = (
        select(Conversation)
        .where(Conversation.buyer_id == buyer_id, Conversation.id != conversation.id)
        .order_by(Conversation.active_at.desc(), Conversation.id)
        .limit(EARLIER)
    )
    return Panel(
        customer=await session.get(Customer, buyer_id),
        orders=await orders.list_orders(session, buyer_id),
        coupons=await coupons.list_usable(session, buyer_id, now),
        earlier=list(await session.scalars(earlier)),
    )
