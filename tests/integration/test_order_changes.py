"""Changing and cancelling orders by stage, with note, task, slip and money (C6, C8, C9, C11)."""

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import select

from shop.commands import CommandContext, execute
from shop.db import transaction
from shop.errors import CommandError, NotFound, Refused
from shop.intercepts import write_slip
from shop.models import Order, OrderNote, ParcelState, Sku, Stage
from shop.policy_file import load_policy
from shop.work_models import Intercept, ManualPayment, Notice, OrderCase, WarehouseTask
from tests.small_orders import at, make_order, make_parcel
from tests.small_shop import open_shop

NEW_ADDRESS = {
    "order_no": "O1",
    "wanted": "改到苏州",
    "address": "江苏省苏州市示例街2号",
    "phone": "13900000000",
}
WHITE = {"order_no": "O1", "wanted": "换成白色", "color": "白色"}
CANCEL = {"order_no": "O1", "wanted": "不想要了"}


@pytest.fixture
def by(clock, policy_path):
    return CommandContext("b001", "c1", "web", clock(), load_policy(policy_path), "agent", "小青")


@pytest.fixture
def run(sessions, by):
    """Execute a command in a transaction of its own."""

    async def execute_one(name, args, **changed):
        async with transaction(sessions) as session:
            return await execute(session, name, args, replace(by, **changed))

    return execute_one


@pytest.fixture
def rows(sessions):
    async def read(kind):
        async with sessions() as session:
            return (await session.scalars(select(kind))).all()

    return read


@pytest.fixture
def stock(sessions):
    async def read(sku_id):
        async with sessions() as session:
            return (await session.get_one(Sku, sku_id)).stock

    return read


@pytest.fixture
def order(sessions):
    async def read(no="O1"):
        async with sessions() as session:
            return await session.get_one(Order, no)

    return read


def shipped(no="O1", **more):
    parcel = make_parcel(no, ParcelState.IN_TRANSIT, ("2026-03-01 10:00", "杭州", "已发出"))
    return make_order(no, Stage.SHIPPED, shipments=[parcel], **more)


async def test_c6_an_unprinted_order_gets_its_new_address_at_once_and_a_note(sessions, run, order, rows):
    await open_shop(sessions, make_order("O1", Stage.PAID))
    result = await run("change_order", NEW_ADDRESS)
    changed, note = await order(), (await rows(OrderNote))[0]
    assert result == {
        "order_no": "O1",
        "where": "back_office",
        "state": "done",
        "note_id": note.id,
        "difference": "0.00",
    }
    assert (changed.address, changed.phone, changed.region) == (
        "江苏省苏州市示例街2号",
        "13900000000",
        "江苏",
    )
    assert (changed.recipient, changed.flag) == ("林小满", "red")
    assert (note.ordered, note.wanted, note.done_where) == ("测试 P1 黑色 39 ×1", "改到苏州", "back_office")
    assert (note.written_by, await rows(WarehouseTask), await rows(ManualPayment)) == ("小青", [], [])


@pytest.mark.parametrize(
    ("stage", "where", "kind"),
    [(Stage.PRINTED, "slip", "correct_slip"), (Stage.PACKED, "parcel", "pull_back")],
)
async def test_c11_later_the_warehouse_is_asked_in_writing_and_the_order_waits_for_its_answer(
    sessions, run, order, rows, stage, where, kind, by
):
    await open_shop(sessions, make_order("O1", stage))
    result = await run("change_order", NEW_ADDRESS)
    task = (await rows(WarehouseTask))[0]
    assert (result["where"], result["state"], result["task_id"]) == (where, "asked", task.id)
    assert (task.order_no, task.recipient, task.address) == ("O1", "林小满", "浙江 示例路1号")
    assert (task.kind, task.todo) == (kind, "改为: 13900000000 江苏省苏州市示例街2号")
    assert (task.asked_by, task.asked_at, task.due_at) == ("小青", by.now, at("2026-03-02 11:00"))
    assert (await order()).address == "示例路1号"


