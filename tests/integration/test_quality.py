"""Faults, wrong goods, warranty on a real database (D3, D8, D10). It is Monday, 2 March, 10:00."""

from datetime import UTC, datetime

import pytest

from actions.quality import ActionAskWarranty, ActionReportQualityIssue, ActionReportWrongItem
from shop.models import Stage
from tests.small_orders import at, make_order
from tests.small_shop import open_shop


def signed_order():
    return make_order("O1", Stage.SIGNED, "2026-02-25 09:00", signed_at=at("2026-03-01 12:00"))


@pytest.mark.parametrize(
    ("action", "text", "script", "kind"),
    [
        (ActionReportQualityIssue(), "鞋底开胶了", "quality_photo", "quality"),
        (ActionReportQualityIssue(), "味道很大", "quality_describe", "quality"),
        (ActionReportWrongItem(), "少发了一双", "wrong_item", "wrong_item"),
    ],
)
async def test_a_fault_is_apologised_for_noted_and_verified_by_a_person(
    sessions, ask, action, text, script, kind
):
    await open_shop(sessions, signed_order())
    said = await ask(action, text)
    assert (said.scripts, said.hold) == ([script], "fault_to_verify")
    assert said.text.startswith("非常抱歉")
    assert said.proposals == [
        {"name": "add_order_note", "args": {"order_no": "O1", "kind": kind, "wanted": text}}
    ]


async def test_no_sentence_accepts_liability_before_a_person_verified(ask):
    for key in ("quality_photo", "quality_describe", "wrong_item", "quality_sorry"):
        for text in ask.scripts.list_variants(key):
            assert not any(word in text for word in ("赔", "退款", "店铺承担", "我们的责任", "包换")), text


async def test_a_fault_without_an_order_is_apologised_for_first(sessions, ask):
    await open_shop(sessions)
    said = await ask(ActionReportQualityIssue(), "开胶了")
    assert (said.scripts, said.proposals) == (["quality_sorry", "order_none"], [])


async def test_goods_that_never_left_have_no_fault_to_note(sessions, ask):
    await open_shop(sessions, make_order("O1", Stage.PAID))
    said = await ask(ActionReportWrongItem(), order="O1")
    assert (said.proposals, said.hold) == ([], "fault_to_verify")


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
    said = await ask(ActionReportQualityIssue(), order="O2")
    assert (said.scripts, said.proposals) == (["quality_sorry", "order_not_found"], [])
