"""A world of hagglers: buyers, chats, rewordings, days; what is taken off keeps every limit (B9, B16)."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest

from shop.bargaining import Case, Limits, PastOffer, Rung, next_step, read_asked

HAGGLES = 10_000
BUYERS = ("b1", "b2", "b3", "b4", "b5")
GOODS = {
    "P1": ("200.00", "170.00"),
    "P2": ("59.90", "59.00"),
    "P3": ("399.00", "0.00"),
    "P4": ("88.00", "90.00"),
}
ZERO = Decimal("0.00")


@dataclass
class World:
    """What the shop remembers: offers by buyer and item, spending by day. Chats are not in it, on purpose."""

    limits: Limits
    memory: timedelta
    now: datetime
    offers: dict[tuple[str, str], list[tuple[datetime, PastOffer]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    spent: dict[object, Decimal] = field(default_factory=lambda: defaultdict(lambda: ZERO))

    def remembered(self, buyer: str, item: str) -> tuple[PastOffer, ...]:
        since = self.now - self.memory
        return tuple(offer for at, offer in self.offers[buyer, item] if at > since)

    def haggle(self, buyer: str, item: str, *, has_coupon: bool, asked: Decimal | None) -> None:
        """One message of a buyer; what is offered is granted."""
        price, floor = (Decimal(amount) for amount in GOODS[item])
        day = self.now.date()
        case = Case(
            price=price,
            floor=floor,
            limits=self.limits,
            past=self.remembered(buyer, item),
            spent=self.spent[day],
            has_coupon=has_coupon,
            asked=read_asked([asked] if asked else [], price),
        )
        step = next_step(case)
        if step.round:
            self.offers[buyer, item].append((self.now, PastOffer(step.rung, step.off)))
            self.spent[day] += step.off
        self.check(buyer, item, price, floor)

    def check(self, buyer: str, item: str, price: Decimal, floor: Decimal) -> None:
        past = self.remembered(buyer, item)
        taken = sum((offer.off for offer in past), ZERO)
        assert taken == 0 or price - taken >= floor
        assert taken <= self.limits.authority_off
        assert self.spent[self.now.date()] <= self.limits.daily_budget
        assert len(past) <= self.limits.rounds
        assert len({offer.kind for offer in past}) == len(past)


def _limits(random: Random) -> Limits:
    return Limits(
        rounds=random.choice([0, 1, 2, 3, 5]),
        authority_off=Decimal(random.choice(["0", "5.50", "15", "40"])),
        daily_budget=Decimal(random.choice(["0", "1", "30", "100", "500"])),
        gift=random.random() < 0.5,
        free_shipping=random.random() < 0.5,
    )


def test_b9_ten_thousand_haggles_never_get_below_the_floor_or_over_the_budget() -> None:
    random = Random(9)
    told = granted = 0
    while told < HAGGLES:
        world = World(
            _limits(random),
            timedelta(days=random.choice([0, 1, 30])),
            datetime(2026, 3, 2, 23, 0, tzinfo=UTC),
        )
        for _ in range(100):
            asked = random.choice([None, Decimal(random.randrange(0, 500)), Decimal("0.01")])
            world.haggle(
                random.choice(BUYERS),
                random.choice(list(GOODS)),
                has_coupon=random.random() < 0.3,
                asked=asked,
            )
            world.now += timedelta(minutes=random.choice([0, 1, 17, 240]))  # over many midnights
            told += 1
        granted += sum(offer.off > 0 for past in world.offers.values() for _, offer in past)
    assert granted > 100  # the limits were really met


@pytest.mark.parametrize("zero", ["rounds", "authority_off", "daily_budget"])
def test_b9_zero_means_zero_however_often_one_asks(zero: str) -> None:
    random = Random(zero)
    given = {"rounds": 5, "authority_off": Decimal(40), "daily_budget": Decimal(500)} | {zero: 0}
    world = World(
        Limits(gift=True, free_shipping=True, **given), timedelta(days=30), datetime(2026, 3, 2, tzinfo=UTC)
    )
    for _ in range(500):
        world.haggle(
            random.choice(BUYERS),
            random.choice(list(GOODS)),
            has_coupon=True,
            asked=Decimal(random.randrange(300)),
        )
        world.now += timedelta(hours=3)
    offers = [offer for past in world.offers.values() for _, offer in past]
    assert sum(offer.off for offer in offers) == 0
    assert not {Rung.GIFT, Rung.FREE_SHIPPING, Rung.DISCOUNT} & {offer.kind for offer in offers}


def test_b9_a_budget_spent_by_others_is_there_again_after_midnight() -> None:
    limits = Limits(rounds=2, authority_off=Decimal(15), daily_budget=Decimal(15))
    world = World(limits, timedelta(days=30), datetime(2026, 3, 2, 23, 58, tzinfo=UTC))
    for buyer in ("b1", "b2"):
        for _ in range(2):
            world.haggle(buyer, "P1", has_coupon=False, asked=None)
    assert [offer.off for _, offer in world.offers["b1", "P1"]] == [0, 15]
    assert [offer.off for _, offer in world.offers["b2", "P1"]] == [0]
    world.now += timedelta(minutes=3)
    world.haggle("b2", "P1", has_coupon=False, asked=None)
    assert [offer.off for _, offer in world.offers["b2", "P1"]] == [0, 15]
