"""Size advice learns from what returns said of the item (B2)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from actions.sizing import SizeForm
from shop.db import transaction
from shop.fit_learning import record_fit
from shop.models import Order, OrderLine, Stage
from tests.small_shop import open_shop

SKU = "P1-黑色-39"


@pytest.fixture
async def shop(sessions):
    await open_shop(sessions)


def bought(number, now, *skus):
    return Order(
        no=f"R{number}",
        buyer_id="b001",
        stage=Stage.SIGNED,
        created_at=now,
        recipient="林小满",
        phone="13800000000",
        region="浙江",
        address="示例路1号",
        goods_total=Decimal("200.00"),
        total=Decimal("200.00"),
        lines=[
            OrderLine(
                sku_id=sku, title="晨风跑鞋", color="黑色", size="39", quantity=1, unit_price=Decimal(200)
            )
            for sku in skus
        ],
    )


async def report(sessions, clock, count, words, *, first=0, days_ago=1, skus=(SKU,)):
    async with transaction(sessions) as session:
        noted = 0
        for number in range(first, first + count):
            order = bought(number, clock(), *skus)
            session.add(order)
            await session.flush()
            noted += await record_fit(session, order, words, clock() - timedelta(days=days_ago))
        return noted


async def test_b2_ten_buyers_who_found_it_small_move_the_advice_one_up(shop, ask, sessions, clock):
    before = await ask(SizeForm(), "脚长245", entities={"foot_mm": "245"}, item="P1")
    assert (before.facts["advised_size"], before.facts["fit_reports"]) == ("39", 0)
    assert await report(sessions, clock, 9, "偏小,顶脚") == 9
    almost = await ask(SizeForm(), "脚长245", entities={"foot_mm": "245"}, item="P1")
    assert almost.facts["advised_size"] == "39"
    await report(sessions, clock, 1, "鞋子小了", first=9)
    after = await ask(SizeForm(), "脚长245", entities={"foot_mm": "245"}, item="P1")
    assert (after.facts["advised_size"], after.facts["fit"], after.facts["fit_reports"]) == (
        "40",
        "small",
        10,
    )
    assert "10位客人反馈" in after.text
    assert after.sources["fit_reports"].startswith("size_advice:P1")


async def test_b2_old_reports_and_other_reasons_teach_nothing(shop, ask, sessions, clock):
    await report(sessions, clock, 20, "偏小", days_ago=181)
    assert await report(sessions, clock, 20, "颜色不喜欢", first=20) == 0
    said = await ask(SizeForm(), "脚长245", entities={"foot_mm": "245"}, item="P1")
    assert (said.facts["advised_size"], said.facts["fit_reports"]) == ("39", 0)


async def test_b2_an_order_tells_once_and_only_where_it_is_clear_which_goods(shop, sessions, clock):
    async with transaction(sessions) as session:
        order = bought(1, clock(), SKU)
        session.add(order)
        await session.flush()
        assert await record_fit(session, order, "偏小", clock()) == 1
        assert await record_fit(session, order, "偏大", clock()) == 0
        both = bought(2, clock(), SKU, "P2-灰色-39")
        session.add(both)
        await session.flush()
        assert await record_fit(session, both, "偏小", clock()) == 0
        assert await record_fit(session, both, "偏小", clock(), sku_ids=["P2-灰色-39"]) == 1
