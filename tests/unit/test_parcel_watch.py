"""When the rounds over the parcels are due, and what is said of a parcel (C5)."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from shop.models import ParcelState
from shop.parcel_watch import find_last_round, judge
from shop.policy_file import load_policy
from tests.small_orders import at, make_parcel

POLICY = load_policy(Path("examples/shop/policy.yml"))
ZONE = ZoneInfo("Asia/Shanghai")
ROUNDS = [time(9), time(16)]
NOW = at("2026-03-02 16:00")


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-03-02 09:00", "2026-03-02 09:00"),
        ("2026-03-02 15:59", "2026-03-02 09:00"),
        ("2026-03-02 16:00", "2026-03-02 16:00"),
        ("2026-03-02 08:59", "2026-03-01 16:00"),
        ("2026-03-02 00:00", "2026-03-01 16:00"),
    ],
)
def test_c5_the_round_that_was_due_last_is_found(now, due):
    assert find_last_round(ROUNDS, ZONE, at(now)) == at(due)


@settings(max_examples=200)
@given(some.integers(0, 3 * 24 * 60), some.lists(some.times(), min_size=1, max_size=4, unique=True))
def test_c5_a_round_is_never_due_later_and_never_longer_than_a_day_ago(minutes, times):
    now = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    due = find_last_round(times, ZONE, now)
    assert now - timedelta(days=1) <= due <= now


@pytest.mark.parametrize(
    ("state", "seen", "kind"),
    [
        (ParcelState.IN_TRANSIT, "2026-03-02 08:00", None),
        (ParcelState.IN_TRANSIT, "2026-02-28 15:59", "stalled"),  # more than 48 hours ago
        (ParcelState.IN_TRANSIT, "2026-02-28 16:00", None),
        (ParcelState.OUT_FOR_DELIVERY, "2026-02-20 16:00", "stalled"),
        (ParcelState.STALLED, "2026-03-02 08:00", "stalled"),
        (ParcelState.EXCEPTION, "2026-03-02 08:00", "exception"),
        (ParcelState.RETURNED, "2026-03-02 08:00", "returned"),
        (ParcelState.REFUSED, "2026-03-02 08:00", "refused"),
        (ParcelState.SIGNED, "2026-03-02 08:00", None),
        (ParcelState.SIGNED, "2026-03-01 16:00", "arrived"),
        (ParcelState.SIGNED, "2026-02-20 16:00", None),  # long ago: no more reminder
    ],
)
def test_c5_what_is_said_of_a_parcel_follows_its_state_and_last_scan(state, seen, kind):
    parcel = make_parcel("O1", state, (seen, "杭州", "扫描"))
    finding = judge(parcel, None, POLICY, NOW)
    assert (finding.kind if finding else None) == kind
