"""Signing in and out at the desk, and choosing a password of one's own."""

from typing import Annotated

from fastapi import APIRouter, Cookie, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from desk import auth, permissions
from desk.api.access import AGENT_COOKIE, OurDesk, SignedIn, get_origin, set_cookie
from desk.api.errors import describe
from desk.api.schemas import example
from desk.auth import Device
from desk.base import Desk
from desk.users import User

router = APIRouter(prefix="/api/v1/auth", tags=["auth"])
LONGEST_PASSWORD = 200
Password = Annotated[str, Field(min_length=1, max_length=LONGEST_PASSWORD)]


class SignIn(BaseModel):
    """Name and password; the code of the authenticator app where the account asks for one."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "lin", "password": "a-long-password"}]}
    )

    name: str = Field(min_length=1, max_length=60)
    password: Password
    code: str | None = Field(None, max_length=10)


class PasswordIn(BaseModel):
    """The password until now and the one from now on."""

    model_config = example({"current": "fresh-from-the-admin", "new": "my-own-long-password"})

    current: Password
    new: Password


class Me(BaseModel):
    """The signed-in person and what they may do."""

    model_config = example(
        {
            "name": "lin",
            "display_name": "小林",
            "role": "presales",
            "permissions": ["answer", "preview"],
            "must_change_password": False,
            "second_proof": False,
            "time_zone": "Asia/Shanghai",
        }
    )

    name: str
    display_name: str
    role: str
    permissions: list[str]
    must_change_password: bool = Field(description="nothing else is allowed before it is changed")
    second_proof: bool = Field(description="sign-in asks for a one-time code")
    time_zone: str = Field(description="the shop's, in which its pages show every time")


@router.post("/login", responses=describe(401, 422, 429))
async def login(body: SignIn, request: Request, response: Response, desk: OurDesk) -> Me:
    """Sign in: an HttpOnly cookie. Five failures under a name lock it for five minutes.

    401 `code_needed` when only the one-time code is missing: send the same again with `code`.
    """
    device = Device(request.headers.get("user-agent", ""), get_origin(request))
    user, ticket = await auth.sign_in(
        desk.sessions, body.name, body.password, desk.clock(), vault=desk.vault, code=body.code, device=device
    )
    set_cookie(response, AGENT_COOKIE, ticket, secure=request.url.scheme == "https")
    return show_me(user, desk)


@router.post("/logout", status_code=204, responses=describe(401, 403))
async def logout(
    agent: SignedIn,
    response: Response,
    desk: OurDesk,
    xiaoer_agent: Annotated[str | None, Cookie(include_in_schema=False)] = None,
) -> None:
    """Sign out: the session ends on the server, too."""
    async with desk.transaction() as session:
        await auth.close_session(session, xiaoer_agent or "")
    response.delete_cookie(AGENT_COOKIE, path="/")


@router.get("/me", responses=describe(401))
async def me(agent: SignedIn, desk: OurDesk) -> Me:
    """Who is signed in."""
    return show_me(agent, desk)


@router.post("/password", responses=describe(401, 403, 409, 422, 429))
async def change_password(
    body: PasswordIn,
    agent: SignedIn,
    desk: OurDesk,
    xiaoer_agent: Annotated[str | None, Cookie(include_in_schema=False)] = None,
) -> Me:
    """Choose a password of one's own (at least ten characters); other browsers are signed out."""
    user = await auth.change_password(
        desk.sessions,
        xiaoer_agent or "",
        agent.name,
        current=body.current,
        new=body.new,
        now=desk.clock(),
    )
    return show_me(user, desk)


def show_me(user: User, desk: Desk) -> Me:
    """The person as their own pages see them."""
    return Me(
        name=user.name,
        display_name=user.display_name,
        role=user.role,
        permissions=sorted(permissions.PERMISSIONS[user.role]),
        must_change_password=user.must_change,
        second_proof=user.totp_on,
        time_zone=desk.policy.current().zone.key,
    )
