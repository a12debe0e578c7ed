"""Dialogues through the forms of return and exchange: asked one by one, corrected, left and come back to."""

import json

import pytest

from shop.models import Stage
from tests.small_orders import at, make_order
from tests.small_shop import open_shop
from tests.talking import Talk

SIGNED = {"signed_at": at("2026-03-01 12:00")}


@pytest.fixture(params=["sqlite"])
def database_url(request, tmp_path, sqlite_template):
    import shutil

    shutil.copy(sqlite_template, tmp_path / "test.db")
    return f"sqlite:///{tmp_path}/test.db"


@pytest.fixture
async def talk(sessions, ask):
    """Two signed orders: O1001 with the black pair, O1002 with the grey one; b002 has one of two goods."""
    await open_shop(
        sessions,
        make_order("O1001", Stage.SIGNED, "2026-02-24 09:00", **SIGNED),
        make_order("O1002", Stage.SIGNED, "2026-02-25 09:00", skus=("P2-灰色-39",), **SIGNED),
        make_order(
            "O2001",
            Stage.SIGNED,
            "2026-02-25 09:00",
            buyer="b002",
            skus=("P2-灰色-39", "P4-米色-M"),
            **SIGNED,
        ),
    )
    return Talk(ask)


def heard(talk: Talk) -> dict:
    return talk.slots["dialogue"].get("values", {})


async def test_what_is_missing_is_asked_one_by_one(talk):
    (which,) = await talk.say("我要换货", "request_exchange")
    assert (which.scripts, talk.loop) == (["order_which"], "exchange_form")
    assert [order["no"] for order in which.facts["orders"]] == ["O1002", "O1001"]
    (target,) = await talk.say("第一个", "unclear", 0.4)
    assert (target.scripts, target.reads_as) == (["exchange_ask_target"], "request_exchange")
    assert (target.facts["goods"], target.facts["options"]) == ("流云跑鞋", ["灰色40"])
    (why,) = await talk.say("40的", entities={"size": "40"})
    assert (why.scripts, why.facts["to_color"], why.facts["to_size"]) == (
        ["exchange_ask_reason"],
        "灰色",
        "40",
    )
    (done,) = await talk.say("有点小", "ask_size", 0.7)
    assert (done.scripts, talk.loop) == (["exchange_registered"], None)
    (command,) = done.proposals
    assert command["name"] == "create_return"
    lines = command["args"].pop("lines")
    assert len(lines) == 1
    assert command["args"] == {
        "order_no": "O1002",
        "kind": "exchange",
        "reason": "size_small",
        "words": "有点小",
        "photos": [],
        "to_sku_id": "P2-灰色-40",
    }


@pytest.mark.parametrize(
    ("words", "intent", "order"),
    [
        ("第二个", "unclear", "O1001"),
        ("2", "inform", "O1001"),
        ("最后那个", "unclear", "O1001"),
        ("黑色那双", "inform", "O1001"),
        ("黑的", "inform", "O1001"),
        ("晨风跑鞋", "ask_product", "O1001"),
        ("尾号1001", "inform", "O1001"),
        ("最近那个", "unclear", "O1002"),
        ("灰色39", "inform", "O1002"),
    ],
)
async def test_one_of_two_orders_is_picked_as_people_pick(talk, words, intent, order):
    await talk.say("想退货", "request_return")
    await talk.say(words, intent, 0.5)
    assert heard(talk)["order_no"] == order


@pytest.mark.parametrize("words", ["跑鞋", "第七个", "那个"])
async def test_words_that_fit_both_orders_or_none_pick_nothing(talk, words):
    await talk.say("想退货", "request_return")
    (again,) = await talk.say(words, "unclear", 0.4)
    assert again.scripts == ["dialogue_again", "order_which"]
    assert "order_no" not in heard(talk)


async def test_everything_said_at_once_asks_nothing(talk):
    (done,) = await talk.say(
        "39太小了换40", "request_exchange", entities={"size": ["39", "40"], "order_no": "O1002"}
    )
    assert (done.scripts, talk.loop) == (["exchange_registered"], None)
    assert done.facts["to_size"] == "40"


