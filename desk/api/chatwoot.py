"""The webhook of Chatwoot, whose agent bot Xiaoer is."""

import json
from typing import Annotated

from fastapi import APIRouter, Header, Request, Response
from pydantic import BaseModel, ConfigDict

from desk import chatwoot_inbox, signing
from desk.api.access import OurDesk
from desk.api.errors import ApiError, describe
from desk.api.schemas import example
from desk.models import Channel
from shop.errors import NotFound

router = APIRouter(prefix="/api/v1/channels/{channel}/chatwoot", tags=["channels"])
SCHEME = "sha256="
HEADERS = ("X-Chatwoot-Timestamp", "X-Chatwoot-Signature")


class ChatwootEvent(BaseModel):
    """An event as Chatwoot posts it; what else it holds is passed over."""

    model_config = ConfigDict(extra="allow") | example(
        {
            "event": "message_created",
            "id": 42,
            "content": "这款39码还有货吗",
            "message_type": "incoming",
            "sender": {"id": 7, "type": "contact"},
            "conversation": {"id": 12, "status": "pending"},
        }
    )

    event: str


@router.post("", status_code=204, response_class=Response, responses=describe(401, 404, 409, 413, 422, 503))
async def notify(
    channel: str,
    event: ChatwootEvent,
    request: Request,
    desk: OurDesk,
    *,
    x_chatwoot_signature: Annotated[str, Header(description="sha256= and hex HMAC of `timestamp.body`")] = "",
    x_chatwoot_timestamp: Annotated[str, Header(description="seconds since 1970")] = "",
) -> None:
    """Something happened in Chatwoot. Signed with the agent bot's secret, at most five minutes old."""
    async with desk.reads() as session:
        known = await session.get(Channel, channel) if channel.isprintable() else None
    if known is None or known.kind != "chatwoot":
        raise NotFound(f"no Chatwoot channel {channel!r}")
    body = await request.body()
    signature = x_chatwoot_signature.replace(SCHEME, signing.PREFIX, 1)
    signing.verify(known.secret, x_chatwoot_timestamp, signature, body, desk.clock(), headers=HEADERS)
    try:
        await chatwoot_inbox.follow(desk, channel, json.loads(body))
    except (KeyError, TypeError, ValueError) as error:
        fault = f"{event.event}: lacks {error}" if isinstance(error, KeyError) else f"{event.event}: {error}"
        raise ApiError(422, "invalid", fault) from error
