"""Dialogues that change an order: said back, confirmed, proposed by stage; corrected, left (C6, C8, C10)."""

import pytest

from shop.db import transaction
from shop.models import ParcelState, Sku, Stage
from tests.small_orders import at, make_order, make_parcel
from tests.small_shop import open_shop
from tests.talking import Talk

LINE = "王小禾 13900000000 江苏省苏州市示例区青禾路2号"
ADDRESS = "江苏省苏州市示例区青禾路2号"


@pytest.fixture
def open_talk(sessions, ask):
    async def open_with(*orders):
        await open_shop(sessions, *orders)
        return Talk(ask)

    return open_with


def shipped():
    parcel = make_parcel("O1", ParcelState.IN_TRANSIT, ("2026-03-02 08:00", "杭州", "已发出"))
    return make_order("O1", Stage.SHIPPED, shipments=[parcel])


@pytest.mark.parametrize(
    ("stage", "script"),
    [
        (Stage.PAID, "change_back_office"),
        (Stage.PRINTED, "change_slip"),
        (Stage.PACKED, "change_parcel"),
    ],
)
async def test_c6_a_new_address_is_said_back_and_proposed_after_the_customers_yes(open_talk, stage, script):
    talk = await open_talk(make_order("O1", stage))
    (asked,) = await talk.say("想改一下地址", "change_address")
    assert (asked.scripts, talk.loop) == (["change_address_ask"], "change_address_form")
    (back,) = await talk.say(LINE)
    assert (back.scripts, back.proposals) == (["change_address_confirm"], [])
    assert (back.facts["recipient"], back.facts["phone"], back.facts["address"]) == (
        "王小禾",
        "13900000000",
        ADDRESS,
    )
    assert back.sources["address"].startswith("address_change:O1?address=")
    (done,) = await talk.say("对的", "affirm")
    assert (done.scripts, talk.loop, done.reads_as) == ([script], None, "change_address")
    assert done.proposals == [
        {
            "name": "change_order",
            "args": {
                "order_no": "O1",
                "wanted": f"改收货信息: 王小禾 13900000000 {ADDRESS}",
                "recipient": "王小禾",
                "phone": "13900000000",
                "address": ADDRESS,
            },
        }
    ]


async def test_c6_a_correction_is_said_back_again(open_talk):
    talk = await open_talk(make_order("O1", Stage.PAID))
    await talk.say("电话改成13900000000", "change_address")
    (again,) = await talk.say("打错了,是13700000000")
    assert (again.scripts, again.facts["phone"], again.proposals) == (
        ["change_address_confirm"],
        "13700000000",
        [],
    )
    (wrong,) = await talk.say("不对", "deny")
    assert (wrong.scripts, wrong.proposals) == (["change_what_is_wrong"], [])
    await talk.say("13600000000")
    (done,) = await talk.say("好的,确认", "affirm")
    assert done.proposals[0]["args"]["phone"] == "13600000000"


async def test_c6_of_two_orders_the_customer_says_which_and_the_address_is_kept(open_talk):
    talk = await open_talk(
        make_order("O1001", Stage.PAID, "2026-03-01 09:00"),
        make_order("O1002", Stage.PAID, "2026-03-02 09:00", skus=("P2-灰色-39",)),
    )
    (which,) = await talk.say(f"地址改成{ADDRESS}", "change_address")
    assert which.scripts == ["order_which"]
    (back,) = await talk.say("黑色那双")
    assert (back.scripts, back.facts["order_no"], back.facts["address"]) == (
        ["change_address_confirm"],
        "O1001",
        ADDRESS,
    )


async def test_c6_something_else_in_between_is_answered_and_the_yes_is_asked_for_again(open_talk):
    talk = await open_talk(make_order("O1", Stage.PAID))
    await talk.say("电话改成13900000000", "change_address")
    answers = await talk.say("什么时候发货", "ask_dispatch", 0.95)
    assert [said.scripts for said in answers] == [["dispatch_order"], ["change_address_confirm"]]
    (done,) = await talk.say("是", "affirm")
    assert done.proposals[0]["name"] == "change_order"


async def test_c6_giving_up_changes_nothing(open_talk):
    talk = await open_talk(make_order("O1", Stage.PAID))
    await talk.say("电话改成13900000000", "change_address")
    (left,) = await talk.say("算了不改了", "deny", 0.5)
    assert (left.proposals, talk.loop) == ([], None)


@pytest.mark.parametrize(
    ("order", "intent", "script"),
    [
        (make_order("O1", Stage.UNPAID, None), "change_address", "change_buyer"),
        (make_order("O1", Stage.SIGNED), "change_address", "change_too_late"),
        (make_order("O1", Stage.UNPAID, None), "cancel_order", "cancel_buyer"),
        (make_order("O1", Stage.CLOSED), "cancel_order", "change_over"),
        (make_order("O1", Stage.SIGNED), "cancel_order", "cancel_return"),
    ],
)
async def test_c6_c8_what_the_stage_forbids_is_said_at_once(open_talk, order, intent, script):
    fresh = make_order(order.no, order.stage, None if order.paid_at is None else "2026-03-02 09:00")
    talk = await open_talk(fresh)
    (said,) = await talk.say("麻烦处理一下", intent, order="O1")
    assert (said.scripts, talk.loop) == ([script], None)
    assert [proposal["name"] for proposal in said.proposals if proposal["name"] != "add_order_note"] == []


