"""What happens in Chatwoot: customers write, people take the conversation, give it back, resolve it."""

from typing import Any

import structlog
from sqlalchemy import select

from desk import conversations, messages
from desk.base import Desk
from desk.carriers.chatwoot import OUR_MARK, PENDING
from desk.errors import DeskError
from desk.messages import Incoming
from desk.models import Conversation, Owner

log = structlog.get_logger(__name__)
Json = dict[str, Any]

INCOMING, OUTGOING = ("incoming", 0), ("outgoing", 1)
"""`message_type` in words or as Chatwoot's number."""
BY_PERSON = "user"
FILES = {"image": "image", "video": "video", "audio": "audio"}


async def follow(desk: Desk, channel: str, event: Json) -> None:
    """Take in one event of the webhook; what is none of ours is passed over. Raises DeskBusy."""
    name = event.get("event")
    if name == "message_created":
        await _on_message(desk, channel, event)
    elif name in ("conversation_opened", "conversation_resolved", "conversation_status_changed"):
        await _on_status(desk, channel, str(event.get("id")), str(event.get("status")), event)


async def _on_message(desk: Desk, channel: str, event: Json) -> None:
    """A customer's message comes in; a person's own answer means that a person has the conversation."""
    talk = event.get("conversation") or {}
    if event.get("message_type") in INCOMING and not event.get("private"):
        await messages.receive(desk, to_incoming(channel, event))
        if talk.get("status") != PENDING:
            await _on_status(desk, channel, str(talk.get("id")), str(talk.get("status")), talk)
    elif event.get("message_type") in OUTGOING and not event.get("private") and _is_by_person(event):
        await _on_status(desk, channel, str(talk.get("id")), "open", talk)


def _is_by_person(event: Json) -> bool:
    """Whether a person wrote it: not the bot's own echo."""
    ours = OUR_MARK in (event.get("content_attributes") or {})
    return not ours and (event.get("sender") or {}).get("type", "") == BY_PERSON


def to_incoming(channel: str, event: Json) -> Incoming:
    """A message of Chatwoot as the desk takes it.

    The contact's identifier is the buyer only where Chatwoot has verified it; else the contact is a stranger.
    """
    talk, sender = event["conversation"], event.get("sender") or {}
    verified = bool((talk.get("meta") or {}).get("hmac_verified")) and sender.get("identifier")
    files = [one for one in event.get("attachments") or [] if str(one.get("data_url", "")).startswith("http")]
    return Incoming(
        channel=channel,
        message_id=f"chatwoot-{event['id']}",
        buyer_id=str(sender["identifier"]) if verified else f"chatwoot-{sender['id']}",
        text=str(event.get("content") or ""),
        attachments=tuple(
            {"type": FILES.get(str(one.get("file_type")), "file"), "url": one["data_url"]} for one in files
        ),
        thread=str(talk["id"]),
    )


async def _on_status(desk: Desk, channel: str, thread: str, status: str, talk: Json) -> None:
    async with desk.reads() as session:
        query = select(Conversation).where(
            Conversation.channel == channel, Conversation.thread == thread, Conversation.owner != Owner.CLOSED
        )
        found = await session.scalar(query)
    if found is None:
        return
    person = ((talk.get("meta") or {}).get("assignee") or {}).get("id") or "people"
    try:
        if status == "open" and not (found.assignee or "").startswith("chatwoot:"):
            await conversations.take_over(desk, found.id, f"chatwoot:{person}", force=True)
        elif status == PENDING and found.owner is Owner.AGENT:
            await conversations.hand_back(desk, found.id, found.assignee or "")
        elif status == "resolved":
            await conversations.close(desk, found.id, found.assignee or "chatwoot:people")
    except DeskError as error:
        log.warning("chatwoot.status_not_followed", conversation=found.id, status=status, reason=str(error))