@pytest.mark.parametrize(
    ("words", "sizes"), [("不是41是40", ["41", "40"]), ("打错了,40", ["40"]), ("40,不是41", ["40", "41"])]
)
async def test_a_correction_counts_before_the_end_and_after_it(talk, words, sizes):
    await talk.say("换货", "request_exchange", entities={"order_no": "O1002"})
    await talk.say("灰色38吧", entities={"size": "38", "color": "灰色"})
    (asked,) = await talk.say(words, "deny", 0.75, entities={"size": sizes})
    assert (asked.scripts, asked.facts["to_size"]) == (["exchange_ask_reason"], "40")
    await talk.say("穿不惯", "unclear", 0.3)
    assert talk.loop is None
    *_, done = await talk.say("还是要39码 黑色", "inform", entities={"size": "39", "order_no": "O1001"})
    assert (talk.loop, done.scripts) == ("exchange_form", ["exchange_same"])


async def test_another_question_is_answered_and_the_form_comes_back(talk):
    await talk.say("换货", "request_exchange", entities={"order_no": "O1002"})
    answer, again = await talk.say("退货运费谁出", "ask_return_fee", 0.95)
    assert answer.scripts == ["return_fee_order"]
    assert again.scripts == ["exchange_ask_target"]
    assert (talk.loop, again.reads_as) == ("exchange_form", None)
    answer, again = await talk.say("40有货吗", "ask_stock", 0.9, entities={"size": "40"})
    assert "sku" not in heard(talk)
    (why,) = await talk.say("那就40", entities={"size": "40"})
    assert why.scripts == ["exchange_ask_reason"]


@pytest.mark.parametrize(
    ("words", "intent"), [("算了不换了", "deny"), ("不用了谢谢", "deny"), ("算了", "unclear")]
)
async def test_giving_up_ends_it_and_proposes_nothing(talk, words, intent):
    await talk.say("换货", "request_exchange", entities={"order_no": "O1002"})
    (said,) = await talk.say(words, intent)
    assert (said.scripts, said.proposals, talk.loop) == (["dialogue_given_up"], [], None)


async def test_giving_up_one_wish_for_another_is_heard_as_the_other(talk):
    await talk.say("换货", "request_exchange", entities={"order_no": "O1002"})
    (said,) = await talk.say("算了,换40吧", "request_exchange", entities={"size": "40"})
    assert said.scripts == ["exchange_ask_reason"]


async def test_a_return_becomes_an_exchange_and_keeps_the_order(talk):
    await talk.say("退货", "request_return", entities={"order_no": "O1002"})
    (said,) = await talk.say("不退了,换个40吧", "request_exchange", entities={"size": "40"})
    assert (said.scripts, talk.loop, heard(talk)["order_no"]) == (
        ["exchange_ask_reason"],
        "exchange_form",
        "O1002",
    )


async def test_what_is_not_understood_is_asked_again_twice_and_then_a_person_helps(talk):
    await talk.say("换货", "request_exchange", entities={"order_no": "O1002"})
    for _ in range(2):
        (again,) = await talk.say("那样的话", "unclear", 0.3)
        assert again.scripts == ["dialogue_again", "exchange_ask_target"]
    (stuck,) = await talk.say("那样的话", "unclear", 0.3)
    assert (stuck.scripts, stuck.handoff, talk.loop) == (["dialogue_stuck"], "dialogue_stuck", None)


@pytest.mark.parametrize("intent", ["complain", "threaten_escalation"])
async def test_a_complaint_is_never_taken_for_an_answer(talk, intent):
    await talk.say("退货", "request_return", entities={"order_no": "O1002"})
    answered = await talk.say("质量太差我要投诉", intent, 0.5)
    assert "reason" not in heard(talk)
    assert answered[0].reads_as is None


