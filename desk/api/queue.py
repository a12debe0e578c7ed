"""The queue of people: who is at the desk, claiming an entry, and what happens live."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Annotated, Literal

import structlog
from fastapi import APIRouter, Cookie, Header
from fastapi.responses import StreamingResponse
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event
from pydantic import BaseModel

from desk import auth, duty, handoff, live
from desk.api.access import OurDesk, cover, reads_in_full
from desk.api.conversations import Answerer, Ownership, Reader
from desk.api.errors import describe
from desk.api.schemas import PathId, example, read_event_id
from desk.base import Desk
from desk.permissions import TEAMS
from desk.tail import Event
from desk.users import User

log = structlog.get_logger(__name__)
router = APIRouter(prefix="/api/v1/desk", tags=["desk"])
BEATS_PER_PRESENCE = 3
ALIVE_EVERY_S = 15.0
"""A stream that says nothing for longer is cut by what lies between."""
UNBUFFERED = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


class EventStream(StreamingResponse):
    """Server-Sent Events that are written already, so that pages share the writing."""

    media_type = "text/event-stream"


class PresenceIn(BaseModel):
    """Whether the person is at the desk (G2)."""

    model_config = example({"status": "away"})

    status: Literal["online", "away", "offline"]


class PresenceBody(PresenceIn):
    """Who is how."""

    model_config = example({"agent": "lin", "status": "away", "teams": ["presales"]})

    agent: str
    teams: list[str]


@router.post("/handoffs/{handoff_id}/claim", responses=describe(401, 403, 404, 409))
async def claim(handoff_id: PathId, agent: Answerer, desk: OurDesk) -> Ownership:
    """Take a waiting entry and its conversation. Of two who try at once one gets it."""
    conversation = await handoff.claim(desk, handoff_id, agent.name)
    return Ownership.model_validate(conversation, from_attributes=True)


@router.post("/presence", responses=describe(401, 403, 422))
async def set_presence(body: PresenceIn, agent: Answerer, desk: OurDesk) -> PresenceBody:
    """Say whether one is at the desk; waiting times are reckoned from who is."""
    teams = list(TEAMS[agent.role])
    await duty.set_presence(desk, agent.name, status=body.status, teams=teams)
    return PresenceBody(agent=agent.name, status=body.status, teams=teams)


@router.get("/events", response_class=EventStream, responses=describe(401, 403))
async def watch(
    agent: Reader,
    desk: OurDesk,
    last_event_id: Annotated[str | None, Header(description="resume after this event")] = None,
    xiaoer_agent: Annotated[str | None, Cookie(include_in_schema=False)] = None,
) -> EventStream:
    """Live: `message`, `draft`, `queue`, `owner`, `turn`, each with its conversation_id.

    Watching counts as being at the desk, unless the person said they are away or offline. The stream ends
    soon after they signed out.
    """
    written = _write_all(desk, agent, xiaoer_agent, read_event_id(last_event_id))
    return EventStream(written, headers=UNBUFFERED)


async def _write_all(desk: Desk, agent: User, token: str | None, after: int | None) -> AsyncIterator[bytes]:
    """The stream of a page, a piece whenever something happened, a sign of life when nothing did."""
    beat = asyncio.create_task(_keep_present(desk, token, opening=after is None))
    try:
        async for events in _until(beat, desk.live.subscribe(live.DESK_TOPIC, after)):
            yield b"".join(_write(event, agent) for event in events) or KEEPALIVE_COMMENT
    finally:
        beat.cancel()


def _write(event: Event, agent: User) -> bytes:
    """An event as bytes: written once for all pages that may read the same of it."""
    in_full = reads_in_full(agent)
    if in_full not in event.wire:
        data = cover({**event.data, "conversation_id": event.conversation_id}, agent)
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        event.wire[in_full] = format_sse_event(data_str=text, event=event.kind, id=str(event.id))
    return event.wire[in_full]


async def _until(
    end: asyncio.Task[None], batches: AsyncGenerator[list[Event], None]
) -> AsyncIterator[list[Event]]:
    """The events until the task is done; an empty list after each quiet while."""
    async with aclosing(batches):
        coming = asyncio.ensure_future(anext(batches))
        try:
            while not end.done():
                await asyncio.wait({coming, end}, timeout=ALIVE_EVERY_S, return_when=asyncio.FIRST_COMPLETED)
                if not coming.done():
                    yield []
                    continue
                yield coming.result()
                coming = asyncio.ensure_future(anext(batches))
        finally:
            coming.cancel()
            await asyncio.gather(coming, return_exceptions=True)


async def _keep_present(desk: Desk, token: str | None, *, opening: bool) -> None:
    """Say again and again that the person is there, as long as their page is open.

    Ends once they are signed out or their account is not active any more.
    """
    while True:
        try:
            async with desk.reads() as session:
                agent = await auth.find_agent(session, token, desk.clock())
            if agent is None:
                return
            if TEAMS[agent.role]:
                await duty.beat(desk, agent.name, teams=list(TEAMS[agent.role]), opening=opening)
            opening = False
        except Exception:
            # The edge of a background loop: it must outlive a locked database.
            log.exception("presence.beat_failed")
        await asyncio.sleep(desk.settings.presence_s / BEATS_PER_PRESENCE)
