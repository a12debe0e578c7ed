"""The callback of WeCom customer service: WeCom proves itself and says that there is something to pull."""

import struct
from collections.abc import Callable
from typing import Annotated
from xml.parsers.expat import ExpatError

import xmltodict
from fastapi import APIRouter, Query, Request
from fastapi.responses import PlainTextResponse
from wechatpy.enterprise.crypto import WeChatCrypto
from wechatpy.exceptions import WeChatException

from desk import wecom_inbox
from desk.api.access import OurDesk
from desk.api.errors import describe
from desk.base import Desk
from desk.channel_settings import WeComSettings
from desk.models import Channel
from desk.signing import BadSignature
from shop.errors import NotFound

router = APIRouter(prefix="/api/v1/channels/{channel}/wecom", tags=["channels"])
EVENT = "kf_msg_or_event"
TAKEN = "success"
"""What WeCom wants to hear."""

Word = Annotated[str, Query(max_length=2000)]
XML_BODY = {"requestBody": {"required": True, "content": {"application/xml": {"schema": {"type": "string"}}}}}


@router.get("", response_class=PlainTextResponse, responses=describe(401, 404, 422))
async def prove(
    channel: str, desk: OurDesk, *, msg_signature: Word, timestamp: Word, nonce: Word, echostr: Word
) -> str:
    """WeCom checks the address: the decrypted `echostr` goes back."""
    crypto = await _get_crypto(desk, channel)
    return _decrypted(lambda: crypto.check_signature(msg_signature, timestamp, nonce, echostr))


@router.post(
    "", response_class=PlainTextResponse, responses=describe(401, 404, 413, 422), openapi_extra=XML_BODY
)
async def notify(
    channel: str, request: Request, desk: OurDesk, *, msg_signature: Word, timestamp: Word, nonce: Word
) -> str:
    """WeCom has something new: it is pulled in the background, and answered as WeCom wants it."""
    crypto = await _get_crypto(desk, channel)
    body = (await request.body()).decode("utf-8", "replace")
    plain = _decrypted(lambda: crypto.decrypt_message(body, msg_signature, timestamp, nonce))
    event = xmltodict.parse(plain)["xml"]
    if event.get("Event") == EVENT:
        desk.runner.spawn(wecom_inbox.try_pull(desk, channel, str(event.get("Token") or "")))
    return TAKEN


async def _get_crypto(desk: Desk, name: str) -> WeChatCrypto:
    """What checks and decrypts for a channel. Raises NotFound."""
    async with desk.reads() as session:
        channel = await session.get(Channel, name) if name.isprintable() else None
    if channel is None or channel.kind != "wecom":
        raise NotFound(f"no WeCom channel {name!r}")
    settings = WeComSettings.model_validate(channel.settings)
    return WeChatCrypto(settings.token, settings.aes_key, settings.corp_id)


def _decrypted(decrypt: Callable[[], str | bytes]) -> str:
    """What WeCom really said. Raises BadSignature when it is not WeCom's, or no message at all."""
    try:
        plain = decrypt()
        return plain if isinstance(plain, str) else plain.decode()
    except (WeChatException, ExpatError, ValueError, KeyError, TypeError, struct.error) as error:
        raise BadSignature("the signature or the encryption is not that of this channel") from error
