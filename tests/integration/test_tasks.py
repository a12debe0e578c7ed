"""A desk that runs by itself: timers, broker, loops; alone, and several on one database."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine
from taskiq import InMemoryBroker

from desk import messages
from desk.models import Author, Channel, Delivery, DeliveryState, Message, Turn, TurnState
from desk.outcome import wait_for_outcome
from desk.tasks import Runner, create_broker
from desk.wiring import Desk, open_desk
from shop.clock import system_clock
from shop.errors import PolicyError
from tests.integration.desk_bench import CHANNEL, add_channel, make_settings
from tests.peers import BotPeer, ChannelPeer, running

QUICK: dict[str, Any] = {
    "quiet_gap_s": 0.1,
    "turn_deadline_s": 0.3,
    "sweep_every_s": 0.1,
    "outbox_every_s": 0.1,
    "live_poll_s": 0.1,
    "retry_first_s": 0.05,
    "retry_most_s": 0.2,
    "outbox_first_s": 0.05,
}
Open = Callable[..., Awaitable[Desk]]


@pytest.fixture
async def open_quick(
    engine: AsyncEngine, database_url: str, policy_path: Path, bot: BotPeer
) -> AsyncIterator[Open]:
    """Opens desks that run by themselves, with short times."""
    async with AsyncExitStack() as stack:

        async def open_one(**more: Any) -> Desk:
            settings = make_settings(database_url, policy_path, bot, **(QUICK | more))
            desk = await stack.enter_async_context(open_desk(settings))
            await add_channel(desk)
            return desk

        yield open_one


async def say(desk: Desk, message_id: str, text: str = "在吗", buyer: str = "b001") -> messages.Receipt:
    return await messages.receive(desk, messages.Incoming(CHANNEL, message_id, buyer, text))


async def until(condition: Callable[[], Awaitable[bool]], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not await condition():
        assert time.monotonic() < end, "it did not happen in time"
        await asyncio.sleep(0.05)


async def count(desk: Desk, kind: Any, **where: Any) -> int:
    async with desk.reads() as session:
        return await session.scalar(select(func.count()).select_from(kind).filter_by(**where)) or 0


async def test_a_message_is_answered_and_delivered_by_itself(open_quick: Open, bot: BotPeer) -> None:
    desk = await open_quick(quiet_gap_s=1.0, turn_deadline_s=4.0)
    channel = ChannelPeer()
    async with running(channel):
        async with desk.transaction() as session:
            (await session.get_one(Channel, CHANNEL)).callback_url = channel.server.url
        first = await say(desk, "m1", "在")
        await say(desk, "m2", "吗")
        outcome = await wait_for_outcome(desk, first.turn_id, 10)
        assert outcome is not None
        assert outcome.decision == "auto"
        assert [call["text"] for call in bot.calls] == ["在\n吗"]

        async def delivered() -> bool:
            return len(channel.taken) == 1

        await until(delivered)


async def test_a_bubble_after_the_turn_began_is_answered_next(open_quick: Open, bot: BotPeer) -> None:
    desk = await open_quick()
    bot.gate = asyncio.Event()
    first = await say(desk, "m1", "一")
    await asyncio.wait_for(bot.asked.wait(), 10)
    second = await say(desk, "m2", "二")
    await asyncio.sleep(0.3)
    assert len(bot.calls) == 1
    bot.gate.set()
    assert await wait_for_outcome(desk, first.turn_id, 10)
    assert await wait_for_outcome(desk, second.turn_id, 10)
    assert [call["text"] for call in bot.calls] == ["一", "二"]


async def test_several_desks_on_one_database_give_every_turn_one_outcome(
    open_quick: Open, bot: BotPeer
) -> None:
    desks = [await open_quick() for _ in range(3)]
    receipts = await asyncio.gather(
        *(say(desks[number % 3], f"m{number}", buyer=f"b{number}") for number in range(15))
    )
    for receipt in receipts:
        assert await wait_for_outcome(desks[0], receipt.turn_id, 20)
    assert await count(desks[0], Message, author=Author.BOT) == 15
    assert len(bot.calls) == 15


async def test_what_a_stopped_desk_left_is_answered_by_the_next(open_quick: Open, bot: BotPeer) -> None:
    desk = await open_quick(quiet_gap_s=0.4)
    receipt = await say(desk, "m1")
    await desk.runner.stop()
    other = await open_quick()
    assert await wait_for_outcome(other, receipt.turn_id, 20)
    assert len(bot.calls) == 1


async def test_an_outage_of_the_bot_is_survived_by_itself(open_quick: Open, bot: BotPeer) -> None:
    desk = await open_quick(grace_s=0.2)
    await bot.server.stop()
    receipt = await say(desk, "m1")

    async def told() -> bool:
        return await count(desk, Message, script="degraded") == 1

    await until(told)
    await bot.server.start()
    outcome = await wait_for_outcome(desk, receipt.turn_id, 20)
    assert outcome is not None
    assert outcome.decision == "auto"
    assert await count(desk, Message, author=Author.BOT) == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_turns_travel_through_redis_between_desks(
    open_quick: Open, bot: BotPeer, redis_url: str
) -> None:
    desks = [await open_quick(redis_url=redis_url, sweep_every_s=60) for _ in range(2)]
    receipts = [await say(desks[number % 2], f"m{number}", buyer=f"b{number}") for number in range(8)]
    for receipt in receipts:
        assert await wait_for_outcome(desks[0], receipt.turn_id, 20)
    assert len(bot.calls) == 8


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_without_its_broker_a_desk_does_the_work_itself(open_quick: Open, redis_url: str) -> None:
    desk = await open_quick(redis_url=redis_url, sweep_every_s=60)
    await desk.broker.shutdown()

    async def refuse(message: Any) -> None:
        raise ConnectionRefusedError("redis is gone")

    desk.broker.kick = refuse  # type: ignore[method-assign]
    receipt = await say(desk, "m1")
    assert await wait_for_outcome(desk, receipt.turn_id, 10)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_loop_outlives_a_step_that_fails(open_quick: Open) -> None:
    desk = await open_quick()
    steps: list[int] = []

    async def step() -> None:
        steps.append(1)
        if len(steps) == 1:
            raise RuntimeError("the database is gone for a moment")

    async def pause() -> None:
        await asyncio.sleep(0.01)

    desk.runner.loop("test", step, pause)

    async def again() -> bool:
        return len(steps) > 2

    await until(again)


async def test_a_runner_that_was_not_started_ignores_what_it_is_told() -> None:
    runner = Runner(InMemoryBroker(), system_clock)
    runner.watch("t1", system_clock())
    await runner.kick("t1")
    await runner.stop()
    assert runner._tasks == set()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_broken_policy_file_refuses_the_start(
    database_url: str, tmp_path: Path, bot: BotPeer
) -> None:
    path = tmp_path / "policy.yml"
    path.write_text("shop: 1\n", encoding="utf-8")
    with pytest.raises(PolicyError, match=r"policy\.yml:1"):
        async with open_desk(make_settings(database_url, path, bot)):
            pass


def test_the_broker_is_of_this_process_unless_redis_is_set(policy_path: Path) -> None:
    settings = make_settings("sqlite:///x.db", policy_path, BotPeer())
    assert isinstance(create_broker(settings), InMemoryBroker)
    shared = create_broker(settings.model_copy(update={"redis_url": "redis://127.0.0.1:1/0"}))
    assert type(shared).__name__ == "RedisStreamBroker"


async def test_deliveries_and_turns_end_done(open_quick: Open) -> None:
    desk = await open_quick()
    receipt = await say(desk, "m1")
    await wait_for_outcome(desk, receipt.turn_id, 10)
    assert await count(desk, Turn, state=TurnState.DONE) == 1
    assert await count(desk, Delivery, state=DeliveryState.PENDING) == 0
