"""What a desk needs before its first message: its own channels, and for the demo people to sign in."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import yaml
from sqlalchemy import select

from desk import auth, phrases, users
from desk.models import Channel
from desk.phrases import SHOP, Phrase
from desk.secret import make_secret
from desk.users import Role
from shop.clock import system_clock
from shop.db import Sessions, transaction

OWN_CHANNELS = {"web": "web", "cli": "http"}
"""The customer page and the command line: name → kind."""
DEMO_USERS = {
    "lin": ("小林", Role.PRESALES),
    "chen": ("小陈", Role.AFTERSALES),
    "li": ("小李", Role.WAREHOUSE),
    "zhou": ("周主管", Role.SUPERVISOR),
    "admin": ("管理员", Role.ADMIN),
}


@dataclass(frozen=True, slots=True)
class SignIn:
    """A demo account with its fresh password."""

    name: str
    role: Role
    password: str


async def ensure_channels(sessions: Sessions) -> None:
    """Make the desk's own channels where they are missing."""
    async with transaction(sessions) as session:
        for name, kind in OWN_CHANNELS.items():
            if await session.get(Channel, name) is None:
                session.add(Channel(name=name, kind=kind, secret=make_secret(), created_at=system_clock()))


async def renew_demo_users(sessions: Sessions, now: datetime) -> list[SignIn]:
    """Give every demo account a fresh password; who was signed in is signed out."""
    fresh = []
    async with transaction(sessions) as session:
        for name, (display_name, role) in DEMO_USERS.items():
            password = users.make_password()
            if await users.find_user(session, name):
                await users.set_password(session, name, password)
            else:
                await users.add_user(
                    session, name=name, role=role, password=password, now=now, display_name=display_name
                )
            await auth.close_sessions_of(session, name)
            fresh.append(SignIn(name, role, password))
    return fresh


async def add_demo_phrases(sessions: Sessions, path: Path, now: datetime) -> None:
    """Give the desk the demo's canned replies; those that are there, changed or not, stay as they are."""
    entries = yaml.safe_load(await asyncio.to_thread(path.read_text, encoding="utf-8"))
    async with transaction(sessions) as session:
        known = set(await session.scalars(select(Phrase.shortcut).where(Phrase.owner == SHOP)))
        for entry in entries:
            if entry["shortcut"] not in known:
                await phrases.save(session, Phrase(owner=SHOP), **entry, now=now)
