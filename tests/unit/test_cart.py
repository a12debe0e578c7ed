"""A cart's total: the best allowed combination, exact, never negative, every reason told (B7, B8)."""

from datetime import UTC, datetime
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shop.cart import Line, Total, compute_total, explain_coupon, join_cart, parse_cart
from shop.errors import NotFound
from shop.models import Coupon, Promotion

EVER = {"starts_at": datetime(2026, 1, 1, tzinfo=UTC), "ends_at": datetime(2027, 1, 1, tzinfo=UTC)}
YUAN = Decimal("0.00")


def promotion(kind="full_reduction", goods=None, **rules):
    return Promotion(id=f"{kind}{rules}", title=kind, kind=kind, rules=rules, product_ids=goods, **EVER)


def coupon(off, threshold=0, *, stackable=False, goods=None):
    return Coupon(
        id=f"C{off}",
        amount_off=Decimal(off),
        threshold=Decimal(threshold),
        stackable=stackable,
        product_ids=goods,
        title=f"减{off}",
        claim_at="店铺首页",
        **EVER,
    )


def line(item, unit, pieces=1):
    return Line(f"{item}-1", item, Decimal(unit), pieces)


def total(lines, promotions=(), coupons=(), *, bars=True) -> Total:
    return compute_total(lines, promotions=promotions, coupons=coupons, not_with_flash=bars)


def told(found):
    return found.pay, found.promotion and found.promotion.kind, found.coupon and found.coupon.id


REDUCTION = promotion(threshold="299", off="30")
SHOES, COAT = line("P1", "200.00"), line("P2", "120.00")


def test_b7_items_reach_a_threshold_together():
    assert told(total([SHOES, COAT], [REDUCTION])) == (Decimal("290.00"), "full_reduction", None)
    assert told(total([SHOES], [REDUCTION])) == (Decimal("200.00"), None, None)


def test_b7_a_promotion_counts_only_the_goods_it_covers():
    only_shoes = promotion(goods=["P1"], threshold="299", off="30")
    assert total([SHOES, COAT], [only_shoes]).pay == 320


def test_b8_a_coupon_combines_with_a_promotion_only_where_it_may():
    assert told(total([SHOES, COAT], [REDUCTION], [coupon(10, 99)])) == (290, "full_reduction", None)
    assert told(total([SHOES, COAT], [REDUCTION], [coupon(10, 99, stackable=True)])) == (
        280,
        "full_reduction",
        "C10",
    )
    assert told(total([SHOES, COAT], [REDUCTION], [coupon(40, 99)])) == (280, None, "C40")


def test_b8_a_threshold_counts_what_is_left_after_the_promotion():
    stackable = coupon(20, 300, stackable=True)
    assert told(total([SHOES, COAT], [REDUCTION], [stackable])) == (290, "full_reduction", None)


def test_b8_flash_goods_are_outside_coupons_and_promotions():
    flash = promotion("flash", price={"P1-1": "150.00"})
    found = total([SHOES, COAT], [flash, REDUCTION], [coupon(10, 99)])
    assert told(found) == (Decimal("260.00"), None, "C10")
    assert found.flash
    assert told(total([SHOES], [flash], [coupon(10, 99)])) == (150, None, None)
    assert told(total([SHOES], [flash], [coupon(10, 99)], bars=False)) == (140, None, "C10")


def test_a_reduction_is_shared_in_proportion_and_to_the_cent():
    found = total(
        [line("P1", "100.00"), line("P2", "100.00"), line("P3", "100.00")],
        [promotion(threshold="299", off="10")],
    )
    assert [one.pay for one in found.lines] == [Decimal("96.67"), Decimal("96.67"), Decimal("96.66")]
    assert found.pay == 290


def explained(one, lines, promotions=(), coupons=()):
    return explain_coupon(one, total(lines, promotions, [one, *coupons]), not_with_flash=True)


