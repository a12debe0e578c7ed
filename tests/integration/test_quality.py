"""Faults, wrong goods, warranty on a real database (D3, D8, D10). It is Monday, 2 March, 10:00."""

from datetime import UTC, datetime

import pytest

from actions.quality import ActionAskWarranty, FaultForm, WrongItemForm
from shop.models import Stage
from shop.returns import Reason, classify_reason
from tests.small_orders import at, make_order
from tests.small_shop import open_shop
from tests.talking import Talk


def signed_order():
    return make_order("O1", Stage.SIGNED, "2026-02-25 09:00", signed_at=at("2026-03-01 12:00"))


@pytest.fixture
async def talk(sessions, ask):
    await open_shop(sessions, signed_order())
    return Talk(ask)


async def test_d3_a_fault_is_asked_about_and_opens_a_case_a_person_verifies(talk):
    (what,) = await talk.say("鞋子有质量问题", "report_quality_issue")
    assert (what.scripts, talk.loop) == (["fault_ask_what"], "fault_form")
    (photo,) = await talk.say("鞋底开胶了", "report_quality_issue")
    assert (photo.scripts, photo.text.startswith("非常抱歉")) == (["fault_ask_photo"], True)
    (remedy,) = await talk.say("", "unclear", 0.1, photos=["ph1"])
    assert (remedy.scripts, remedy.takes_photos, remedy.proposals) == (["fault_ask_remedy"], True, [])
    (done,) = await talk.say("换双新的", "request_exchange")
    assert (done.scripts, done.handoff, talk.loop) == (["fault_registered_exchange"], "fault_to_verify", None)
    (command,) = done.proposals
    lines = command["args"].pop("lines")
    assert len(lines) == 1
    assert command == {
        "name": "create_return",
        "args": {
            "order_no": "O1",
            "kind": "exchange",
            "reason": "quality",
            "words": "鞋底开胶了(希望换新)",
            "photos": ["ph1"],
            "to_sku_id": "P1-黑色-39",
        },
    }


@pytest.mark.parametrize(
    ("wish", "kind"),
    [("退了吧", "return"), ("补偿点就行", "refund_only"), ("维修一下", None), ("你们看着办", None)],
)
async def test_d3_what_cannot_be_photographed_is_told_and_each_wish_has_its_way(talk, wish, kind):
    (remedy,) = await talk.say("鞋垫味道很刺鼻", "report_quality_issue")
    assert remedy.scripts == ["fault_ask_remedy"]
    (done,) = await talk.say(wish, "unclear", 0.4)
    (command,) = done.proposals
    assert command["name"] == ("create_return" if kind else "add_order_note")
    assert command["args"]["kind"] == (kind or "quality")
    assert done.handoff == "fault_to_verify"


async def test_d8_a_missing_item_is_told_shown_and_may_be_sent_after(talk):
    (photo,) = await talk.say("少发了一只鞋垫", "report_wrong_item")
    assert photo.scripts == ["wrong_item_ask_photo"]
    (remedy,) = await talk.say("拍不了", "unclear", 0.2)
    assert remedy.scripts == ["fault_ask_remedy"]
    (done,) = await talk.say("给我补发吧", "request_exchange", 0.5)
    assert (done.scripts, done.handoff) == (["fault_registered_resend"], "fault_to_verify")
    note = {"order_no": "O1", "kind": "wrong_item", "wanted": "少发了一只鞋垫(希望补发)"}
    assert done.proposals == [{"name": "add_order_note", "args": note}]


async def test_d8_what_is_told_later_goes_into_the_same_report(talk):
    await talk.say("少发了一只鞋垫", "report_wrong_item")
    (again,) = await talk.say("收到的还是红色的,我买的白色", "report_wrong_item")
    assert again.scripts == ["wrong_item_ask_photo"]
    await talk.say("拍不了", "unclear", 0.2)
    (done,) = await talk.say("给我补发吧", "request_exchange", 0.5)
    wanted = "少发了一只鞋垫;收到的还是红色的,我买的白色(希望补发)"
    assert done.proposals[0]["args"] == {"order_no": "O1", "kind": "wrong_item", "wanted": wanted}


