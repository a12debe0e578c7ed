"""The rounds over parcels, stock and payments, and how buyers hear of them (C4, C5, C9, C10)."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from desk import conversations, notices, watch
from desk.models import Channel, Conversation, Message, Owner
from shop.commands import CommandContext, execute
from shop.db import transaction
from shop.errors import NotFound, Refused
from shop.models import Order, OrderLine, ParcelState, Sku, Stage
from shop.policy_file import load_policy
from shop.work_models import JobRun, ManualPayment, Notice, OrderCase
from tests.small_orders import at, make_order, make_parcel
from tests.small_shop import open_shop

OLD_SCAN = ("2026-02-27 20:00", "杭州转运中心", "已发往绍兴")
FRESH_SCAN = ("2026-03-02 08:00", "绍兴", "派送中")


def shipped(no, state, scan, buyer="b001", tracking="YT0001"):
    parcel = make_parcel(no, state, scan, tracking=tracking)
    return make_order(no, Stage.SHIPPED, buyer=buyer, shipments=[parcel])


async def open_demo(bench, *records):
    await open_shop(bench.desk.sessions, *records)


async def test_c5_a_stalled_parcel_becomes_one_case_and_the_buyer_hears_of_it_first(bench):
    await open_demo(bench, shipped("O1", ParcelState.IN_TRANSIT, OLD_SCAN))
    assert await watch.run_due(bench.desk)
    await notices.tell_all(bench.desk)
    case = (await bench.rows(OrderCase))[0]
    told = (await bench.rows(Message))[0]
    assert (case.kind, case.order_no, case.tracking_no) == ("stalled", "O1", "YT0001")
    assert (case.opened_at, case.due_at) == (bench.clock(), bench.clock() + timedelta(hours=24))
    assert (told.author.value, told.script) == ("system", "case_stalled")
    assert told.text.startswith("非常抱歉")
    assert "YT0001" in told.text
    assert {fact["name"]: fact["value"] for fact in told.facts}["due_at"] == "2026-03-03T10:00:00+08:00"


async def test_c5_the_second_round_of_the_day_says_nothing_twice(bench):
    await open_demo(bench, shipped("O1", ParcelState.STALLED, OLD_SCAN))
    await watch.run_due(bench.desk)
    assert not await watch.run_due(bench.desk)  # the nine o'clock round was made
    bench.clock.advance(hours=6)
    assert await watch.run_due(bench.desk)
    for _ in range(2):
        await notices.tell_all(bench.desk)
    assert (await bench.count(OrderCase), await bench.count(Message)) == (1, 1)
    slots = [(run.slot, run.ended_at) for run in await list_runs(bench)]
    assert slots == [
        ("2026-03-02T09:00:00+08:00", at("2026-03-02 10:00")),
        ("2026-03-02T16:00:00+08:00", at("2026-03-02 16:00")),
    ]


async def list_runs(bench):
    async with bench.desk.reads() as session:
        return list(await session.scalars(select(JobRun).order_by(JobRun.slot)))


async def test_c5_a_round_that_was_lost_half_way_is_made_again(bench):
    await open_demo(bench, shipped("O1", ParcelState.STALLED, OLD_SCAN))
    async with bench.desk.transaction() as session:
        run = JobRun(name="parcels", slot="2026-03-02T09:00:00+08:00", begun_at=bench.clock())
        session.add(run)
    assert not await watch.run_due(bench.desk)
    bench.clock.advance(minutes=10)
    assert await watch.run_due(bench.desk)
    assert await bench.count(OrderCase) == 1


async def test_c5_of_two_processes_one_makes_the_round(bench):
    await open_demo(bench, shipped("O1", ParcelState.STALLED, OLD_SCAN))
    made = await asyncio.gather(watch.run_due(bench.desk), watch.run_due(bench.desk))
    assert sorted(made) == [False, True]
    assert await bench.count(OrderCase) == 1


async def test_c5_an_arrived_parcel_is_reminded_of_once_and_a_moving_one_is_left_alone(bench):
    signed = make_parcel("O1", ParcelState.SIGNED, ("2026-02-28 12:00", "绍兴", "已签收"), tracking="YT1")
    await open_demo(
        bench,
        make_order("O1", Stage.SIGNED, signed_at=at("2026-02-28 12:00"), shipments=[signed]),
        shipped("O2", ParcelState.IN_TRANSIT, FRESH_SCAN, tracking="YT2"),
    )
    await watch.run_due(bench.desk)
    await notices.tell_all(bench.desk)
    assert [message.script for message in await bench.rows(Message)] == ["parcel_arrived"]
    assert await bench.count(OrderCase) == 0


async def test_c10_of_goods_sold_too_often_the_last_payers_hear_of_it_with_a_way_out(bench):
    await open_demo(
        bench,
        make_order("O1", Stage.PAID, "2026-03-01 09:00"),
        make_order("O2", Stage.PAID, "2026-03-01 10:00", buyer="b002"),
    )
    async with bench.desk.transaction() as session:
        sku = await session.get_one(Sku, "P1-黑色-39")
        sku.stock, sku.restock_on = -1, date(2026, 3, 12)
    await watch.run_due(bench.desk)
    await notices.tell_all(bench.desk)
    assert [(case.kind, case.order_no) for case in await bench.rows(OrderCase)] == [("out_of_stock", "O2")]
    told = (await bench.rows(Message))[0]
    facts = {fact["name"]: fact["value"] for fact in told.facts}
    assert (told.script, facts["restock_on"], facts["alternatives"]) == (
        "case_out_of_stock",
        "2026-03-12",
        ["流云跑鞋"],
    )
    assert told.text.startswith("非常抱歉")


async def test_c9_money_that_did_not_come_is_seen(bench):
    await open_demo(bench, make_order("O1", Stage.PAID))
    now = bench.clock()
    async with bench.desk.transaction() as session:
        payment = ManualPayment(
            order_no="O1",
            key="change:1",
            buyer_id="b001",
            direction="in",
            amount=Decimal("15.00"),
            reason="改规格补差价",
            created_by="小青",
            created_at=now - timedelta(days=4),
            due_at=now - timedelta(days=1),
        )
        session.add(payment)
    await watch.run_due(bench.desk)
    assert [case.kind for case in await bench.rows(OrderCase)] == ["payment_overdue"]


async def test_a_notice_is_told_where_the_buyer_wrote_last_even_after_that_chat_was_closed(bench):
    await open_demo(bench, shipped("O1", ParcelState.STALLED, OLD_SCAN))
    receipt = await bench.say("在吗")
    await bench.process(receipt)
    await conversations.close(bench.desk, receipt.conversation_id, "小青")
    await watch.run_due(bench.desk)
    await notices.tell_all(bench.desk)
    told = (await bench.rows(Message))[-1]
    opened = await bench.get(Conversation, told.conversation_id)
    assert (told.script, opened.id != receipt.conversation_id) == ("case_stalled", True)
    assert (opened.owner, opened.channel, opened.next_due_at is not None) == (Owner.BOT, "taobao", True)


async def test_a_notice_that_cannot_be_said_is_dropped_with_its_reason(bench):
    await open_demo(bench)
    async with bench.desk.transaction() as session:
        gone = Notice(
            key="x", buyer_id="b001", script="case_stalled", source="case:404", created_at=bench.clock()
        )
        session.add(gone)
    await notices.tell_all(bench.desk)
    notice = (await bench.rows(Notice))[0]
    assert (notice.told_at, notice.dropped) == (None, "not_found: no case '404' of this buyer")
    assert await bench.count(Message) == 0


@pytest.fixture
def by(clock, policy_path):
    return CommandContext("b001", "c1", "web", clock(), load_policy(policy_path))


async def test_c4_a_parcel_that_was_signed_but_not_received_opens_a_case_at_once(sessions, by):
    await open_shop(sessions, shipped("O1", ParcelState.SIGNED, FRESH_SCAN))
    args = {"order_no": "O1", "words": "显示签收我没收到"}
    async with transaction(sessions) as session:
        first = await execute(session, "open_courier_query", args, by)
        again = await execute(session, "open_courier_query", args, by)
    assert (first["opened"], again["opened"], first["case_id"]) == (True, False, again["case_id"])
    async with sessions() as session:
        case = (await session.scalars(select(OrderCase))).one()
    assert (case.kind, case.tracking_no, case.found, case.state) == (
        "not_received",
        "YT0001",
        "显示签收我没收到",
        "open",
    )
    close = {"case_id": case.id, "outcome": "快递找回,已送达"}
    with pytest.raises(Refused, match="needs agent"):
        async with transaction(sessions) as session:
            await execute(session, "close_case", close, by)
    with pytest.raises(NotFound):
        async with transaction(sessions) as session:
            await execute(session, "close_case", close, replace(by, authority="agent", buyer_id="b002"))
    async with transaction(sessions) as session:
        await execute(session, "close_case", close, replace(by, authority="agent", actor="小青"))
    async with sessions() as session:
        case = await session.get_one(OrderCase, case.id)
    assert (case.state, case.outcome, case.closed_by) == ("closed", "快递找回,已送达", "小青")


async def test_c4_without_a_parcel_there_is_nothing_to_ask_the_courier(sessions, by):
    await open_shop(sessions, make_order("O1", Stage.PAID), make_order("O2", Stage.SHIPPED, buyer="b002"))
    for no, error in (("O1", Refused), ("O2", NotFound)):
        with pytest.raises(error):
            async with transaction(sessions) as session:
                await execute(session, "open_courier_query", {"order_no": no, "words": "查件"}, by)
    async with sessions() as session:
        assert (await session.scalars(select(OrderCase))).all() == []
        assert len((await session.scalars(select(OrderLine))).all()) == 2


async def test_a_buyer_whom_no_channel_reached_hears_of_it_once_they_write(bench):
    await open_demo(bench, shipped("O1", ParcelState.STALLED, OLD_SCAN))
    async with bench.desk.transaction() as session:
        other = Channel(name="web", kind="web", secret="other-secret", created_at=bench.clock())
        session.add(other)
    await watch.run_due(bench.desk)
    await notices.tell_all(bench.desk)
    assert [(row.told_at, row.dropped) for row in await bench.rows(Notice)] == [(None, notices.NO_CHANNEL)]
    await bench.process(await bench.say("在吗"))
    await notices.tell_all(bench.desk)
    assert [message.script for message in await bench.rows(Message)][-1] == "case_stalled"


async def test_c5_at_night_news_waits_for_the_morning_unless_the_buyer_is_in_the_chat(bench):
    buyers = {"O1": "b001", "O2": "b002"}
    stalled = ParcelState.STALLED
    await open_demo(
        bench, *(shipped(no, stalled, OLD_SCAN, buyer=who, tracking=f"YT{no}") for no, who in buyers.items())
    )
    await watch.run_due(bench.desk)
    bench.clock.now = at("2026-03-02 23:00")
    await bench.say("在吗", buyer="b002")
    await notices.tell_all(bench.desk)
    assert [(row.buyer_id, row.told_at) for row in await bench.rows(Notice)] == [
        ("b001", None),
        ("b002", bench.clock()),
    ]
    bench.clock.now = at("2026-03-03 07:59")
    await notices.tell_all(bench.desk)
    assert (await bench.rows(Notice))[0].told_at is None
    bench.clock.now = at("2026-03-03 08:00")
    await notices.tell_all(bench.desk)
    assert (await bench.rows(Notice))[0].told_at == bench.clock()


async def test_b12_an_order_that_was_not_paid_in_time_closes_and_its_goods_are_on_sale_again(bench):
    times = {"O1": "2026-02-27 09:59", "O2": "2026-02-27 10:01", "O3": "2026-03-02 09:29"}
    unpaid = [
        make_order(no, Stage.UNPAID, None, created_at=at(created), sale="flash" if no == "O3" else "normal")
        for no, created in times.items()
    ]
    await open_demo(bench, *unpaid)
    before = {sku.id: sku.stock for sku in await bench.rows(Sku)}
    await asyncio.gather(watch.close_unpaid(bench.desk), watch.close_unpaid(bench.desk))
    async with bench.desk.reads() as session:
        orders = (await session.scalars(select(Order))).all()
    found = {order.no: (order.stage, order.close_reason) for order in orders}
    over = (Stage.CLOSED, "超时未付款自动关闭")
    assert found == {"O1": over, "O2": (Stage.UNPAID, None), "O3": over}
    after = {sku.id: sku.stock for sku in await bench.rows(Sku)}
    assert after["P1-黑色-39"] - before["P1-黑色-39"] == 2
