"""The people who work at the desk: accounts, Argon2id passwords, lock-out after failed sign-ins (G3)."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import BigInteger, Enum, String, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from shop.db import Base, JsonType, UtcDateTime
from shop.errors import NotFound, Refused

FAILURES_ALLOWED = 5
LOCKED_FOR = timedelta(minutes=5)
PASSWORD_BYTES = 12
SHORTEST_PASSWORD = 10
_hasher = PasswordHasher()  # Argon2id by the library's defaults (RFC 9106, low memory)


class Role(StrEnum):
    """Whose work a person does (G1)."""

    PRESALES = "presales"
    AFTERSALES = "aftersales"
    WAREHOUSE = "warehouse"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


class User(Base):
    """A person's own account."""

    __tablename__ = "users"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)  # what they sign in with, lower case
    display_name: Mapped[str] = mapped_column(String(80))
    role: Mapped[Role] = mapped_column(
        Enum(Role, native_enum=False, length=20, values_callable=lambda kind: [role.value for role in kind])
    )
    password_hash: Mapped[str] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)
    must_change: Mapped[bool] = mapped_column(default=False)  # the password was given, not chosen
    totp_secret: Mapped[str | None] = mapped_column(String(255))  # sealed, see vault
    totp_on: Mapped[bool] = mapped_column(default=False)  # confirmed: sign-in asks for a code
    totp_step: Mapped[int] = mapped_column(BigInteger, default=0)  # of the last code used
    skills: Mapped[list[str]] = mapped_column(JsonType, default=list)  # intents or words for routing
    capacity: Mapped[int | None]  # conversations at a time; None: the policy's
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class FailedSignIns(Base):
    """Failed sign-ins in a row under a name, known or not, so that a lock tells nothing."""

    __tablename__ = "failed_sign_ins"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    count: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


def make_password() -> str:
    """A fresh password nobody has to invent."""
    return secrets.token_urlsafe(PASSWORD_BYTES)


def hash_password(password: str) -> str:
    """The Argon2id hash. Raises Refused for a password that is too short. Takes about 50 ms of CPU."""
    if len(password) < SHORTEST_PASSWORD:
        raise Refused(f"the password needs at least {SHORTEST_PASSWORD} characters", because="password_short")
    return _hasher.hash(password)


def is_password(user: User | None, password: str) -> bool:
    """Whether the password is that of an active account. Equally slow for an unknown name."""
    try:
        _hasher.verify(user.password_hash if user else _hash_of_nobody(), password)
    except (VerifyMismatchError, InvalidHashError):
        return False
    return user is not None and user.active


async def add_user(
    session: AsyncSession,
    *,
    name: str,
    role: Role,
    password: str,
    now: datetime,
    display_name: str = "",
    must_change: bool = False,
) -> User:
    """A new account. Raises Refused when the name is taken or empty."""
    key = _key(name)
    if not key:
        raise Refused("a user needs a name", because="name_missing")
    if await session.get(User, key):
        raise Refused(
            f"there is a user {key!r} already; `xiaoer user reset {key}` sets a new password",
            because="name_taken",
        )
    user = User(
        name=key,
        display_name=display_name or name.strip(),
        role=role,
        password_hash=hash_password(password),
        active=True,
        must_change=must_change,
        totp_on=False,
        totp_step=0,
        skills=[],
        created_at=now,
    )
    session.add(user)
    await session.flush()
    return user


async def get_user(session: AsyncSession, name: str) -> User:
    """The account of that name. Raises NotFound."""
    user = await find_user(session, name)
    if user is None:
        raise NotFound(f"no user {_key(name)!r}; `xiaoer user list` shows them")
    return user


async def find_user(session: AsyncSession, name: str) -> User | None:
    """The account of that name, if there is one."""
    return await session.get(User, _key(name))


async def hold_user(session: AsyncSession, name: str) -> User | None:
    """The account as it is now, its row held until the transaction ends: a code counts once (see totp)."""
    key = _key(name)
    taken = update(User).where(User.name == key).values(totp_step=User.totp_step)
    await session.execute(taken, execution_options={"synchronize_session": False})
    return await session.get(User, key, populate_existing=True)


async def list_users(session: AsyncSession) -> Sequence[User]:
    """All accounts by name."""
    return (await session.scalars(select(User).order_by(User.name))).all()


async def set_password(session: AsyncSession, name: str, password: str, *, must_change: bool = False) -> User:
    """Give an account a new password and lift its lock. Raises NotFound.

    `must_change`: its owner has to choose another one before anything else.
    """
    user = await get_user(session, name)
    user.password_hash, user.must_change = hash_password(password), must_change
    await forget_failures(session, name)
    return user


async def begin_attempt(session: AsyncSession, name: str, now: datetime) -> bool:
    """Count a sign-in before its password is looked at; False when the name is locked.

    Counting first keeps guesses in parallel from slipping by. Call `forget_failures` after a right password.
    """
    await session.execute(delete(FailedSignIns).where(FailedSignIns.last_at <= now - LOCKED_FOR))
    key = _key(name)
    if not await _count_up(session, key, now):
        try:
            async with session.begin_nested():
                session.add(FailedSignIns(name=key, count=1, last_at=now))
        except IntegrityError:  # somebody else was first
            await _count_up(session, key, now)
    count = await session.scalar(select(FailedSignIns.count).where(FailedSignIns.name == key))
    return count is None or count <= FAILURES_ALLOWED


async def _count_up(session: AsyncSession, key: str, now: datetime) -> bool:
    """Add one to the name's failures while it is not locked; False when it has none yet."""
    ours = update(FailedSignIns).where(FailedSignIns.name == key)
    if await session.scalar(select(FailedSignIns.name).where(FailedSignIns.name == key)) is None:
        return False
    await session.execute(
        ours.where(FailedSignIns.count <= FAILURES_ALLOWED).values(
            count=FailedSignIns.count + 1, last_at=now
        ),
        execution_options={"synchronize_session": False},
    )
    return True


async def forget_failures(session: AsyncSession, name: str) -> None:
    """Lift the lock after a right password or a reset."""
    await session.execute(delete(FailedSignIns).where(FailedSignIns.name == _key(name)))


@cache
def _hash_of_nobody() -> str:
    """Checked when the name is unknown, so that the time of an answer does not tell which names exist."""
    return _hasher.hash(make_password())


def _key(name: str) -> str:
    return name.strip().lower()[:60]
