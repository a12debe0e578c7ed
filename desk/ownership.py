"""Who owns a conversation: its row is taken first, every change of owner raises the epoch."""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from desk import live
from desk.errors import NotYours, StaleEpoch
from desk.models import Conversation, Owner
from desk.settings import DeskSettings
from shop.errors import NotFound


async def lock(session: AsyncSession, conversation_id: str) -> Conversation:
    """The conversation as it is now, its row held until the transaction ends. Raises NotFound.

    An update that changes nothing takes the row on PostgreSQL; on SQLite the transaction has the database.
    """
    taken = update(Conversation).where(Conversation.id == conversation_id).values(epoch=Conversation.epoch)
    await session.execute(taken, execution_options={"synchronize_session": False})
    found = await session.get(Conversation, conversation_id, populate_existing=True)
    if found is None:
        raise NotFound(f"no conversation {conversation_id}")
    return found


def check_epoch(conversation: Conversation, epoch: int) -> None:
    """Raise StaleEpoch when the conversation changed hands since the caller looked."""
    if conversation.epoch != epoch:
        raise StaleEpoch(f"the conversation changed hands: epoch {conversation.epoch}, not {epoch}")


def access_as_agent(conversation: Conversation, agent: str) -> None:
    """Raise NotYours unless the agent has the conversation."""
    if conversation.owner is not Owner.AGENT or conversation.assignee != agent:
        raise NotYours(f"conversation {conversation.id} is not {agent}'s: take it over first")


def set_owner(
    session: AsyncSession,
    conversation: Conversation,
    owner: Owner,
    settings: DeskSettings,
    now: datetime,
    *,
    assignee: str | None = None,
) -> None:
    """Give the conversation to an owner: the epoch rises, the next automatic step is set, watchers hear."""
    conversation.owner = owner
    conversation.assignee = assignee
    conversation.epoch += 1
    conversation.closed_at = now if owner is Owner.CLOSED else None
    set_next_step(conversation, settings, now)
    live.record(session, conversation.id, "owner", describe(conversation), now)


def set_next_step(conversation: Conversation, settings: DeskSettings, now: datetime) -> None:
    """When the sweeper must look again: no open conversation is without it."""
    wait = {
        Owner.BOT: settings.idle_close_s,
        Owner.QUEUE: settings.queue_raise_s,
        Owner.AGENT: settings.agent_silence_s,
    }.get(conversation.owner)
    conversation.next_due_at = None if wait is None else now + timedelta(seconds=wait)


def describe(conversation: Conversation) -> dict[str, object]:
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
