"""When things of the demo shop happened: shipping days, cut-off, courier times. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from shop.calendar import is_shipping_day
from shop.policy import Policy

VAN = time(18, 0)
"""When the couriers' van has left the demo warehouse on a shipping day."""

AWAKE = range(8, 24)
"""Hours in which most people buy."""


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

    def between(self, start: datetime, end: datetime) -> datetime:
        """A moment between two, never after now, at an hour when people buy if there is one."""
        latest = min(end, self.now)
        draws = [start + (latest - start) * self.random.random() for _ in range(12)]
        local = [draw.astimezone(self.zone).replace(microsecond=0) for draw in draws]
        return next((moment for moment in local if moment.hour in AWAKE), local[0])

    def ago(self, days: tuple[float, float]) -> datetime:
        """A moment between so many days ago."""
        low, high = days
        return self.between(self.now - timedelta(days=high), self.now - timedelta(days=low))

    def hours_ago(self, hours: tuple[float, float]) -> datetime:
        """A moment between so many hours ago."""
        low, high = hours
        return self.ago((low / 24, high / 24))

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
        return self.between(earliest, latest)

    def next_van(self) -> datetime:
        """The first van still to come."""
        day = self.today
        while not self._ships(day) or self._van(day) <= self.now:
            day += timedelta(days=1)
        return self._van(day)

    def collected(self, van: datetime) -> datetime:
        """When the courier took a parcel that went with this van."""
        return van - timedelta(minutes=self.random.randint(0, 75))

    def _ships(self, day: date) -> bool:
        return is_shipping_day(day, self.policy.shipping)

    def _van(self, day: date) -> datetime:
        return datetime.combine(day, VAN, self.zone)