async def test_the_item_in_view_decides_where_a_word_fits_several_orders(sessions, ask):
    await open_shop(
        sessions,
        signed_order(),
        make_order(
            "O2", Stage.SIGNED, "2026-02-24 09:00", skus=("P2-灰色-39",), signed_at=at("2026-03-01 12:00")
        ),
    )
    talk = Talk(ask, item="P1")
    (photo,) = await talk.say("鞋子开线了", "report_quality_issue", entities={"product_kind": "鞋"})
    assert (photo.scripts, photo.facts["order_no"]) == (["fault_ask_photo"], "O1")


async def test_d5_of_several_faulty_goods_one_is_exchanged_first_and_the_others_are_noted(sessions, ask):
    skus = ("P1-黑色-39", "P2-灰色-40")
    signed = at("2026-03-01 12:00")
    await open_shop(sessions, make_order("O1", Stage.SIGNED, "2026-02-25 09:00", skus=skus, signed_at=signed))
    talk = Talk(ask)
    (goods,) = await talk.say("鞋子开胶了", "report_quality_issue")
    assert goods.scripts == ["return_which_goods"]
    await talk.say("两双都是", "affirm")
    await talk.say("拍不了", "unclear", 0.2)
    (which,) = await talk.say("都换新的", "request_exchange")
    assert (which.scripts, which.proposals) == (["fault_ask_exchanged"], [])
    (done,) = await talk.say("灰色那双", "unclear", 0.4)
    assert (done.scripts, done.handoff) == (["fault_registered_exchange"], "fault_to_verify")
    created, noted = done.proposals
    assert (created["args"]["kind"], created["args"]["to_sku_id"]) == ("exchange", "P2-灰色-40")
    assert len(created["args"]["lines"]) == 1
    assert noted == {
        "name": "add_order_note",
        "args": {"order_no": "O1", "kind": "quality", "wanted": "同一问题,也希望换新: 测试 P1 黑色39"},
    }


async def test_d3_goods_that_are_named_are_not_asked_for(sessions, ask):
    skus = ("P1-黑色-39", "P4-米色-M")
    signed = at("2026-03-01 12:00")
    await open_shop(sessions, make_order("O1", Stage.SIGNED, "2026-02-25 09:00", skus=skus, signed_at=signed))
    talk = Talk(ask)
    (photo,) = await talk.say("卫衣开线了", "report_quality_issue", entities={"product_kind": "卫衣"})
    assert photo.scripts == ["fault_ask_photo"]
    await talk.say("拍不了", "unclear", 0.2)
    (done,) = await talk.say("换一件", "request_exchange")
    assert done.proposals[0]["args"]["to_sku_id"] == "P4-米色-M"


async def test_d3_only_orders_with_the_goods_named_are_told_and_called_by_them(sessions, ask):
    def signed(no, *skus):
        return make_order(no, Stage.SIGNED, "2026-02-25 09:00", skus=skus, signed_at=at("2026-03-01 12:00"))

    shoes = [signed("O1", "P1-黑色-39"), signed("O2", "P4-米色-M", "P1-黑色-39")]
    await open_shop(sessions, *shoes, signed("O3", "P4-米色-M"))
    talk = Talk(ask)
    (which,) = await talk.say("鞋子开胶了", "report_quality_issue", entities={"product_kind": "鞋子"})
    told = {one["no"]: (one["title"], one["looks"], one["lines"]) for one in which.facts["orders"]}
    (again,) = await talk.say("才穿一周", "unclear", 0.3)
    assert set(told) == {one["no"] for one in again.facts["orders"]} == {"O1", "O2"}
    assert told["O1"] == ("晨风跑鞋", "黑色39", 1)
    assert told["O2"] == ("晨风跑鞋", "黑色39", 2)


