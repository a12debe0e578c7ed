"""What goods cost: one promotion, one coupon, both where they combine (B7, B8); tiers and protection."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from shop.bulk import find_tier
from shop.models import Coupon, Promotion
from shop.price_protection import Bought, judge
from shop.pricing import quote
from shop.promotions import tenths

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def promotion(kind, **rules):
    return Promotion(id=kind, title=kind, kind=kind, rules=rules, product_ids=None)


def coupon(off, threshold, *, stackable=False):
    return Coupon(id=f"C{off}", amount_off=Decimal(off), threshold=Decimal(threshold), stackable=stackable)


def pay(unit, pieces=1, *, promotions=(), coupons=(), not_with_flash=True):
    found = quote(
        Decimal(unit),
        pieces,
        sku_id="S1",
        promotions=promotions,
        coupons=coupons,
        not_with_flash=not_with_flash,
    )
    return (
        found.total,
        found.pay,
        found.promotion.kind if found.promotion else None,
        found.coupon.id if found.coupon else None,
    )


REDUCTION = promotion("full_reduction", threshold="299", off="30")


def test_without_anything_the_price_is_the_total():
    assert pay("99.50", 2) == (Decimal("199.00"), Decimal("199.00"), None, None)


def test_a_full_reduction_needs_its_threshold():
    assert pay("298", promotions=[REDUCTION])[1] == Decimal(298)
    assert pay("299", promotions=[REDUCTION]) == (299, 269, "full_reduction", None)
    assert pay("150", 2, promotions=[REDUCTION])[1] == 270


def test_a_discount_is_a_share():
    assert pay("159", promotions=[promotion("discount", rate="0.9")])[1] == Decimal("143.10")


def test_a_coupon_needs_its_threshold_and_the_largest_wins():
    coupons = [coupon(10, 99), coupon(25, 199)]
    assert pay("198", coupons=coupons) == (198, 188, None, "C10")
    assert pay("199", coupons=coupons) == (199, 174, None, "C25")


def test_a_coupon_that_does_not_combine_competes_with_the_promotion():
    assert pay("300", promotions=[REDUCTION], coupons=[coupon(25, 199)])[1:] == (270, "full_reduction", None)
    assert pay("300", promotions=[REDUCTION], coupons=[coupon(40, 199)])[1:] == (260, None, "C40")


def test_a_stackable_coupon_adds_to_the_promotion():
    coupons = [coupon(10, 99, stackable=True)]
    assert pay("300", promotions=[REDUCTION], coupons=coupons)[1:] == (260, "full_reduction", "C10")


def test_a_stackable_coupons_threshold_counts_after_the_promotion():
    coupons = [coupon(10, 280, stackable=True)]
    assert pay("300", promotions=[REDUCTION], coupons=coupons)[1:] == (270, "full_reduction", None)


def test_a_flash_price_bars_coupons_when_the_policy_says_so():
    flash = promotion("flash", price={"S1": "89.00"})
    coupons = [coupon(10, 50, stackable=True)]
    assert pay("200", promotions=[flash, REDUCTION], coupons=coupons)[1:] == (89, "flash", None)
    assert pay("200", promotions=[flash], coupons=coupons, not_with_flash=False)[1:] == (79, "flash", "C10")


def test_a_coupon_never_pays_more_than_the_goods():
    assert pay("8", coupons=[coupon(10, 0)])[1] == 8


@pytest.mark.parametrize(("share", "said"), [(0.95, "9.5"), ("0.90", "9"), (0.88, "8.8")])
def test_shares_are_said_in_tenths(share, said):
    assert tenths(share) == said


@pytest.mark.parametrize(
    ("pieces", "tier"), [(9, None), (10, (10, 0.95)), (29, (10, 0.95)), (30, (30, 0.92)), (500, (100, 0.88))]
)
def test_b13_the_highest_tier_reached_holds(pieces, tier):
    assert find_tier(pieces, [(10, 0.95), (30, 0.92), (100, 0.88)]) == tier


def verdict(paid_ago, sale="normal", in_campaigns=False, paid="200", now="180", quantity=2):
    lines = [Bought(Decimal(paid), Decimal(now), quantity), Bought(Decimal(50), Decimal(60), 1)]
    paid_at = NOW - paid_ago if paid_ago is not None else None
    return judge(paid_at, NOW, sale=sale, days=15, in_campaigns=in_campaigns, lines=lines)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"paid_ago": timedelta(days=3)}, ("due", 40)),
        ({"paid_ago": timedelta(days=15, seconds=-1)}, ("due", 40)),
        ({"paid_ago": timedelta(days=15)}, ("too_late", 0)),
        ({"paid_ago": timedelta(days=3), "now": "200"}, ("no_drop", 0)),
        ({"paid_ago": timedelta(days=3), "sale": "campaign"}, ("campaign", 0)),
        ({"paid_ago": timedelta(days=3), "sale": "campaign", "in_campaigns": True}, ("due", 40)),
        ({"paid_ago": None}, ("unpaid", 0)),
    ],
)
def test_d11_a_difference_is_due_within_the_days_and_outside_campaigns(told, expected):
    assert verdict(**told) == expected
