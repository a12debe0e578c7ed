"""Paying on a real database (B12)."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from actions.inform import ActionInform
from actions.payment import ActionAskPayment
from shop.db import transaction
from shop.models import Order, OrderLine, Stage
from tests.small_shop import open_shop

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


@pytest.fixture
async def shop(sessions):
    await open_shop(sessions)


@pytest.fixture
def add_order(sessions):
    async def run(age, *, no="2026030100009", buyer="b001", sale="normal", stage=Stage.UNPAID):
        order = Order(
            no=no,
            buyer_id=buyer,
            stage=stage,
            sale=sale,
            created_at=NOW - age,
            goods_total=Decimal("199.00"),
            total=Decimal("199.00"),
            recipient="林小满",
            phone="13800000000",
            region="浙江",
            address="示例路1号",
        )
        async with transaction(sessions) as session:
            session.add(order)

    return run


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("怎么付款", "payment_how"),
        ("明天付款行吗", "payment_later"),
        ("可以货到付款吗", "payment_cod_no"),
    ],
)
async def test_the_rules_come_from_the_policy(shop, ask, text, script):
    said = await ask(ActionAskPayment(), text)
    assert (said.scripts, said.facts["payable_days"]) == ([script], 3)
    assert said.sources["payable_days"] == "policy:payment"


async def test_an_order_that_waits_is_told_with_total_and_end(shop, ask, add_order):
    await add_order(timedelta(days=1))
    said = await ask(ActionAskPayment(), "怎么付款")
    assert said.scripts == ["payment_unpaid"]
    assert said.facts["payable_until"] == "2026-03-04T10:00:00+08:00"
    assert "¥199" in said.text
    assert "3月4日 10:00" in said.text


@pytest.mark.parametrize(
    "order",
    [
        {"age": timedelta(days=3)},
        {"age": timedelta(minutes=30), "sale": "flash"},
        {"age": timedelta(hours=1), "stage": Stage.PAID},
        {"age": timedelta(hours=1), "buyer": "b002"},
    ],
)
async def test_an_order_that_no_longer_waits_or_is_not_theirs_is_left_out(shop, ask, add_order, order):
    await add_order(**order)
    assert (await ask(ActionAskPayment(), "怎么付款")).scripts == ["payment_how"]


async def test_a_flash_order_waits_for_its_minutes(shop, ask, add_order):
    await add_order(timedelta(minutes=29), sale="flash")
    said = await ask(ActionAskPayment(), "怎么付款")
    assert said.facts["payable_until"] == "2026-03-02T10:01:00+08:00"


async def test_a10_a_payment_is_confirmed_with_goods_address_and_day(shop, ask, add_order, sessions):
    await add_order(timedelta(hours=2), stage=Stage.PAID)
    async with transaction(sessions) as session:
        order = await session.get_one(Order, "2026030100009")
        order.paid_at = NOW - timedelta(hours=1)
        session.add(
            OrderLine(
                order_no=order.no,
                sku_id="P1-黑色-39",
                title="晨风跑鞋",
                color="黑色",
                size="39",
                quantity=1,
                unit_price=Decimal("199.00"),
            )
        )
    told = await ask(ActionInform(), "我付好款了")
    assert (told.scripts, told.reads_as) == (["payment_confirmed"], "ask_payment")
    said = await ask(ActionAskPayment(), "我已经付款了")
    assert said.scripts == ["payment_confirmed"]
    assert said.facts["goods"] == [{"title": "晨风跑鞋", "color": "黑色", "size": "39", "pieces": 1}]
    assert (said.facts["address"], said.facts["phone_tail"]) == ("示例路1号", "0000")
    assert said.facts["ship_by"] == "2026-03-02"
    assert "13800000000" not in said.text
    assert said.slots["order_no"] == "2026030100009"


@pytest.mark.parametrize(("age", "buyer"), [(timedelta(hours=25), "b001"), (timedelta(hours=1), "b002")])
async def test_a10_an_old_payment_or_anothers_is_not_confirmed(shop, ask, add_order, sessions, age, buyer):
    await add_order(age, stage=Stage.PAID, buyer=buyer)
    async with transaction(sessions) as session:
        (await session.get_one(Order, "2026030100009")).paid_at = NOW - age
    said = await ask(ActionAskPayment(), "已付款")
    assert said.scripts == ["payment_how"]
