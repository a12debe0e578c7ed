"""Changes after ordering and the notes they become (C6, C7, C8), on a real database."""

import pytest
from sqlalchemy import select

from actions.orders import OrderNoteForm
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


async def test_a_wish_is_noted_in_the_customers_words(sessions, ask):
    await open_shop(sessions, make_order("O1", Stage.PAID))
    said = await ask(OrderNoteForm(), "放一张生日贺卡")
    assert said.proposals[0]["args"] == {"order_no": "O1", "kind": "note", "wanted": "放一张生日贺卡"}


async def test_very_long_words_are_cut_to_what_a_note_may_hold(sessions, ask, by):
    await open_shop(sessions, make_order("O1", Stage.PAID))
    said = await ask(OrderNoteForm(), "备注" * 2500)
    assert len(said.proposals[0]["args"]["wanted"]) == 300
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
