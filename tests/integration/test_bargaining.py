"""Haggling on a real database: memory, floor, budget and concurrent grants (B9)."""

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select

from actions.pricing import ActionBargain
from shop.commands import CommandContext, execute
from shop.db import transaction
from shop.errors import CommandError, NotFound, Refused
from shop.facts import Reading
from shop.keys import join_key
from shop.models import Coupon, Offer, OfferBudget
from shop.offers import read_bargain
from shop.policy_file import load_policy
from tests.small_shop import open_shop

POLICY = load_policy(Path("examples/shop/policy.yml"))
EVER = {"starts_at": datetime(2026, 1, 1, tzinfo=UTC), "ends_at": datetime(2027, 1, 1, tzinfo=UTC)}


def policy_with(**bargaining):
    return POLICY.model_copy(update={"bargaining": POLICY.bargaining.model_copy(update=bargaining)})


@pytest.fixture
async def shop(sessions):
    await open_shop(sessions)


@pytest.fixture
def grant(sessions, clock):
    async def run(proposal, buyer="b001", policy=POLICY, **changes):
        context = CommandContext(buyer, "c1", "web", clock(), policy)
        async with transaction(sessions) as session:
            return await execute(session, proposal["name"], proposal["args"] | changes, context)

    return run


def offer(round_, kind, off="0.00", product="P1"):
    return {
        "name": "grant_offer",
        "args": {"product_id": product, "round": round_, "kind": kind, "off": off, "detail": ""},
    }


async def _list_offers(sessions):
    async with sessions() as session:
        rows = (await session.scalars(select(Offer).order_by(Offer.id))).all()
        spent = (await session.scalars(select(OfferBudget.spent))).all()
    return [(o.buyer_id, o.round, o.kind, o.off) for o in rows], spent


async def test_a_haggle_climbs_the_ladder_and_ends_at_a_supervisor(shop, ask, grant, sessions):
    scripts = []
    for _ in range(4):
        said = await ask(ActionBargain(), "便宜点", item="P1")
        scripts += said.scripts
        for proposal in said.proposals:
            await grant(proposal)
    assert scripts == ["bargain_value", "bargain_gift", "bargain_discount", "bargain_supervisor"]
    assert (said.handoff, said.proposals) == ("bargain_beyond_authority", [])
    offers, spent = await _list_offers(sessions)
    assert offers == [
        ("b001", 1, "value", Decimal("0.00")),
        ("b001", 2, "gift", Decimal("0.00")),
        ("b001", 3, "discount", Decimal("15.00")),
    ]
    assert spent == [Decimal("15.00")]


async def test_the_value_is_told_from_the_items_attribute(shop, ask):
    said = await ask(ActionBargain(), "便宜点", item="P1")
    assert "鞋面材质" in said.text
    assert said.sources["value"] == "attribute:P1?name=upper"
    assert said.proposals[0]["args"] == offer(1, "value")["args"]


async def test_a_competitor_is_met_with_our_own_service(shop, ask):
    said = await ask(ActionBargain(), "别家才150", entities={"money": "150"}, item="P1")
    assert said.scripts == ["bargain_competitor"]


async def test_a_new_chat_or_other_words_do_not_restart_the_ladder(shop, ask, grant):
    await grant(offer(1, "value"))
    said = await ask(ActionBargain(), "能不能再少一点呢", item="P1")
    assert said.scripts == ["bargain_gift"]


async def test_the_memory_ends_after_the_policys_days(shop, ask, grant, clock):
    await grant(offer(1, "value"))
    clock.advance(days=POLICY.bargaining.memory_days, seconds=1)
    assert (await ask(ActionBargain(), item="P1")).scripts == ["bargain_value"]


async def test_another_buyer_starts_at_the_value(shop, ask, grant):
    await grant(offer(1, "value"))
    assert (await ask(ActionBargain(), item="P1", buyer="b002")).scripts == ["bargain_value"]


async def test_a_coupon_the_buyer_may_use_comes_second_and_lowers_the_discount(shop, sessions, ask, grant):
    coupon = Coupon(
        id="C10", title="满99减10", amount_off=10, threshold=99, claim_at="店铺首页", stackable=True, **EVER
    )
    async with transaction(sessions) as session:
        session.add(coupon)
    await grant(offer(1, "value"))
    said = await ask(ActionBargain(), item="P1")
    assert (said.scripts, said.proposals[0]["args"]["detail"]) == (["bargain_coupon"], "C10")
    assert said.sources["threshold"] == "coupon:C10"
    await grant(said.proposals[0])
    last = await ask(ActionBargain(), item="P1")
    assert (last.scripts, last.facts["off"]) == (["bargain_discount"], "10.00")  # 200 - 10 - 10 = the floor


async def test_no_more_is_offered_than_was_asked(shop, ask, grant):
    for step in (offer(1, "value"), offer(2, "gift")):
        await grant(step)
    said = await ask(ActionBargain(), "195卖吗", entities={"money": 195}, item="P1")
    assert said.facts["off"] == "5.00"
    assert (await grant(said.proposals[0]))["off"] == "5.00"


@pytest.mark.parametrize(
    "wrong",
    [
        offer(2, "gift"),
        offer(1, "discount", "5.00"),
        offer(1, "value", "1.00"),
        offer(3, "discount", "15.00"),
    ],
)
async def test_a_grant_out_of_turn_is_refused_and_leaves_nothing(shop, grant, sessions, wrong):
    with pytest.raises(Refused, match="the ladder is at round 1, value"):
        await grant(wrong)
    assert await _list_offers(sessions) == ([], [])


