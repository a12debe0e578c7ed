"""Returns, exchanges, refunds on a real database (D1, D2, D4, D6). It is Monday, 2 March, 10:00."""

from datetime import UTC, datetime

import pytest

from actions.returns import (
    ActionAskRefund,
    ActionAskReturnFee,
    ActionAskReturnPolicy,
    ActionAskReturnProcess,
    ExchangeForm,
    ReturnForm,
)
from shop.models import ParcelState, Stage
from tests.small_orders import at, make_order, make_parcel
from tests.small_shop import open_shop
from tests.talking import Talk

SIGNED = at("2026-03-01 12:00")


def signed_order(no: str = "O1", **more: object):
    return make_order(no, Stage.SIGNED, "2026-02-25 09:00", signed_at=SIGNED, **more)


@pytest.mark.parametrize(
    ("day", "script"),
    [
        (2, "return_policy_open"),
        (8, "return_policy_open"),
        (9, "return_policy_exchange"),
        (16, "return_policy_exchange"),
        (17, "return_policy_over"),
    ],
)
async def test_the_policy_is_told_with_the_orders_dates(sessions, ask, clock, day, script):
    await open_shop(sessions, signed_order())
    clock.now = datetime(2026, 3, day, 4, 0, tzinfo=UTC)
    said = await ask(ActionAskReturnPolicy(), "还能退吗")
    assert said.scripts == [script]
    assert (said.facts["return_last_day"], said.facts["exchange_last_day"]) == ("2026-03-08", "2026-03-16")
    assert said.sources["return_last_day"] == "returns:O1"
    assert "3月" in said.text
    assert await ask.reread(said) == []


async def test_a_draft_about_an_open_window_is_stale_once_it_closed(sessions, ask, clock):
    await open_shop(sessions, signed_order())
    said = await ask(ActionAskReturnPolicy())
    clock.advance(days=10)
    assert await ask.reread(said) == ["return_open"]


@pytest.mark.parametrize("item", [None, "P2"])
async def test_without_an_order_of_it_the_policys_days_are_told(sessions, ask, item):
    orders = [signed_order()] if item else []
    await open_shop(sessions, *orders)
    said = await ask(ActionAskReturnPolicy(), item=item)
    assert said.scripts == ["return_policy"]
    assert said.facts == {"no_reason_days": 7, "exchange_days": 15}
    assert said.sources["no_reason_days"] == "policy:returns"


@pytest.mark.parametrize(
    ("order", "script", "facts"),
    [
        (
            {"shipping_insurance": True},
            "return_fee_insured",
            {"payer": "insurance", "insurance_pays": "9.00"},
        ),
        (
            {"shipping_insurance": True, "region": "四川"},
            "return_fee_insured",
            {"payer": "insurance", "insurance_pays": "12.00"},
        ),
        ({}, "return_fee_order", {"payer": "buyer", "buyer_return_fee": "12.00"}),
    ],
)
async def test_the_fee_goes_by_the_orders_insurance(sessions, ask, order, script, facts):
    await open_shop(sessions, signed_order(**order))
    said = await ask(ActionAskReturnFee(), "退货运费谁出")
    assert said.scripts == [script]
    assert {name: said.facts[name] for name in facts} == facts
    assert (said.hold, said.handoff) == (None, None)


async def test_the_fee_without_an_order_is_the_rule(sessions, ask):
    await open_shop(sessions)
    said = await ask(ActionAskReturnFee())
    assert (said.scripts, said.facts) == (["return_fee"], {"buyer_return_fee": "12.00"})
    assert "¥12" in said.text


async def test_no_sentence_on_fees_has_the_shop_pay_without_a_confirmed_fault(ask):
    for key in ("return_fee", "return_fee_order", "return_fee_insured"):
        for text in ask.scripts.list_variants(key):
            before = text.partition("店铺")[0]
            assert "核实" in before or "核实后店铺" in text, text


async def test_the_process_names_address_slip_and_couriers_not_taken(sessions, ask):
    await open_shop(sessions)
    said = await ask(ActionAskReturnProcess(), "寄到哪里")
    assert said.scripts == ["return_process"]
    for part in (
        "浙江省杭州市示例区青禾路1号",
        "青禾售后",
        "400-000-0000",
        "纸条",
        "到付、平邮、EMS、顺丰",
        "单号",
    ):
        assert part in said.text


@pytest.mark.parametrize(
    ("form", "kind", "in_time", "late_day"),
    [
        (ReturnForm(), "return", "request_return", 9),
        (ExchangeForm(), "exchange", "request_exchange", 17),
    ],
)
async def test_a_request_is_taken_up_in_its_window_and_noted_for_a_person_after_it(
    sessions, ask, clock, form, kind, in_time, late_day
):
    """D1."""
    await open_shop(sessions, signed_order())
    said = await ask(form, "申请一下", intent=in_time)
    assert (said.scripts, said.proposals, said.loops) == ([in_time], [], [form.name()])
    clock.now = datetime(2026, 3, late_day, 4, 0, tzinfo=UTC)
    late = await ask(form, "申请一下", intent=in_time)
    assert (late.scripts, late.loops) == ([f"{in_time}_late"], [None])
    assert late.text.startswith("非常抱歉")
    note = {"order_no": "O1", "kind": kind, "wanted": "申请一下"}
    assert late.proposals == [{"name": "add_order_note", "args": note}]