async def test_c6_another_size_after_sending_becomes_an_exchange(open_talk):
    talk = await open_talk(shipped())
    (said,) = await talk.say("换成40码", "change_order_item", entities={"size": "40"})
    assert (said.scripts, talk.loop) == (["change_exchange"], None)
    assert said.text.startswith("非常抱歉")


async def test_c6_other_goods_are_confirmed_with_the_price_difference(open_talk, sessions):
    talk = await open_talk(make_order("O1", Stage.PAID))
    async with transaction(sessions) as session:
        (await session.get_one(Sku, "P1-白色-39")).price += 15
    (back,) = await talk.say("换成白色的", "change_order_item", entities={"color": "白色"})
    assert (back.scripts, back.facts["pay_more"], back.facts["to_color"]) == (
        ["change_item_confirm"],
        "15.00",
        "白色",
    )
    assert "¥15" in back.text
    (done,) = await talk.say("可以的", "affirm")
    assert done.proposals[0]["args"] == {
        "order_no": "O1",
        "wanted": "改规格: 白色",
        "sku_id": "P1-黑色-39",
        "color": "白色",
    }


@pytest.mark.parametrize(
    ("words", "entities", "script"),
    [
        ("换成40码", {"size": "40"}, "change_item_out"),
        ("换成紫色", {"color": "紫色"}, "change_item_missing"),
        ("换成39码", {"size": "39"}, "change_item_same"),
    ],
)
async def test_c10_goods_that_are_not_there_are_said_with_what_is(open_talk, words, entities, script):
    talk = await open_talk(make_order("O1", Stage.PAID))
    (said,) = await talk.say(words, "change_order_item", entities=entities)
    assert (said.scripts, said.facts["options"], said.proposals) == ([script], ["白色39"], [])
    (back,) = await talk.say("那白色39吧", entities={"color": "白色", "size": "39"})
    assert (back.scripts, back.facts["to_color"]) == (["change_item_confirm"], "白色")


async def test_c8_cancelling_is_confirmed_and_told_by_stage(open_talk):
    talk = await open_talk(make_order("O1", Stage.PACKED))
    (asked,) = await talk.say("不想要了,取消订单", "cancel_order")
    assert (asked.scripts, asked.facts["total"], asked.proposals) == (["cancel_confirm"], "200.00", [])
    (done,) = await talk.say("确认", "affirm")
    assert (done.scripts, done.proposals) == (
        ["cancel_parcel"],
        [{"name": "cancel_order", "args": {"order_no": "O1", "wanted": "买家要求取消订单"}}],
    )


@pytest.mark.parametrize("words", ["不喜欢了", "刚下的那个", "拍错了", "不要了"])
async def test_c8_the_reason_or_the_wish_once_more_is_as_good_as_a_yes(open_talk, words):
    talk = await open_talk(make_order("O1", Stage.PAID))
    await talk.say("取消订单", "cancel_order")
    (done,) = await talk.say(words, "unclear")
    assert [proposal["name"] for proposal in done.proposals] == ["cancel_order"]


@pytest.mark.parametrize("words", ["算了不取消了", "先别取消", "那个可以取消吗"])
async def test_c8_second_thoughts_are_no_yes(open_talk, words):
    talk = await open_talk(make_order("O1", Stage.PAID))
    await talk.say("取消订单", "cancel_order")
    assert [proposal for said in await talk.say(words, "cancel_order") for proposal in said.proposals] == []


async def test_c6_that_the_rest_stays_confirms_what_was_said_back(open_talk):
    talk = await open_talk(make_order("O1", Stage.PAID))
    address = "浙江省杭州市示例区示例路2号"
    await talk.say(f"地址改成{address}", "change_address", entities={"address": address})
    (done,) = await talk.say("电话不变", "inform")
    assert [proposal["name"] for proposal in done.proposals] == ["change_order"]


async def test_another_buyers_order_reads_like_a_missing_one(open_talk):
    talk = await open_talk(make_order("O2", Stage.PAID, buyer="b002"))
    (said,) = await talk.say("取消订单O2", "cancel_order", entities={"order_no": "O2"})
    assert said.proposals == []
    assert "O2" not in said.facts.values()


# Invoices (B15).

TAX_NO = "91350100M000100Y43"


