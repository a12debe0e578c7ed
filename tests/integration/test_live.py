"""Live updates and waiting for an outcome, within a process, across processes, with and without Redis."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from pathlib import Path

import pytest

from desk import live, outcome, processing
from desk.live import DESK_TOPIC, conversation_topic
from desk.tail import Event
from shop.errors import NotFound
from tests.integration.desk_bench import Bench, make_settings, open_bench


async def take(batches: AsyncIterator[list[Event]], count: int) -> list[Event]:
    found: list[Event] = []
    async with asyncio.timeout(10):
        async for events in batches:
            found += events
            if len(found) >= count:
                break
    assert len(found) == count
    return found


@asynccontextmanager
async def listening(
    bench: Bench, topic: str, after: int | None = None
) -> AsyncIterator[AsyncIterator[list[Event]]]:
    async with aclosing(bench.desk.live.subscribe(topic, after)) as events:
        yield events


async def test_a_watcher_sees_what_happens_in_order(bench: Bench) -> None:
    receipt = await bench.say("在吗")
    async with listening(bench, conversation_topic(receipt.conversation_id), after=0) as events:
        [first] = await take(events, 1)
        assert (first.kind, first.data["text"]) == ("message", "在吗")
        following = asyncio.create_task(take(events, 2))
        await asyncio.sleep(0.05)
        await bench.process(receipt)
        assert [(event.kind, event.data.get("author")) for event in await following] == [
            ("message", "bot"),
            ("turn", None),
        ]


async def test_a_watcher_resumes_after_the_last_event_it_saw(bench: Bench) -> None:
    await bench.ask("在吗", buyer="b1")
    async with listening(bench, DESK_TOPIC, after=0) as events:
        everything = await take(events, 3)
    ids = [event.id for event in everything]
    assert ids == sorted(set(ids))
    async with listening(bench, DESK_TOPIC, after=ids[1]) as events:
        assert await take(events, 1) == [everything[2]]


async def test_a_watcher_without_a_last_id_begins_now(bench: Bench) -> None:
    await bench.ask("在吗", buyer="b1")
    async with listening(bench, DESK_TOPIC) as events:
        waiting = asyncio.create_task(take(events, 1))
        await asyncio.sleep(0.1)
        receipt = await bench.say("你好", buyer="b2")
        [event] = await waiting
    assert event.conversation_id == receipt.conversation_id


async def test_many_who_watch_the_whole_desk_share_one_reading(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bench.ask("在吗", buyer="b0")
    readings: list[int] = []
    real = bench.desk.live._tail._list_new

    async def counting(after: int, also: Collection[int]) -> list[Event]:
        readings.append(after)
        return await real(after, also)

    monkeypatch.setattr(bench.desk.live._tail, "_list_new", counting)
    async with AsyncExitStack() as stack:
        streams = [await stack.enter_async_context(listening(bench, DESK_TOPIC)) for _ in range(20)]
        watching = [asyncio.create_task(take(events, 3)) for events in streams]
        await asyncio.sleep(0.2)
        readings.clear()
        await bench.ask("在吗", buyer="b1")
        told = await asyncio.gather(*watching)
    assert all(one == told[0] for one in told)
    assert [event.kind for event in told[0]] == ["message", "message", "turn"]
    assert len(readings) <= 3  # one a commit that told something


async def test_who_fell_far_behind_misses_nothing(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench.desk.live._tail, "_events", deque(maxlen=2))
    async with listening(bench, DESK_TOPIC, after=0) as events:
        first = asyncio.create_task(take(events, 1))
        await bench.say("一", buyer="b1")
        await first
        for number in range(4):  # nobody takes them meanwhile, and the tail keeps two
            await bench.say("二", buyer=f"c{number}")
            await bench.desk.live._tail.refresh()
        assert [event.data["text"] for event in await take(events, 4)] == ["二"] * 4


async def test_a_watcher_of_one_conversation_sees_no_other(bench: Bench) -> None:
    other = await bench.say("一", buyer="b1")
    mine = await bench.say("二", buyer="b2")
    async with listening(bench, conversation_topic(mine.conversation_id), after=0) as events:
        assert [event.data["text"] for event in await take(events, 1)] == ["二"]
    assert other.conversation_id != mine.conversation_id


async def test_the_outcome_is_waited_for_and_comes_at_once(bench: Bench) -> None:
    receipt = await bench.say("在吗")
    waiting = asyncio.create_task(outcome.wait_for_outcome(bench.desk, receipt.turn_id, 30))
    await asyncio.sleep(0.05)
    bench.clock.advance(seconds=1)
    await processing.process_turn(bench.desk, receipt.turn_id)
    found = await asyncio.wait_for(waiting, 2)
    assert found is not None
    assert found == await bench.find_outcome(receipt)
    assert await outcome.wait_for_outcome(bench.desk, receipt.turn_id, 0) == found


async def test_an_outcome_that_does_not_come_in_time_is_none(bench: Bench) -> None:
    receipt = await bench.say("在吗")
    assert await outcome.wait_for_outcome(bench.desk, receipt.turn_id, 0.05) is None
    with pytest.raises(NotFound):
        await outcome.wait_for_outcome(bench.desk, "none", 1)
    with pytest.raises(NotFound):
        await outcome.find_outcome(bench.desk, "none")


async def wait_across_processes(bench: Bench, settings: object, policy_path: Path, within_s: float) -> None:
    async with open_bench(settings, bench.clock, bench.bot) as other:  # type: ignore[arg-type]
        watching = asyncio.create_task(other.desk.live.run())
        try:
            await asyncio.sleep(0.3)
            receipt = await bench.say("在吗")
            waiting = asyncio.create_task(outcome.wait_for_outcome(other.desk, receipt.turn_id, 10))
            await asyncio.sleep(0.05)
            bench.clock.advance(seconds=1)
            await processing.process_turn(bench.desk, receipt.turn_id)
            found = await asyncio.wait_for(waiting, within_s)
            assert found is not None
            assert found.decision == "auto"
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)


async def test_another_processes_events_are_seen_by_looking(
    bench: Bench, database_url: str, policy_path: Path
) -> None:
    settings = make_settings(database_url, policy_path, bench.bot, live_poll_s=0.05)
    await wait_across_processes(bench, settings, policy_path, 2)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_another_processes_events_come_through_redis(
    bench: Bench, database_url: str, policy_path: Path, redis_url: str
) -> None:
    bench.desk.live._redis = live.Redis.from_url(redis_url)
    settings = make_settings(database_url, policy_path, bench.bot, live_poll_s=60, redis_url=redis_url)
    await wait_across_processes(bench, settings, policy_path, 2)
    await bench.desk.live._redis.aclose()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_without_redis_where_it_is_set_work_goes_on(
    bench: Bench, database_url: str, policy_path: Path
) -> None:
    bench.desk.live._redis = live.Redis.from_url("redis://127.0.0.1:1/0")
    assert (await bench.ask("在吗")).decision == "auto"
    await asyncio.gather(*bench.desk.live._tasks)
    settings = make_settings(
        database_url, policy_path, bench.bot, live_poll_s=0.05, redis_url="redis://127.0.0.1:1/0"
    )
    await wait_across_processes(bench, settings, policy_path, 2)
