"""Server-side sign-ins: an opaque token in an HttpOnly cookie, its hash in the database.

The same table holds the agents' sign-ins and the demo buyers' sessions of the customer page.
"""

import asyncio
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import String, delete
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from desk import users
from desk.errors import DeskError
from desk.users import User
from shop.db import Base, Sessions, UtcDateTime, transaction

AGENT_HOURS = 12
BUYER_HOURS = 24 * 7
TOKEN_BYTES = 32


class SignInFailed(DeskError):
    """Name or password is wrong, or the account is not active; all read the same."""

    code = "sign_in_failed"


class SignInLocked(DeskError):
    """Too many failed sign-ins under this name."""

    code = "sign_in_locked"


class NotSignedIn(DeskError):
    """The request carries no living session."""

    code = "not_signed_in"


class WebSession(Base):
    """A signed-in browser: of a person at the desk (`user_name`) or of a demo buyer (`buyer_id`)."""

    __tablename__ = "web_sessions"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_name: Mapped[str | None] = mapped_column(String(60), index=True)
    buyer_id: Mapped[str | None] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


@dataclass(frozen=True, slots=True)
class Ticket:
    """What the browser gets: the token and how many seconds it lives."""

    token: str
    seconds: int


async def sign_in(sessions: Sessions, name: str, password: str, now: datetime) -> tuple[User, Ticket]:
    """Check the password and open a session. Raises SignInFailed or SignInLocked."""
    async with transaction(sessions) as session:
        allowed = await users.begin_attempt(session, name, now)
        user = await users.find_user(session, name)
    if not allowed:
        minutes = int(users.LOCKED_FOR.total_seconds() // 60)
        raise SignInLocked(f"too many failed sign-ins; try again in {minutes} minutes")
    if not await asyncio.to_thread(users.is_password, user, password) or user is None:
        raise SignInFailed("name or password is wrong")
    async with transaction(sessions) as session:
        await users.forget_failures(session, name)
        return user, await open_session(session, now=now, user_name=user.name)


async def open_session(
    session: AsyncSession, *, now: datetime, user_name: str | None = None, buyer_id: str | None = None
) -> Ticket:
    """A new session; ended ones are swept away on the occasion."""
    await session.execute(delete(WebSession).where(WebSession.expires_at <= now))
    token = secrets.token_urlsafe(TOKEN_BYTES)
    life = timedelta(hours=AGENT_HOURS if user_name else BUYER_HOURS)
    session.add(
        WebSession(
            token_hash=_hash(token),
            user_name=user_name,
            buyer_id=buyer_id,
            created_at=now,
            expires_at=now + life,
        )
    )
    return Ticket(token, round(life.total_seconds()))


async def find_agent(session: AsyncSession, token: str | None, now: datetime) -> User | None:
    """The active person this token belongs to, if it still lives."""
    found = await _find(session, token, now)
    if found is None or found.user_name is None:
        return None
    user = await users.find_user(session, found.user_name)
    return user if user is not None and user.active else None


async def find_buyer(session: AsyncSession, token: str | None, now: datetime) -> str | None:
    """The demo buyer this token belongs to, if it still lives."""
    found = await _find(session, token, now)
    return found.buyer_id if found else None


async def close_session(session: AsyncSession, token: str) -> None:
    """End the session of a token, if there is one."""
    await session.execute(delete(WebSession).where(WebSession.token_hash == _hash(token)))


async def close_sessions_of(session: AsyncSession, user_name: str) -> None:
    """Sign a person out everywhere."""
    await session.execute(delete(WebSession).where(WebSession.user_name == user_name))


async def _find(session: AsyncSession, token: str | None, now: datetime) -> WebSession | None:
    if not token:
        return None
    found = await session.get(WebSession, _hash(token))
    return found if found is not None and found.expires_at > now else None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
