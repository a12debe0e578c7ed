"""The queue of people: who is at the desk, claiming an entry, and what happens live."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Literal

from fastapi import APIRouter, Header
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel

from desk import duty, handoff, live
from desk.api.access import OurDesk
from desk.api.conversations import Answerer, Ownership, Reader
from desk.api.errors import describe
from desk.api.schemas import PathId, example, read_event_id
from desk.base import Desk
from desk.models import Presence
from desk.permissions import TEAMS
from desk.users import User

router = APIRouter(prefix="/api/v1/desk", tags=["desk"])
BEATS_PER_PRESENCE = 3
AWAY = "away"


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
) -> AsyncIterator[ServerSentEvent]:
    """Live: `message`, `draft`, `queue`, `owner`, `turn`, each with its conversation_id.

    Watching counts as being at the desk, unless the person said they are away.
    """
    beat = asyncio.create_task(_keep_present(desk, agent))
    try:
        async for event in desk.live.subscribe(live.DESK_TOPIC, read_event_id(last_event_id)):
            data = {**event.data, "conversation_id": event.conversation_id}
            yield ServerSentEvent(event=event.kind, data=data, id=str(event.id))
    finally:
        beat.cancel()


async def _keep_present(desk: Desk, agent: User) -> None:
    """Say again and again that the person is there, as long as their page is open."""
    teams = list(TEAMS[agent.role])
    if not teams:
        return
    while True:
        async with desk.reads() as session:
            found = await session.get(Presence, agent.name)
        status = duty.ONLINE if found is None or found.status != AWAY else AWAY
        await duty.set_presence(desk, agent.name, status=status, teams=teams)
        await asyncio.sleep(desk.settings.presence_s / BEATS_PER_PRESENCE)
