"""Who runs turns and when: timers wait for the quiet gap, Taskiq carries the work, loops keep watch.

The database is the truth. A timer or a task that is lost, doubled or late costs nothing but time: the
sweeper finds the turn again, and claiming it decides who answers.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime
from typing import Any

import structlog
from redis.exceptions import RedisError
from taskiq import AsyncBroker, InMemoryBroker
from taskiq.api import run_receiver_task
from taskiq.exceptions import TaskiqError
from taskiq_redis import RedisStreamBroker

from desk.settings import DeskSettings
from shop.clock import Clock

log = structlog.get_logger(__name__)

TASK_NAME = "process_turn"
QUEUE_NAME = "xiaoer:turns"
MOST_AT_ONCE = 16
STREAM_LENGTH = 100_000
REDIS_IDLE_MS = 60_000
REDIS_BLOCK_MS = 500
LOCK_TIMEOUT_S = 30.0


def create_broker(settings: DeskSettings) -> AsyncBroker:
    """The broker of turns: in this process, or Redis streams shared by all desk processes."""
    if settings.redis_url is None:
        return InMemoryBroker(max_async_tasks=MOST_AT_ONCE)
    return RedisStreamBroker(
        settings.redis_url,
        queue_name=QUEUE_NAME,
        consumer_group_name="desk",
        idle_timeout=REDIS_IDLE_MS,
        xread_block=REDIS_BLOCK_MS,
        maxlen=STREAM_LENGTH,
        unacknowledged_lock_timeout=LOCK_TIMEOUT_S,
    )


class Runner:
    """Timers, tasks and loops of one desk process. Until `start` it ignores what it is told."""

    def __init__(self, broker: AsyncBroker, clock: Clock) -> None:
        self.running = False
        self.outbox_due = asyncio.Event()
        self._broker = broker
        self._clock = clock
        self._process: Callable[[str], Awaitable[None]] | None = None
        self._slots = asyncio.Semaphore(MOST_AT_ONCE)
        self._due: dict[str, datetime] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, process: Callable[[str], Awaitable[None]]) -> None:
        """Begin to run turns with `process`."""

        async def process_turn(turn_id: str) -> None:
            async with self._slots:  # claimed only when its turn comes: a lease never ends in a queue
                await process(turn_id)

        self._process = process_turn
        self._task = self._broker.register_task(process_turn, task_name=TASK_NAME)
        await self._broker.startup()
        self.running = True
        if not isinstance(self._broker, InMemoryBroker):
            self.spawn(run_receiver_task(self._broker, sync_workers=1, max_async_tasks=MOST_AT_ONCE))

    async def stop(self) -> None:
        """Stop loops and timers; turns that are under way end or lose their lease."""
        self.running = False
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if isinstance(self._broker, InMemoryBroker):
            await self._broker.wait_all()
        await self._broker.shutdown()

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something in the background until it ends or the desk stops."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._end)

    def _end(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("task.failed", exc_info=error)  # nobody awaits it

    def loop(
        self, name: str, step: Callable[[], Awaitable[object]], pause: Callable[[], Awaitable[None]]
    ) -> None:
        """Repeat a step for ever in the background; a step that fails is logged and repeated."""

        async def repeat() -> None:
            while True:
                try:
                    await step()
                except Exception:
                    # The edge of a background loop: it must outlive a lost database.
                    log.exception("loop.failed", loop=name)
                await pause()

        self.spawn(repeat())

    def wake_outbox(self) -> None:
        """There is something to deliver."""
        self.outbox_due.set()

    def watch(self, turn_id: str, due_at: datetime) -> None:
        """Kick the turn when it is due; a later call for the same turn replaces the time."""
        if not self.running:
            return
        timer_runs = turn_id in self._due
        self._due[turn_id] = due_at
        if not timer_runs:
            self.spawn(self._wait(turn_id))

    async def _wait(self, turn_id: str) -> None:
        try:
            # Not an Event: a later bubble pushes the time while we sleep.
            while (left := (self._due[turn_id] - self._clock()).total_seconds()) > 0:  # noqa: ASYNC110
                await asyncio.sleep(left)
        finally:
            del self._due[turn_id]
        await self.kick(turn_id)

    async def kick(self, turn_id: str) -> None:
        """Give the turn to the broker; without it this process does the work itself."""
        if not self.running:
            return
        try:
            await self._task.kiq(turn_id)
        except (TaskiqError, RedisError, OSError) as error:
            log.warning("turns.broker_lost", reason=str(error))
            assert self._process is not None
            await self._process(turn_id)
