"""The bargaining ladder as a pure rule: what may be offered next, never below the floor (B9, B16).

value (with the question whether the gap is to the budget or to another shop) → a coupon, a gift or free
shipping by application → a discount inside the desk's authority → a supervisor. Zero means zero: no
rounds, no authority or no budget grant nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum

ZERO = Decimal("0.00")
SMALLEST_OFF = Decimal(1)
"""Below a yuan nothing is worth offering; discounts are whole yuan."""


class Rung(StrEnum):
    """A step of the ladder. The first five are answers the desk gives itself and remembers."""

    VALUE = "value"
    COUPON = "coupon"
    GIFT = "gift"
    FREE_SHIPPING = "free_shipping"
    DISCOUNT = "discount"
    SUPERVISOR = "supervisor"  # a person decides; nothing is granted
    FIXED = "fixed"  # the shop does not haggle


SOFT = (Rung.COUPON, Rung.GIFT, Rung.FREE_SHIPPING)


@dataclass(frozen=True, slots=True)
class Limits:
    """What the policy allows; yuan. `gift` and `free_shipping` tell whether those rungs exist."""

    rounds: int
    authority_off: Decimal
    daily_budget: Decimal
    gift: bool = False
    free_shipping: bool = False


@dataclass(frozen=True, slots=True)
class PastOffer:
    """An answer this buyer had for this item within the policy's memory, in any conversation."""

    kind: Rung
    off: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Case:
    """A buyer haggling over an item; yuan.

    `price` is what they would pay now, after the running promotion and the best coupon they may use;
    `spent` is what the desk took off for anyone today; `asked` is the price they named, if any.
    """

    price: Decimal
    floor: Decimal
    limits: Limits
    past: tuple[PastOffer, ...] = ()
    spent: Decimal = ZERO
    has_coupon: bool = False
    asked: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """The next answer: its round from 1 (0: none is counted), its rung, the yuan taken off."""

    round: int
    rung: Rung
    off: Decimal = ZERO


def get_floor(list_price: Decimal, own_floor: Decimal | None, floor_share: float) -> Decimal:
    """The lowest price ever: the item's own floor, else the policy's share of the list price."""
    if own_floor is not None:
        return own_floor
    return (list_price * Decimal(str(floor_share))).quantize(Decimal("0.01"))


def next_step(case: Case) -> Step:
    """What the desk may answer now. A rung is given once; after the last round a supervisor decides."""
    limits, used = case.limits, len(case.past)
    if limits.rounds == 0:
        return Step(0, Rung.FIXED)
    if used >= limits.rounds:
        return Step(0, Rung.SUPERVISOR)
    if used == 0:
        return Step(1, Rung.VALUE)
    given = {offer.kind for offer in case.past}
    soft = [rung for rung in _list_soft(case) if rung not in given]
    off = ZERO if Rung.DISCOUNT in given else max_discount(case)
    is_last = used + 1 == limits.rounds
    if off and (not soft or (is_last and used > 1)):
        return Step(used + 1, Rung.DISCOUNT, off)
    if soft:
        return Step(used + 1, soft[0])
    return Step(0, Rung.SUPERVISOR)


def _list_soft(case: Case) -> list[Rung]:
    """The rungs without a discount that exist; what costs the shop needs authority and budget."""
    may_spend = case.limits.authority_off > 0 and _left(case) > 0
    there = {
        Rung.COUPON: case.has_coupon,
        Rung.GIFT: case.limits.gift and may_spend,
        Rung.FREE_SHIPPING: case.limits.free_shipping and may_spend,
    }
    return [rung for rung in SOFT if there[rung]]


def max_discount(case: Case) -> Decimal:
    """The whole yuan that may come off: inside authority, today's budget and the floor; or what was asked."""
    taken = sum((offer.off for offer in case.past), ZERO)
    room = min(case.limits.authority_off - taken, case.price - taken - case.floor, _left(case))
    if case.asked is not None and case.asked < case.price:
        room = min(room, case.price - case.asked)
    whole = room.quantize(SMALLEST_OFF, rounding=ROUND_DOWN)
    return whole.quantize(Decimal("0.01")) if whole >= SMALLEST_OFF else ZERO


def _left(case: Case) -> Decimal:
    return max(case.limits.daily_budget - case.spent, ZERO)


def read_asked(amounts: Iterable[Decimal], price: Decimal) -> Decimal | None:
    """The price a customer names: 180 of 200 is a price, 20 of 200 is what should come off."""
    for amount in amounts:
        if ZERO < amount < price:
            return amount if amount * 2 >= price else price - amount
    return None