def test_b8_why_a_coupon_did_not_apply_is_told_exactly():
    flash = promotion("flash", price={"P1-1": "150.00"})
    assert explained(coupon(10, 99), [SHOES]) == ("applied", 0)
    assert explained(coupon(10, 250), [SHOES]) == ("below_threshold", 50)
    assert explained(coupon(10, 99, goods=["P9"]), [SHOES]) == ("other_goods", 0)
    assert explained(coupon(10, 99), [SHOES], [flash]) == ("flash", 0)
    assert explained(coupon(10, 99), [SHOES, COAT], [REDUCTION]) == ("not_with_promotion", 0)
    assert explained(coupon(10, 99), [SHOES], coupons=[coupon(25, 199)]) == ("other_is_better", 0)


def test_a_cart_is_named_by_its_skus_and_pieces():
    assert parse_cart("P1-黑色-39*2,P2-1") == [("P1-黑色-39", 2), ("P2-1", 1)]
    assert parse_cart("A*1,A*2") == [("A", 3)]
    assert join_cart([("A", 3), ("B", 1)]) == "A*3,B*1"


@pytest.mark.parametrize("key", ["", "A*x", "A*0", "*3", "A*1000", ",".join(f"S{n}*1" for n in range(21))])
def test_what_is_no_cart_is_not_quoted(key):
    with pytest.raises(NotFound):
        parse_cart(key)


prices = st.decimals("0.01", "999.99", places=2)
lines = st.lists(
    st.builds(line, st.sampled_from(["P1", "P2", "P3"]), prices, st.integers(1, 9)), min_size=1, max_size=4
)
goods = st.none() | st.lists(st.sampled_from(["P1", "P2", "P3", "P9"]), max_size=3)
amounts = st.decimals("0.01", "500.00", places=2)
reductions = st.builds(
    lambda g, t, o: promotion(goods=g, threshold=str(t), off=str(o)), goods, amounts, amounts
)
discounts = st.builds(
    lambda g, r: promotion("discount", goods=g, rate=str(r)), goods, st.decimals("0.1", "1", places=2)
)
flashes = st.builds(lambda p: promotion("flash", price={"P1-1": str(p)}), prices)
coupons = st.builds(
    lambda o, t, s, g: coupon(o, t, stackable=s, goods=g), amounts, amounts, st.booleans(), goods
)


def test_no_line_gets_below_zero_by_what_rounding_leaves():
    cheap = [line(f"P{number}", "0.01") for number in range(5)]
    found = total([line("P9", "1.00"), *cheap], [], [coupon("1.00")])
    assert found.pay == Decimal("0.05")
    assert min(one.pay for one in found.lines) >= 0
    assert sum(one.pay for one in found.lines) == found.pay


@settings(max_examples=300, deadline=None)
@given(
    lines,
    st.lists(reductions | discounts | flashes, max_size=3),
    st.lists(coupons, max_size=3),
    st.booleans(),
)
def test_a_total_is_the_best_allowed_and_never_negative(wanted, running, usable, bars):
    found = total(wanted, running, usable, bars=bars)
    assert found.pay >= 0
    assert found.pay == sum(one.pay for one in found.lines)
    assert all(one.pay >= 0 for one in found.lines)
    assert found.pay == found.pay.quantize(Decimal("0.01"))
    if found.coupon and found.promotion:
        assert found.coupon.stackable
    # Nothing that may be used alone, or as one pair, is cheaper.
    for some, one in product([[], *([p] for p in running)], [[], *([c] for c in usable)]):
        flash = [p for p in running if p.kind == "flash"]
        assert (
            found.pay <= total(wanted, [*flash, *[p for p in some if p.kind != "flash"]], one, bars=bars).pay
        )
    # More coupons or promotions never make it dearer.
    assert found.pay <= total(wanted, [p for p in running if p.kind == "flash"], [], bars=bars).pay


@settings(max_examples=200, deadline=None)
@given(lines, st.lists(reductions, max_size=2), coupons, st.lists(coupons, max_size=2))
def test_every_coupon_has_a_reason(wanted, running, one, others):
    why, missing = explain_coupon(one, total(wanted, running, [one, *others]), not_with_flash=True)
    assert (missing > 0) == (why == "below_threshold")