async def test_an_answer_the_next_day_still_counts_and_silence_is_not_nagged(talk, clock):
    await talk.say("换货", "request_exchange", entities={"order_no": "O1002"})
    clock.advance(hours=30)
    _, back = await talk.say("退货运费谁出", "ask_return_fee", 0.95)
    assert (back.scripts, talk.loop) == ([], None)
    await talk.say("换货", "request_exchange")
    clock.advance(hours=30)
    (why,) = await talk.say("40的", entities={"size": "40"})
    assert why.scripts == ["exchange_ask_reason"]


async def test_a_claimed_fault_asks_for_photos_and_goes_to_a_person(talk):
    await talk.say("退货", "request_return", entities={"order_no": "O1002"})
    (photo,) = await talk.say("鞋底开胶了", "report_quality_issue", 0.98)
    assert photo.scripts == ["fault_ask_photo"]
    (done,) = await talk.say("", "unclear", 0.0, photos=["PH1", "PH2"])
    assert (done.scripts, done.handoff, done.takes_photos) == (
        ["return_registered_fault"],
        "fault_to_verify",
        True,
    )
    assert heard(talk)["photos"] == ["PH1", "PH2"]


@pytest.mark.parametrize("words", ["没有照片", "拍不了", "已经扔了"])
async def test_who_has_no_photo_is_not_held_up(talk, words):
    await talk.say("退货,鞋底开胶", "request_return", entities={"order_no": "O1002"})
    (done,) = await talk.say(words, "ask_payment", 0.98)
    assert done.scripts == ["return_registered_fault"]


async def test_a_fault_that_no_photo_shows_needs_none(talk):
    (done,) = await talk.say("内里磨脚,退货", "request_return", entities={"order_no": "O1002"})
    assert (done.scripts, done.handoff) == (["return_registered_fault"], "fault_to_verify")


async def test_several_goods_are_asked_about_and_all_may_be_meant(talk):
    talk.buyer = "b002"
    (which,) = await talk.say("退货", "request_return")
    assert (which.scripts, which.facts["goods"]) == (
        ["return_which_goods"],
        ["流云跑鞋 灰色39", "向阳卫衣 米色M"],
    )
    await talk.say("都退", "request_return", 0.92)
    assert len(heard(talk)["goods"]) == 2


@pytest.mark.parametrize(
    ("words", "entities", "script"),
    [
        ("换黑色40", {"color": "黑色", "size": "40"}, "exchange_sold_out"),
        ("换黑色39", {"color": "黑色", "size": "39"}, "exchange_same"),
        ("换45", {"size": "45"}, "exchange_unknown"),
        ("小一码", {}, "exchange_unknown"),
        ("大一码", {}, "exchange_sold_out"),
    ],
)
async def test_what_cannot_be_exchanged_for_is_said_with_what_can(talk, words, entities, script):
    await talk.say("换货", "request_exchange", entities={"order_no": "O1001"})
    (said,) = await talk.say(words, "inform", entities=entities)
    assert (said.scripts, said.facts["options"], talk.loop) == ([script], ["白色39"], "exchange_form")


async def test_another_buyers_order_reads_as_missing_and_is_asked_again(talk):
    (said,) = await talk.say("退货", "request_return", entities={"order_no": "O2001"})
    assert (said.scripts, talk.loop) == (["order_not_found"], "return_form")
    assert heard(talk) == {}


async def test_the_dialogue_stays_small_whatever_is_said(talk):
    await talk.say("退货", "request_return", entities={"order_no": "O1002"})
    await talk.say("鞋底开胶" + "很失望" * 500, "report_quality_issue", 0.98)
    for number in range(40):
        talk.loop = talk.loop or "return_form"
        talk.slots["dialogue"] |= {"done": False, "asked": "photos"}
        talk.slots["dialogue"]["values"].pop("photos", None) if number == 0 else None
        await talk.say("", "unclear", 0.0, photos=[f"01J{number:023d}"])
    assert len(json.dumps(talk.slots["dialogue"], ensure_ascii=False)) < 1_000
