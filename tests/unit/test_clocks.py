"""SLA clocks: first answer, next answer, resolution."""

from datetime import UTC, datetime, timedelta

import pytest

from desk.clocks import Clock, list_clocks
from shop.policy import SlaSection

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
RULES = SlaSection(first_s=120, severe_first_s=30, next_s=60, resolution_minutes=90)


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("severity", "seconds"), [("none", 120), ("general", 120), ("major", 30), ("crisis", 30)]
)
def test_until_somebody_answered_the_first_clock_runs(severity: str, seconds: int) -> None:
    clocks = list_clocks(
        RULES, severity=severity, waiting_since=NOW, answered_at=None, unanswered_since=after(5)
    )
    assert clocks == [Clock("first", NOW, after(seconds)), Clock("resolution", NOW, after(5400))]
    assert not clocks[0].is_breached(after(seconds))
    assert clocks[0].is_breached(after(seconds + 1))


def test_after_an_answer_the_next_clock_runs_from_the_customers_words() -> None:
    asked = list_clocks(
        RULES, severity="none", waiting_since=NOW, answered_at=after(20), unanswered_since=after(100)
    )
    assert asked == [Clock("next", after(100), after(160)), Clock("resolution", NOW, after(5400))]
    quiet = list_clocks(
        RULES, severity="none", waiting_since=NOW, answered_at=after(20), unanswered_since=None
    )
    assert [clock.kind for clock in quiet] == ["resolution"]


def test_the_clock_about_to_be_lost_comes_first() -> None:
    late = list_clocks(
        RULES, severity="none", waiting_since=NOW, answered_at=after(20), unanswered_since=after(5390)
    )
    assert [clock.kind for clock in late] == ["resolution", "next"]
