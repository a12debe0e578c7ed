"""When things of the demo shop happened: working days, cut-off and courier times before a given now. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from shop.policy import Policy

VAN = time(18, 0)
"""When the couriers' van has left the demo warehouse on a working day."""


@dataclass(frozen=True, slots=True)
class DemoTimes:
    """The demo shop's calendar. All results are in the shop's zone."""

    policy: Policy
    now: datetime
    random: Random

    @property
    def zone(self) -> ZoneInfo:
        """The shop's time zone."""
        return self.policy.zone

    @property
    def today(self) -> date:
        """The shop's date now."""
        return self.now.astimezone(self.zone).date()

    def ago(self, days: tuple[float, float]) -> datetime:
        """A moment between so many days ago, at an hour when people buy if there is room for it."""
        low, high = days
        moment = self.now.astimezone(self.zone) - timedelta(days=self.random.uniform(low, high))
        daytime = moment.replace(hour=self.random.randint(9, 22))
        return daytime if low <= (self.now - daytime) / timedelta(days=1) <= high else moment

    def last_scan(self, hours: tuple[float, float]) -> datetime:
        """A moment between so many hours ago."""
        age = timedelta(hours=self.random.uniform(*hours))
        return self.now.astimezone(self.zone) - age

    def van_before(self, moment: datetime) -> datetime:
        """The last van at least an hour before a moment."""
        day = moment.date()
        while not self._ships(day) or self._van(day) > moment - timedelta(hours=1):
            day -= timedelta(days=1)
        return self._van(day)

    def van_after(self, moment: datetime) -> datetime:
        """The first van that takes what is paid at a moment (C1)."""
        local = moment.astimezone(self.zone)
        day = local.date() + timedelta(days=local.time() > self.policy.shipping.cutoff)
        while not self._ships(day):
            day += timedelta(days=1)
        return self._van(day)

    def paid_for(self, van: datetime) -> datetime:
        """A moment of payment whose goods go with this van: after the cut-off before, by its own cut-off."""
        latest = min(datetime.combine(van.date(), self.policy.shipping.cutoff, self.zone), self.now)
        day = van.date() - timedelta(days=1)
        while not self._ships(day):
            day -= timedelta(days=1)
        earliest = datetime.combine(day, self.policy.shipping.cutoff, self.zone) + timedelta(minutes=1)
        return earliest + (latest - earliest) * self.random.random()

    def next_van(self) -> datetime:
        """The first van still to come."""
        day = self.today
        while not self._ships(day) or self._van(day) <= self.now:
            day += timedelta(days=1)
        return self._van(day)

    def between(self, start: datetime, end: datetime) -> datetime:
        """A moment between two, never after now."""
        latest = min(end, self.now)
        return (start + (latest - start) * self.random.random()).astimezone(self.zone)

    def _ships(self, day: date) -> bool:
        shipping = self.policy.shipping
        return day.isoweekday() in shipping.ship_weekdays and day not in shipping.closed_days

    def _van(self, day: date) -> datetime:
        return datetime.combine(day, VAN, self.zone)
