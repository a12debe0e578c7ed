"""Service hours and waiting time."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from desk.duty import estimate_wait, find_next_opening, is_open
from shop.policy import Hours

ZONE = ZoneInfo("Asia/Shanghai")
HOURS = Hours(opens=time(9), closes=time(18, 30), weekdays=[1, 2, 3, 4, 5])


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("now", "opening"),
    [
        ("2026-03-02 09:00", "2026-03-02 09:00"),  # Monday, open
        ("2026-03-02 18:29", "2026-03-02 18:29"),
        ("2026-03-02 08:59", "2026-03-02 09:00"),
        ("2026-03-02 18:30", "2026-03-03 09:00"),
        ("2026-03-06 19:00", "2026-03-09 09:00"),  # Friday evening
        ("2026-03-07 12:00", "2026-03-09 09:00"),
    ],
)
def test_people_are_next_at_the_desk(now: str, opening: str) -> None:
    assert find_next_opening(HOURS, ZONE, at(now)) == at(opening)
    assert is_open(HOURS, ZONE, at(now)) is (now == opening)


def test_a_day_of_work_a_week_is_found_a_week_ahead() -> None:
    mondays = Hours(opens=time(9), closes=time(18), weekdays=[1])
    assert find_next_opening(mondays, ZONE, at("2026-03-02 20:00")) == at("2026-03-09 09:00")


def test_without_weekdays_nobody_ever_comes() -> None:
    never = Hours(opens=time(9), closes=time(18), weekdays=[])
    assert find_next_opening(never, ZONE, at("2026-03-02 12:00")) is None


def test_hours_are_those_of_the_shops_zone() -> None:
    utc = datetime.fromisoformat("2026-03-02T01:00:00+00:00")
    assert is_open(HOURS, ZONE, utc)


@pytest.mark.parametrize(
    ("position", "on_duty", "seconds"), [(1, 1, 180), (3, 1, 540), (3, 2, 360), (4, 2, 360), (1, 5, 180)]
)
def test_the_wait_is_rounds_of_cases(position: int, on_duty: int, seconds: int) -> None:
    assert estimate_wait(position, on_duty, 180.0) == seconds
