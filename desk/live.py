"""Live updates: events are rows, written with the change they tell of; watchers are woken after the commit.

Within a process an asyncio event wakes them; with Redis its pub/sub reaches the other processes at once;
without it each process looks for the others' rows every `live_poll_s`. Those who watch the whole desk share
one reading of the rows (desk/tail.py), however many they are.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncGenerator, Collection, Iterable, Iterator
from contextlib import aclosing, contextmanager
from datetime import datetime

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from desk.models import Json, LiveEvent
from desk.tail import Event, Tail
from shop.db import Sessions

log = structlog.get_logger(__name__)

DESK_TOPIC = "desk"
REDIS_CHANNEL = "xiaoer:live"
WINDOW = 200
"""Ids come from a sequence, and a transaction may commit after one with a higher id: look back so far."""
PAGE = 500
GATHER_S = 0.1
"""Who watches the whole desk hears of the first event at once and of those that follow in one go."""
QUIET_S = 15.0
"""A watcher looks again after so long even if nobody woke it."""
RECONNECT_S = 1.0


def conversation_topic(conversation_id: str) -> str:
    """The topic of one conversation."""
    return f"conversation:{conversation_id}"


def list_topics(conversation_ids: Iterable[str]) -> list[str]:
    """The topics of some conversations, and the desk's."""
    return [DESK_TOPIC, *(conversation_topic(number) for number in set(conversation_ids))]


def record(session: AsyncSession, conversation_id: str, kind: str, data: Json, now: datetime) -> None:
    """Add an event to the transaction; the desk wakes watchers once it is committed."""
    session.add(LiveEvent(conversation_id=conversation_id, kind=kind, data=data, created_at=now))
    list_touched(session).add(conversation_id)


def list_touched(session: AsyncSession) -> set[str]:
    """The conversations that have new events in this transaction."""
    touched: set[str] = session.info.setdefault("touched", set())
    return touched