async def test_c11_the_warehouses_done_changes_the_order_and_the_customer_hears_of_it(
    sessions, run, order, rows
):
    await open_shop(sessions, make_order("O1", Stage.PACKED))
    task_id = (await run("change_order", NEW_ADDRESS))["task_id"]
    answer = {"task_id": task_id, "state": "done", "answer": "已换单"}
    assert await run("answer_warehouse_task", answer, actor="仓库小李") == {
        "task_id": task_id,
        "order_no": "O1",
        "state": "done",
    }
    assert await run("answer_warehouse_task", answer, actor="仓库小李")  # twice is once
    task, notice = (await rows(WarehouseTask))[0], (await rows(Notice))[0]
    assert (await order()).address == "江苏省苏州市示例街2号"
    assert (task.answered_by, task.answer) == ("仓库小李", "已换单")
    assert (notice.script, notice.source, notice.buyer_id) == ("task_done", f"task:{task_id}", "b001")
    with pytest.raises(Refused, match="answered by 仓库小李"):
        await run("answer_warehouse_task", answer | {"state": "impossible"})


async def test_c11_impossible_leaves_the_order_gives_the_goods_back_and_opens_a_case(
    sessions, run, order, rows, stock
):
    await open_shop(sessions, make_order("O1", Stage.PRINTED))
    task_id = (await run("change_order", WHITE))["task_id"]
    assert await stock("P1-白色-39") == 2  # kept for this order while the warehouse looks
    await run("answer_warehouse_task", {"task_id": task_id, "state": "impossible", "answer": "已出库"})
    assert (await stock("P1-白色-39"), (await order()).lines[0].color) == (3, "黑色")
    assert [(case.kind, case.order_no) for case in await rows(OrderCase)] == [("task_impossible", "O1")]
    assert [notice.script for notice in await rows(Notice)] == ["task_impossible"]


async def test_c6_a_second_change_waits_for_the_warehouses_answer_and_the_same_one_is_one_task(
    sessions, run, rows, stock
):
    await open_shop(sessions, make_order("O1", Stage.PRINTED))
    first = await run("change_order", WHITE)
    again = await run("change_order", WHITE)
    assert (again["state"], again["task_id"]) == ("repeated", first["task_id"])
    with pytest.raises(Refused, match="wait for the warehouse"):
        await run("change_order", NEW_ADDRESS)
    assert (len(await rows(WarehouseTask)), len(await rows(OrderNote))) == (1, 1)
    assert await stock("P1-白色-39") == 2


async def test_c6_other_goods_move_the_stock_and_leave_the_difference_to_be_paid(
    sessions, run, order, rows, stock
):
    dearer = replace_price("P1-白色-39", "215.50")
    await open_shop(sessions, make_order("O1", Stage.PAID))
    async with transaction(sessions) as session:
        await dearer(session)
    result = await run("change_order", WHITE)
    line, payment = (await order()).lines[0], (await rows(ManualPayment))[0]
    assert (result["state"], result["difference"]) == ("done", "15.50")
    assert (line.sku_id, line.color, line.unit_price) == ("P1-白色-39", "白色", Decimal("215.50"))
    assert (await stock("P1-黑色-39"), await stock("P1-白色-39")) == (13, 2)
    assert (payment.direction, payment.amount, payment.state) == ("in", Decimal("15.50"), "due")
    assert (await order()).total == Decimal("200.00")  # until it is paid
    assert (await rows(OrderNote))[0].wanted == "换成白色; 补差价 15.50"


def replace_price(sku_id, price):
    async def change(session):
        (await session.get_one(Sku, sku_id)).price = Decimal(price)

    return change


async def test_c9_a_difference_is_followed_until_a_supervisor_confirms_the_money(sessions, run, order, rows):
    await open_shop(sessions, make_order("O1", Stage.PAID))
    async with transaction(sessions) as session:
        await replace_price("P1-白色-39", "215.50")(session)
    await run("change_order", WHITE)
    number = (await rows(ManualPayment))[0].id
    with pytest.raises(Refused, match="needs supervisor"):
        await run("complete_payment", {"payment_id": number})
    with pytest.raises(Refused, match="must be registered first"):
        await run("complete_payment", {"payment_id": number}, authority="supervisor")
    assert (await order()).total == Decimal("200.00")
    await run("register_payment", {"payment_id": number, "method": "银行转账", "reference": "R1"})
    for _ in range(2):
        await run("complete_payment", {"payment_id": number}, authority="supervisor", actor="主管")
    payment = (await rows(ManualPayment))[0]
    assert (payment.state, payment.registered_by, payment.completed_by) == ("complete", "小青", "主管")
    assert (await order()).total == Decimal("215.50")


