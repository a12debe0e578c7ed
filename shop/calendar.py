"""Which days the shop ships on: weekdays of the policy, Chinese public holidays, make-up working days (C1).

`chinesecalendar` knows the years whose holidays the State Council has published. In a later year only the
weekdays are known; `is_published` says so, and an answer must say it too.
"""

from datetime import date, timedelta

import chinese_calendar
from chinese_calendar import constants

from shop.errors import PolicyError
from shop.policy import ShippingSection

LONGEST_CLOSURE_DAYS = 366
FIRST_PUBLISHED_YEAR: int = min(constants.holidays).year
LAST_PUBLISHED_YEAR: int = max(constants.holidays).year


def is_published(day: date) -> bool:
    """Whether the public holidays of that year are known."""
    return FIRST_PUBLISHED_YEAR <= day.year <= LAST_PUBLISHED_YEAR


def is_shipping_day(day: date, shipping: ShippingSection) -> bool:
    """Whether the shop ships on that day.

    The shop's own closed days come first, then public holidays and the working days that make up for them,
    then the weekdays of the policy.
    """
    if day in shipping.closed_days:
        return False
    if is_published(day):
        is_holiday, occasion = chinese_calendar.get_holiday_detail(day)
        if occasion is not None:  # a public holiday, or a weekend day worked for one
            return bool(not is_holiday)
    return day.isoweekday() in shipping.ship_weekdays


def find_shipping_day(day: date, shipping: ShippingSection) -> date:
    """The first shipping day on or after `day`. Raises PolicyError when the policy leaves none in a year."""
    for ahead in range(LONGEST_CLOSURE_DAYS + 1):
        candidate = day + timedelta(days=ahead)
        if is_shipping_day(candidate, shipping):
            return candidate
    raise PolicyError("shipping.ship_weekdays and shipping.closed_days leave no day to ship on")


def add_shipping_days(day: date, count: int, shipping: ShippingSection) -> date:
    """The day `count` shipping days after `day`, which is one itself."""
    for _ in range(count):
        day = find_shipping_day(day + timedelta(days=1), shipping)
    return day


def add_working_days(day: date, count: int) -> date:
    """The day `count` public working days after `day`: how banks count a refund's way back (D6)."""
    while count > 0:
        day += timedelta(days=1)
        working = chinese_calendar.is_workday(day) if is_published(day) else day.isoweekday() <= 5
        count -= working
    return day
