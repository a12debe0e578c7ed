"""A desk on a real database with a bot peer: the clock is set, nothing runs by itself."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from desk import messages, processing
from desk.models import Author, Channel, Conversation, Delivery, Draft, Handoff, Message, Turn
from desk.outcome import Outcome, read_outcome
from desk.settings import DeskSettings
from desk.wiring import Desk, open_desk
from tests.fixtures import SetClock
from tests.peers import BotPeer, running

CHANNEL = "taobao"


@dataclass
class Bench:
    """A desk and what a test does to it."""

    desk: Desk
    clock: SetClock
    bot: BotPeer
    said: int = 0
    ids: list[str] = field(default_factory=list)

    async def say(self, text: str, *, buyer: str = "b001", **more: Any) -> messages.Receipt:
        """A customer's bubble with a fresh message id."""
        self.said += 1
        incoming = messages.Incoming(CHANNEL, more.pop("id", f"m{self.said}-{buyer}"), buyer, text, **more)
        return await messages.receive(self.desk, incoming)

    async def process(self, receipt: messages.Receipt, *, wait_s: float = 1.0) -> Outcome | None:
        """Let the quiet gap pass, run the turn once, give its outcome."""
        self.clock.advance(seconds=wait_s)
        await processing.process_turn(self.desk, receipt.turn_id)
        return await self.find_outcome(receipt)

    async def ask(self, text: str, *, buyer: str = "b001", **more: Any) -> Outcome:
        """A bubble and the outcome of its turn."""
        found = await self.process(await self.say(text, buyer=buyer, **more))
        assert found is not None
        return found

    async def find_outcome(self, receipt: messages.Receipt) -> Outcome | None:
        return read_outcome(await self.get(Turn, receipt.turn_id))

    async def get(self, kind: Any, key: Any) -> Any:
        async with self.desk.reads() as session:
            return await session.get_one(kind, key)

    async def rows(self, kind: Any, **where: Any) -> list[Any]:
        async with self.desk.reads() as session:
            query = select(kind).filter_by(**where).order_by(kind.id)
            return list(await session.scalars(query))

    async def count(self, kind: Any, **where: Any) -> int:
        async with self.desk.reads() as session:
            query = select(func.count()).select_from(kind).filter_by(**where)
            return await session.scalar(query) or 0

    async def conversation(self, receipt: messages.Receipt) -> Conversation:
        found: Conversation = await self.get(Conversation, receipt.conversation_id)
        return found

    async def get_conversation(self, conversation_id: str) -> Conversation:
        found: Conversation = await self.get(Conversation, conversation_id)
        return found

    async def spoken(self) -> list[tuple[str, str | None]]:
        """Author and script of everything the shop said, in order."""
        rows: list[Message] = await self.rows(Message)
        return [(row.author.value, row.script) for row in rows if row.author is not Author.CUSTOMER]

    async def entries(self) -> list[Handoff]:
        return await self.rows(Handoff)

    async def drafts(self) -> list[Draft]:
        return await self.rows(Draft)

    async def deliveries(self) -> list[Delivery]:
        return await self.rows(Delivery)


def make_settings(database_url: str, policy: Path, bot: BotPeer, **more: Any) -> DeskSettings:
    return DeskSettings(
        database_url=database_url,
        policy=policy,
        bot_url=bot.server.url,
        internal_secret=bot.secret,
        **more,
    )


async def add_channel(desk: Desk, *, callback_url: str | None = None) -> None:
    async with desk.transaction() as session:
        if await session.get(Channel, CHANNEL) is None:
            session.add(
                Channel(
                    name=CHANNEL,
                    kind="http",
                    secret="channel-secret",
                    callback_url=callback_url,
                    created_at=desk.clock(),
                )
            )


@asynccontextmanager
async def open_bench(settings: DeskSettings, clock: SetClock, bot: BotPeer) -> AsyncIterator[Bench]:
    """A desk that does nothing by itself."""
    structlog.configure(processors=[structlog.processors.JSONRenderer()])  # tracebacks in colour are slow
    async with open_desk(settings, clock, run=False) as desk:
        await add_channel(desk)
        yield Bench(desk, clock, bot)


@pytest.fixture
async def bot() -> AsyncIterator[BotPeer]:
    """A bot that answers."""
    peer = BotPeer()
    async with running(peer):
        yield peer


@pytest.fixture
async def bench(
    engine: AsyncEngine, database_url: str, policy_path: Path, clock: SetClock, bot: BotPeer
) -> AsyncIterator[Bench]:
    """A desk with a bot, on a fresh database of each kind."""
    async with open_bench(make_settings(database_url, policy_path, bot), clock, bot) as opened:
        yield opened
