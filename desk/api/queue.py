"""The queue of people: who is at the desk, claiming an entry, and what happens live."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Annotated, Literal

import structlog
from fastapi import APIRouter, Cookie, Header
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel

from desk import auth, duty, handoff, live
from desk.api.access import OurDesk, cover
from desk.api.conversations import Answerer, Ownership, Reader
from desk.api.errors import describe
from desk.api.schemas import PathId, example, read_event_id
from desk.base import Desk
from desk.live import Event
from desk.permissions import TEAMS

log = structlog.get_logger(__name__)
router = APIRouter(prefix="/api/v1/desk", tags=["desk"])
BEATS_PER_PRESENCE = 3


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


@router.get("/events", response_class=EventSourceResponse, responses=describe(401, 403))
async def watch(
    agent: Reader,
    desk: OurDesk,
    last_event_id: Annotated[str | None, Header(description="resume after this event")] = None,
    xiaoer_agent: Annotated[str | None, Cookie(include_in_schema=False)] = None,
) -> AsyncIterator[ServerSentEvent]:
    """Live: `message`, `draft`, `queue`, `owner`, `turn`, each with its conversation_id.

    Watching counts as being at the desk, unless the person said they are away or offline. The stream ends
    soon after they signed out.
    """
    after = read_event_id(last_event_id)
    beat = asyncio.create_task(_keep_present(desk, xiaoer_agent, opening=after is None))
    try:
        async for event in _until(beat, desk.live.subscribe(live.DESK_TOPIC, after)):
            data = {**event.data, "conversation_id": event.conversation_id}
            yield ServerSentEvent(event=event.kind, data=cover(data, agent), id=str(event.id))
    finally:
        beat.cancel()


async def _until(end: asyncio.Task[None], events: AsyncGenerator[Event, None]) -> AsyncIterator[Event]:
    """The events until the task is done."""
    async with aclosing(events):
        while True:
            coming = asyncio.ensure_future(anext(events))
            try:
                await asyncio.wait({coming, end}, return_when=asyncio.FIRST_COMPLETED)
                if end.done():
                    return
                event = coming.result()
            finally:
                coming.cancel()
                await asyncio.gather(coming, return_exceptions=True)
            yield event


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