async def test_a_grant_over_the_authority_is_refused(shop, grant):
    await grant(offer(1, "value"))
    await grant(offer(2, "gift"))
    with pytest.raises(Refused, match=r"discount up to 15\.00"):
        await grant(offer(3, "discount", "15.01"))


@pytest.mark.parametrize(
    ("name", "value", "round_"),
    [("rounds", 0, 1), ("authority_off", Decimal(0), 2), ("daily_budget", Decimal(0), 2)],
)
async def test_zero_in_the_policy_grants_nothing(shop, grant, name, value, round_):
    if round_ == 2:
        await grant(offer(1, "value"))
    for kind, off in (("gift", "0.00"), ("discount", "1.00"), ("coupon", "0.00"), ("free_shipping", "0.00")):
        with pytest.raises(Refused):
            await grant(offer(round_, kind, off), policy=policy_with(**{name: value}))


async def test_a_grant_waits_for_the_one_before_and_sees_it(shop, grant, sessions, clock):
    async with transaction(sessions) as session:
        context = CommandContext("b001", "c2", "web", clock(), POLICY)
        await execute(session, "grant_offer", offer(1, "value")["args"], context)
        second = asyncio.create_task(grant(offer(1, "value")))
        done, _ = await asyncio.wait({second}, timeout=0.3)
        assert not done
    with pytest.raises(Refused, match="the ladder is at round 2, gift"):
        await second
    assert len((await _list_offers(sessions))[0]) == 1


async def test_buyers_at_once_never_overspend_the_days_budget(shop, grant, sessions):
    buyers, policy = [f"n{i}" for i in range(8)], policy_with(daily_budget=Decimal(40), gift=None, rounds=2)
    for buyer in buyers:
        await grant(offer(1, "value"), buyer, policy)
    results = await asyncio.gather(
        *(grant(offer(2, "discount", "15.00"), buyer, policy) for buyer in buyers), return_exceptions=True
    )
    assert sum(isinstance(result, Refused) for result in results) == 6
    assert (await _list_offers(sessions))[1] == [Decimal("30.00")]


async def test_the_budget_is_of_the_shops_own_day(shop, grant, sessions, clock):
    clock.now = datetime(2026, 3, 2, 15, 59, tzinfo=UTC)  # one minute before midnight in Shanghai
    await grant(offer(1, "value"))
    clock.advance(minutes=2)
    await grant(offer(2, "gift"))
    async with sessions() as session:
        days = (await session.scalars(select(OfferBudget.day).order_by(OfferBudget.day))).all()
    assert days[1] - days[0] == timedelta(days=1)


async def test_a_grant_for_no_item_and_a_broken_one_are_named(shop, grant):
    with pytest.raises(NotFound, match="no product 'P9'"):
        await grant(offer(1, "value", product="P9"))
    with pytest.raises(CommandError, match="'grant_offer': off"):
        await grant(offer(1, "value"), off="-5")


async def test_without_an_item_it_asks_which_one(shop, ask):
    assert (await ask(ActionBargain(), "便宜点")).scripts == ["ask_which_item"]


@pytest.mark.parametrize("budget", ["0.00", "25.00", "200.00"])
async def test_b9_random_hagglers_keep_the_limits_whatever_they_send(shop, sessions, clock, budget):
    """The real readers and commands: buyers, items, forged offers, new chats, days."""
    random = Random(budget)
    policy = policy_with(daily_budget=Decimal(budget), rounds=4, authority_off=Decimal(25))
    now, refused = clock(), 0
    for _ in range(120):
        buyer, product = random.choice(["b001", "b002"]), random.choice(["P1", "P2", "P4"])
        async with transaction(sessions) as session:
            reading = Reading(session, policy, now, buyer)
            told = await read_bargain(reading, join_key(product, asked=random.choice([None, 1, 120, 199])))
            args = {"product_id": product, "round": told["round"], "kind": told["rung"], "off": told["off"]}
            if random.random() < 0.3:  # what nobody was offered
                args["off"] += Decimal(random.choice([1, 50]))
            context = CommandContext(buyer, f"c{random.randrange(9)}", "web", now, policy)
            try:
                await execute(session, "grant_offer", args, context)
            except (Refused, CommandError):
                refused += 1
        now += timedelta(minutes=random.choice([0, 5, 300]))
    async with sessions() as session:
        spent = (await session.scalars(select(OfferBudget.spent))).all()
        offers = (await session.scalars(select(Offer))).all()
    assert all(day <= Decimal(budget) for day in spent)
    assert sum(spent) == sum(offer.off for offer in offers)
    assert refused
    floors = {"P1": Decimal(180), "P2": Decimal(221), "P4": Decimal("135.15")}
    prices = {"P1": Decimal(200), "P2": Decimal(260), "P4": Decimal(159)}
    for buyer in ("b001", "b002"):
        for product, floor in floors.items():
            mine = [o.off for o in offers if (o.buyer_id, o.product_id) == (buyer, product)]
            assert prices[product] - sum(mine) >= floor
            assert sum(mine) <= 25


async def test_b9_a_budget_below_the_price_is_met_with_what_fits_it(shop, ask):
    said = await ask(ActionBargain(), "太贵了 预算只有200", item="P2")
    assert (said.scripts, said.proposals) == (["bargain_budget"], [])
    assert [one["item"] for one in said.facts["items"]] == ["晨风跑鞋"]
    within = await ask(ActionBargain(), "预算300 便宜点", item="P2")
    assert within.scripts == ["bargain_value"]
