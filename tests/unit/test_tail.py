"""The newest events: each found once, also one that is committed after others with a higher id."""

from collections.abc import Collection
from datetime import UTC, datetime

import pytest

from desk import tail
from desk.tail import Event, Tail

AT = datetime(2026, 3, 2, tzinfo=UTC)


class Rows:
    """A table of events, and what was asked of it."""

    def __init__(self, *ids: int) -> None:
        self.ids = set(ids)
        self.asked: list[tuple[int, set[int]]] = []

    async def find_last(self) -> int:
        return max(self.ids, default=0)

    async def list_new(self, after: int, also: Collection[int]) -> list[Event]:
        self.asked.append((after, set(also)))
        found = sorted(number for number in self.ids if number > after or number in also)
        return [Event(number, "c1", "message", {}, AT) for number in found]


async def open_tail(rows: Rows) -> Tail:
    opened = Tail(rows.find_last, rows.list_new)
    assert await opened.refresh() == 0
    return opened


def ids_since(opened: Tail, count: int) -> list[int] | None:
    events = opened.since(count)
    return None if events is None else [event.id for event in events]


async def test_it_begins_with_what_comes_next_and_reads_only_what_is_new() -> None:
    rows = Rows(1, 2, 3)
    opened = await open_tail(rows)
    rows.ids |= {4, 5}
    opened.touch()
    assert (await opened.refresh(), ids_since(opened, 0)) == (2, [4, 5])
    rows.ids.add(6)
    opened.touch()
    assert (await opened.refresh(), ids_since(opened, 2)) == (3, [6])
    assert rows.asked[1:] == [(3, set()), (5, set())]


async def test_without_a_touch_nothing_is_read_again() -> None:
    rows = Rows(1)
    opened = await open_tail(rows)
    asked = len(rows.asked)
    await opened.refresh()
    assert len(rows.asked) == asked


@pytest.mark.parametrize("at_the_beginning", [False, True])
async def test_one_that_is_committed_late_is_found_once(at_the_beginning: bool) -> None:
    rows = Rows(1, 3) if at_the_beginning else Rows(1)
    opened = await open_tail(rows)
    if not at_the_beginning:
        rows.ids.add(3)
        opened.touch()
        await opened.refresh()
    before = await opened.refresh()
    rows.ids |= {2, 4}
    opened.touch()
    await opened.refresh()
    assert ids_since(opened, before) == [2, 4]
    assert rows.asked[-1] == (3, {2})
    opened.touch()
    await opened.refresh()
    assert rows.asked[-1] == (4, set())


async def test_an_id_that_never_comes_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = Rows(1)
    opened = await open_tail(rows)
    monkeypatch.setattr(tail, "SKIPPED_S", -1.0)
    rows.ids.add(3)
    opened.touch()
    await opened.refresh()
    opened.touch()
    await opened.refresh()
    assert rows.asked[-1] == (3, set())


async def test_a_leap_of_the_sequence_does_not_fill_the_memory() -> None:
    rows = Rows(1)
    opened = await open_tail(rows)
    rows.ids.add(10_000_000)
    opened.touch()
    await opened.refresh()
    opened.touch()
    await opened.refresh()
    assert len(rows.asked[-1][1]) == tail.MOST_SKIPPED - 1


async def test_who_is_too_far_behind_is_told_so() -> None:
    rows = Rows(1)
    opened = await open_tail(rows)
    rows.ids |= set(range(2, tail.KEPT + 3))
    opened.touch()
    count = await opened.refresh()
    assert ids_since(opened, 0) is None
    assert ids_since(opened, count - tail.KEPT) is not None


async def test_a_reading_that_fails_is_made_up_for() -> None:
    rows = Rows(1)
    opened = await open_tail(rows)
    real = opened._list_new

    async def fail(_after: int, _also: Collection[int]) -> list[Event]:
        raise OSError("gone")

    rows.ids.add(2)
    opened.touch()
    opened._list_new = fail
    with pytest.raises(OSError, match="gone"):
        await opened.refresh()
    opened._list_new = real
    assert (await opened.refresh(), ids_since(opened, 0)) == (1, [2])
