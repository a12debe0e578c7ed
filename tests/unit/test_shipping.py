"""Dispatch promises (C1) and region rules (C2, C3), without a database."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.calendar import is_shipping_day
from shop.policy_file import load_policy
from shop.shipping import Goods, Rule, Sale, expect_arrival, find_region_rule, promise_dispatch
from tests.small_orders import at

POLICY = load_policy(Path(__file__).parents[2] / "examples/shop/policy.yml")
STOCKED, SOLD_OUT, MADE = Goods(), Goods(in_stock=False), Goods(made_to_order=True)
BACK_LATE = Goods(in_stock=False, restock_on=date(2026, 3, 14))


@pytest.mark.parametrize(
    ("paid", "goods", "sale", "ship_by", "rule"),
    [
        ("2026-03-02 10:00", [STOCKED], "normal", date(2026, 3, 2), Rule.SAME_DAY),
        ("2026-03-02 16:00", [STOCKED], "normal", date(2026, 3, 2), Rule.SAME_DAY),  # by the cut-off
        ("2026-03-02 16:01", [STOCKED], "normal", date(2026, 3, 3), Rule.AFTER_CUTOFF),
        ("2026-03-06 17:00", [STOCKED], "normal", date(2026, 3, 9), Rule.AFTER_CUTOFF),  # Friday evening
        ("2026-03-07 09:00", [STOCKED], "normal", date(2026, 3, 9), Rule.REST_DAY),  # Saturday morning
        ("2026-03-02 10:00", [SOLD_OUT], "normal", date(2026, 3, 3), Rule.NO_STOCK),
        ("2026-03-02 17:00", [SOLD_OUT], "normal", date(2026, 3, 4), Rule.NO_STOCK),
        ("2026-03-06 10:00", [SOLD_OUT], "normal", date(2026, 3, 9), Rule.NO_STOCK),  # Friday → Monday
        ("2026-03-02 10:00", [BACK_LATE], "normal", date(2026, 3, 16), Rule.NO_STOCK),  # back on a Saturday
        ("2026-03-02 10:00", [STOCKED, SOLD_OUT], "normal", date(2026, 3, 3), Rule.NO_STOCK),
        ("2026-03-02 10:00", [MADE], "normal", date(2026, 3, 4), Rule.MADE_TO_ORDER),
        ("2026-03-05 10:00", [MADE], "normal", date(2026, 3, 9), Rule.MADE_TO_ORDER),  # 48 h end on Saturday
        ("2026-03-02 10:00", [STOCKED], "campaign", date(2026, 3, 5), Rule.CAMPAIGN),
        ("2026-03-05 10:00", [STOCKED], "campaign", date(2026, 3, 9), Rule.CAMPAIGN),
        ("2026-03-02 10:00", [STOCKED], "flash", date(2026, 3, 9), Rule.FLASH),
        ("2026-02-14 16:30", [STOCKED], "normal", date(2026, 2, 24), Rule.AFTER_CUTOFF),  # Spring Festival
        ("2026-02-28 10:00", [STOCKED], "normal", date(2026, 2, 28), Rule.SAME_DAY),  # a worked Saturday
        ("2026-09-30 18:00", [STOCKED], "normal", date(2026, 10, 8), Rule.AFTER_CUTOFF),  # National Day
        ("2026-03-02 10:00", [], "normal", date(2026, 3, 2), Rule.SAME_DAY),
    ],
)
def test_the_promised_day(paid, goods, sale, ship_by, rule):
    promise = promise_dispatch(at(paid), at("2026-03-02 10:00"), goods, Sale(sale), POLICY)
    assert (promise.ship_by, promise.rule, promise.calendar_known) == (ship_by, rule, True)


def test_what_is_not_paid_is_promised_as_if_paid_now():
    promise = promise_dispatch(None, at("2026-03-02 15:59"), [STOCKED], Sale.NORMAL, POLICY)
    assert promise.ship_by == date(2026, 3, 2)


def test_the_cut_off_is_taken_in_the_shops_time_zone():
    late_in_shanghai = datetime.fromisoformat("2026-03-02T08:30:00+00:00")  # 16:30 there
    promise = promise_dispatch(late_in_shanghai, late_in_shanghai, [STOCKED], Sale.NORMAL, POLICY)
    assert promise.ship_by == date(2026, 3, 3)


def test_a_day_in_a_year_without_published_holidays_says_so():
    promise = promise_dispatch(at("2026-12-31 18:00"), at("2026-12-31 18:00"), [STOCKED], Sale.NORMAL, POLICY)
    assert (promise.ship_by, promise.calendar_known) == (date(2027, 1, 1), False)


minutes = st.integers(0, 2 * 366 * 24 * 60)
moments = minutes.map(lambda count: at("2025-06-01 00:00") + timedelta(minutes=count))
goods_lists = st.lists(
    st.builds(
        Goods,
        st.booleans(),
        st.booleans(),
        st.none() | st.dates(date(2025, 1, 1), date(2027, 6, 30)),
    ),
    max_size=3,
)


@given(paid=moments, goods=goods_lists, sale=st.sampled_from(Sale))
def test_a_promise_is_never_before_payment_and_always_on_a_shipping_day(paid, goods, sale):
    promise = promise_dispatch(paid, paid, goods, sale, POLICY)
    assert promise.ship_by >= paid.date()
    assert is_shipping_day(promise.ship_by, POLICY.shipping)


@given(
    paid=moments,
    later=st.timedeltas(timedelta(0), timedelta(days=30)),
    goods=goods_lists,
    sale=st.sampled_from(Sale),
)
def test_paying_later_never_ships_earlier(paid, later, goods, sale):
    first = promise_dispatch(paid, paid, goods, sale, POLICY).ship_by
    assert promise_dispatch(paid + later, paid, goods, sale, POLICY).ship_by >= first


@given(paid=moments, goods=goods_lists, sale=st.sampled_from(Sale))
def test_no_sale_and_no_goods_ship_before_plain_goods_in_stock(paid, goods, sale):
    plain = promise_dispatch(paid, paid, [STOCKED], Sale.NORMAL, POLICY).ship_by
    assert promise_dispatch(paid, paid, goods, sale, POLICY).ship_by >= plain


@pytest.mark.parametrize(
    ("place", "region", "courier"),
    [
        ("浙江", "浙江", "圆通"),
        ("武汉", "湖北", "中通"),
        ("四川成都", "四川", "韵达"),
        ("新疆", "新疆", "EMS"),  # where no courier of the list reaches
    ],
)
def test_a_region_has_its_courier(place, region, courier):
    found = find_region_rule(place, POLICY.shipping)
    assert found is not None
    assert (found[0], found[1].courier) == (region, courier)


def test_an_unknown_place_has_no_courier_rather_than_a_wrong_one():
    assert find_region_rule("老地方", POLICY.shipping) is None


def test_arrival_is_the_shipping_day_plus_the_transit_days():
    rule = POLICY.shipping.elsewhere
    assert expect_arrival(date(2026, 3, 2), rule) == (date(2026, 3, 7), date(2026, 3, 10))