async def test_c6_fewer_pieces_give_back_stock_and_the_share_that_was_paid(sessions, run, order, rows, stock):
    bought = make_order("O1", Stage.PAID, discount=Decimal("40.00"), total=Decimal("360.00"))
    bought.lines[0].quantity, bought.goods_total = 2, Decimal("400.00")
    await open_shop(sessions, bought)
    result = await run("change_order", {"order_no": "O1", "wanted": "只要一双", "quantity": 1})
    payment = (await rows(ManualPayment))[0]
    assert (result["difference"], payment.direction, payment.amount) == ("-180.00", "out", Decimal("180.00"))
    assert (await stock("P1-黑色-39"), (await order()).goods_total) == (13, Decimal("200.00"))


@pytest.mark.parametrize(
    ("args", "error", "words"),
    [
        (WHITE | {"size": "41"}, Refused, "has no 1 pieces left"),
        (WHITE | {"color": "紫色"}, Refused, "the item has no 紫色 39"),
        (NEW_ADDRESS | {"phone": "12345"}, CommandError, "phone"),
        ({"order_no": "O1", "wanted": "改"}, CommandError, "say what shall be different"),
        (WHITE | {"quantity": 0}, CommandError, "quantity"),
        (NEW_ADDRESS | {"order_no": "O2"}, NotFound, "no order"),
        (NEW_ADDRESS | {"order_no": "O404"}, NotFound, "no order"),
        (CANCEL | {"order_no": "O2"}, NotFound, "no order"),
    ],
)
async def test_what_cannot_be_changed_leaves_everything_as_it_was(
    sessions, run, order, rows, stock, args, error, words
):
    await open_shop(sessions, make_order("O1", Stage.PAID), make_order("O2", Stage.PAID, buyer="b002"))
    name = "cancel_order" if args["wanted"] == CANCEL["wanted"] else "change_order"
    with pytest.raises(error, match=words):
        await run(name, args)
    assert ((await order()).address, (await order()).stage) == ("示例路1号", Stage.PAID)
    assert (await order("O2")).stage is Stage.PAID
    assert await stock("P1-白色-39") == 3
    assert [await rows(kind) for kind in (OrderNote, WarehouseTask, ManualPayment)] == [[], [], []]


@pytest.mark.parametrize(
    ("name", "args"), [("change_order", NEW_ADDRESS), ("cancel_order", CANCEL), ("warehouse_task", None)]
)
async def test_without_the_authority_nothing_changes(sessions, run, order, rows, name, args):
    await open_shop(sessions, make_order("O1", Stage.PAID))
    with pytest.raises(Refused, match="needs agent, not auto"):
        await run(name, args or {"order_no": "O1", "todo": "加贺卡"}, authority="auto", actor="xiaoer")
    assert ((await order()).address, (await order()).stage, (await order()).flag) == (
        "示例路1号",
        Stage.PAID,
        None,
    )
    assert [await rows(kind) for kind in (OrderNote, WarehouseTask, ManualPayment)] == [[], [], []]


async def test_an_order_that_is_so_already_gets_no_note(sessions, run, rows):
    await open_shop(sessions, make_order("O1", Stage.PAID))
    result = await run("change_order", {"order_no": "O1", "wanted": "39码", "size": "39"})
    assert (result["state"], await rows(OrderNote)) == ("unchanged", [])


async def test_one_of_several_lines_must_be_named(sessions, run, order):
    await open_shop(sessions, make_order("O1", Stage.PAID, skus=("P1-黑色-39", "P2-灰色-39")))
    with pytest.raises(Refused, match="say which one"):
        await run("change_order", {"order_no": "O1", "wanted": "40码", "size": "40"})
    await run("change_order", {"order_no": "O1", "wanted": "40码", "size": "40", "sku_id": "P2-灰色-39"})
    assert [line.sku_id for line in (await order()).lines] == ["P1-黑色-39", "P2-灰色-40"]


