"""Prices, promotions, coupons, price protection and bulk orders on a real database."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import update

from actions.pricing import ActionAskBulkOrder, ActionAskPrice, ActionAskPriceProtection
from actions.promotions import ActionAskCoupon, ActionAskGift, ActionAskPromotion
from shop.db import transaction
from shop.models import Coupon, CustomerCoupon, Order, OrderLine, Promotion, Sku, Stage
from tests.small_shop import open_shop

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
EVER = {"starts_at": NOW - timedelta(days=30), "ends_at": NOW + timedelta(days=30)}
OVER = {"starts_at": NOW - timedelta(days=30), "ends_at": NOW}


@pytest.fixture
async def shop(sessions):
    await open_shop(sessions)


@pytest.fixture
def add(sessions):
    async def run(*records):
        async with transaction(sessions) as session:
            for record in records:
                session.add(record)
                await session.flush()

    return run


def reduction(**more):
    rules = {"threshold": "299", "off": "30"}
    return Promotion(id="PR1", title="满299减30", kind="full_reduction", rules=rules, **(EVER | more))


def coupon(coupon_id="C10", off=10, threshold=99, **more):
    given = {"claim_at": "店铺首页", "title": f"减{off}元券"} | EVER | more
    return Coupon(id=coupon_id, amount_off=off, threshold=threshold, **given)


async def test_the_price_of_the_sku_meant(shop, ask):
    said = await ask(ActionAskPrice(), entities={"size": "40"}, item="P2")
    assert (said.scripts, said.facts["price"]) == (["price_sku"], "260.00")
    assert said.sources["price"] == "price:P2-灰色-40"
    assert "¥260" in said.text
    assert "到手" not in said.text


async def test_the_price_with_promotion_and_coupon(shop, ask, add):
    await add(reduction(), coupon(stackable=True))
    said = await ask(ActionAskPrice(), entities={"size": "38"}, item="P3")
    assert (said.facts["promotion"], said.facts["coupon"], said.facts["pay"]) == (
        "满299减30",
        "减10元券",
        "359.00",
    )
    assert "¥359" in said.text


async def test_a_coupon_in_hand_need_not_be_fetched(shop, ask, add):
    await add(coupon(), CustomerCoupon(coupon_id="C10", buyer_id="b001", claimed_at=NOW))
    held = await ask(ActionAskPrice(), item="P1")
    assert held.facts["claim_at"] is None
    assert "已在您的账户里" in held.text
    assert "店铺首页领取" in (await ask(ActionAskPrice(), item="P1", buyer="b002")).text


async def test_several_pieces_are_added_up(shop, ask, add):
    await add(reduction())
    said = await ask(ActionAskPrice(), entities={"size": "40", "quantity": "2双"}, item="P2")
    assert (said.facts["total"], said.facts["pay"], said.facts["pieces"]) == ("520.00", "490.00", 2)


async def test_without_a_size_the_range_of_the_item_is_told(shop, ask, sessions):
    async with transaction(sessions) as session:
        await session.execute(update(Sku).where(Sku.id == "P1-白色-41").values(price=Decimal("220.00")))
    said = await ask(ActionAskPrice(), item="P1")
    assert (said.scripts, said.facts["low"], said.facts["high"]) == (["price_item"], "200.00", "220.00")


async def test_a_running_promotion_is_told_with_its_end(shop, ask, add):
    await add(reduction())
    said = await ask(ActionAskPromotion())
    assert said.scripts == ["promotion_full_reduction"]
    assert "满¥299" in said.text
    assert "4月1日 10:00" in said.text
    assert said.sources["off"] == "promotion:PR1"


@pytest.mark.parametrize("more", [OVER, {"product_ids": ["P2"]}])
async def test_a_promotion_that_is_over_or_for_other_goods_is_not_told(shop, ask, add, more):
    await add(reduction(**more))
    assert (await ask(ActionAskPromotion(), item="P1")).scripts == ["promotion_none"]


@pytest.mark.parametrize(
    ("kind", "rules", "words"),
    [
        ("discount", {"rate": "0.85"}, "8.5折"),
        ("gift", {"threshold": "299", "gift": "帆布袋一个"}, "帆布袋一个"),
        ("flash", {"price": {"P1-黑色-39": "99.00"}}, "4月1日 10:00"),
    ],
)
async def test_every_kind_of_promotion_has_its_words(shop, ask, add, kind, rules, words):
    await add(Promotion(id="PR2", title="春日专场", kind=kind, rules=rules, **EVER))
    said = await ask(ActionAskPromotion())
    assert said.scripts == [f"promotion_{kind}"]
    assert words in said.text


async def test_a_gift_is_only_what_a_promotion_grants(shop, ask, add):
    assert (await ask(ActionAskGift(), item="P1")).scripts == ["gift_none"]
    await add(
        reduction(),
        Promotion(id="PR2", title="满赠", kind="gift", rules={"threshold": "99", "gift": "鞋带一副"}, **EVER),
    )
    said = await ask(ActionAskGift(), item="P1")
    assert (said.scripts, said.facts["gift"]) == (["promotion_gift"], "鞋带一副")


async def test_coupons_are_this_buyers_the_largest_first(shop, ask, add):
    await add(
        coupon("C10", 10),
        coupon("C25", 25, 199, open_to_all=False),
        coupon("C40", 40, 300, open_to_all=False),
        coupon("C5", 5, 59),
        coupon("C9", 9, **OVER),
        CustomerCoupon(coupon_id="C25", buyer_id="b001", claimed_at=NOW),
        CustomerCoupon(coupon_id="C5", buyer_id="b001", state="used", claimed_at=NOW),
    )
    said = await ask(ActionAskCoupon())
    assert said.scripts == ["coupon_terms", "coupon_terms"]
    assert [fact.value for fact in said.pinned if fact.name == "coupon"] == ["减25元券", "减10元券"]
    other = await ask(ActionAskCoupon(), buyer="b002")
    assert [fact.value for fact in other.pinned if fact.name == "coupon"] == ["减10元券", "减5元券"]


async def test_a_coupon_for_other_goods_is_left_out_for_an_item(shop, ask, add):
    await add(coupon(product_ids=["P2"]))
    assert (await ask(ActionAskCoupon(), item="P1")).scripts == ["coupon_none"]


async def test_why_a_coupon_did_not_apply_is_explained(shop, ask, add):
    await add(coupon())
    said = await ask(ActionAskCoupon(), "券用不了")
    assert said.scripts == ["coupon_why", "coupon_terms"]
    assert "秒杀" in said.text


async def test_a_flash_sale_bars_coupons(shop, ask, add):
    rules = {"price": {"P1-黑色-39": "99.00"}}
    await add(
        coupon(), Promotion(id="F1", title="抢购", kind="flash", rules=rules, product_ids=["P1"], **EVER)
    )
    assert (await ask(ActionAskCoupon(), item="P1")).scripts == ["coupon_not_with_flash"]
    assert (await ask(ActionAskCoupon(), sku="P1-白色-39")).scripts == ["coupon_terms"]


def order(no="2026030100001", buyer="b001", paid_days_ago=3, **more):
    paid_at = NOW - timedelta(days=paid_days_ago)
    given = {
        "stage": Stage.SIGNED,
        "goods_total": Decimal("440.00"),
        "total": Decimal("440.00"),
        "recipient": "林小满",
        "phone": "13800000000",
        "region": "浙江",
        "address": "示例路1号",
    }
    return Order(no=no, buyer_id=buyer, created_at=paid_at, paid_at=paid_at, **(given | more))


def line(no="2026030100001", price="220.00"):
    return OrderLine(
        order_no=no,
        sku_id="P1-黑色-39",
        title="t",
        color="黑色",
        size="39",
        quantity=2,
        unit_price=Decimal(price),
    )


async def test_a_difference_on_the_newest_order_waits_for_a_person(shop, ask, add):
    await add(order(), line())
    said = await ask(ActionAskPriceProtection())
    assert (said.scripts, said.facts["difference"]) == (["protection_due"], "40.00")
    assert said.hold == "money_needs_a_person"
    assert said.sources["difference"] == "price_protection:2026030100001"


async def test_the_orders_discount_counts_as_paid_less(shop, ask, add):
    await add(order(discount=Decimal("22.00"), total=Decimal("418.00")), line())
    assert (await ask(ActionAskPriceProtection())).facts["difference"] == "18.00"


@pytest.mark.parametrize(
    ("more", "script"),
    [
        ({"paid_days_ago": 20}, "protection_too_late"),
        ({"sale": "campaign"}, "protection_campaign"),
        ({"stage": Stage.CLOSED}, "protection_rule"),
    ],
)
async def test_otherwise_the_rule_is_explained(shop, ask, add, more, script):
    await add(order(**more), line())
    assert (await ask(ActionAskPriceProtection())).scripts == [script]


async def test_a_campaigns_price_is_no_drop(shop, ask, add):
    rules = {"rate": "0.5"}
    await add(
        order(),
        line(price="200.00"),
        Promotion(id="P", title="半价", kind="discount", rules=rules, campaign=True, **EVER),
    )
    assert (await ask(ActionAskPriceProtection())).scripts == ["protection_no_drop"]


async def test_another_buyers_order_reads_as_a_missing_one(shop, ask, add):
    await add(order(buyer="b002"), line())
    theirs = await ask(ActionAskPriceProtection(), entities={"order_no": "2026030100001"})
    missing = await ask(ActionAskPriceProtection(), entities={"order_no": "999"})
    assert theirs.scripts == missing.scripts == ["protection_no_order"]
    assert theirs.texts == missing.texts


@pytest.mark.parametrize(
    ("entities", "script", "handoff"),
    [
        ({"quantity": 30}, "bulk_reached", "bulk_order"),
        ({"quantity": "5双"}, "bulk_too_few", None),
        ({}, "bulk_tiers", "bulk_order"),
    ],
)
async def test_bulk_orders_go_to_a_person_from_the_policys_number_on(shop, ask, entities, script, handoff):
    said = await ask(ActionAskBulkOrder(), entities=entities)
    assert (said.scripts, said.handoff) == ([script], handoff)
