"""Every pre-sales action over every item of the demo shop: each answer renders and re-reads equal."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from actions.authenticity import ActionAskAuthenticity
from actions.payment import ActionAskPayment
from actions.pricing import ActionAskPrice, ActionAskPriceProtection, ActionBargain
from actions.product import ActionAskCare, ActionAskProduct
from actions.promotions import ActionAskCoupon, ActionAskGift, ActionAskPromotion
from actions.recommendation import RecommendForm
from actions.sizing import SizeForm
from actions.stock import ActionAskStock
from shop.demo.fill import load_demo
from shop.product import list_products

DEMO = Path("examples/shop")
NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
ASKED = (
    (ActionAskStock, "还有货吗", {}),
    (ActionAskStock, "39还有吗", {"size": "39"}),
    (ActionAskStock, "黑色L有吗", {"size": "L", "color": "黑色"}),
    (SizeForm, "穿多大", {}),
    (SizeForm, "脚背有点高", {"foot_mm": 245}),
    (SizeForm, "选多大", {"height_cm": 166, "weight_kg": 57.5}),
    (ActionAskPrice, "多少钱", {}),
    (ActionAskPrice, "两双多少", {"size": "39", "color": "黑色", "quantity": 2}),
    (ActionBargain, "便宜点", {}),
    (ActionAskCoupon, "有券吗", {}),
    (ActionAskPromotion, "有活动吗", {}),
    (ActionAskGift, "送什么", {}),
    (ActionAskProduct, "材质是什么,防水吗", {}),
    (ActionAskCare, "怎么洗", {}),
    (ActionAskAuthenticity, "是真皮吗", {}),
    (RecommendForm, "通勤穿的", {}),
)


@pytest.mark.no_cover  # long under coverage; what it runs is covered elsewhere
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_every_item_of_the_demo_shop_gets_its_answers(sessions, ask, clock):
    clock.now = NOW
    await load_demo(sessions, DEMO, NOW)
    async with sessions() as session:
        items = [product.id for product in await list_products(session)]
    assert len(items) >= 20
    for item in items:
        for action, text, entities in ASKED:
            said = await ask(action(), text, entities=entities, item=item)
            assert said.texts, (item, action)
            assert all(said.texts), (item, action)
            assert "None" not in said.text, (item, action, said.text)
            assert await ask.reread(said) == [], (item, action)


@pytest.mark.no_cover  # long under coverage; what it runs is covered elsewhere
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_every_buyer_of_the_demo_shop_hears_of_their_coupons_and_orders(sessions, ask, clock):
    clock.now = NOW
    await load_demo(sessions, DEMO, NOW)
    scripts = set()
    for number in range(1, 41):
        for action in (ActionAskCoupon, ActionAskPayment, ActionAskPriceProtection):
            said = await ask(action(), buyer=f"b{number:03}")
            assert "None" not in said.text
            scripts |= set(said.scripts)
    assert {"coupon_terms", "payment_unpaid", "protection_no_drop"} <= scripts
