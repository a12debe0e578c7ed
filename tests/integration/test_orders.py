"""Changes after ordering and the notes they become (C6, C7, C8), on a real database."""

import pytest
from sqlalchemy import select

from actions.orders import ActionAddOrderNote, ActionCancelOrder, ActionChangeAddress, ActionChangeOrderItem
from shop.commands import CommandContext, execute
from shop.db import transaction
from shop.errors import CommandError, NotFound, Refused
from shop.models import Order, OrderNote, Stage
from shop.policy_file import load_policy
from tests.small_orders import make_order
from tests.small_shop import open_shop


@pytest.fixture
def by(clock, policy_path):
    return CommandContext(
        buyer_id="b001",
        conversation_id="c1",
        channel="web",
        now=clock(),
        policy=load_policy(policy_path),
        actor="小青",
    )


@pytest.mark.parametrize(
    ("stage", "script", "noted"),
    [
        (Stage.UNPAID, "change_buyer", False),
        (Stage.PAID, "change_back_office", True),
        (Stage.PRINTED, "change_slip", True),
        (Stage.PACKED, "change_parcel", True),
        (Stage.SHIPPED, "change_courier", True),
        (Stage.SIGNED, "change_too_late", False),
        (Stage.CLOSED, "change_over", False),
    ],
)
async def test_a_new_address_is_answered_by_stage(sessions, ask, stage, script, noted):
    await open_shop(sessions, make_order("O1", stage))
    said = await ask(ActionChangeAddress(), "改到示例街2号", entities={"address": "示例街2号"}, order="O1")
    note = {"order_no": "O1", "kind": "address", "wanted": "改到示例街2号"}
    assert said.scripts == [script]
    assert said.proposals == ([{"name": "add_order_note", "args": note}] if noted else [])
    assert (said.facts["order_no"], said.facts["title"]) == ("O1", "晨风跑鞋")


async def test_a_stage_that_moved_on_is_seen_before_the_draft_is_sent(sessions, ask):
    await open_shop(sessions, make_order("O1", Stage.PAID))
    said = await ask(ActionChangeAddress(), entities={"address": "示例街2号"})
    assert await ask.reread(said) == []
    async with transaction(sessions) as session:
        (await session.get_one(Order, "O1")).stage = Stage.SHIPPED
    assert await ask.reread(said) == ["where"]


@pytest.mark.parametrize(
    ("action", "script"),
    [(ActionChangeAddress(), "change_address_ask"), (ActionChangeOrderItem(), "change_item_ask")],
)
async def test_missing_details_are_asked_for_and_nothing_is_noted(sessions, ask, action, script):
    await open_shop(sessions, make_order("O1", Stage.PAID))
    said = await ask(action, "帮我改一下", slots={"size": "39"})
    assert (said.scripts, said.proposals) == ([script], [])


async def test_details_of_a_change_that_is_too_late_are_not_asked_for(sessions, ask):
    await open_shop(sessions, make_order("O1", Stage.SIGNED))
    assert (await ask(ActionChangeAddress(), order="O1")).scripts == ["change_too_late"]


async def test_another_size_after_sending_becomes_an_exchange(sessions, ask):
    await open_shop(sessions, make_order("O1", Stage.SHIPPED))
    said = await ask(ActionChangeOrderItem(), "换成41码", entities={"size": "41"})
    assert said.scripts == ["change_exchange"]
    assert said.text.startswith("非常抱歉")


@pytest.mark.parametrize(
    ("stage", "script"),
    [
        (Stage.UNPAID, "cancel_buyer"),
        (Stage.PAID, "cancel_back_office"),
        (Stage.PRINTED, "cancel_slip"),
        (Stage.PACKED, "cancel_parcel"),
        (Stage.SHIPPED, "cancel_courier"),
        (Stage.SIGNED, "cancel_return"),
        (Stage.CLOSED, "change_over"),
    ],
)
async def test_cancelling_is_answered_by_stage(sessions, ask, stage, script):
    await open_shop(sessions, make_order("O1", stage))
    said = await ask(ActionCancelOrder(), "不想要了", order="O1")
    assert said.scripts == [script]
    assert bool(said.proposals) is (stage not in (Stage.UNPAID, Stage.CLOSED))


async def test_several_orders_make_it_ask_which(sessions, ask):
    await open_shop(
        sessions,
        *(make_order(f"O{day}", Stage.PAID, f"2026-03-0{day} 09:00") for day in (1, 2)),
        make_order("O3", Stage.PAID, "2026-02-20 09:00", skus=("P2-灰色-39",)),
        make_order("O4", Stage.PAID, "2026-02-19 09:00"),
    )
    said = await ask(ActionCancelOrder(), "取消订单")
    assert (said.scripts, said.proposals) == (["order_which"], [])
    assert [(each["no"], each["title"], each["on"]) for each in said.facts["orders"]] == [
        ("O2", "晨风跑鞋", "2026-03-02"),
        ("O1", "晨风跑鞋", "2026-03-01"),
        ("O3", "流云跑鞋", "2026-02-20"),
    ]
    assert "订单号O2" in said.text
    assert (await ask(ActionCancelOrder(), item="P2")).facts["order_no"] == "O3"
    assert (await ask(ActionCancelOrder(), slots={"order_no": "O4"})).facts["order_no"] == "O4"


