"""The outbox: messages to channels in each conversation's order, tried again with back-off, the dead kept."""

import asyncio
from datetime import datetime, timedelta

import structlog
from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from desk import speech
from desk.base import Desk
from desk.carriers import Parcel, carry
from desk.degraded import find_pause
from desk.errors import Conflict
from desk.models import Channel, Delivery, DeliveryState, Message, new_id
from desk.ownership import lock
from shop.errors import NotFound

log = structlog.get_logger(__name__)

BATCH = 20


async def deliver_due(desk: Desk) -> int:
    """Try every delivery that is due, several conversations at once; gives how many were tried."""
    tried = 0
    while parcels := await _claim_batch(desk):
        await asyncio.gather(*(_deliver(desk, parcel) for parcel in parcels))
        tried += len(parcels)
    return tried


async def _claim_batch(desk: Desk) -> list[Parcel]:
    now = desk.clock()
    async with desk.reads() as session:
        candidates = await _list_due(session, now)
    if not candidates:
        return []
    async with desk.transaction() as session:
        parcels = [await _claim(session, desk, delivery_id, now) for delivery_id in candidates]
    return [parcel for parcel in parcels if parcel is not None]


async def _list_due(session: AsyncSession, now: datetime) -> list[int]:
    """The first pending delivery of each conversation, if it is due and nobody has it."""
    earlier = aliased(Delivery)
    blocked = exists().where(
        earlier.conversation_id == Delivery.conversation_id,
        earlier.id < Delivery.id,
        earlier.state == DeliveryState.PENDING,
    )
    query = (
        select(Delivery.id)
        .where(
            Delivery.state == DeliveryState.PENDING,
            Delivery.next_try_at <= now,
            (Delivery.lease_until.is_(None)) | (Delivery.lease_until <= now),
            ~blocked,
        )
        .order_by(Delivery.conversation_id)  # all processes take rows in one order: no deadlock
        .limit(BATCH)
    )
    return list(await session.scalars(query))


async def _claim(session: AsyncSession, desk: Desk, delivery_id: int, now: datetime) -> Parcel | None:
    """Lease a delivery under its conversation's row; None if another process was faster."""
    found = await session.get_one(Delivery, delivery_id)
    conversation = await lock(session, found.conversation_id)
    await session.refresh(found)
    leased = found.lease_until is not None and found.lease_until > now
    if found.state is not DeliveryState.PENDING or leased or found.next_try_at > now:
        return None
    channel = await session.get_one(Channel, found.channel)
    message = await session.get_one(Message, found.message_id)
    if not channel.callback_url:
        found.state, found.last_error = DeliveryState.DEAD, "the channel has no callback address any more"
        return None
    found.token = new_id()
    found.lease_until = now + timedelta(seconds=desk.settings.outbox_lease_s)
    found.attempts += 1
    return Parcel(
        id=found.id,
        token=found.token,
        attempts=found.attempts,
        conversation_id=conversation.id,
        channel=channel.name,
        kind=channel.kind,
        url=channel.callback_url,
        secret=channel.secret,
        settings=channel.settings,
        buyer_id=conversation.buyer_id,
        thread=conversation.thread,
        message=speech.describe(message),
    )


async def _deliver(desk: Desk, parcel: Parcel) -> None:
    outcome = await carry(desk, parcel)
    now = desk.clock()
    async with desk.transaction() as session:
        await lock(session, parcel.conversation_id)
        found = await session.get_one(Delivery, parcel.id)
        if found.token != parcel.token or found.state is not DeliveryState.PENDING:
            return  # our lease ended and another process has it
        found.token, found.lease_until, found.last_error = None, None, outcome.error
        if outcome.error is None:
            found.state, found.sent_at = DeliveryState.SENT, now
        elif outcome.withheld:
            found.state = DeliveryState.WITHHELD
        elif outcome.final or found.attempts >= desk.settings.outbox_tries:
            found.state = DeliveryState.DEAD
        else:
            pause = find_pause(found.attempts, desk.settings.outbox_first_s, desk.settings.outbox_most_s)
            found.next_try_at = now + timedelta(seconds=pause)
        state = found.state
    desk.counters.add("deliveries", "retried" if state is DeliveryState.PENDING else state.value)
    if state is DeliveryState.DEAD:
        log.error("outbox.dead", delivery=parcel.id, attempts=parcel.attempts, reason=outcome.error)


async def list_dead(session: AsyncSession, limit: int = 100) -> list[Delivery]:
    """Deliveries that were given up, the newest first."""
    query = (
        select(Delivery).where(Delivery.state == DeliveryState.DEAD).order_by(Delivery.id.desc()).limit(limit)
    )
    return list(await session.scalars(query))


async def retry(desk: Desk, delivery_id: int) -> Delivery:
    """Try a dead delivery again from the start. Raises NotFound, or Conflict if it is not dead."""
    now = desk.clock()
    async with desk.transaction() as session:
        found = await session.get(Delivery, delivery_id)
        if found is None:
            raise NotFound(f"no delivery {delivery_id}")
        await lock(session, found.conversation_id)
        await session.refresh(found)
        if found.state is not DeliveryState.DEAD:
            raise Conflict(
                f"delivery {delivery_id} is {found.state.value}, not dead", because="delivery_alive"
            )
        found.state, found.attempts, found.next_try_at = DeliveryState.PENDING, 0, now
    desk.runner.wake_outbox()
    return found
