"""Closed-loop load on loopback: N conversations, each sends its next message when it has the answer."""

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from statistics import median

Send = Callable[[str, str], Awaitable[None]]
"""Sends one text in a conversation and returns when the answer is there."""


@dataclass(frozen=True, slots=True)
class Load:
    """What one run measured; times in milliseconds."""

    conversations: int
    messages: int
    per_second: float
    p50: float
    p95: float
    p99: float


def summarise(conversations: int, seconds: float, times_ms: list[float]) -> Load:
    """Throughput and percentiles (nearest rank) of one run."""
    ranked = sorted(times_ms)

    def rank(share: float) -> float:
        return ranked[min(len(ranked) - 1, int(share * len(ranked)))]

    return Load(conversations, len(ranked), len(ranked) / seconds, rank(0.50), rank(0.95), rank(0.99))


async def run_load(
    send: Send, texts: list[str], *, conversations: int, seconds: float, most: int = 5_000
) -> Load:
    """Load for about `seconds`, never more than `most` messages."""
    supply = itertools.islice(itertools.cycle(texts), most)
    times: list[float] = []
    started = time.perf_counter()

    async def talk(name: str) -> None:
        for text in supply:
            sent = time.perf_counter()
            if sent - started > seconds:
                return
            await send(name, text)
            times.append((time.perf_counter() - sent) * 1000)

    await asyncio.gather(*(talk(f"load-{conversations}-{number}") for number in range(conversations)))
    return summarise(conversations, time.perf_counter() - started, times)


async def run_long_conversation(
    send: Send, texts: list[str], marks: tuple[int, ...] = (10, 100, 1000)
) -> dict[int, float]:
    """Median milliseconds of a turn around the 10th, 100th and 1,000th turn of one conversation."""
    times: list[float] = []
    for text in itertools.islice(itertools.cycle(texts), marks[-1]):
        sent = time.perf_counter()
        await send("long", text)
        times.append((time.perf_counter() - sent) * 1000)
    return {mark: median(times[max(0, mark - _window(mark)) : mark]) for mark in marks}


def _window(mark: int) -> int:
    """How many turns up to the mark are averaged: five at the 10th, twenty later."""
    return 5 if mark <= 10 else 20
