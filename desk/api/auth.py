"""Signing in and out at the desk."""

from typing import Annotated

from fastapi import APIRouter, Cookie, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from desk import auth, permissions
from desk.api.access import AGENT_COOKIE, Agent, OurDesk, set_cookie
from desk.api.errors import describe
from desk.users import User

router = APIRouter(prefix="/api/v1/auth", tags=["auth"])


class SignIn(BaseModel):
    """Name and password."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "lin", "password": "a-long-password"}]}
    )

    name: str = Field(min_length=1, max_length=60)
    password: str = Field(min_length=1, max_length=200)


class Me(BaseModel):
    """The signed-in person and what they may do."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "lin",
                    "display_name": "小林",
                    "role": "presales",
                    "permissions": ["answer", "preview"],
                }
            ]
        }
    )

    name: str
    display_name: str
    role: str
    permissions: list[str]


@router.post("/login", responses=describe(401, 422, 429))
async def login(body: SignIn, request: Request, response: Response, desk: OurDesk) -> Me:
    """Sign in: an HttpOnly cookie. Five failures under a name lock it for five minutes."""
    user, ticket = await auth.sign_in(desk.sessions, body.name, body.password, desk.clock())
    set_cookie(response, AGENT_COOKIE, ticket, secure=request.url.scheme == "https")
    return _show(user)


@router.post("/logout", status_code=204, responses=describe(401, 403))
async def logout(
    agent: Agent,
    response: Response,
    desk: OurDesk,
    xiaoer_agent: Annotated[str | None, Cookie(include_in_schema=False)] = None,
) -> None:
    """Sign out: the session ends on the server, too."""
    async with desk.transaction() as session:
        await auth.close_session(session, xiaoer_agent or "")
    response.delete_cookie(AGENT_COOKIE, path="/")


@router.get("/me", responses=describe(401))
async def me(agent: Agent) -> Me:
    """Who is signed in."""
    return _show(agent)


def _show(user: User) -> Me:
    return Me(
        name=user.name,
        display_name=user.display_name,
        role=user.role,
        permissions=sorted(permissions.PERMISSIONS[user.role]),
    )
