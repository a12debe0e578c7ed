"""What agents promise in passing, found in their words, and honest times for calls (A9, A13)."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from shop.callbacks import LEAD, find_call_time
from shop.errors import Refused
from shop.hours import is_open
from shop.policy_file import load_policy
from shop.promises import find_promises
from tests.small_orders import at

POLICY = load_policy(Path("examples/shop/policy.yml"))
MONDAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("好的,今天给您发出", [("ship", 0)]),
        ("您的订单明天安排发货。差价今天退给您", [("ship", 1)]),
        ("明天给您补差价", [("pay_difference", 1)]),
        ("今天发货,明天给您回电", [("ship", 0), ("call_back", 1)]),
        ("稍后给您回电", [("call_back", 0)]),
        ("后天发出", [("ship", 2)]),
        ("已经发货了", []),
        ("今天已发出", []),
        ("您希望今天发货吗", []),
        ("今天无法发出", []),
        ("一般付款后发货", []),  # names no day
        ("您好,请问有什么可以帮您", []),
    ],
)
def test_a9_a_promise_is_found_with_its_day(text, found):
    promises = find_promises(text, MONDAY)
    assert [(said.kind, (said.day - MONDAY).days) for said in promises] == found


@pytest.mark.parametrize(
    ("now", "asked", "call"),
    [
        ("2026-03-02 10:00", None, "2026-03-02 10:15"),
        ("2026-03-02 10:00", "2026-03-02 15:00", "2026-03-02 15:00"),
        ("2026-03-02 10:00", "2026-03-03 02:00", "2026-03-03 09:00"),  # nobody is there at two
        ("2026-03-02 23:20", None, "2026-03-03 09:00"),
        ("2026-03-02 03:00", None, "2026-03-02 09:00"),
    ],
)
def test_a13_a_call_is_booked_for_a_time_at_which_somebody_is_there(now, asked, call):
    assert find_call_time(POLICY, at(now), at(asked) if asked else None) == at(call)


@pytest.mark.parametrize("asked", ["2026-03-02 09:59", "2026-03-10 10:01"])
def test_a13_a_call_in_the_past_or_far_away_is_refused(asked):
    with pytest.raises(Refused, match="within 7 days"):
        find_call_time(POLICY, at("2026-03-02 10:00"), at(asked))


@settings(max_examples=200)
@given(some.integers(0, 7 * 24 * 60), some.none() | some.integers(0, 6 * 24 * 60))
def test_a13_an_honest_time_is_open_and_not_too_soon(minutes, ahead):
    now = at("2026-03-02 00:00") + timedelta(minutes=minutes)
    asked: datetime | None = None if ahead is None else now + timedelta(minutes=ahead)
    call = find_call_time(POLICY, now, asked)
    assert is_open(POLICY.hours, POLICY.zone, call)
    assert call >= now + LEAD
