"""One reading for all who ask for the same at about the same time."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, TypeVar, cast

Result = TypeVar("Result")
GATHER_S = 0.5


class Together:
    """Readings that are shared. Each begins after everybody who gets it has asked, so nobody reads the past.

    The first is read at once; the next of the same key begins `gather_s` later at the earliest.
    """

    def __init__(self, gather_s: float = GATHER_S) -> None:
        self._gather_s = gather_s
        self._coming: dict[Hashable, asyncio.Task[Any]] = {}
        self._began: dict[Hashable, float] = {}

    async def read(self, key: Hashable, work: Callable[[], Awaitable[Result]]) -> Result:
        """What `work` gives, run once for all who ask with this key. An error reaches all of them."""
        if key not in self._coming:
            self._coming[key] = asyncio.create_task(self._run(key, work))
        return cast(Result, await asyncio.shield(self._coming[key]))

    async def _run(self, key: Hashable, work: Callable[[], Awaitable[Result]]) -> Result:
        try:
            await asyncio.sleep(self._began.get(key, 0.0) + self._gather_s - time.monotonic())
        finally:
            del self._coming[key]  # who asks from here on gets the next one
        self._began[key] = time.monotonic()
        return await work()
