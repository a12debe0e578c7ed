"""What holds for every dispatch promise, whatever day and hour it is paid (C1)."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from shop.calendar import is_shipping_day
from shop.policy_file import load_policy
from shop.shipping import Goods, Rule, Sale, expect_arrival, find_region_rule, promise_dispatch
from tests.small_orders import at

POLICY = load_policy(Path("examples/shop/policy.yml"))
ZONE = POLICY.zone
START = datetime(2025, 1, 1, tzinfo=UTC)
MINUTES = 2 * 365 * 24 * 60
MOMENTS = some.integers(0, MINUTES - 1).map(lambda minutes: START + timedelta(minutes=minutes))
GOODS = some.lists(
    some.builds(
        Goods,
        in_stock=some.booleans(),
        made_to_order=some.booleans(),
        restock_on=some.none() | some.dates(date(2025, 1, 1), date(2026, 12, 31)),
    ),
    max_size=3,
)
SALES = some.sampled_from(list(Sale))


@settings(max_examples=300)
@given(MOMENTS, GOODS, SALES)
def test_c1_a_promise_is_never_in_the_past_and_always_for_a_day_the_shop_ships(paid, goods, sale):
    promise = promise_dispatch(paid, paid, goods, sale, POLICY)
    assert promise.ship_by >= paid.astimezone(ZONE).date()
    assert is_shipping_day(promise.ship_by, POLICY.shipping)


@settings(max_examples=300)
@given(MOMENTS, some.integers(0, 20 * 24 * 60), GOODS, SALES)
def test_c1_who_pays_later_is_never_promised_an_earlier_day(paid, minutes, goods, sale):
    later = paid + timedelta(minutes=minutes)
    first = promise_dispatch(paid, later, goods, sale, POLICY)
    second = promise_dispatch(later, later, goods, sale, POLICY)
    assert second.ship_by >= first.ship_by


@settings(max_examples=200)
@given(MOMENTS, GOODS, SALES)
def test_c1_what_is_harder_to_send_is_never_promised_earlier(paid, goods, sale):
    plain = promise_dispatch(paid, paid, [Goods()], Sale.NORMAL, POLICY)
    harder = promise_dispatch(paid, paid, goods, sale, POLICY)
    assert harder.ship_by >= plain.ship_by


@settings(max_examples=200)
@given(MOMENTS, some.sampled_from(["浙江", "广东", "新疆", "四川"]))
def test_c3_a_parcel_arrives_after_it_was_sent(paid, region):
    promise = promise_dispatch(paid, paid, [Goods()], Sale.NORMAL, POLICY)
    rule = find_region_rule(region, POLICY.shipping)[1]
    first, last = expect_arrival(promise.ship_by, rule)
    assert promise.ship_by < first <= last


@pytest.mark.parametrize(
    ("paid", "ship_by", "rule"),
    [
        # Spring Festival 2026 is 15 to 23 February; Saturday the 14th and the 28th are worked for it.
        ("2026-02-13 15:59", "2026-02-13", Rule.SAME_DAY),
        ("2026-02-13 16:01", "2026-02-14", Rule.AFTER_CUTOFF),
        ("2026-02-14 10:00", "2026-02-14", Rule.SAME_DAY),
        ("2026-02-14 16:30", "2026-02-24", Rule.AFTER_CUTOFF),
        ("2026-02-18 09:00", "2026-02-24", Rule.REST_DAY),
        ("2026-02-28 09:00", "2026-02-28", Rule.SAME_DAY),
        # A plain weekend.
        ("2026-03-06 16:30", "2026-03-09", Rule.AFTER_CUTOFF),
        ("2026-03-07 09:00", "2026-03-09", Rule.REST_DAY),
        # National Day 2026 is 1 to 7 October; Saturday the 10th is worked for it.
        ("2026-10-03 09:00", "2026-10-08", Rule.REST_DAY),
        ("2026-10-10 09:00", "2026-10-10", Rule.SAME_DAY),
    ],
)
def test_c1_holidays_and_the_days_worked_for_them_count(paid, ship_by, rule):
    promise = promise_dispatch(at(paid), at(paid), [Goods()], Sale.NORMAL, POLICY)
    assert (promise.ship_by, promise.rule, promise.calendar_known) == (
        date.fromisoformat(ship_by),
        rule,
        True,
    )