@pytest.mark.parametrize("action", [ReturnForm(), ExchangeForm()])
async def test_a_request_before_signing_needs_no_dates(sessions, ask, action):
    await open_shop(sessions, make_order("O1", Stage.SHIPPED))
    said = await ask(action)
    assert said.facts["return_last_day"] is None
    assert "签收后" in said.text
    assert "None" not in said.text


@pytest.mark.parametrize(
    ("action", "script"),
    [
        (ReturnForm(), "request_return_unsent"),
        (ExchangeForm(), "request_exchange_unsent"),
    ],
)
async def test_goods_not_sent_yet_need_no_return(sessions, ask, action, script):
    await open_shop(sessions, make_order("O1", Stage.PACKED))
    assert (await ask(action)).scripts == [script]


@pytest.mark.parametrize("action", [ReturnForm(), ExchangeForm()])
@pytest.mark.parametrize(
    ("stage", "script"), [(Stage.UNPAID, "request_unpaid"), (Stage.CLOSED, "request_closed")]
)
async def test_an_order_unpaid_or_closed_has_nothing_to_send_back(sessions, ask, action, stage, script):
    await open_shop(sessions, make_order("O1", stage))
    said = await ask(action, "退了", order="O1")
    assert (said.scripts, said.proposals) == ([script], [])


async def test_a_refund_waits_for_the_return(sessions, ask):
    await open_shop(sessions, signed_order())
    said = await ask(ActionAskRefund(), "退款什么时候到")
    assert (said.scripts, said.facts["days_min"], said.facts["days_max"]) == (["refund_waiting"], 1, 3)


@pytest.mark.parametrize(
    ("state", "script", "refund_by"),
    [
        (ParcelState.IN_TRANSIT, "refund_on_way", None),
        # Back on Friday; the Saturday after it is worked for Spring Festival.
        (ParcelState.SIGNED, "refund_arrived", "2026-03-03"),
    ],
)
async def test_a_return_under_way_tells_its_number_and_the_refund_day(
    sessions, ask, state, script, refund_by
):
    parcel = make_parcel(
        "O1", state, ("2026-02-27 15:00", "杭州", "已签收"), tracking="ZT77", direction="return"
    )
    await open_shop(sessions, signed_order(), parcel)
    said = await ask(ActionAskRefund())
    assert (said.scripts, said.facts["refund_by"]) == ([script], refund_by)
    assert "ZT77" in said.text


async def test_a_refund_that_is_late_is_apologised_for_and_held(sessions, ask, clock):
    parcel = make_parcel("O1", ParcelState.SIGNED, ("2026-02-27 15:00", "杭州", "已签收"), direction="return")
    await open_shop(sessions, signed_order(), parcel)
    clock.advance(days=1)
    assert (await ask(ActionAskRefund())).hold is None  # its last day
    clock.advance(days=1)
    said = await ask(ActionAskRefund())
    assert (said.scripts, said.hold) == (["refund_overdue"], "refund_overdue")
    assert said.text.startswith("非常抱歉")


@pytest.mark.parametrize(("paid", "part"), [("2026-02-25 09:00", "原路退回"), (None, "没有付款")])
async def test_a_closed_order_tells_why_it_closed(sessions, ask, paid, part):
    order = make_order("O1", Stage.CLOSED, paid, close_reason="退货退款已完成")
    await open_shop(sessions, order)
    said = await ask(ActionAskRefund())
    assert said.scripts == ["refund_closed"]
    assert "退货退款已完成" in said.text
    assert part in said.text


async def test_the_order_on_its_way_back_is_the_one_whose_money_is_waited_for(sessions, ask):
    back = make_order("O1", Stage.CLOSED, "2026-02-01 09:00")
    parcel = make_parcel("O1", ParcelState.SIGNED, direction="return")
    await open_shop(sessions, back, signed_order("O2"), signed_order("O3"), parcel)
    assert (await ask(ActionAskRefund())).facts["order_no"] == "O1"


async def test_a_refund_in_general_is_the_rule(sessions, ask):
    await open_shop(sessions)
    said = await ask(ActionAskRefund())
    assert (said.scripts, said.facts) == (["refund_general"], {"refund_working_days": [1, 3]})


