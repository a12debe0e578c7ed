"""A person's own sign-ins: where they are signed in, and ending one."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Cookie
from pydantic import BaseModel, Field

from desk import auth
from desk.api.access import Agent, OurDesk
from desk.api.errors import describe
from desk.api.schemas import PathId, example

router = APIRouter(prefix="/api/v1/auth/sessions", tags=["auth"])


class SessionBody(BaseModel):
    """One sign-in."""

    model_config = example(
        {
            "id": "9f86d081884c7d65",
            "browser": "Mozilla/5.0 …",
            "origin": "10.0.0.7",
            "created_at": "2026-03-02T02:00:00Z",
            "expires_at": "2026-03-02T14:00:00Z",
            "current": True,
        }
    )

    id: str
    browser: str
    origin: str
    created_at: datetime
    expires_at: datetime
    current: bool = Field(description="the one this request came with")


@router.get("", responses=describe(401, 403))
async def list_sessions(
    agent: Agent,
    desk: OurDesk,
    xiaoer_agent: Annotated[str | None, Cookie(include_in_schema=False)] = None,
) -> list[SessionBody]:
    """Where I am signed in."""
    async with desk.reads() as session:
        found = await auth.list_sessions(session, agent.name, desk.clock())
    return [
        SessionBody(
            id=one.id,
            browser=one.browser,
            origin=one.origin,
            created_at=one.created_at,
            expires_at=one.expires_at,
            current=auth.is_same(one, xiaoer_agent),
        )
        for one in found
    ]


@router.post("/{session_id}/revoke", status_code=204, responses=describe(401, 403, 404, 422))
async def revoke(session_id: PathId, agent: Agent, desk: OurDesk) -> None:
    """End one of my sign-ins."""
    async with desk.transaction() as session:
        await auth.revoke_session(session, agent.name, session_id)
