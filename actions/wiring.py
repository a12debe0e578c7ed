"""Wires the action server once per process: settings, read-only database, policy."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from shop import readers
from shop.db import Sessions, create_engine, create_sessions
from shop.facts import Reading
from shop.policy_file import PolicyFile
from shop.settings import load_settings


@dataclass(frozen=True, slots=True)
class Wiring:
    """What every action call needs."""

    sessions: Sessions
    policy: PolicyFile


@cache
def get_wiring() -> Wiring:
    """The process's wiring, made at first use."""
    assert readers.TOPICS  # importing them is what registers the fact sources
    settings = load_settings()
    return Wiring(
        sessions=create_sessions(create_engine(settings.database_url, read_only=True)),
        policy=PolicyFile(settings.policy),
    )


@asynccontextmanager
async def open_reading(context: dict[str, Any]) -> AsyncIterator[Reading]:
    """A read-only reading for the buyer and moment of a turn's context."""
    wiring = get_wiring()
    async with wiring.sessions() as session:
        yield Reading(
            session=session,
            policy=wiring.policy.current(),
            now=datetime.fromisoformat(context["now"]),
            buyer_id=context["buyer_id"],
        )