async def test_d4_a_return_number_is_asked_for_and_noted_with_its_order(sessions, ask):
    await open_shop(sessions, signed_order(), signed_order("O2"))
    talk = Talk(ask)
    (missing,) = await talk.say("我寄回去了", "inform_return_shipped")
    assert (missing.scripts, missing.proposals) == (["return_number_missing"], [])
    (which,) = await talk.say("中通 ZT77", entities={"tracking_no": "ZT77", "courier": "中通"})
    assert which.scripts == ["order_which"]
    told = [order["no"] for order in which.facts["orders"]]
    (done,) = await talk.say("第二个", "unclear", 0.3)
    note = {"order_no": told[1], "kind": "return_shipped", "wanted": "买家已寄回: 中通 ZT77"}
    assert (done.scripts, done.proposals) == (["return_shipped"], [{"name": "add_order_note", "args": note}])


async def test_d7_wear_is_declined_kindly_and_judged_by_a_person_on_request(sessions, ask):
    await open_shop(sessions, signed_order())
    talk = Talk(ask)
    await talk.say("我要退货", "request_return")
    (declined,) = await talk.say("鞋底磨平了", "report_quality_issue")
    assert (declined.scripts, declined.proposals) == (["wear_declined"], [])
    assert declined.text.startswith("非常抱歉")
    (photo,) = await talk.say("需要", "affirm")
    assert photo.scripts == ["fault_ask_photo"]
    (done,) = await talk.say("没有照片", "unclear", 0.3)
    assert (done.scripts, done.handoff) == (["wear_to_judge"], "wear_to_judge")
    assert done.proposals[0]["args"]["reason"] == "wear"


async def test_d7_who_takes_wear_as_it_is_has_nothing_registered(sessions, ask):
    await open_shop(sessions, signed_order())
    talk = Talk(ask)
    await talk.say("不小心划了一道,能退货吗", "request_return")
    (done,) = await talk.say("不用了谢谢", "deny")
    assert (done.proposals, done.handoff, talk.loop) == ([], None, None)


async def test_c6_what_has_come_is_told_as_it_stands_not_as_missing(sessions, ask):
    await open_shop(sessions, make_order("O1", Stage.UNPAID, None))
    said = await ask(ReturnForm(), "我要退货", intent="request_return")
    assert (said.scripts, said.facts["order_no"]) == (["request_unpaid"], "O1")


@pytest.mark.parametrize(
    "action",
    [
        ActionAskReturnPolicy(),
        ActionAskReturnFee(),
        ActionAskRefund(),
        ReturnForm(),
        ExchangeForm(),
    ],
)
async def test_another_buyers_order_reads_like_a_missing_one(sessions, ask, action):
    await open_shop(sessions, make_order("O2", Stage.SIGNED, buyer="b002", signed_at=SIGNED))
    for no in ("O2", "O404"):
        said = await ask(action, order=no)
        assert (said.scripts, said.facts, said.proposals) == (["order_not_found"], {}, [])


async def test_d1_a_bare_size_is_the_one_wished_for_and_picks_no_order(sessions, ask):
    await open_shop(sessions, signed_order(), signed_order("O2", skus=("P2-灰色-40",)))
    talk = Talk(ask)
    (which,) = await talk.say("买大了想换小一码", "request_exchange")
    assert which.scripts == ["order_which"]
    (again,) = await talk.say("40", entities={"size": "40"})
    assert again.scripts == ["dialogue_noted", "order_which"]


@pytest.mark.parametrize("stage", [Stage.PAID, Stage.PRINTED, Stage.PACKED])
async def test_c8_what_never_left_has_no_parcel_to_send_back(sessions, ask, stage):
    await open_shop(sessions, make_order("O1", stage))
    said = await ask(ActionAskRefund(), "什么时候退钱")
    assert said.scripts == ["refund_unsent"]


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("没有吊牌了还能退吗", "return_condition"),
        ("吊牌剪了能退不", "return_condition"),
        ("鞋盒丢了可以退吗", "return_condition"),
        ("洗过一次还能换吗", "return_condition"),
        ("穿了几天能退吗", "return_condition"),
        ("没穿过能退吗", "return_policy"),
        ("包装没拆可以退吗", "return_policy"),
        ("几天内可以退", "return_policy"),
    ],
)
async def test_d1_goods_that_are_not_as_they_came_are_for_a_person_to_judge(sessions, ask, text, script):
    await open_shop(sessions)
    said = await ask(ActionAskReturnPolicy(), text)
    assert (said.scripts, said.handoff) == (
        [script],
        "condition_to_judge" if script == "return_condition" else None,
    )


async def test_c6_goods_that_no_order_holds_are_said_to_be_missing(sessions, ask):
    await open_shop(sessions, signed_order(), signed_order("O2", skus=("P2-灰色-40",)))
    talk = Talk(ask)
    await talk.say("我要退货", "request_return")
    (said,) = await talk.say("卫衣", entities={"product_kind": "卫衣"})
    assert (said.scripts, len(said.facts["orders"])) == (["order_without_goods"], 2)
    (reason,) = await talk.say("流云跑鞋", entities={"product": "流云跑鞋"})
    assert "O2" in reason.text or reason.facts["order_no"] == "O2"
