"""How much goes back for goods that came back: the share really paid, never more than that (D6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from shop.errors import Refused

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class PaidOrder:
    """What was paid for an order, in yuan: goods at their prices, less discount, plus the fee of sending."""

    goods_total: Decimal
    discount: Decimal
    shipping_fee: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True)
class Refund:
    """What goes back, in yuan. `goods` is the share of the goods, `shipping` of the fee of sending."""

    goods: Decimal
    shipping: Decimal
    deducted: Decimal
    amount: Decimal


def count_refund(
    order: PaidOrder,
    returned: Sequence[tuple[Decimal, int]],
    *,
    returned_before: Decimal = ZERO,
    refunded_before: Decimal = ZERO,
    fault_confirmed: bool = False,
    deduct: Decimal = ZERO,
) -> Refund:
    """The refund for pieces (unit price, quantity) of an order (D2, D6).

    Promotions and coupons were taken off the whole order, so a piece brings back its share of what was paid.
    `returned_before` is the value of goods that came back earlier: shares are counted on the running sum, so
    that several partial refunds add up to the whole to the cent. The fee of sending goes back with the last
    goods when the fault is the shop's and confirmed. `deduct` is a person's reduction (fee difference, wear).
    Raises Refused on more goods than were bought or a deduction beyond the refund.
    """
    value = sum((price * quantity for price, quantity in returned), ZERO)
    if value < 0 or returned_before < 0 or returned_before + value > order.goods_total:
        raise Refused("more goods would come back than were bought", because="too_many_back")
    goods = _share(order, returned_before + value) - _share(order, returned_before)
    complete = returned_before + value == order.goods_total and value > 0
    shipping = order.shipping_fee if complete and fault_confirmed else ZERO
    open_amount = max(order.total - refunded_before, ZERO)
    full = min(goods + shipping, open_amount)
    if not ZERO <= deduct <= full:
        raise Refused(f"of {full} yuan no {deduct} can be kept back", because="deduction")
    return Refund(goods, shipping, deduct, full - deduct)


def _share(order: PaidOrder, value: Decimal) -> Decimal:
    """What was paid for goods of this value, to the cent."""
    if order.goods_total <= 0:
        return ZERO
    paid = max(order.goods_total - order.discount, ZERO)
    return (paid * value / order.goods_total).quantize(CENT, ROUND_HALF_UP)
