"""Managing the accounts of others: who may change whom, and what must never be lost (G3, G4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from desk import auth, users
from desk.permissions import NotAllowed
from desk.users import Role, User
from shop.errors import Refused

ABOVE = (Role.SUPERVISOR, Role.ADMIN)
"""Roles that only an administrator gives, takes or resets."""


@dataclass(frozen=True, slots=True)
class Change:
    """What to change of an account; None leaves it."""

    role: Role | None = None
    display_name: str | None = None
    active: bool | None = None
    skills: Sequence[str] | None = None
    capacity: int | None = None


def access_account(actor: User, role: Role) -> None:
    """Raise NotAllowed when the actor may not touch an account of that role."""
    if role in ABOVE and actor.role is not Role.ADMIN:
        raise NotAllowed(f"accounts of the role {role} are for administrators")


async def add(
    session: AsyncSession, actor: User, name: str, role: Role, *, display_name: str, now: datetime
) -> tuple[User, str]:
    """A new account with a fresh password, to be changed at the first sign-in. Raises Refused, NotAllowed."""
    access_account(actor, role)
    password = users.make_password()
    user = await users.add_user(
        session, name=name, role=role, password=password, now=now, display_name=display_name, must_change=True
    )
    return user, password


async def change(session: AsyncSession, actor: User, name: str, wanted: Change) -> User:
    """Change an account; turned off or in another role it is signed out everywhere.

    Raises Refused for one's own role or activity, and for the last administrator.
    """
    user = await users.get_user(session, name)
    access_account(actor, user.role)
    if wanted.role is not None:
        access_account(actor, wanted.role)
    loses = (wanted.role is not None and wanted.role is not user.role) or wanted.active is False
    if loses and user.name == actor.name:
        raise Refused(
            "nobody changes their own role or turns their own account off; ask a colleague",
            because="own_account",
        )
    if loses and user.role is Role.ADMIN and await _count_admins(session) <= 1:
        raise Refused("this is the last administrator; make another one first", because="last_admin")
    for field in ("role", "display_name", "active", "capacity"):
        if getattr(wanted, field) is not None:
            setattr(user, field, getattr(wanted, field))
    if wanted.skills is not None:
        user.skills = list(dict.fromkeys(wanted.skills))
    if loses:
        await auth.close_sessions_of(session, user.name)
    await session.flush()
    return user


async def reset(session: AsyncSession, actor: User, name: str) -> tuple[User, str]:
    """A fresh password, to be changed at the next sign-in; lock and second proof are lifted."""
    user = await users.get_user(session, name)
    access_account(actor, user.role)
    password = users.make_password()
    await users.set_password(session, user.name, password, must_change=True)
    user.totp_on, user.totp_secret, user.totp_step = False, None, 0
    await auth.close_sessions_of(session, user.name)
    return user, password


async def _count_admins(session: AsyncSession) -> int:
    query = select(func.count()).select_from(User).where(User.role == Role.ADMIN, User.active)
    return await session.scalar(query) or 0
