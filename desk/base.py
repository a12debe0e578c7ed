"""The desk as one object: what its functions need, and its transactions."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import httpx
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from desk import audit, live
from desk.bot_client import BotClient
from desk.counters import Counters
from desk.settings import DeskSettings
from desk.together import Together
from desk.vault import Vault
from desk.wecom_tokens import TokenStore
from shop.clock import Clock
from shop.db import Sessions
from shop.facts import Reading
from shop.policy_file import PolicyFile
from shop.wording import Scripts

if TYPE_CHECKING:
    from taskiq.abc.broker import AsyncBroker

    from desk.tasks import Runner


@dataclass(slots=True)
class Desk:
    """Everything one desk process holds. Opened by `desk.wiring.open_desk`."""

    settings: DeskSettings
    engine: AsyncEngine
    sessions: Sessions  # for writing: on SQLite each takes the write lock
    reads: Sessions  # read-only
    policy: PolicyFile
    scripts: Scripts
    bot: BotClient
    http: httpx.AsyncClient
    clock: Clock
    live: live.Live
    broker: "AsyncBroker"
    runner: "Runner"
    vault: Vault
    counters: Counters = field(default_factory=Counters)
    together: Together = field(default_factory=Together)
    wecom_tokens: TokenStore = field(default_factory=TokenStore)
    write_turn: AbstractAsyncContextManager[Any] = field(init=False)

    def __post_init__(self) -> None:
        # SQLite has one writer: a queue in this process is fairer and faster than its busy waiting.
        self.write_turn = asyncio.Lock() if self.engine.dialect.name == "sqlite" else nullcontext()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """One transaction; after the commit watchers are woken and what was put off by `later` is done."""
        async with self.sessions() as session:
            async with self.write_turn, session.begin():
                yield session
                await audit.write(session, self.clock())
            self.live.wake(live.list_touched(session))
            for action in session.info.pop("later", ()):
                action()

    def reading(self, session: AsyncSession, buyer_id: str, now: datetime) -> Reading:
        """A reading of the shop for a buyer in this session."""
        return Reading(session=session, policy=self.policy.current(), now=now, buyer_id=buyer_id)

    def local(self, moment: datetime) -> datetime:
        """A moment in the shop's time zone."""
        return moment.astimezone(self.policy.current().zone)


def later(session: AsyncSession, action: Callable[[], None]) -> None:
    """Do something once this transaction is committed; dropped when it rolls back."""
    session.info.setdefault("later", []).append(action)
