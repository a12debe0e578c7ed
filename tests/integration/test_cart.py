"""Several goods in one question, coupons that did not apply, two items compared (B4, B7, B8)."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from actions.pricing import ActionAskPrice
from actions.product import ActionAskProduct
from actions.promotions import ActionAskCoupon
from actions.recommendation import RecommendForm
from shop.db import transaction
from shop.models import Coupon, CustomerCoupon, Promotion
from tests.small_shop import open_shop

EVER = {"starts_at": datetime(2026, 1, 1, tzinfo=UTC), "ends_at": datetime(2027, 1, 1, tzinfo=UTC)}
OVER = {"starts_at": datetime(2025, 1, 1, tzinfo=UTC), "ends_at": datetime(2025, 2, 1, tzinfo=UTC)}


def coupon(name, off, threshold, **more):
    given = {"claim_at": "店铺首页", "product_ids": None, "stackable": False} | EVER | more
    return Coupon(
        id=name,
        title=f"满{threshold}减{off}券",
        amount_off=Decimal(off),
        threshold=Decimal(threshold),
        **given,
    )


@pytest.fixture
async def shop(sessions):
    await open_shop(sessions)
    async with transaction(sessions) as session:
        session.add_all(
            [
                Promotion(
                    id="PR",
                    title="满300减40",
                    kind="full_reduction",
                    rules={"threshold": "300", "off": "40"},
                    product_ids=None,
                    **EVER,
                ),
                Promotion(
                    id="G",
                    title="满额有礼",
                    kind="gift",
                    rules={"threshold": "300", "gift": "中筒袜"},
                    product_ids=None,
                    **EVER,
                ),
                coupon("C10", "10", "99", stackable=True),
                coupon("C25", "25", "250"),
                coupon("C9", "9", "59", product_ids=["P3"]),
                coupon("OLD", "15", "100", **OVER),
                coupon("MINE", "30", "199", open_to_all=False),
            ]
        )
        await session.flush()
        session.add(
            CustomerCoupon(coupon_id="C10", buyer_id="b001", state="held", claimed_at=EVER["starts_at"])
        )


async def test_b7_the_total_of_two_items_uses_the_best_allowed_combination(shop, ask):
    said = await ask(
        ActionAskPrice(), "晨风跑鞋和两件向阳卫衣一共多少钱", entities={"product": ["晨风跑鞋", "向阳卫衣"]}
    )
    assert said.scripts == ["cart_total"]
    assert [(one["item"], one["pieces"]) for one in said.facts["goods"]] == [("晨风跑鞋", 1), ("向阳卫衣", 2)]
    assert (said.facts["total"], said.facts["pay"], said.facts["saved"]) == ("518.00", "468.00", "50.00")
    assert (said.facts["promotion"], said.facts["coupon"]) == ("满300减40", "满99减10券")
    assert said.facts["claim_at"] is None  # it is in the buyer's hands
    assert (said.facts["free_shipping"], said.facts["gifts"]) == (True, ["中筒袜"])


async def test_b7_one_item_named_twice_is_no_cart(shop, ask):
    said = await ask(
        ActionAskPrice(), "晨风跑鞋多少钱", entities={"product": ["晨风跑鞋", "晨风"]}, item="P1"
    )
    assert said.scripts == ["price_item"]


@pytest.mark.parametrize(
    ("text", "item", "script", "facts"),
    [
        (
            "满250减25的券怎么用不了",
            "P1",
            "coupon_below_threshold",
            {"missing": "50.00", "threshold": "250.00"},
        ),
        ("满59减9的券用不了", "P1", "coupon_other_goods", {}),
        ("满100减15的券没用上", "P1", "coupon_over", {}),
        ("满199减30的券用不上", "P1", "coupon_not_yours", {}),
        ("我的券用不了", "P1", "coupon_applied", {"amount_off": "10.00"}),
        ("满250减25的券怎么没减", "P3", "coupon_not_with_promotion", {"promotion": "满300减40"}),
    ],
)
async def test_b8_why_a_coupon_did_not_apply_is_told(shop, ask, text, item, script, facts):
    said = await ask(ActionAskCoupon(), text, item=item)
    assert said.scripts == [script]
    assert {name: said.facts[name] for name in facts} == facts
    assert said.sources["why"].startswith("coupon_check:")


async def test_b4_two_items_are_compared_by_what_both_state(shop, ask):
    named = {"product": ["晨风跑鞋", "流云跑鞋"]}
    said = await ask(ActionAskProduct(), "晨风跑鞋和流云跑鞋有什么区别", entities=named)
    assert said.scripts == ["compare_items"]
    assert said.facts["points"] == [{"name": "鞋面材质", "first": "网布", "second": "头层牛皮"}]
    assert (said.facts["first_price"], said.facts["second_price"]) == ("190.00", "235.00")


async def test_b4_the_item_in_view_is_compared_with_the_one_named(shop, ask):
    said = await ask(RecommendForm(), "跟流云跑鞋比哪个好", entities={"product": "流云跑鞋"}, item="P1")
    assert (said.facts["first"], said.facts["second"]) == ("晨风跑鞋", "流云跑鞋")


async def test_b4_items_that_state_nothing_alike_are_compared_by_price_only(shop, ask):
    named = {"product": ["晨风跑鞋", "松间短靴"]}
    said = await ask(ActionAskProduct(), "晨风跑鞋和松间短靴哪个鞋底好", entities=named)
    assert said.scripts == ["compare_prices"]
