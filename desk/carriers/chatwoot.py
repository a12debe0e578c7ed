"""Chatwoot: answers through its API. What the assistant says gives way as soon as people have the chat.

Chatwoot's `pending` is the bot's, `open` is people's. The status is read right before each message of ours.
"""

import asyncio

import httpx

from desk.base import Desk
from desk.carriers.parcel import DELIVERED, FIRST_TRY, Json, Outcome, Parcel, answered, failed
from desk.channel_settings import ChatwootSettings

PENDING = "pending"
OUR_MARK = "xiaoer_message"
"""Content attribute of what we sent: tells our own echo, and a second try of the same message."""


def address(url: str, settings: ChatwootSettings, thread: str) -> str:
    """The conversation's address in the API."""
    return f"{url}/api/v1/accounts/{settings.account_id}/conversations/{thread}"


def head(settings: ChatwootSettings) -> dict[str, str]:
    """What proves who we are."""
    return {"api_access_token": settings.api_token}


async def carry(desk: Desk, parcel: Parcel) -> Outcome:
    """Post an outgoing message, unless people have the conversation or it is there already."""
    if parcel.thread is None:
        return Outcome("the conversation has no counterpart in Chatwoot", final=True)
    settings = ChatwootSettings.model_validate(parcel.settings)
    there, known = address(parcel.url, settings, parcel.thread), head(settings)
    try:
        async with asyncio.timeout(desk.settings.outbox_timeout_s):
            if parcel.is_ours and await find_status(desk, there, settings) != PENDING:
                return Outcome("people have the conversation", withheld=True)
            if parcel.attempts > FIRST_TRY and await _is_there(desk, there, settings, parcel.message["id"]):
                return DELIVERED
            body = {
                "content": parcel.message["text"],
                "message_type": "outgoing",
                "private": False,
                "content_attributes": {OUR_MARK: parcel.message["id"]},
            }
            return answered(await desk.http.post(f"{there}/messages", json=body, headers=known))
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, ValueError, KeyError) as error:
        return failed(error)


async def find_status(desk: Desk, there: str, settings: ChatwootSettings) -> str:
    """The conversation's status now: pending, open, resolved or snoozed. Raises httpx.HTTPError."""
    response = await desk.http.get(there, headers=head(settings))
    return str(response.raise_for_status().json()["status"])


async def _is_there(desk: Desk, there: str, settings: ChatwootSettings, message_id: int) -> bool:
    """Whether an earlier try got through, though its answer was lost."""
    response = await desk.http.get(f"{there}/messages", headers=head(settings))
    messages: list[Json] = response.raise_for_status().json()["payload"]
    return any((one.get("content_attributes") or {}).get(OUR_MARK) == message_id for one in messages)
