"""The return register on a real database (D1 to D6, D9): every step, who may take it, and what it leaves."""

import asyncio
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError

from actions.returns import ActionAskRefund, ReturnForm, ReturnShippedForm
from shop.commands import CommandContext, execute
from shop.db import transaction
from shop.errors import CommandError, NotFound, Refused
from shop.models import FitReport, Order, Sku, Stage
from shop.policy_file import load_policy
from shop.return_models import ReturnRequest, ReturnStep
from shop.return_watch import note_due
from shop.work_models import ManualPayment, Notice, OrderCase
from tests.small_orders import at, make_order
from tests.small_shop import open_shop

SIGNED = {"signed_at": at("2026-03-01 12:00")}


@pytest.fixture
async def run(sessions, clock, policy_path):
    """Execute a command in a transaction of its own, by default as an agent for b001."""
    await open_shop(
        sessions,
        make_order("O1", Stage.SIGNED, "2026-02-25 09:00", skus=("P2-灰色-39",), discount=Decimal("20.00"),
                   total=Decimal("180.00"), **SIGNED),
        make_order("O2", Stage.PAID),
    )  # fmt: skip
    policy = load_policy(policy_path)

    async def run(name, authority="agent", buyer="b001", **args):
        context = CommandContext(buyer, "c1", "web", clock(), policy, authority, "xiaohe")
        async with transaction(sessions) as session:
            return await execute(session, name, {"order_no": "O1", **args}, context)

    return run


async def create(run, kind="return", authority="auto", **more):
    given = {"kind": kind, "reason": "size_small", "words": "有点小"} | more
    if kind == "exchange":
        given = {"to_sku_id": "P2-灰色-40"} | given
    return await run("create_return", authority, **given)


async def rows(sessions, model):
    async with sessions() as session:
        return list(await session.scalars(select(model).order_by(model.id)))


async def go(run, *steps):
    for name, args in steps:
        result = await run(name, **args)
    return result


SHIP = ("register_return_shipment", {"courier": "圆通", "tracking_no": "YT12345678"})
CHECK = ("check_return", {"passed": True, "words": "完好"})
TO_CHECKED = (("approve_return", {}), SHIP, ("receive_return", {}), CHECK)


async def test_d5_a_return_goes_its_way_and_every_step_is_signed(run, sessions):
    await create(run)
    done = await go(run, *TO_CHECKED, ("refund_return", {}), ("close_return", {}))
    assert (done["state"], done["refund_amount"]) == ("closed", "180.00")
    steps = [(step.step, step.state, step.by) for step in await rows(sessions, ReturnStep)]
    assert [step for step, _, _ in steps] == [
        *("request", "approve", "ship_back", "receive", "check", "refund", "close"),
    ]
    assert {by for _, _, by in steps} == {"xiaohe"}
    (payment,) = await rows(sessions, ManualPayment)
    assert (payment.direction, payment.amount, payment.state) == ("out", Decimal("180.00"), "due")
    assert [notice.script for notice in await rows(sessions, Notice)] == [
        "return_approved",
        "return_refunded",
    ]
    async with sessions() as session:
        assert (await session.get_one(Order, "O1")).flag == "purple"


async def test_d5_a_wish_said_twice_is_one_request_and_the_later_words_count(run, sessions):
    first = await create(run)
    again = await create(run, "exchange", photos=["PH1"])
    assert again["request_id"] == first["request_id"]
    (request,) = await rows(sessions, ReturnRequest)
    assert (request.kind, request.to_sku_id, request.photos) == ("exchange", "P2-灰色-40", ["PH1"])


async def test_d5_two_that_register_at_once_leave_one_request(run, sessions):
    results = await asyncio.gather(*(create(run) for _ in range(4)), return_exceptions=True)
    assert all(isinstance(item, dict | IntegrityError | OperationalError) for item in results)
    assert len(await rows(sessions, ReturnRequest)) == 1


@pytest.mark.parametrize(("kind", "day"), [("return", 9), ("exchange", 17)])
async def test_d1_after_its_days_a_wish_needs_a_person_or_a_claimed_fault(run, sessions, clock, kind, day):
    clock.now = at(f"2026-03-{day:02d} 10:00")
    with pytest.raises(Refused, match="over"):
        await create(run, kind)
    assert await rows(sessions, ReturnRequest) == []
    assert (await create(run, kind, reason="quality", words="开胶"))["fault_claimed"]
    assert (await create(run, kind, "agent"))["state"] == "requested"


