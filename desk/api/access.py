"""Who is asking: the desk of this process, the signed-in person, the demo buyer, our own processes."""

import hmac
from typing import Annotated, Any

from fastapi import Cookie, Depends, Header, Request, Response

from desk import audit, auth, permissions
from desk.api.errors import ApiError
from desk.audit import Trace
from desk.auth import NotSignedIn, Ticket
from desk.base import Desk
from desk.bot_client import SECRET_HEADER
from desk.masking import mask_within
from desk.metrics import Metrics
from desk.permissions import Permission
from desk.users import User
from shop.guests import is_guest

AGENT_COOKIE = "xiaoer_agent"
BUYER_COOKIE = "xiaoer_buyer"
CSRF_HEADER = "X-Xiaoer-Csrf"
UNWATCHED = frozenset({"drafts.mark_shown", "queue.set_presence", "understand.understand"})
"""Requests that change nothing worth an entry in the audit log."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


async def get_desk(request: Request) -> Desk:
    """The desk of this process."""
    desk: Desk = request.app.state.desk
    return desk


async def get_metrics(request: Request) -> Metrics:
    """The figures of this process."""
    metrics: Metrics = request.app.state.metrics
    return metrics


OurDesk = Annotated[Desk, Depends(get_desk)]


async def get_signed_in(
    request: Request,
    desk: OurDesk,
    xiaoer_agent: Annotated[str | None, Cookie(include_in_schema=False)] = None,
    x_xiaoer_csrf: Annotated[
        str | None, Header(description="any value; only a page of ours can send it", examples=["1"])
    ] = None,
) -> User:
    """The signed-in person. A change needs the header X-Xiaoer-Csrf, which no foreign page can send.

    From here on what the request changes is written into the audit log with the change.
    """
    async with desk.reads() as session:
        user = await auth.find_agent(session, xiaoer_agent, desk.clock())
    if user is None:
        raise NotSignedIn("sign in first: POST /api/v1/auth/login")
    if request.method not in SAFE_METHODS:
        if not x_xiaoer_csrf:
            raise ApiError(403, "csrf", f"a change needs the header {CSRF_HEADER} (any value)")
        audit.begin(_trace(request, user))
    return user


SignedIn = Annotated[User, Depends(get_signed_in)]


async def get_agent(user: SignedIn) -> User:
    """The signed-in person at work: not before they have chosen a password of their own."""
    if user.must_change:
        raise ApiError(
            403, "password_change_needed", "choose a password of your own first: POST /api/v1/auth/password"
        )
    return user


Agent = Annotated[User, Depends(get_agent)]


def get_origin(request: Request) -> str:
    """The address the request came from."""
    return request.client.host if request.client else ""


def _trace(request: Request, user: User) -> Trace | None:
    """What the audit log will say: `drafts.accept` about `draft:01J…`."""
    endpoint = request.scope["endpoint"]
    what = f"{endpoint.__module__.rpartition('.')[2]}.{endpoint.__name__}"
    if what in UNWATCHED:
        return None
    about = ",".join(f"{name.removesuffix('_id')}:{key}" for name, key in request.path_params.items())
    return Trace(user.name, user.role, what, about, get_origin(request))


class Allowed:
    """A dependency: the signed-in person, whose role includes the permission."""

    def __init__(self, permission: Permission) -> None:
        self._permission = permission

    async def __call__(self, agent: Agent) -> User:
        """The person. Raises NotAllowed."""
        permissions.require(agent.role, self._permission)
        return agent


def reads_in_full(user: User) -> bool:
    """Whether the person's work takes names, phones and addresses in full (G3)."""
    return permissions.can(user.role, Permission.SEE_FULL_DATA)


def cover(value: Any, user: User) -> Any:
    """The value as the person may read it: who need not see full data reads no phone numbers in texts."""
    return value if reads_in_full(user) else mask_within(value)


async def access_preview(
    request: Request,
    desk: OurDesk,
    xiaoer_agent: Annotated[str | None, Cookie(include_in_schema=False)] = None,
    x_xiaoer_internal: Annotated[
        str | None, Header(description="the shared secret, instead of a sign-in", examples=[None])
    ] = None,
    x_xiaoer_csrf: Annotated[str | None, Header(examples=["1"])] = None,
) -> None:
    """Our own processes by the shared secret, or a person who may preview."""
    if x_xiaoer_internal is not None:
        if not is_internal(desk, x_xiaoer_internal):
            raise NotSignedIn(f"the header {SECRET_HEADER} is wrong")
        return
    agent = await get_agent(await get_signed_in(request, desk, xiaoer_agent, x_xiaoer_csrf))
    permissions.require(agent.role, Permission.PREVIEW)


def is_internal(desk: Desk, given: str) -> bool:
    """Whether the caller knows the shared secret; an empty secret trusts nobody."""
    secret = desk.settings.internal_secret
    return bool(secret) and hmac.compare_digest(given.encode(), secret.encode())


async def get_buyer(
    desk: OurDesk, xiaoer_buyer: Annotated[str | None, Cookie(include_in_schema=False)] = None
) -> str:
    """The guest, vouched or demo buyer of the customer page; a demo's cookie is worth nothing elsewhere."""
    async with desk.reads() as session:
        buyer_id = await auth.find_buyer(session, xiaoer_buyer, desk.clock(), demo=desk.settings.demo)
    if buyer_id is None or (is_guest(buyer_id) and not desk.settings.guests):
        raise NotSignedIn("open a session first: POST /api/v1/chat/session")
    return buyer_id


Buyer = Annotated[str, Depends(get_buyer)]


def set_cookie(response: Response, name: str, ticket: Ticket, *, secure: bool) -> None:
    """Hand the ticket to the browser, out of reach of scripts and of other sites."""
    response.set_cookie(
        name,
        ticket.token,
        max_age=ticket.seconds,
        httponly=True,
        samesite="strict",
        secure=secure,
        path="/",
    )
