"""When a parcel counts as stalled (C5)."""

from datetime import timedelta

import pytest

from shop.models import ParcelState
from shop.tracking import MOVING, judge_parcel
from tests.small_orders import at

SEEN = at("2026-03-01 10:00")


@pytest.mark.parametrize("state", sorted(MOVING))
def test_a_moving_parcel_is_stalled_after_the_policys_hours(state):
    assert judge_parcel(state, SEEN, SEEN + timedelta(hours=48), 48) is state
    assert judge_parcel(state, SEEN, SEEN + timedelta(hours=48, seconds=1), 48) is ParcelState.STALLED


@pytest.mark.parametrize("state", sorted(set(ParcelState) - MOVING))
def test_a_parcel_at_rest_stays_what_it_is(state):
    assert judge_parcel(state, SEEN, SEEN + timedelta(days=90), 48) is state