async def test_b15_an_electronic_invoice_of_a_company_is_asked_for_part_by_part(open_talk):
    talk = await open_talk(make_order("O1", Stage.SIGNED, signed_at=at("2026-03-01 12:00")))
    (kind,) = await talk.say("帮我开发票", "request_invoice")
    assert (kind.scripts, talk.loop) == (["invoice_ask_kind"], "invoice_form")
    (title,) = await talk.say("电子的")
    assert title.scripts == ["invoice_ask_title"]
    (tax,) = await talk.say("蓝天示例有限公司", entities={"invoice_title": "蓝天示例有限公司"})
    assert tax.scripts == ["invoice_ask_tax_no"]
    (wrong,) = await talk.say("91350100M000100Y44", "unclear", 0.4)
    assert (wrong.scripts, wrong.proposals) == (["invoice_tax_check_digit"], [])
    (short,) = await talk.say("税号9135010000", entities={"tax_no": "9135010000"})
    assert short.scripts == ["invoice_tax_length"]
    (mail,) = await talk.say(TAX_NO, entities={"tax_no": TAX_NO})
    assert mail.scripts == ["invoice_ask_email"]
    (done,) = await talk.say("a@example.com", entities={"email": "a@example.com"})
    assert (done.scripts, done.facts["due_on"], talk.loop) == (["invoice_noted"], "2026-03-09", None)
    assert done.proposals == [
        {
            "name": "request_invoice",
            "args": {
                "order_no": "O1",
                "kind": "electronic",
                "title": "蓝天示例有限公司",
                "tax_no": TAX_NO,
                "email": "a@example.com",
            },
        }
    ]


async def test_b15_what_is_told_while_an_order_is_asked_for_is_taken_and_said_so(open_talk):
    talk = await open_talk(make_order("O1", Stage.PAID), make_order("O2", Stage.PAID))
    (which,) = await talk.say("开发票", "request_invoice")
    assert which.scripts == ["order_which"]
    (noted,) = await talk.say("个人的,电子的就行", "inform")
    assert noted.scripts == ["dialogue_noted", "order_which"]
    (mail,) = await talk.say("第一个")
    assert mail.scripts == ["invoice_ask_email"]


async def test_b15_a_personal_paper_invoice_needs_no_more_than_its_title(open_talk):
    talk = await open_talk(make_order("O1", Stage.PAID))
    await talk.say("开纸质发票", "request_invoice")
    (done,) = await talk.say("个人")
    assert done.proposals[0]["args"] == {"order_no": "O1", "kind": "paper", "title": "个人"}


async def test_b15_a_special_invoice_takes_the_full_set(open_talk):
    talk = await open_talk(make_order("O1", Stage.PAID))
    known = {"invoice_title": "蓝天示例有限公司", "tax_no": TAX_NO}
    words = f"开专票,蓝天示例有限公司,税号{TAX_NO}"
    (asked,) = await talk.say(words, "request_invoice", entities=known)
    assert asked.scripts == ["invoice_ask_special"]
    (phone,) = await talk.say("江苏省苏州市示例区青禾路2号")
    assert phone.scripts == ["invoice_ask_phone"]
    (bank,) = await talk.say("0512-00000000")
    assert bank.scripts == ["invoice_ask_bank"]
    (account,) = await talk.say("开户行:示例银行城北支行")
    assert account.scripts == ["invoice_ask_account"]
    (done,) = await talk.say("账号:330100000000001")
    args = done.proposals[0]["args"]
    assert (args["kind"], args["bank"], args["account"], args["phone"]) == (
        "special",
        "示例银行城北支行",
        "330100000000001",
        "0512-00000000",
    )


async def test_b15_more_than_was_paid_is_declined_and_who_presses_reaches_a_person(open_talk):
    talk = await open_talk(make_order("O1", Stage.PAID))
    (declined,) = await talk.say("开票金额写500", "request_invoice", entities={"money": "500.00"})
    assert (declined.scripts, declined.handoff, declined.proposals) == (["invoice_above_paid"], None, [])
    assert declined.text.startswith("非常抱歉")
    (pressed,) = await talk.say("就写500不行吗", entities={"money": "500.00"})
    assert (pressed.handoff, pressed.proposals, talk.loop) == ("invoice_above_paid", [], None)


async def test_b15_a_title_corrected_after_the_end_is_taken_down_anew(open_talk):
    talk = await open_talk(make_order("O1", Stage.PAID))
    await talk.say("开纸质发票,个人抬头", "request_invoice")
    answers = await talk.say(
        f"抬头改成蓝天示例有限公司,税号{TAX_NO}",
        entities={"invoice_title": "蓝天示例有限公司", "tax_no": TAX_NO},
    )
    args = [proposal["args"] for said in answers for proposal in said.proposals]
    assert [(arg["title"], arg["tax_no"]) for arg in args] == [("蓝天示例有限公司", TAX_NO)]


async def test_b15_a_title_that_sounds_like_a_call_for_a_person_is_taken_as_the_title(open_talk):
    talk = await open_talk(make_order("O1", Stage.PAID))
    await talk.say("开纸质发票", "request_invoice")
    (done,) = await talk.say("个人", "request_human", 0.52)
    assert (done.handoff, done.proposals[0]["args"]["title"]) == (None, "个人")


async def test_b15_a_question_for_more_than_was_paid_is_declined_too(open_talk):
    talk = await open_talk(make_order("O1", Stage.PAID))
    (said,) = await talk.say("发票能开成500吗", "ask_invoice", entities={"money": "500"})
    assert (said.scripts, said.facts["paid_total"]) == (["invoice_above_paid"], "200.00")