class Live:
    """The watchers of one process."""

    def __init__(self, reads: Sessions, *, poll_s: float, redis_url: str | None = None) -> None:
        self._reads = reads
        self._poll_s = poll_s
        self._redis = Redis.from_url(redis_url) if redis_url else None
        self._watchers: dict[str, set[asyncio.Event]] = defaultdict(set)
        self._tasks: set[asyncio.Task[None]] = set()
        self._tail = Tail(self.last_id, self._list_desk)

    def wake(self, conversation_ids: Iterable[str]) -> None:
        """Wake who watches these conversations, here and, with Redis, in the other processes."""
        ids = set(conversation_ids)
        if not ids:
            return
        self._wake_here(ids)
        if self._redis is not None:
            task = asyncio.create_task(self._publish(self._redis, ids))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    @contextmanager
    def watching(self, topic: str) -> Iterator[asyncio.Event]:
        """An asyncio event that is set whenever something happened to the topic."""
        event = asyncio.Event()
        self._watchers[topic].add(event)
        try:
            yield event
        finally:
            self._watchers[topic].discard(event)
            if not self._watchers[topic]:
                del self._watchers[topic]

    async def last_id(self) -> int:
        """The id of the newest event; 0 when there is none."""
        async with self._reads() as session:
            return await session.scalar(select(func.max(LiveEvent.id))) or 0

    async def subscribe(self, topic: str, after: int | None = None) -> AsyncGenerator[list[Event], None]:
        """The events of a topic after an id (None: from now on), without end; some at a time, never none."""
        following = self._follow_desk(after) if topic == DESK_TOPIC else self._follow(topic, after)
        async with aclosing(following):
            async for events in following:
                if events:
                    yield events

    async def _follow(self, topic: str, after: int | None) -> AsyncGenerator[list[Event], None]:
        """What happens to one conversation."""
        with self.watching(topic) as woken:
            floor = await self.last_id() if after is None else after
            seen: set[int] = set()
            last = floor
            while True:
                woken.clear()
                found = await self._list_new(topic, max(floor, last - WINDOW))
                fresh = [event for event in found if event.id not in seen]
                last = max([last, *(event.id for event in fresh)])
                seen = {number for number in seen | {event.id for event in fresh} if number > last - WINDOW}
                yield fresh
                await wait_for(woken, QUIET_S)

    async def _follow_desk(self, after: int | None) -> AsyncGenerator[list[Event], None]:
        """Everything that happens: first what was missed, then what the tail finds."""
        with self.watching(DESK_TOPIC) as woken:
            self._tail.touch()
            count = await self._tail.refresh()
            fresh = [] if after is None else await self._list_desk(after)
            last = after or 0
            seen: set[int] = set()
            while True:
                fresh = [event for event in fresh if event.id not in seen]
                last = max([last, *(event.id for event in fresh)])
                seen |= {event.id for event in fresh}
                seen = {number for number in seen if number > last - 2 * WINDOW}
                yield fresh
                told_at = time.monotonic()
                if not woken.is_set() and not await wait_for(woken, QUIET_S):
                    self._tail.touch()
                await asyncio.sleep(told_at + GATHER_S - time.monotonic())
                woken.clear()
                newest = await self._tail.refresh()
                found = self._tail.since(count)
                fresh = found if found is not None else await self._list_desk(max(0, last - WINDOW))
                count = newest

    async def run(self) -> None:
        """Look out for what other processes did, until cancelled."""
        listeners = [self._poll()] if self._redis is None else [self._poll(), self._listen(self._redis)]
        try:
            async with asyncio.TaskGroup() as group:
                for listener in listeners:
                    group.create_task(listener)
        finally:
            if self._redis is not None:
                await self._redis.aclose()

    async def _list_desk(self, after: int, also: Collection[int] = ()) -> list[Event]:
        """All events after an id and those of the ids `also`, however many pages they take."""
        found: list[Event] = []
        while True:
            page = await self._list_new(DESK_TOPIC, after, also)
            found += page
            if len(page) < PAGE:
                return found
            also = [number for number in also if number > page[-1].id]
            after = max(after, page[-1].id)

    async def _list_new(self, topic: str, after: int, also: Collection[int] = ()) -> list[Event]:
        wanted = (LiveEvent.id > after) | LiveEvent.id.in_(also) if also else LiveEvent.id > after
        columns = (
            LiveEvent.id, LiveEvent.conversation_id, LiveEvent.kind, LiveEvent.data, LiveEvent.created_at,
        )  # fmt: skip
        query = select(*columns).where(wanted).order_by(LiveEvent.id).limit(PAGE)
        if topic != DESK_TOPIC:
            query = query.where(LiveEvent.conversation_id == topic.partition(":")[2])
        async with self._reads() as session:
            return [Event(*row) for row in await session.execute(query)]

    def _wake_here(self, ids: set[str]) -> None:
        self._tail.touch()
        self._wake_topics(list_topics(ids))

    def _wake_topics(self, topics: Iterable[str]) -> None:
        for topic in topics:
            for event in self._watchers.get(topic, ()):
                event.set()

    async def _publish(self, redis: Redis, ids: set[str]) -> None:
        try:
            await redis.publish(REDIS_CHANNEL, ",".join(sorted(ids)))
        except RedisError as error:
            log.warning("live.publish_failed", reason=str(error))  # the others still poll

    async def _poll(self) -> None:
        """Wake for rows that this process did not write; the database's pulse, once a period."""
        count = await self._count_first()
        while True:
            await asyncio.sleep(self._poll_s)
            if not self._watchers:
                continue
            try:
                self._tail.touch()
                newest = await self._tail.refresh()
            except SQLAlchemyError as error:  # also when the pool has no connection left
                log.warning("live.poll_failed", reason=str(error))
                continue
            fresh, count = self._tail.since(count), newest
            if fresh is None:
                self._wake_topics(list(self._watchers))
            elif fresh:
                self._wake_topics(list_topics(event.conversation_id for event in fresh))

    async def _count_first(self) -> int:
        while True:
            try:
                return await self._tail.refresh()
            except SQLAlchemyError as error:
                log.warning("live.poll_failed", reason=str(error))
                await asyncio.sleep(self._poll_s)

    async def _listen(self, redis: Redis) -> None:
        while True:
            try:
                async with redis.pubsub() as pubsub:
                    await pubsub.subscribe(REDIS_CHANNEL)
                    async for message in pubsub.listen():
                        if message["type"] == "message":
                            self._wake_here(set(message["data"].decode().split(",")))
            except RedisError as error:
                log.warning("live.redis_lost", reason=str(error))
                await asyncio.sleep(RECONNECT_S)


async def wait_for(event: asyncio.Event, seconds: float) -> bool:
    """Whether the event was set within that time."""
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return False
    return True
