"""Until when goods may come back and who pays (D1, D2), without a database."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.policy_file import load_policy
from shop.returns import Payer, count_window, judge_fee
from tests.small_orders import SHANGHAI, at


@pytest.fixture(scope="module")
def returns(policy_path):
    return load_policy(policy_path).returns


@pytest.mark.parametrize(
    ("now", "return_open", "exchange_open"),
    [
        ("2026-03-02 10:00", True, True),
        ("2026-03-08 23:59", True, True),  # the seventh day after signing
        ("2026-03-09 00:00", False, True),
        ("2026-03-16 23:59", False, True),
        ("2026-03-17 00:00", False, False),
    ],
)
def test_the_window_closes_with_its_last_day(returns, now, return_open, exchange_open):
    window = count_window(at("2026-03-01 12:00"), at(now), returns, SHANGHAI)
    assert (window.return_last_day, window.exchange_last_day) == (date(2026, 3, 8), date(2026, 3, 16))
    assert (window.return_open, window.exchange_open) == (return_open, exchange_open)


def test_the_day_of_signing_is_the_one_in_the_shops_time_zone(returns):
    signed = at("2026-03-02 00:30")  # still 1 March in UTC
    assert count_window(signed, signed, returns, SHANGHAI).return_last_day == date(2026, 3, 9)


@pytest.mark.parametrize(
    ("fault", "insured", "region", "payer", "pays"),
    [
        (True, False, "浙江", Payer.SHOP, None),
        (True, True, "浙江", Payer.SHOP, None),
        (False, True, "浙江", Payer.INSURANCE, Decimal("9.00")),
        (False, True, "浙江省杭州市", Payer.INSURANCE, Decimal("9.00")),
        (False, True, "四川", Payer.INSURANCE, Decimal("12.00")),
        (False, True, "老地方", Payer.INSURANCE, Decimal("12.00")),
        (False, False, "浙江", Payer.BUYER, None),
    ],
)
def test_who_pays_the_way_back(returns, fault, insured, region, payer, pays):
    fee = judge_fee(region, fault_confirmed=fault, insured=insured, returns=returns)
    assert (fee.payer, fee.insurance_pays) == (payer, pays)


@given(insured=st.booleans(), region=st.text(max_size=6))
def test_without_a_confirmed_fault_the_shop_never_pays(returns, insured, region):
    assert judge_fee(region, fault_confirmed=False, insured=insured, returns=returns).payer is not Payer.SHOP