async def test_an_order_remembered_from_before_gives_way_to_the_item_under_view(sessions, ask):
    await open_shop(
        sessions,
        make_order("O1", Stage.PAID),
        make_order("O2", Stage.PAID, skus=("P2-灰色-39",)),
    )
    said = await ask(ActionCancelOrder(), item="P2", slots={"order_no": "O1"})
    assert said.facts["order_no"] == "O2"
    assert (await ask(ActionCancelOrder(), slots={"order_no": "gone"})).scripts == ["order_which"]


async def test_another_buyers_order_is_not_changed(sessions, ask):
    await open_shop(sessions, make_order("O2", Stage.PAID, buyer="b002"))
    said = await ask(ActionCancelOrder(), order="O2")
    assert (said.scripts, said.proposals) == (["order_not_found"], [])


async def test_a_wish_is_noted_in_the_customers_words(sessions, ask):
    await open_shop(sessions, make_order("O1", Stage.PAID))
    said = await ask(ActionAddOrderNote(), "放一张生日贺卡")
    assert said.proposals[0]["args"] == {"order_no": "O1", "kind": "note", "wanted": "放一张生日贺卡"}


async def test_very_long_words_are_cut_to_what_a_note_may_hold(sessions, ask, by):
    await open_shop(sessions, make_order("O1", Stage.PAID))
    said = await ask(ActionAddOrderNote(), "备注" * 2500)
    assert len(said.proposals[0]["args"]["wanted"]) == 500
    async with transaction(sessions) as session:
        await execute(session, "add_order_note", said.proposals[0]["args"], by)


async def test_a_note_has_its_fixed_parts_a_name_a_date_and_a_flag(sessions, by):
    await open_shop(sessions, make_order("O1", Stage.PRINTED, skus=("P1-黑色-39", "P2-灰色-40")))
    args = {"order_no": "O1", "kind": "address", "wanted": " 改到示例街2号 "}
    async with transaction(sessions) as session:
        result = await execute(session, "add_order_note", args, by)
    async with sessions() as session:
        note = (await session.scalars(select(OrderNote))).one()
        order = await session.get_one(Order, "O1")
    assert result == {"note_id": note.id, "order_no": "O1", "done_where": "slip", "flag": "red"}
    assert note.ordered == "测试 P1 黑色 39 ×1; 测试 P2 灰色 40 ×1"
    assert (note.wanted, note.done_where) == ("改到示例街2号", "slip")
    assert (note.written_by, note.written_at, order.flag) == ("小青", by.now, "red")


async def test_a_note_without_a_flag_leaves_the_orders_flag(sessions, by):
    await open_shop(sessions, make_order("O1", Stage.SIGNED, flag="blue"))
    async with transaction(sessions) as session:
        await execute(session, "add_order_note", {"order_no": "O1", "kind": "invoice", "wanted": "开票"}, by)
    async with sessions() as session:
        assert (await session.get_one(Order, "O1")).flag == "blue"


@pytest.mark.parametrize(
    ("args", "error"),
    [
        ({"order_no": "O1", "kind": "note", "wanted": "贺卡"}, Refused),  # shipped by now
        ({"order_no": "O2", "kind": "courier", "wanted": "查件"}, NotFound),  # another buyer's
        ({"order_no": "O404", "kind": "courier", "wanted": "查件"}, NotFound),
        ({"order_no": "O1", "kind": "courier", "wanted": "  "}, CommandError),
        ({"order_no": "O1", "kind": "dance", "wanted": "跳"}, CommandError),
    ],
)
async def test_a_note_that_may_not_be_written_leaves_nothing(sessions, by, args, error):
    await open_shop(sessions, make_order("O1", Stage.SHIPPED), make_order("O2", Stage.SHIPPED, buyer="b002"))
    with pytest.raises(error):
        async with transaction(sessions) as session:
            await execute(session, "add_order_note", args, by)
    async with sessions() as session:
        assert (await session.scalars(select(OrderNote))).all() == []
        assert (await session.get_one(Order, "O1")).flag is None


async def test_a_note_without_a_name_is_refused(sessions, by):
    from dataclasses import replace

    await open_shop(sessions, make_order("O1", Stage.PAID))
    with pytest.raises(Refused, match="without a name"):
        async with transaction(sessions) as session:
            args = {"order_no": "O1", "kind": "note", "wanted": "贺卡"}
            await execute(session, "add_order_note", args, replace(by, actor=""))
