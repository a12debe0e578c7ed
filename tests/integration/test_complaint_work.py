"""Working on tickets, remedies within limits, approvals, call-backs and promises (A9, A13, E2, E3, E4)."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from desk import promises
from desk.models import Owner
from desk.ownership import hold
from shop.commands import CommandContext, execute
from shop.db import transaction
from shop.errors import CommandError, NotFound, Refused
from shop.models import Complaint, Order, Stage
from shop.policy_file import load_policy
from shop.work_models import Approval, Callback, ManualPayment, PromiseEntry, Remedy
from tests.small_orders import at, make_order
from tests.small_shop import open_shop

OPEN = {"severity": "general", "words": "鞋子开胶,要求退款", "order_no": "O1"}


@pytest.fixture
def by(clock, policy_path):
    return CommandContext("b001", "c1", "web", clock(), load_policy(policy_path), "agent", "小青")


@pytest.fixture
def run(sessions, by):
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
async def ticket(sessions, run):
    """The number of an open general complaint about an order of 200 yuan."""
    await open_shop(sessions, make_order("O1", Stage.SIGNED))
    return (await run("open_complaint", OPEN))["complaint_id"]


async def test_e2_a_ticket_holds_what_it_is_about_and_what_is_demanded(ticket, rows):
    found = (await rows(Complaint))[0]
    assert (found.category, found.demand, found.state) == ("quality", "要求退款", "open")


async def test_e2_a_ticket_goes_from_handler_over_measure_to_outcome(ticket, run, rows, by):
    await run("assign_complaint", {"complaint_id": ticket, "handler": "小禾"})
    with pytest.raises(Refused, match="has no measure yet"):
        await run("close_complaint", {"complaint_id": ticket, "outcome": "满意"})
    await run("record_measure", {"complaint_id": ticket, "measure": "补寄一双"}, actor="小禾")
    closing = {"complaint_id": ticket, "outcome": "已收到新鞋", "satisfaction": 4}
    for _ in range(2):
        await run("close_complaint", closing, actor="小禾")
    found = (await rows(Complaint))[0]
    assert (found.handler, found.measure, found.outcome) == ("小禾", "补寄一双", "已收到新鞋")
    assert (found.state, found.satisfaction) == ("closed", 4)
    assert (found.closed_by, found.closed_at) == ("小禾", by.now)
    with pytest.raises(Refused, match="was closed by 小禾"):
        await run("record_measure", {"complaint_id": ticket, "measure": "再补一双"})


@pytest.mark.parametrize("name", ["assign_complaint", "record_measure", "grant_remedy", "close_complaint"])
async def test_e4_a_grave_ticket_is_a_supervisors(ticket, run, rows, name):
    await run("open_complaint", OPEN | {"severity": "major"})
    args = {
        "assign_complaint": {"handler": "小禾"},
        "record_measure": {"measure": "致电"},
        "grant_remedy": {"kind": "gift", "amount": "10.00"},
        "close_complaint": {"outcome": "和解"},
    }[name]
    before = (await rows(Complaint))[0].state
    with pytest.raises(Refused, match="a supervisor works on it"):
        await run(name, args | {"complaint_id": ticket})
    assert ((await rows(Complaint))[0].state, await rows(Remedy)) == (before, [])
    with pytest.raises(Refused, match="needs agent, not auto"):
        await run(name, args | {"complaint_id": ticket}, authority="auto")
    with pytest.raises(NotFound):
        await run(name, args | {"complaint_id": ticket}, buyer_id="b002", authority="supervisor")


async def test_e3_a_part_refund_inside_the_limit_is_due_once(ticket, run, rows):
    remedy = {"complaint_id": ticket, "kind": "part_refund", "amount": "40.00", "detail": "开胶补偿"}
    for _ in range(2):
        await run("grant_remedy", remedy)
    payment = (await rows(ManualPayment))[0]
    assert (len(await rows(Remedy)), len(await rows(ManualPayment))) == (1, 1)
    assert (payment.direction, payment.amount, payment.reason) == ("out", Decimal("40.00"), "投诉部分退款")


@pytest.mark.parametrize(
    ("kind", "amount", "limit"),
    [("part_refund", "40.01", "40.00"), ("coupon", "20.01", "20.00"), ("gift", "25.00", "20.00")],
)
async def test_e3_above_the_limit_only_a_supervisor_grants(ticket, run, rows, kind, amount, limit):
    remedy = {"complaint_id": ticket, "kind": kind, "amount": amount}
    with pytest.raises(Refused, match=f"above the {limit} of the policy: ask a supervisor"):
        await run("grant_remedy", remedy)
    assert (await rows(Remedy), await rows(ManualPayment)) == ([], [])
    await run("grant_remedy", remedy, authority="supervisor", actor="主管")
    assert [(row.amount, row.granted_by) for row in await rows(Remedy)] == [(Decimal(amount), "主管")]


async def test_e3_two_small_remedies_do_not_get_above_the_limit(ticket, run, rows):
    await run("grant_remedy", {"complaint_id": ticket, "kind": "coupon", "amount": "15.00"})
    with pytest.raises(Refused, match=r"30\.00 yuan are above"):
        await run(
            "grant_remedy", {"complaint_id": ticket, "kind": "coupon", "amount": "15.00", "detail": "再来"}
        )
    assert len(await rows(Remedy)) == 1


async def test_e3_extortion_gets_nothing_and_goes_to_a_supervisor(sessions, run, rows):
    await open_shop(sessions, make_order("O1", Stage.SIGNED))
    words = "不赔我500元就给你们全家桶差评"
    result = await run("open_complaint", OPEN | {"words": words})
    found = (await rows(Complaint))[0]
    assert (result["severity"], found.category) == ("major", "extortion")
    remedy = {"complaint_id": found.id, "kind": "coupon", "amount": "5.00"}
    for authority in ("agent", "supervisor"):
        with pytest.raises(Refused):
            await run("grant_remedy", remedy, authority=authority)
    assert (await rows(Remedy), await rows(ManualPayment)) == ([], [])


@pytest.mark.parametrize("detail", ["改好评返10元", "删差评补偿", "五星好评红包"])
async def test_e5_a_review_is_never_bought(ticket, run, rows, detail):
    remedy = {"complaint_id": ticket, "kind": "coupon", "amount": "5.00", "detail": detail}
    for authority in ("agent", "supervisor"):
        with pytest.raises(Refused, match="reviews are never bought"):
            await run("grant_remedy", remedy, authority=authority)
    assert await rows(Remedy) == []


async def test_e3_no_more_goes_back_than_was_paid(ticket, run, rows):
    big = {"complaint_id": ticket, "kind": "part_refund", "amount": "200.01"}
    with pytest.raises(Refused, match="no more can go back"):
        await run("grant_remedy", big, authority="supervisor")
    assert (await rows(Remedy), await rows(ManualPayment)) == ([], [])


async def test_b9_a_wish_is_put_to_a_supervisor_once_and_decided_before_it_lapses(sessions, run, rows, by):
    await open_shop(sessions, make_order("O1", Stage.PAID))
    wish = {"matter": "price", "what": "两双一起180", "amount": "20.00", "order_no": "O1"}
    first = await run("ask_supervisor", wish, authority="auto")
    assert (await run("ask_supervisor", wish))["approval_id"] == first["approval_id"]
    decision = {"approval_id": first["approval_id"], "state": "granted", "answer": "同意"}
    with pytest.raises(Refused, match="needs supervisor"):
        await run("decide_approval", decision)
    with pytest.raises(Refused, match="lapsed"):
        await run("decide_approval", decision, authority="supervisor", now=by.now + timedelta(hours=12))
    assert (await rows(Approval))[0].state == "asked"
    await run("decide_approval", decision, authority="supervisor", actor="主管")
    with pytest.raises(Refused, match="granted by 主管"):
        await run("decide_approval", decision | {"state": "declined"}, authority="supervisor")
    with pytest.raises(NotFound):
        await run("ask_supervisor", wish | {"order_no": "O404"})


async def test_a13_a_call_is_booked_once_for_an_honest_time_and_is_a_promise(sessions, run, rows, by):
    await open_shop(sessions)
    night = {"now": at("2026-03-02 23:45")}
    booking = {"phone": "13800000000", "about": "退货进度"}
    first = await run("book_callback", booking, authority="auto", **night)
    again = await run("book_callback", booking, authority="auto", **night)
    assert first == again == {"callback_id": first["callback_id"], "call_at": "2026-03-03T09:00:00+08:00"}
    entry = (await rows(PromiseEntry))[0]
    assert (entry.kind, entry.due_at) == ("call_back", at("2026-03-03 09:30"))
    done = {"callback_id": first["callback_id"], "state": "done", "result": "已说明"}
    with pytest.raises(Refused, match="needs agent"):
        await run("settle_callback", done, authority="auto")
    await run("settle_callback", done)
    assert [(row.state, row.done_by) for row in await rows(Callback)] == [("done", "小青")]


@pytest.mark.parametrize(
    ("args", "error"),
    [
        ({"phone": "123", "about": "退货"}, CommandError),
        ({"phone": "13800000000", "about": "退货", "at": "2026-03-01T10:00:00+08:00"}, Refused),
        ({"phone": "13800000000", "about": "退货", "at": "2026-03-02T15:00:00"}, Refused),
    ],
)
async def test_a13_a_booking_that_cannot_be_kept_is_refused(sessions, run, rows, args, error):
    await open_shop(sessions)
    with pytest.raises(error):
        await run("book_callback", args)
    assert (await rows(Callback), await rows(PromiseEntry)) == ([], [])


async def promise_something(bench, text):
    receipt = await bench.say("什么时候发货", context={"order_no": "O1"})
    await bench.process(receipt)
    async with hold(bench.desk, receipt.conversation_id) as held:
        await promises.note_promises(held, text, "小青")
    return receipt.conversation_id


async def test_a9_what_an_agent_promised_alerts_before_it_is_due_and_calls_somebody(bench):
    await open_shop(bench.desk.sessions, make_order("O1", Stage.PAID))
    conversation_id = await promise_something(bench, "好的,今天给您发出")
    entry = (await bench.rows(PromiseEntry))[0]
    assert (entry.kind, entry.order_no, entry.owner) == ("ship", "O1", "小青")
    assert (entry.due_at, entry.proof) == (at("2026-03-02 23:30"), "shipped:O1")
    await promises.look_after(bench.desk)
    assert (await bench.rows(PromiseEntry))[0].alerted_at is None
    bench.clock.now = at("2026-03-02 22:30")
    await promises.look_after(bench.desk)
    assert (await bench.rows(PromiseEntry))[0].alerted_at == bench.clock()
    entries = [(row.reason, row.team) for row in await bench.entries()]
    owner = (await bench.get_conversation(conversation_id)).owner
    assert (("promise_due", "aftersales") in entries, owner) == (True, Owner.QUEUE)


async def test_a9_a_promise_is_kept_by_the_event_that_proves_it_and_broken_without(bench):
    await open_shop(bench.desk.sessions, make_order("O1", Stage.PAID))
    await promise_something(bench, "今天给您发出,明天给您补差价")
    async with bench.desk.transaction() as session:
        (await session.get_one(Order, "O1")).stage = Stage.SHIPPED
    bench.clock.now = at("2026-03-04 09:00")
    await promises.look_after(bench.desk)
    found = {entry.kind: entry.state for entry in await bench.rows(PromiseEntry)}
    assert found == {"ship": "kept", "pay_difference": "broken"}
