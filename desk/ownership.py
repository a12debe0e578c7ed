"""Who owns a conversation: its row is held first, every change of owner raises the epoch."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, update
from sqlalchemy.ext.asyncio import AsyncSession

from desk import live
from desk.base import Desk
from desk.errors import NotYours, StaleEpoch
from desk.models import Conversation, Json, Owner
from shop.errors import NotFound


@dataclass(frozen=True, slots=True)
class Held:
    """A conversation whose row this transaction holds: nobody else changes anything of it meanwhile."""

    desk: Desk
    session: AsyncSession
    conversation: Conversation
    now: datetime

    def record(self, kind: str, data: Json) -> None:
        """Tell watchers, once the transaction is committed."""
        live.record(self.session, self.conversation.id, kind, data, self.now)


@asynccontextmanager
async def hold(desk: Desk, conversation_id: str) -> AsyncIterator[Held]:
    """A transaction that holds a conversation. Raises NotFound."""
    now = desk.clock()
    async with desk.transaction() as session:
        yield Held(desk, session, await lock(session, conversation_id), now)


async def lock(session: AsyncSession, conversation_id: str) -> Conversation:
    """The conversation as it is now, its row held until the transaction ends. Raises NotFound."""
    found = await find_and_lock(session, Conversation.id == conversation_id)
    if found is None:
        raise NotFound(f"no conversation {conversation_id}")
    return found


async def find_and_lock(session: AsyncSession, which: ColumnElement[bool]) -> Conversation | None:
    """The one conversation for which that holds, as `lock` gives it.

    An update that changes nothing takes the row on PostgreSQL; on SQLite the transaction has the database.
    """
    taken = update(Conversation).where(which).values(epoch=Conversation.epoch).returning(Conversation)
    options = {"synchronize_session": False, "populate_existing": True}
    return (await session.scalars(taken, execution_options=options)).one_or_none()


def check_epoch(conversation: Conversation, epoch: int) -> None:
    """Raise StaleEpoch when the conversation changed hands since the caller looked."""
    if conversation.epoch != epoch:
        raise StaleEpoch(f"the conversation changed hands: epoch {conversation.epoch}, not {epoch}")


def access_as_agent(conversation: Conversation, agent: str) -> None:
    """Raise NotYours unless the agent has the conversation."""
    if conversation.owner is not Owner.AGENT or conversation.assignee != agent:
        raise NotYours(
            f"conversation {conversation.id} is not {agent}'s: take it over first", because="take_over_first"
        )


def set_owner(held: Held, owner: Owner, *, assignee: str | None = None) -> None:
    """Give the conversation to an owner: the epoch rises, the next automatic step is set, watchers hear."""
    conversation = held.conversation
    conversation.owner = owner
    conversation.assignee = assignee
    conversation.epoch += 1
    conversation.closed_at = held.now if owner is Owner.CLOSED else None
    set_next_step(held)
    held.record("owner", describe(conversation))


def set_next_step(held: Held) -> None:
    """When the sweeper must look again: no open conversation is without it."""
    settings = held.desk.settings
    wait = {
        Owner.BOT: settings.idle_close_s,
        Owner.QUEUE: settings.queue_raise_s,
        Owner.AGENT: settings.agent_silence_s,
    }.get(held.conversation.owner)
    held.conversation.next_due_at = None if wait is None else held.now + timedelta(seconds=wait)


def describe(conversation: Conversation) -> Json:
    """The conversation as live events carry it; nothing private."""
    return {
        "id": conversation.id,
        "channel": conversation.channel,
        "buyer_id": conversation.buyer_id,
        "owner": conversation.owner.value,
        "assignee": conversation.assignee,
        "epoch": conversation.epoch,
        "severity": conversation.severity,
    }