async def test_c6_a_parcel_on_its_way_is_rerouted_with_a_registered_slip(sessions, run, order, rows):
    await open_shop(sessions, shipped())
    result = await run("change_order", NEW_ADDRESS)
    slip = (await rows(Intercept))[0]
    assert (result["where"], result["slip_no"]) == ("courier", "LJ20260302-001")
    assert write_slip(slip) == {
        "courier": {
            "slip_no": "LJ20260302-001",
            "tracking_no": "YT0001",
            "wish": "改派新地址",
            "courier": "圆通",
            "to": "13900000000 江苏 江苏省苏州市示例街2号",
        },
        "register": {
            "slip_no": "LJ20260302-001",
            "tracking_no": "YT0001",
            "wish": "改派新地址",
            "order_no": "O1",
            "goods": "测试 P1 黑色 39 ×1",
            "asked_by": "小青",
            "asked_at": "2026-03-02T02:00:00+00:00",
        },
    }
    assert ((await order()).flag, (await order()).address) == ("blue", "示例路1号")
    settled = {"slip_no": slip.slip_no, "state": "done", "answer": "已改派"}
    await run("settle_intercept", settled)
    assert (await order()).address == "江苏省苏州市示例街2号"


async def test_c6_other_goods_after_sending_are_an_exchange(sessions, run, rows):
    await open_shop(sessions, shipped())
    with pytest.raises(Refused, match="the way of exchange"):
        await run("change_order", WHITE)
    assert await rows(OrderNote) == []


async def test_c8_an_unpaid_order_is_closed_and_its_goods_are_on_sale_again(
    sessions, run, order, rows, stock
):
    await open_shop(sessions, make_order("O1", Stage.UNPAID, None))
    assert await run("cancel_order", CANCEL) == {"order_no": "O1", "where": "buyer", "state": "done"}
    assert ((await order()).stage, (await order()).close_reason) == (Stage.CLOSED, "买家取消")
    assert (await stock("P1-黑色-39"), await rows(ManualPayment)) == (13, [])


async def test_c8_an_unprinted_order_is_void_and_its_refund_due_once(sessions, run, order, rows, stock):
    await open_shop(sessions, make_order("O1", Stage.PAID))
    first = await run("cancel_order", CANCEL)
    again = await run("cancel_order", CANCEL)
    payment, note = (await rows(ManualPayment))[0], (await rows(OrderNote))[0]
    assert (first["state"], first["payment_id"], again["state"]) == ("done", payment.id, "repeated")
    assert (payment.direction, payment.amount, payment.state) == ("out", Decimal("200.00"), "due")
    assert payment.due_at == at("2026-03-05 23:30")  # D6: three working days
    assert ((await order()).stage, (await order()).flag) == (Stage.CLOSED, "purple")
    assert (await stock("P1-黑色-39"), note.done_where) == (13, "back_office")


@pytest.mark.parametrize(("stage", "where"), [(Stage.PRINTED, "slip"), (Stage.PACKED, "parcel")])
async def test_c8_a_printed_order_is_refunded_after_the_warehouse_pulled_it_back(
    sessions, run, order, rows, stage, where
):
    await open_shop(sessions, make_order("O1", stage))
    result = await run("cancel_order", CANCEL)
    assert (result["where"], result["state"]) == (where, "asked")
    assert ((await order()).stage, await rows(ManualPayment)) == (stage, [])
    answer = {"task_id": int(result["task_id"]), "state": "done", "answer": "已撤回"}
    await run("answer_warehouse_task", answer, actor="仓库小李")
    assert (await order()).stage is Stage.CLOSED
    assert [payment.amount for payment in await rows(ManualPayment)] == [Decimal("200.00")]
    assert [notice.script for notice in await rows(Notice)] == ["task_cancelled"]


