"""Server-side sign-ins: an opaque token in an HttpOnly cookie, its hash in the database.

The same table holds the agents' sign-ins and the sessions of the customer page: guests and demo buyers.
"""

import asyncio
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import String, delete, false, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from desk import audit, totp, users
from desk.errors import DeskError
from desk.users import User
from desk.vault import Vault
from shop.db import Base, Sessions, UtcDateTime, transaction
from shop.errors import NotFound, Refused
from shop.guests import is_guest

AGENT_HOURS = 12
BUYER_HOURS = 24 * 7
GUEST_HOURS = 24
"""A guest's id, and with it what they have proved, is nobody's afterwards."""
TOKEN_BYTES = 32
ID_LENGTH = 16


class SignInFailed(DeskError):
    """Name or password is wrong, or the account is not active; all read the same."""

    code = "sign_in_failed"


class SignInLocked(DeskError):
    """Too many failed sign-ins under this name."""

    code = "sign_in_locked"


class CodeNeeded(DeskError):
    """Name and password are right; the account also asks for a one-time code."""

    code = "code_needed"


class NotSignedIn(DeskError):
    """The request carries no living session."""

    code = "not_signed_in"


class WebSession(Base):
    """A signed-in browser: of a person at the desk (`user_name`) or of the page's visitor (`buyer_id`)."""

    __tablename__ = "web_sessions"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_name: Mapped[str | None] = mapped_column(String(60), index=True)
    buyer_id: Mapped[str | None] = mapped_column(String(60))
    vouched: Mapped[bool] = mapped_column(default=False, server_default=false())  # by the shop's own site
    browser: Mapped[str] = mapped_column(String(200), default="")  # what it calls itself
    origin: Mapped[str] = mapped_column(String(60), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

    @property
    def id(self) -> str:
        """How lists call it: tells nothing of the token."""
        return self.token_hash[:ID_LENGTH]


@dataclass(frozen=True, slots=True)
class Ticket:
    """What the browser gets: the token and how many seconds it lives."""

    token: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Device:
    """What a sign-in comes from."""

    browser: str = ""
    origin: str = ""


async def sign_in(
    sessions: Sessions,
    name: str,
    password: str,
    now: datetime,
    *,
    vault: Vault,
    code: str | None = None,
    device: Device = Device(),
) -> tuple[User, Ticket]:
    """Check password and, where the account asks for one, code; open a session. Every try is audited.

    Raises SignInFailed, SignInLocked, or CodeNeeded when only the code is missing.
    """
    async with transaction(sessions) as session:
        allowed = await users.begin_attempt(session, name, now)
        user = await users.find_user(session, name)
        if user is not None and not allowed:
            _note(session, user, "auth.locked", device, now)
    if not allowed:
        minutes = int(users.LOCKED_FOR.total_seconds() // 60)
        raise SignInLocked(f"too many failed sign-ins; try again in {minutes} minutes")
    right = await asyncio.to_thread(users.is_password, user, password)
    async with transaction(sessions) as session:
        current = await users.hold_user(session, name)
        problem = _find_problem(current, right, code, now, vault)
        if problem is not None or current is None:
            if current is not None and not isinstance(problem, CodeNeeded):
                _note(session, current, "auth.failed", device, now)
        else:
            await users.forget_failures(session, name)
            _note(session, current, "auth.sign_in", device, now)
            ticket = await open_session(session, now=now, user_name=current.name, device=device)
            return current, ticket
    raise problem or SignInFailed("name or password is wrong")


def _find_problem(
    user: User | None, right: bool, code: str | None, now: datetime, vault: Vault
) -> DeskError | None:
    """Why a sign-in is refused; a code is only used up once the password is right."""
    if user is None or not right:
        return SignInFailed("name or password is wrong")
    if not user.totp_on:
        return None
    if not code:
        return CodeNeeded("enter the code of your authenticator app as well")
    return None if totp.use_code(user, code, now, vault) else SignInFailed("the code is wrong or was used")


def _note(session: AsyncSession, user: User, what: str, device: Device, now: datetime) -> None:
    audit.add(
        session,
        now,
        who=user.name,
        role=user.role,
        what=what,
        about=f"user:{user.name}",
        origin=device.origin,
    )


async def change_password(
    sessions: Sessions, token: str, user_name: str, *, current: str, new: str, now: datetime
) -> User:
    """Choose a new password: every other session of the person ends. Raises SignInFailed or Refused.

    Tries with a wrong current password count towards the lock like sign-ins.
    """
    async with transaction(sessions) as session:
        allowed = await users.begin_attempt(session, user_name, now)
        user = await users.get_user(session, user_name)
    if not allowed:
        raise SignInLocked("too many failed tries; try again later")
    if not await asyncio.to_thread(users.is_password, user, current):
        raise SignInFailed("the current password is wrong")
    if current == new:
        raise Refused("choose a password that differs from the current one", because="password_same")
    async with transaction(sessions) as session:
        user = await users.set_password(session, user_name, new)
        mine = _hash(token)
        others = delete(WebSession).where(WebSession.user_name == user.name, WebSession.token_hash != mine)
        await session.execute(others)
        await audit.write(session, now)
        return user


async def open_session(
    session: AsyncSession,
    *,
    now: datetime,
    user_name: str | None = None,
    buyer_id: str | None = None,
    device: Device = Device(),
    hours: float | None = None,
    vouched: bool = False,
) -> Ticket:
    """A new session; ended ones are swept away on the occasion. `hours`: its life, if not the usual one."""
    await session.execute(delete(WebSession).where(WebSession.expires_at <= now))
    token = secrets.token_urlsafe(TOKEN_BYTES)
    guest = buyer_id is not None and is_guest(buyer_id)
    life = timedelta(hours=hours or (AGENT_HOURS if user_name else GUEST_HOURS if guest else BUYER_HOURS))
    session.add(
        WebSession(
            token_hash=_hash(token),
            user_name=user_name,
            buyer_id=buyer_id,
            vouched=vouched,
            browser=device.browser[:200],
            origin=device.origin[:60],
            created_at=now,
            expires_at=now + life,
        )
    )
    return Ticket(token, round(life.total_seconds()))


async def find_agent(session: AsyncSession, token: str | None, now: datetime) -> User | None:
    """The active person this token belongs to, if it still lives."""
    if not token:
        return None
    theirs = (WebSession.token_hash == _hash(token)) & (WebSession.expires_at > now)
    query = select(User).join(WebSession, WebSession.user_name == User.name).where(theirs, User.active)
    return await session.scalar(query)


async def find_buyer(session: AsyncSession, token: str | None, now: datetime, *, demo: bool) -> str | None:
    """The guest, vouched or demo buyer this token belongs to, if it still lives.

    `demo`: whether this is demo mode; outside of it a buyer that somebody chose there is nobody.
    """
    found = await _find(session, token, now)
    if found is None or found.buyer_id is None:
        return None
    return found.buyer_id if demo or found.vouched or is_guest(found.buyer_id) else None


async def close_session(session: AsyncSession, token: str) -> None:
    """End the session of a token, if there is one."""
    await session.execute(delete(WebSession).where(WebSession.token_hash == _hash(token)))


async def close_sessions_of(session: AsyncSession, user_name: str) -> None:
    """Sign a person out everywhere."""
    await session.execute(delete(WebSession).where(WebSession.user_name == user_name))


async def list_sessions(session: AsyncSession, user_name: str, now: datetime) -> Sequence[WebSession]:
    """A person's living sessions, the newest first."""
    query = select(WebSession).where(WebSession.user_name == user_name, WebSession.expires_at > now)
    return (await session.scalars(query.order_by(WebSession.created_at.desc()))).all()


async def revoke_session(session: AsyncSession, user_name: str, session_id: str) -> None:
    """End one of a person's own sessions by its id. Raises NotFound."""
    query = select(WebSession).where(
        WebSession.user_name == user_name, WebSession.token_hash.startswith(session_id, autoescape=True)
    )
    found = (await session.scalars(query)).all()
    if len(session_id) != ID_LENGTH or not found:
        raise NotFound(f"no session {session_id}")
    for one in found:
        await session.delete(one)


def is_same(found: WebSession, token: str | None) -> bool:
    """Whether the session is that of the token."""
    return token is not None and found.token_hash == _hash(token)


async def _find(session: AsyncSession, token: str | None, now: datetime) -> WebSession | None:
    if not token:
        return None
    found = await session.get(WebSession, _hash(token))
    return found if found is not None and found.expires_at > now else None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
