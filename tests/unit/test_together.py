"""One reading for all who ask at about the same time, and never one that began before they asked."""

import asyncio
import time

import pytest

from desk.together import Together


class Source:
    """A figure that rises; counts how often it was read."""

    def __init__(self, took_s: float = 0.0) -> None:
        self.value = 0
        self.readings = 0
        self._took_s = took_s

    async def read(self) -> int:
        self.readings += 1
        value = self.value
        await asyncio.sleep(self._took_s)
        return value


async def test_who_asks_at_the_same_time_shares_one_reading() -> None:
    source, together = Source(took_s=0.01), Together(gather_s=0.05)
    assert await asyncio.gather(*(together.read("list", source.read) for _ in range(20))) == [0] * 20
    assert source.readings == 1


async def test_who_asks_while_one_reads_gets_the_next_reading_and_not_the_old_figure() -> None:
    source, together = Source(took_s=0.05), Together(gather_s=0.01)
    early = asyncio.create_task(together.read("list", source.read))
    await asyncio.sleep(0.03)
    source.value = 1  # the first reading has the figure before
    assert await together.read("list", source.read) == 1
    assert await early == 0


async def test_the_first_is_read_at_once_and_the_next_after_the_pause() -> None:
    source, together = Source(), Together(gather_s=0.2)
    began = time.monotonic()
    await together.read("list", source.read)
    assert time.monotonic() - began < 0.15
    await together.read("list", source.read)
    assert time.monotonic() - began >= 0.2
    assert source.readings == 2


async def test_other_keys_are_read_apart() -> None:
    source, together = Source(), Together(gather_s=10)
    await asyncio.gather(together.read("all", source.read), together.read("queue", source.read))
    assert source.readings == 2


async def test_an_error_reaches_all_who_asked_and_the_next_reading_is_tried() -> None:
    together, source = Together(gather_s=0.0), Source()

    async def fail() -> int:
        raise LookupError("gone")

    found = await asyncio.gather(*(together.read("list", fail) for _ in range(3)), return_exceptions=True)
    assert [type(error) for error in found] == [LookupError] * 3
    assert await together.read("list", source.read) == 0


async def test_one_who_goes_away_takes_nothing_from_the_others() -> None:
    source, together = Source(took_s=0.05), Together(gather_s=0.0)
    leaving, staying = (asyncio.create_task(together.read("list", source.read)) for _ in range(2))
    await asyncio.sleep(0.01)
    leaving.cancel()
    assert await staying == 0
    with pytest.raises(asyncio.CancelledError):
        await leaving
