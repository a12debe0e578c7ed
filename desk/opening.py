"""Queue entries of Chatwoot conversations are opened there, with a private note, after what was said."""

import asyncio

import httpx
import structlog
from sqlalchemy import exists, select

from desk.base import Desk
from desk.carriers.chatwoot import address, head
from desk.channel_models import OpenedThere
from desk.channel_settings import ChatwootSettings
from desk.models import (
    Channel,
    Conversation,
    Delivery,
    DeliveryState,
    Draft,
    DraftState,
    Handoff,
    HandoffState,
)

log = structlog.get_logger(__name__)
BATCH = 20


async def open_waiting(desk: Desk) -> int:
    """Open every waiting entry that is not open there yet; how many."""
    async with desk.reads() as session:
        unsent = exists().where(
            Delivery.conversation_id == Handoff.conversation_id, Delivery.state == DeliveryState.PENDING
        )
        query = (
            select(Handoff, Conversation, Channel)
            .join(Conversation, Conversation.id == Handoff.conversation_id)
            .join(Channel, Channel.name == Conversation.channel)
            .where(
                Channel.kind == "chatwoot",
                Handoff.state == HandoffState.WAITING,
                ~exists().where(OpenedThere.handoff_id == Handoff.id),
                ~unsent,
            )
            .limit(BATCH)
        )
        rows = (await session.execute(query)).all()
    return sum([await _open(desk, *row) for row in rows])


async def _open(desk: Desk, entry: Handoff, conversation: Conversation, channel: Channel) -> bool:
    if conversation.thread is None:
        return False
    settings = ChatwootSettings.model_validate(channel.settings)
    there = address(channel.callback_url or "", settings, conversation.thread)
    note = {"content": await _describe(desk, entry), "message_type": "outgoing", "private": True}
    try:
        async with asyncio.timeout(desk.settings.outbox_timeout_s):
            for path, body in (("messages", note), ("toggle_status", {"status": "open"})):
                answer = await desk.http.post(f"{there}/{path}", json=body, headers=head(settings))
                answer.raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
        log.warning("chatwoot.not_opened", handoff=entry.id, reason=str(error))
        return False
    async with desk.transaction() as session:
        await session.merge(OpenedThere(handoff_id=entry.id, opened_at=desk.clock()))
    return True


async def _describe(desk: Desk, entry: Handoff) -> str:
    """Why people are called and what the assistant would say, for people only."""
    async with desk.reads() as session:
        query = select(Draft).where(
            Draft.conversation_id == entry.conversation_id, Draft.state == DraftState.OPEN
        )
        drafts = list(await session.scalars(query.order_by(Draft.rank)))
    lines = [f"店小二转交:{entry.reason}({entry.team},{entry.severity})"]
    lines += [f"草稿{draft.rank}:" + " ".join(str(one["text"]) for one in draft.replies) for draft in drafts]
    return "\n".join(lines)
