"""Which days the shop ships on."""

from datetime import date

import pytest

from shop.calendar import (
    add_shipping_days,
    add_working_days,
    find_shipping_day,
    is_published,
    is_shipping_day,
)
from shop.errors import PolicyError
from shop.policy_file import load_policy


@pytest.fixture
def shipping(policy_path):
    return load_policy(policy_path).shipping


@pytest.mark.parametrize(
    ("day", "ships"),
    [
        (date(2026, 3, 2), True),  # a Monday
        (date(2026, 3, 7), False),  # a Saturday
        (date(2026, 2, 17), False),  # Spring Festival, a Tuesday
        (date(2026, 2, 28), True),  # a Saturday worked for Spring Festival
        (date(2026, 2, 14), True),  # the Saturday before it, worked too
        (date(2026, 10, 1), False),  # National Day, a Thursday
        (date(2027, 10, 1), True),  # a Friday of a year whose holidays are not published
        (date(2027, 10, 2), False),  # its Saturday
    ],
)
def test_shipping_days_follow_holidays_and_make_up_days(shipping, day, ships):
    assert is_shipping_day(day, shipping) is ships


def test_the_shops_own_closed_day_goes_before_everything(shipping):
    closed = shipping.model_copy(update={"closed_days": [date(2026, 2, 28)]})
    assert not is_shipping_day(date(2026, 2, 28), closed)


def test_a_shop_that_ships_on_saturdays_still_rests_on_public_holidays(shipping):
    busy = shipping.model_copy(update={"ship_weekdays": [1, 2, 3, 4, 5, 6]})
    assert is_shipping_day(date(2026, 3, 7), busy)
    assert not is_shipping_day(date(2026, 2, 21), busy)  # Saturday of Spring Festival


def test_published_years_end_where_the_library_ends():
    assert is_published(date(2026, 12, 31))
    assert not is_published(date(2027, 1, 1))


def test_the_next_shipping_day_may_be_the_day_itself(shipping):
    assert find_shipping_day(date(2026, 3, 2), shipping) == date(2026, 3, 2)
    assert find_shipping_day(date(2026, 2, 15), shipping) == date(2026, 2, 24)


def test_shipping_days_are_counted_over_a_weekend(shipping):
    assert add_shipping_days(date(2026, 3, 6), 1, shipping) == date(2026, 3, 9)
    assert add_shipping_days(date(2026, 3, 6), 0, shipping) == date(2026, 3, 6)


def test_a_policy_without_any_shipping_day_is_an_error_not_an_endless_search(shipping):
    never = shipping.model_copy(update={"ship_weekdays": []})
    with pytest.raises(PolicyError, match="no day to ship on"):
        find_shipping_day(date(2027, 3, 6), never)


def test_bank_days_skip_weekends_and_holidays():
    assert add_working_days(date(2026, 3, 6), 3) == date(2026, 3, 11)
    assert add_working_days(date(2026, 9, 30), 1) == date(2026, 10, 8)
    assert add_working_days(date(2027, 3, 5), 1) == date(2027, 3, 8)