async def test_c8_the_refund_of_a_parcel_follows_the_parcel(sessions, run, order, rows):
    await open_shop(sessions, shipped())
    slip_no = (await run("cancel_order", CANCEL))["slip_no"]
    assert (await run("cancel_order", CANCEL))["state"] == "repeated"
    assert ((await order()).stage, await rows(ManualPayment)) == (Stage.SHIPPED, [])
    with pytest.raises(Refused, match="is with the courier"):
        await run("change_order", NEW_ADDRESS)
    await run("settle_intercept", {"slip_no": slip_no, "state": "done", "answer": "退回已入库"})
    assert (await order()).stage is Stage.CLOSED
    assert [payment.amount for payment in await rows(ManualPayment)] == [Decimal("200.00")]


async def test_c8_a_parcel_that_was_not_stopped_becomes_a_case_without_a_refund(sessions, run, order, rows):
    await open_shop(sessions, shipped())
    slip_no = (await run("cancel_order", CANCEL))["slip_no"]
    await run("settle_intercept", {"slip_no": slip_no, "state": "impossible", "answer": "已派送"})
    assert ((await order()).stage, await rows(ManualPayment)) == (Stage.SHIPPED, [])
    assert [case.kind for case in await rows(OrderCase)] == ["intercept_failed"]
    assert [notice.script for notice in await rows(Notice)] == ["intercept_failed"]


@pytest.mark.parametrize("stage", [Stage.SIGNED, Stage.CLOSED])
async def test_c8_what_is_over_is_not_cancelled(sessions, run, rows, stage):
    await open_shop(sessions, make_order("O1", stage))
    with pytest.raises(Refused):
        await run("cancel_order", CANCEL)
    assert (await rows(ManualPayment), await rows(OrderNote)) == ([], [])


async def test_money_that_went_back_before_is_not_refunded_again(sessions, run, rows):
    bought = make_order("O1", Stage.PAID, total=Decimal("400.00"))
    bought.lines[0].quantity, bought.goods_total = 2, Decimal("400.00")
    await open_shop(sessions, bought)
    await run("change_order", {"order_no": "O1", "wanted": "只要一双", "quantity": 1})
    await run("cancel_order", CANCEL)
    assert [payment.amount for payment in await rows(ManualPayment)] == [Decimal("200.00"), Decimal("200.00")]


async def test_two_who_cancel_at_once_refund_once(sessions, run, rows, stock):
    await open_shop(sessions, make_order("O1", Stage.PAID))
    results = await asyncio.gather(*(run("cancel_order", CANCEL) for _ in range(2)))
    assert sorted(result["state"] for result in results) == ["done", "repeated"]
    assert (len(await rows(ManualPayment)), await stock("P1-黑色-39")) == (1, 13)


async def test_two_who_want_the_last_piece_do_not_both_get_it(sessions, run, order, stock):
    orders = [make_order(no, Stage.PAID) for no in ("O1", "O2")]
    await open_shop(sessions, *orders)
    async with transaction(sessions) as session:
        (await session.get_one(Sku, "P1-白色-39")).stock = 1
    wishes = [run("change_order", WHITE | {"order_no": no}) for no in ("O1", "O2")]
    results = await asyncio.gather(*wishes, return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["Refused", "dict"]
    assert (await stock("P1-白色-39"), await stock("P1-黑色-39")) == (0, 13)


async def test_c11_a_task_about_a_parcel_that_has_left_is_refused(sessions, run, rows):
    await open_shop(sessions, shipped(), make_order("O2", Stage.PRINTED))
    with pytest.raises(Refused, match="nothing to do with it"):
        await run("warehouse_task", {"order_no": "O1", "todo": "加贺卡"})
    result = await run("warehouse_task", {"order_no": "O2", "todo": "加贺卡"})
    again = await run("warehouse_task", {"order_no": "O2", "todo": "加贺卡"})
    assert (result["asked"], again["asked"], again["task_id"]) == (True, False, result["task_id"])
    with pytest.raises(NotFound):
        answer = {"task_id": result["task_id"], "state": "done", "answer": "好"}
        await run("answer_warehouse_task", answer, buyer_id="b002")
    assert [task.state for task in await rows(WarehouseTask)] == ["open"]