@pytest.mark.parametrize(
    "more",
    [
        {"order_no": "O2"},  # not sent yet
        {"kind": "exchange", "to_sku_id": "P2-灰色-39"},  # the same again
        {"kind": "exchange", "to_sku_id": "P1-黑色-39"},  # another item
        {"kind": "exchange", "to_sku_id": None},
    ],
)
async def test_d1_what_cannot_come_back_or_be_exchanged_is_refused_and_leaves_nothing(run, sessions, more):
    with pytest.raises(Refused):
        await create(run, **more)
    assert await rows(sessions, ReturnRequest) == []


async def test_another_buyers_order_reads_as_missing(run, sessions):
    with pytest.raises(NotFound):
        await create(run, buyer="b002")
    assert await rows(sessions, ReturnRequest) == []


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("approve_return", {}),
        ("reject_return", {"words": "有穿着痕迹"}),
        ("receive_return", {}),
        ("check_return", {"passed": True}),
        ("refund_return", {}),
        ("send_exchange", {"courier": "圆通", "tracking_no": "YT777777"}),
        ("close_return", {}),
    ],
)
async def test_money_and_liability_are_never_the_bots_own(run, sessions, name, args):
    await create(run)
    with pytest.raises(Refused, match="needs agent"):
        await run(name, "auto", **args)
    (request,) = await rows(sessions, ReturnRequest)
    assert (request.state, request.refund_amount, request.fault_confirmed) == ("requested", None, None)


async def test_d6_a_second_refund_is_refused_and_the_first_stands(run, sessions):
    await create(run)
    await go(run, *TO_CHECKED, ("refund_return", {"deduct": "30.00", "words": "少鞋盒"}))
    with pytest.raises(Refused):
        await run("refund_return", "supervisor")
    await run("close_return")
    await create(run, authority="agent")
    await go(run, *TO_CHECKED)
    with pytest.raises(Refused, match="more goods"):
        await run("refund_return", "supervisor")
    assert [payment.amount for payment in await rows(sessions, ManualPayment)] == [Decimal("150.00")]


async def test_d2_postage_goes_back_only_for_a_fault_that_a_person_confirmed(run, sessions):
    await create(run, reason="quality", words="开胶")
    await go(run, *TO_CHECKED)
    with pytest.raises(Refused, match="confirmed"):
        await run("refund_return", fee_refund="12.00")
    (request,) = await rows(sessions, ReturnRequest)
    assert (request.fault_claimed, request.fault_confirmed, request.state) == (True, None, "checked")


async def test_d2_and_not_beyond_the_policys_fee(run):
    await create(run, reason="quality", words="开胶")
    judged = ("check_return", {"passed": True, "fault_confirmed": True})
    await go(run, *TO_CHECKED[:3], judged)
    with pytest.raises(Refused, match="12"):
        await run("refund_return", fee_refund="12.01")
    assert (await run("refund_return", fee_refund="12.00"))["fault_confirmed"] is True


async def test_d7_worn_goods_are_refunded_by_a_supervisor_only(run, sessions):
    await create(run)
    await go(run, *TO_CHECKED[:3], ("check_return", {"passed": False, "words": "鞋底磨损"}))
    with pytest.raises(Refused, match="supervisor"):
        await run("refund_return")
    assert await rows(sessions, ManualPayment) == []
    assert (await run("refund_return", "supervisor", deduct="80.00"))["refund_amount"] == "100.00"


async def test_d7_declining_takes_the_reason_in_words(run, sessions):
    await create(run)
    with pytest.raises(Refused, match="reason"):
        await run("reject_return")
    assert (await run("reject_return", words="有穿着痕迹"))["state"] == "rejected"


async def test_d5_an_exchange_leaves_after_the_check_and_its_number_is_told_at_once(run, sessions):
    await create(run, "exchange")
    sent = ("send_exchange", {"courier": "圆通", "tracking_no": "YT88888888"})
    await go(run, *TO_CHECKED[:2])
    with pytest.raises(Refused, match="supervisor"):
        await go(run, sent)
    await go(run, *TO_CHECKED[2:], sent)
    async with sessions() as session:
        assert (await session.get_one(Sku, "P2-灰色-40")).stock == 7
    assert [notice.script for notice in await rows(sessions, Notice)] == ["return_approved", "exchange_sent"]


async def test_d5_a_supervisor_may_send_ahead_and_it_stays_open_until_the_old_goods_are_in(run, sessions):
    await create(run, "exchange")
    await run("approve_return")
    await run("send_exchange", "supervisor", courier="圆通", tracking_no="YT88888888")
    with pytest.raises(Refused, match="not in yet"):
        await run("close_return", "supervisor")


async def test_an_exchange_that_is_sold_out_meanwhile_is_refused_and_nothing_moved(run, sessions):
    await create(run, "exchange")
    await go(run, *TO_CHECKED)
    async with transaction(sessions) as session:
        (await session.get_one(Sku, "P2-灰色-40")).stock = 0
    with pytest.raises(Refused, match="sold out"):
        await run("send_exchange", courier="圆通", tracking_no="YT88888888")
    (request,) = await rows(sessions, ReturnRequest)
    assert (request.state, request.exchange_tracking_no) == ("checked", None)


