"""Parcels of the demo orders with their scans. Pure: from an order and a case to a shipment."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from shop.demo.recipe import Case, Recipe
from shop.demo.times import DemoTimes
from shop.models import Order, ParcelState, Scan, Shipment
from shop.policy import Policy, RegionRule


def region_rule(policy: Policy, region: str) -> RegionRule:
    """Courier, fee and transit days of a region (C2)."""
    rules = (rule for rule in policy.shipping.regions if region in rule.regions)
    return next(rules, policy.shipping.elsewhere)


def make_parcel(times: DemoTimes, recipe: Recipe, case: Case, order: Order, last: datetime) -> Shipment:
    """The parcel of a shipped order, scanned from the van to `last`."""
    assert order.shipped_at
    assert case.parcel
    rule = region_rule(times.policy, order.region)
    expected = (order.shipped_at + timedelta(days=rule.transit_days[1])).date()
    if case.parcel in {ParcelState.IN_TRANSIT, ParcelState.OUT_FOR_DELIVERY}:
        expected = max(expected, times.today)  # the courier corrects a date that has passed
    return Shipment(
        courier=rule.courier,
        tracking_no=_tracking_no(times, recipe, rule.courier),
        state=case.parcel,
        shipped_at=order.shipped_at,
        expected_on=expected,
        scans=_scans(times, recipe, case.scans, order, last),
    )


def make_return(times: DemoTimes, recipe: Recipe, case: Case, order: Order, end: datetime) -> Shipment:
    """The parcel with which the buyer sent the goods back, last scanned before `end`."""
    assert order.signed_at
    assert case.back
    courier = region_rule(times.policy, order.region).courier
    if courier in times.policy.returns.refused_couriers:
        courier = times.policy.shipping.regions[0].courier
    sent = order.signed_at + timedelta(days=1)
    keys = ["back_collected", "back_departed"]
    if case.back is ParcelState.SIGNED:
        keys.append("back_signed")
    shipment = Shipment(
        direction="return",
        courier=courier,
        tracking_no=_tracking_no(times, recipe, courier),
        state=case.back,
        shipped_at=sent,
        expected_on=None,
    )
    shipment.scans = _spread(recipe, keys, order.region, sent, end)
    return shipment


def _scans(times: DemoTimes, recipe: Recipe, keys: Sequence[str], order: Order, last: datetime) -> list[Scan]:
    assert order.shipped_at
    return _spread(recipe, keys, order.region, order.shipped_at, last.astimezone(times.zone))


def _spread(recipe: Recipe, keys: Sequence[str], city: str, start: datetime, last: datetime) -> list[Scan]:
    """One scan a key, evenly from the start to the last moment; a single one at the last moment."""
    steps = max(len(keys) - 1, 1)
    moments = [last - (last - start) * (len(keys) - 1 - i) / steps for i in range(len(keys))]
    return [
        Scan(
            at=moment.replace(microsecond=0),
            place=recipe.scans[key][0].format(city=city),
            text=recipe.scans[key][1].format(city=city),
        )
        for key, moment in zip(keys, moments, strict=True)
    ]


def _tracking_no(times: DemoTimes, recipe: Recipe, courier: str) -> str:
    prefix, digits = recipe.couriers[courier]
    return prefix + f"{times.random.randrange(10**digits):0{digits}d}"
