"""The daily look at open returns and refunds, so that none is lost by silence (D12)."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shop.models import Order
from shop.order_cases import open_case
from shop.policy import Policy
from shop.return_models import ReturnRequest
from shop.return_states import OPEN

AHEAD = timedelta(hours=12)
"""How long before its time a request is shown: the marketplace closes what nobody answers."""
MOST = 500
BY = "xiaoer"
KIND = "return_due"


async def list_due(session: AsyncSession, now: datetime) -> list[ReturnRequest]:
    """Open requests whose next step is due within half a day or late, the latest ones first."""
    query = (
        select(ReturnRequest)
        .where(ReturnRequest.state.in_([state.value for state in OPEN]), ReturnRequest.due_at <= now + AHEAD)
        .order_by(ReturnRequest.due_at, ReturnRequest.id)
    )
    return list(await session.scalars(query.limit(MOST)))


async def note_due(session: AsyncSession, policy: Policy, now: datetime) -> int:
    """Open a case for each request that is due; how many were opened now. One a request and state."""
    opened = 0
    for request in await list_due(session, now):
        order = await session.get_one(Order, request.order_no)
        assert request.due_at is not None
        due = request.due_at.astimezone(policy.zone)
        found = f"{request.kind} request {request.id} is {request.state}, due {due:%Y-%m-%d %H:%M}"
        key = f"{KIND}:{request.id}:{request.state}"
        _, is_new = await open_case(
            session, order, KIND, found, by=BY, now=now, policy=policy, key=key,
            conversation_id=request.conversation_id,
        )  # fmt: skip
        opened += is_new
    return opened
