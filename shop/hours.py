"""Service hours of people: whether the desk is open and when it opens next (G2)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from shop.policy import Hours, NoticesSection, Policy

WEEK_DAYS = 7


def is_open(hours: Hours, zone: ZoneInfo, now: datetime) -> bool:
    """Whether people are at the desk by the policy's service hours."""
    local = now.astimezone(zone)
    return local.isoweekday() in hours.weekdays and hours.opens <= local.time() < hours.closes


def find_next_opening(hours: Hours, zone: ZoneInfo, now: datetime) -> datetime | None:
    """When people are next at the desk, in the shop's zone: `now` if they are; None if they never are."""
    local = now.astimezone(zone)
    if is_open(hours, zone, now):
        return local
    for ahead in range(WEEK_DAYS + 1):
        day = local.date() + timedelta(days=ahead)
        opening = datetime.combine(day, hours.opens, zone)
        if opening > local and day.isoweekday() in hours.weekdays:
            return opening
    return None


def is_quiet(notices: NoticesSection, zone: ZoneInfo, now: datetime) -> bool:
    """Whether buyers are left alone now; the time may run over midnight."""
    local, start, end = now.astimezone(zone).time(), notices.quiet_from, notices.quiet_until
    return start <= local < end if start <= end else local >= start or local < end


def add_desk_time(policy: Policy, now: datetime, **time: float) -> datetime:
    """The moment so much time after `now`, or after the next opening when nobody is there now."""
    opening = find_next_opening(policy.hours, policy.zone, now)
    return (opening or now) + timedelta(**time)
