"""How much goes back (D6): the share really paid, to the cent, never more."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.errors import Refused
from shop.refunds import PaidOrder, count_refund

ZERO = Decimal("0.00")


def yuan(text: str) -> Decimal:
    return Decimal(text)


def order(goods: str = "300.00", discount: str = "20.00", fee: str = "8.00") -> PaidOrder:
    return PaidOrder(yuan(goods), yuan(discount), yuan(fee), yuan(goods) - yuan(discount) + yuan(fee))


@pytest.mark.parametrize(
    ("returned", "more", "amount"),
    [
        ([("100.00", 1)], {}, "93.33"),  # its share of the 20 taken off the whole
        ([("100.00", 1), ("200.00", 1)], {}, "280.00"),  # all goods; the fee of sending stays
        (
            [("100.00", 3)],
            {"fault_confirmed": True},
            "288.00",
        ),  # D2: a confirmed fault gives the fee back too
        ([("100.00", 1)], {"fault_confirmed": True}, "93.33"),  # but not for a part
        ([("200.00", 1)], {"returned_before": "100.00", "refunded_before": "93.33"}, "186.67"),
        ([("100.00", 1)], {"deduct": "10.00"}, "83.33"),
        ([("100.00", 1)], {"refunded_before": "250.00"}, "38.00"),  # never more than was paid in all
        ([], {}, "0.00"),
    ],
)
def test_d6_what_goes_back(returned, more, amount):
    plain = {name: value if isinstance(value, bool) else yuan(value) for name, value in more.items()}
    refund = count_refund(order(), [(yuan(price), count) for price, count in returned], **plain)
    assert refund.amount == yuan(amount)


@pytest.mark.parametrize(
    ("returned", "more"),
    [
        ([("100.00", 4)], {}),
        ([("100.00", 1)], {"deduct": "93.34"}),
        ([("200.00", 1)], {"returned_before": "200.00"}),
    ],
)
def test_d6_more_than_was_bought_or_paid_is_refused(returned, more):
    plain = {name: yuan(value) for name, value in more.items()}
    with pytest.raises(Refused):
        count_refund(order(), [(yuan(price), count) for price, count in returned], **plain)


prices = st.decimals(min_value=1, max_value=2000, places=2)
baskets = st.lists(st.tuples(prices, st.integers(1, 3)), min_size=1, max_size=5)


@given(
    basket=baskets,
    share=st.integers(0, 100),
    fee=st.sampled_from(["0.00", "8.00", "18.00"]),
    fault=st.booleans(),
)
def test_d6_partial_refunds_add_up_to_what_was_paid_and_never_beyond(basket, share, fee, fault):
    goods = sum((price * count for price, count in basket), ZERO)
    discount = (goods * share / 100).quantize(Decimal("0.01"))
    paid = PaidOrder(goods, discount, yuan(fee), goods - discount + yuan(fee))
    back, value = ZERO, ZERO
    for price, count in basket:
        refund = count_refund(
            paid, [(price, count)], returned_before=value, refunded_before=back, fault_confirmed=fault
        )
        assert refund.amount >= 0
        back, value = back + refund.amount, value + price * count
        assert back <= paid.total
    assert back == goods - discount + (yuan(fee) if fault else ZERO)
    with pytest.raises(Refused):
        count_refund(paid, [basket[0]], returned_before=value, refunded_before=back)
