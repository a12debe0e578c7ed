"""What a changed line costs more or less (C6), for any prices."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as some

from shop.order_effects import Prices, price_difference

YUAN = some.decimals(min_value="1", max_value="2000", places=2)
PIECES = some.integers(1, 9)


@some.composite
def prices(draw):
    unit, quantity = draw(YUAN), draw(PIECES)
    goods = unit * quantity + draw(some.decimals(min_value="0", max_value="500", places=2))
    discount = draw(some.decimals(min_value="0", max_value="1", places=2)) * goods
    return Prices(
        unit, quantity, draw(YUAN), draw(YUAN), draw(PIECES), goods, discount.quantize(Decimal("0.01"))
    )


@settings(max_examples=300)
@given(prices())
def test_never_more_goes_back_than_was_paid(case):
    assert price_difference(case) >= -(case.goods_total - case.discount) - Decimal("0.01")


@settings(max_examples=200)
@given(YUAN, PIECES, YUAN)
def test_the_same_goods_cost_nothing_more(unit, quantity, price):
    case = Prices(unit, quantity, price, price, quantity, unit * quantity, Decimal("0.00"))
    assert price_difference(case) == Decimal("0.00")


@settings(max_examples=200)
@given(prices())
def test_more_pieces_never_cost_less(case):
    more = Prices(
        case.unit_paid,
        case.quantity,
        case.price_now,
        case.new_price_now,
        case.new_quantity + 1,
        case.goods_total,
        case.discount,
    )
    assert price_difference(more) >= price_difference(case)


def test_the_difference_is_that_of_todays_prices_on_the_price_paid():
    # Bought at 180 in a sale; today 200 and 215.50: the sale price stays, 15.50 a piece is added.
    case = Prices(*map(Decimal, ("180", "2", "200", "215.50", "2", "360", "0")))
    assert price_difference(case) == Decimal("31.00")