async def test_d4_a_number_is_registered_at_once_and_once(run, sessions):
    await create(run)
    await run(SHIP[0], "auto", **SHIP[1])
    await run(SHIP[0], "auto", **SHIP[1])
    await run(SHIP[0], "auto", **(SHIP[1] | {"tracking_no": "YT99999999"}))
    (request,) = await rows(sessions, ReturnRequest)
    assert (request.state, request.tracking_no) == ("shipped_back", "YT99999999")
    assert [step.step for step in await rows(sessions, ReturnStep)] == ["request", "ship_back", "ship_back"]


async def test_d4_without_a_request_a_number_becomes_a_note_and_with_one_it_is_registered(run, ask):
    told = {"tracking_no": "YT12345678", "courier": "圆通"}
    said = await ask(ReturnShippedForm(), "寄了 圆通YT12345678", entities=told, order="O1")
    assert [item["name"] for item in said.proposals] == ["add_order_note"]
    await create(run)
    said = await ask(ReturnShippedForm(), "寄了 圆通YT12345678", entities=told, order="O1")
    assert (said.scripts, said.hold) == (["return_number_registered"], None)
    assert said.proposals == [{"name": "register_return_shipment", "args": {"order_no": "O1", **told}}]


async def test_b2_a_return_for_its_fit_teaches_how_the_item_runs(run, sessions):
    await create(run)
    await create(run, reason="size_large", words="又觉得大了")
    (report,) = await rows(sessions, FitReport)
    assert (report.order_no, report.sku_id, report.verdict) == ("O1", "P2-灰色-39", "small")


async def test_d3_faulty_goods_are_exchanged_for_their_like_and_others_are_not(run, sessions):
    same = {"kind": "exchange", "to_sku_id": "P2-灰色-39"}
    with pytest.raises(Refused, match="another size or colour"):
        await create(run, **same)
    await create(run, **same, reason="quality", words="开胶")
    (request,) = await rows(sessions, ReturnRequest)
    assert (request.to_sku_id, request.fault_claimed, request.fault_confirmed) == ("P2-灰色-39", True, None)


async def test_a_number_that_is_none_is_refused_with_its_field(run):
    await create(run)
    with pytest.raises(CommandError, match="tracking_no"):
        await run(SHIP[0], "auto", courier="圆通", tracking_no="没有单号")


async def test_d6_where_the_money_is_reads_the_register(run, ask):
    """Every state in its own words, from facts that can be read again."""
    await create(run)
    seen = []
    for name, args in [(None, {}), *TO_CHECKED, ("refund_return", {}), ("close_return", {})]:
        if name:
            await run(name, **args)
        said = await ask(ActionAskRefund(), "退款到哪了", order="O1")
        seen.append(said.scripts[0])
        assert "None" not in said.text
        assert await ask.reread(said) == []
    assert seen == [
        *("return_state_requested", "return_approved", "refund_on_way", "return_state_checking"),
        *("return_state_checking", "return_state_refunded", "return_state_refunded"),
    ]
    assert said.facts["refund_amount"] == "180.00"


async def test_d12_a_request_that_stands_too_long_is_not_answered_alone(run, ask, clock):
    await create(run)
    assert (await ask(ActionAskRefund(), order="O1")).hold is None
    clock.advance(hours=25)
    assert (await ask(ActionAskRefund(), order="O1")).hold == "return_overdue"


async def test_d12_what_nobody_answers_becomes_a_case_before_its_time(run, sessions, clock, policy_path):
    await create(run)
    policy = load_policy(policy_path)

    async def look():
        async with transaction(sessions) as session:
            return await note_due(session, policy, clock())

    assert await look() == 0
    clock.advance(hours=13)  # eleven hours before the day is over
    assert [await look(), await look()] == [1, 0]
    (case,) = await rows(sessions, OrderCase)
    assert (case.order_no, case.kind) == ("O1", "return_due")
    await run("approve_return")
    clock.advance(hours=170)
    assert await look() == 1
    await run("reject_return", words="超过时间未寄回")
    clock.advance(hours=300)
    assert await look() == 0


async def test_d5_a_second_wish_hears_how_far_the_first_is(run, ask):
    await create(run)
    await run("approve_return")
    said = await ask(ReturnForm(), "我要退货", intent="request_return", order="O1")
    assert (said.scripts, said.proposals, said.loops) == (["return_approved"], [], [None])
    assert "浙江省杭州市示例区青禾路1号" in said.text
