"""The newest live events, read once for all who watch the whole desk of this process.

Ids come from a sequence, and a transaction may commit after one with a higher id. So what was skipped is
remembered for a while and asked for by its id; nothing is read twice.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from desk.models import Json

KEPT = 2_000
"""How many events one who watches the whole desk may be behind before the rows are read for it alone."""
SKIPPED_S = 60.0
"""How long a transaction may take to commit after one with a higher id; then it was rolled back."""
MOST_SKIPPED = 1_000
BEFORE = 200
"""How many ids before the newest are looked through for skipped ones at the beginning."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. `id` rises, so a client resumes with the last one it saw.

    `wire`: how it was written for pages, kept by those who send it (desk/api/queue.py).
    """

    id: int
    conversation_id: str
    kind: str
    data: Json
    created_at: datetime
    wire: dict[bool, bytes] = field(default_factory=dict, compare=False, repr=False)


FindLast = Callable[[], Awaitable[int]]
ListNew = Callable[[int, Collection[int]], Awaitable[list[Event]]]
"""The events after an id, and those of the given ids; in the order of their ids."""


class Tail:
    """What was found, in the order in which it was found."""

    def __init__(self, find_last: FindLast, list_new: ListNew) -> None:
        self._find_last = find_last
        self._list_new = list_new
        self._events: deque[Event] = deque(maxlen=KEPT)
        self._last: int | None = None
        self._skipped: dict[int, float] = {}  # by id: since when, on the monotonic clock
        self._count = 0
        self._wanted, self._read = 1, 0
        self._one_reads = asyncio.Lock()

    def touch(self) -> None:
        """There may be something new."""
        self._wanted += 1

    async def refresh(self) -> int:
        """Read what is new unless another did since the last `touch`; gives how many were ever found."""
        wanted = self._wanted
        async with self._one_reads:
            if self._read < wanted:
                self._read, upto = self._wanted, self._read
                try:
                    await self._take_new()
                except BaseException:
                    self._read = upto  # the next one tries again
                    raise
        return self._count

    def since(self, count: int) -> list[Event] | None:
        """What was found after that many; None when it is not kept any more."""
        missing = self._count - count
        if missing > len(self._events):
            return None
        return list(islice(self._events, len(self._events) - missing, None))

    async def _take_new(self) -> None:
        if self._last is None:
            last = await self._find_last()
            known = await self._list_new(max(0, last - BEFORE), ())
            self._last = max([last, *(event.id for event in known)])
            self._note_skipped(max(0, last - BEFORE), known)
            return
        fresh = await self._list_new(self._last, list(self._skipped))
        before, self._last = self._last, max([self._last, *(event.id for event in fresh)])
        self._note_skipped(before, fresh)
        self._events.extend(fresh)
        self._count += len(fresh)

    def _note_skipped(self, before: int, found: list[Event]) -> None:
        """Of the ids up to the last, those that have not been seen; the long lost are given up."""
        assert self._last is not None
        now = time.monotonic()
        for number in range(max(before, self._last - MOST_SKIPPED) + 1, self._last):
            self._skipped[number] = now
        for event in found:
            self._skipped.pop(event.id, None)
        self._skipped = {number: since for number, since in self._skipped.items() if now - since <= SKIPPED_S}
