"""What customers write in WeCom: pulled from its API by cursor, stored once, the cursor moved on afterwards.

WeCom only says that there is something; a lost event is made good by the next pull. Whoever takes the session
in WeCom itself is a person: the assistant is silent until the session ends there.
"""

import asyncio
from datetime import UTC, datetime
from typing import Any

import httpx
import structlog
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from desk import conversations, messages
from desk.base import Desk
from desk.carriers.wecom import WeComError, call
from desk.channel_models import ChannelCursor
from desk.channel_settings import WeComSettings
from desk.errors import DeskError
from desk.messages import Incoming
from desk.models import Channel, Owner

log = structlog.get_logger(__name__)
Json = dict[str, Any]

BY_CUSTOMER = 3
BATCH = 1000
TAKEN, PASSED_ON, ENDED, TAKEN_AGAIN = 1, 2, 3, 4
"""`change_type` of a session_status_change event."""
SHOWN = {
    "image": "[图片]",
    "voice": "[语音]",
    "video": "[视频]",
    "file": "[文件]",
    "location": "[位置]",
    "link": "[链接]",
}
MEDIA = {"image": "image", "voice": "audio", "video": "video", "file": "file"}


async def pull_all(desk: Desk) -> None:
    """Pull every WeCom channel, for events that were lost."""
    async with desk.reads() as session:
        names = list(await session.scalars(select(Channel.name).where(Channel.kind == "wecom")))
    for name in names:
        await try_pull(desk, name)


async def try_pull(desk: Desk, name: str, token: str = "") -> None:
    """Pull a channel; a failure is logged, and the next round pulls again."""
    try:
        await pull(desk, name, token)
    except (WeComError, httpx.HTTPError, OSError, TimeoutError, ValueError) as error:
        log.warning("wecom.pull_failed", channel=name, reason=str(error))


async def pull(desk: Desk, name: str, token: str = "") -> int:
    """Take in what is new on a channel; how many messages. `token`: of the event, spares WeCom's rate limit.

    Raises WeComError, httpx.HTTPError or TimeoutError; what was taken in stays, the rest comes with the next.
    """
    async with desk.reads() as session:
        channel = await session.get_one(Channel, name)
        found = await session.get(ChannelCursor, name)
    settings, url, count = WeComSettings.model_validate(channel.settings), channel.callback_url or "", 0
    cursor = found.cursor if found else ""
    while True:
        asked = {"cursor": cursor, "token": token, "limit": BATCH, "open_kfid": settings.open_kfid}
        answer = await call(desk, url, settings, "kf/sync_msg", asked)
        for item in answer.get("msg_list", []):
            count += await _take_in(desk, name, item)
        following = str(answer.get("next_cursor") or cursor)
        await _move_on(desk, name, cursor, following)
        if not answer.get("has_more") or following == cursor:
            return count
        cursor = following


async def _take_in(desk: Desk, name: str, item: Json) -> int:
    """Store a customer's message, or follow an event; 1 for a message."""
    if item.get("msgtype") == "event":
        await _follow(desk, name, item["event"])
        return 0
    if item.get("origin") != BY_CUSTOMER:
        return 0
    await messages.receive(desk, to_incoming(name, item))
    return 1


def to_incoming(name: str, item: Json) -> Incoming:
    """A message of WeCom as the desk takes it; what is no text is named in brackets."""
    kind = str(item["msgtype"])
    content = item.get(kind) or {}
    text = content.get("content") if kind == "text" else SHOWN.get(kind, f"[{kind}]")
    attachments: tuple[Json, ...] = ()
    if kind in MEDIA and content.get("media_id"):
        attachments = ({"type": MEDIA[kind], "url": f"wecom:media/{content['media_id']}"},)
    return Incoming(
        channel=name,
        message_id=str(item["msgid"]),
        buyer_id=str(item["external_userid"]),
        text=str(text or ""),
        sent_at=datetime.fromtimestamp(int(item["send_time"]), UTC),
        attachments=attachments,
    )


async def _follow(desk: Desk, name: str, event: Json) -> None:
    """Who has the session in WeCom: a servicer there is a person as an agent here is."""
    if event.get("event_type") != "session_status_change":
        return
    async with desk.reads() as session:
        conversation = await conversations.find_open(session, name, str(event["external_userid"]))
    if conversation is None:
        return
    servicer = f"wecom:{event.get('new_servicer_userid') or event.get('old_servicer_userid') or ''}"
    try:
        if event.get("change_type") in (TAKEN, PASSED_ON, TAKEN_AGAIN):
            await conversations.take_over(desk, conversation.id, servicer, force=True)
        elif event.get("change_type") == ENDED and conversation.owner is Owner.AGENT:
            await conversations.hand_back(desk, conversation.id, conversation.assignee or "")
    except DeskError as error:
        log.warning("wecom.event_not_followed", conversation=conversation.id, reason=str(error))


async def _move_on(desk: Desk, name: str, old: str, new: str) -> None:
    """Move the cursor on, unless another process did: both took the same messages in, which is once."""
    if old == new:
        return
    try:
        async with desk.transaction() as session:
            if old:
                moved = update(ChannelCursor).where(
                    ChannelCursor.channel == name, ChannelCursor.cursor == old
                )
                await session.execute(moved.values(cursor=new, moved_at=desk.clock()))
            else:
                session.add(ChannelCursor(channel=name, cursor=new, moved_at=desk.clock()))
    except IntegrityError:
        await asyncio.sleep(0)  # the row is there: another process pulled for the first time, too
