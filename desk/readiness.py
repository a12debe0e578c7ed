"""Which parts are ready. The desk accepts messages once its own three are; the bot and actions may follow."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

import httpx
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from desk.base import Desk
from desk.errors import BotUnavailable
from desk.models import (
    Conversation,
    Delivery,
    DeliveryState,
    Draft,
    DraftState,
    Handoff,
    HandoffState,
    Owner,
    Turn,
    TurnState,
)

CHECK_TIMEOUT_S = 2.0
NEEDED = ("database", "migrations", "policy")
"""Without these no message can be accepted."""


_OPEN: dict[str, tuple[Any, tuple[StrEnum, ...]]] = {
    "conversations": (Conversation.owner, (Owner.BOT, Owner.QUEUE, Owner.AGENT)),
    "turns": (Turn.state, (TurnState.GATHERING, TurnState.WAITING, TurnState.CLAIMED)),
    "handoffs": (Handoff.state, (HandoffState.WAITING, HandoffState.CLAIMED)),
    "drafts": (Draft.state, (DraftState.OPEN,)),
    "deliveries": (Delivery.state, (DeliveryState.PENDING, DeliveryState.DEAD)),
}


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether a part is ready, and in one line why not (or what is worth knowing)."""

    ready: bool
    detail: str


async def check_parts(desk: Desk) -> dict[str, Readiness]:
    """Every part at once, none longer than two seconds."""
    checks: dict[str, Callable[[Desk], Awaitable[Readiness]]] = {
        "database": _check_database,
        "migrations": _check_migrations,
        "policy": _check_policy,
        "outbox": _check_outbox,
        "actions": _check_actions,
        "bot": _check_bot,
    }
    found = await asyncio.gather(*(_check(check, desk) for check in checks.values()))
    return dict(zip(checks, found, strict=True))


def can_accept(parts: dict[str, Readiness]) -> bool:
    """Whether the desk accepts messages."""
    return all(parts[name].ready for name in NEEDED)


async def _check(check: Callable[[Desk], Awaitable[Readiness]], desk: Desk) -> Readiness:
    try:
        return await asyncio.wait_for(check(desk), CHECK_TIMEOUT_S)
    except TimeoutError:
        return Readiness(False, f"no answer within {CHECK_TIMEOUT_S:g} s")
    except (SQLAlchemyError, OSError) as error:
        return Readiness(False, _explain(error))


async def _check_database(desk: Desk) -> Readiness:
    async with desk.reads() as session:
        await session.execute(text("SELECT 1"))
    return Readiness(True, desk.engine.dialect.name)


async def _check_migrations(desk: Desk) -> Readiness:
    async with desk.reads() as session:
        current = await session.scalar(text("SELECT version_num FROM alembic_version"))
    newest = find_newest_revision()
    if current == newest:
        return Readiness(True, f"revision {current}")
    return Readiness(False, f"revision {current}, {newest} is needed: run `xiaoer db upgrade`")


async def _check_policy(desk: Desk) -> Readiness:
    policy = desk.policy.current()
    if desk.policy.error:
        return Readiness(True, f"version {policy.version} stays in force: {desk.policy.error}")
    return Readiness(True, f"version {policy.version}")


async def _check_outbox(desk: Desk) -> Readiness:
    counts = await count_by_state(desk, "deliveries")
    waiting, dead = counts.get("pending", 0), counts.get("dead", 0)
    return Readiness(True, f"{waiting} waiting, {dead} dead")


async def _check_actions(desk: Desk) -> Readiness:
    url = f"http://{desk.settings.actions_host}:{desk.settings.actions_port}/health"
    try:
        answer = await desk.http.get(url, timeout=CHECK_TIMEOUT_S)
    except httpx.HTTPError as error:
        return Readiness(False, f"does not answer: {type(error).__name__}")
    return Readiness(answer.is_success, f"answers {answer.status_code}")


async def _check_bot(desk: Desk) -> Readiness:
    try:
        health = await desk.bot.health()
    except BotUnavailable as error:
        return Readiness(False, "the model is being loaded" if error.loading else str(error))
    return Readiness(True, f"model {health.get('model')}")


def list_kinds() -> list[str]:
    """The kinds of things that `count_by_state` counts."""
    return list(_OPEN)


async def count_by_state(desk: Desk, kind: str) -> dict[str, int]:
    """How many of a kind there are in each state that people or the desk must still care about."""
    state, wanted = _OPEN[kind]
    query = select(state, func.count()).where(state.in_(wanted)).group_by(state)
    async with desk.reads() as session:
        found = {row_state.value: count for row_state, count in (await session.execute(query)).all()}
    return {name.value: found.get(name.value, 0) for name in wanted}


@cache
def find_newest_revision() -> str:
    """The newest migration of this version of the code."""
    from alembic.script import ScriptDirectory

    from shop.schema import MIGRATIONS

    return ScriptDirectory(str(MIGRATIONS)).get_current_head() or ""


def _explain(error: Exception) -> str:
    cause = error.orig if isinstance(error, DBAPIError) else error
    return (str(cause).strip() or type(error).__name__).splitlines()[0]
