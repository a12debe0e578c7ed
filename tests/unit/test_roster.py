"""When somebody is next planned to be at the desk."""

from datetime import UTC, datetime, timedelta

from desk.roster import choose_next

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


def shift(begin_h: float, end_h: float) -> tuple[datetime, datetime]:
    return NOW + timedelta(hours=begin_h), NOW + timedelta(hours=end_h)


def test_within_a_shift_it_is_now_else_the_start_of_the_next() -> None:
    assert choose_next([shift(-1, 1), shift(5, 9)], NOW) == NOW
    assert choose_next([shift(-3, -1), shift(5, 9), shift(4, 6)], NOW) == NOW + timedelta(hours=4)


def test_a_shift_that_ends_now_is_over_and_without_shifts_nobody_is_planned() -> None:
    assert choose_next([shift(-2, 0)], NOW) is None
    assert choose_next([], NOW) is None