async def test_d7_wear_told_as_a_fault_claims_none(talk):
    (declined,) = await talk.say("鞋底磨平了", "report_quality_issue")
    assert (declined.scripts, declined.proposals) == (["wear_declined"], [])
    await talk.say("我想请人看看", "request_human", 0.5)
    assert talk.slots["dialogue"]["values"]["reason"]["code"] == "wear"


async def test_a_fault_in_the_middle_of_a_return_takes_its_place_and_keeps_the_order(talk):
    await talk.say("我要退货", "request_return")
    (answer,) = await talk.say("穿了就开胶", "report_quality_issue")
    assert (answer.scripts, talk.loop) == (["fault_ask_photo"], "return_form")


async def test_no_sentence_accepts_liability_before_a_person_verified(ask):
    about = ("fault_", "wrong_item_", "wear_", "quality_")
    told = [key for key in sorted(ask.scripts.keys) if key.startswith(about)]
    assert len(told) > 10
    for key in told:
        for text in ask.scripts.list_variants(key):
            assert not any(word in text for word in ("赔", "退款", "店铺承担", "我们的责任", "包换")), text


async def test_a_fault_without_an_order_is_apologised_for_first(sessions, ask):
    await open_shop(sessions)
    said = await ask(FaultForm(), "开胶了", intent="report_quality_issue")
    assert (said.scripts, said.proposals) == (["quality_sorry", "order_none"], [])


async def test_goods_that_never_left_have_no_fault_to_note(sessions, ask):
    await open_shop(sessions, make_order("O1", Stage.PAID))
    said = await ask(WrongItemForm(), "少了一双", order="O1")
    assert (said.proposals, said.handoff) == ([], "fault_to_verify")


async def test_d10_after_the_warranty_a_person_advises(sessions, ask, clock):
    await open_shop(sessions, signed_order())
    clock.now = datetime(2026, 5, 31, 4, 0, tzinfo=UTC)
    said = await ask(FaultForm(), "鞋底断了", intent="report_quality_issue")
    assert (said.scripts, said.handoff) == (["warranty_over"], "fault_to_verify")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("鞋底磨平了", Reason.WEAR),
        ("不小心划了一道", Reason.WEAR),
        ("机洗坏了", Reason.WEAR),
        ("穿破了", Reason.WEAR),
        ("穿了两个月开胶", Reason.QUALITY),
        ("洗一次就掉色", Reason.QUALITY),
        ("磨脚", Reason.QUALITY),
        ("颜色不喜欢", Reason.COLOR),
    ],
)
def test_d7_wear_is_told_from_a_fault(words, reason):
    assert classify_reason(words) is reason


async def test_the_warranty_of_an_order_has_its_last_day(sessions, ask, clock):
    await open_shop(sessions, signed_order())
    said = await ask(ActionAskWarranty(), "能保修吗")
    assert (said.scripts, said.facts["last_day"]) == (["warranty_order"], "2026-05-30")
    clock.now = datetime(2026, 5, 31, 4, 0, tzinfo=UTC)
    late = await ask(ActionAskWarranty())
    assert late.scripts == ["warranty_over"]
    assert late.text.startswith("非常抱歉")


async def test_the_warranty_in_general_is_the_rule(sessions, ask):
    await open_shop(sessions)
    said = await ask(ActionAskWarranty())
    assert (said.scripts, said.facts["days"]) == (["warranty"], 90)


async def test_another_buyers_order_reads_like_a_missing_one(sessions, ask):
    await open_shop(sessions, make_order("O2", Stage.SIGNED, buyer="b002"))
    assert (await ask(ActionAskWarranty(), order="O2")).scripts == ["order_not_found"]
    said = await ask(FaultForm(), "开胶了", order="O2", intent="report_quality_issue")
    assert (said.scripts, said.proposals) == (["order_not_found"], [])
