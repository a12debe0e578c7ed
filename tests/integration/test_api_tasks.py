"""The warehouse's page: written tasks by due time, answered once, the order and the customer follow (C11)."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from desk.models import LiveEvent
from shop.commands import CommandContext, execute
from shop.models import Order, Stage
from shop.work_models import Notice
from tests.edge import Edge, daytime, open_edge

TASKS = "/api/v1/desk/tasks"


@pytest.fixture
async def edge(database_url: str, tmp_path: Path) -> AsyncIterator[Edge]:
    async with open_edge(database_url, tmp_path, daytime()) as opened:
        yield opened


async def ask(edge: Edge, todo: str, conversation_id: str = "") -> int:
    """A task for a printed order of b001, asked by lin."""
    now, no = edge.desk.clock(), "2026-7001"
    async with edge.desk.transaction() as session:
        if await session.get(Order, no) is None:
            session.add(
                Order(
                    no=no, buyer_id="b001", stage=Stage.PRINTED, created_at=now, paid_at=now,
                    recipient="林小满", phone="13800000000", region="浙江", address="杭州市示例区青禾路1号",
                    goods_total=199, total=199, flag="blue",
                )
            )  # fmt: skip
            await session.flush()
        by = CommandContext(
            "b001", conversation_id, "web", now, edge.desk.policy.current(), authority="agent", actor="lin"
        )
        done = await execute(session, "warehouse_task", {"order_no": no, "todo": todo}, by)
        number: int = done["task_id"]
        return number


async def test_the_warehouse_sees_what_to_do_for_whom_and_from_whom(edge: Edge) -> None:
    number = await ask(edge, "多放一份鞋垫")
    async with edge.signed_in("warehouse") as browser:
        (task,) = (await browser.get(TASKS)).json()
    assert (task["id"], task["order_no"], task["flag"]) == (number, "2026-7001", "blue")
    assert (task["todo"], task["asked_by"], task["state"]) == ("多放一份鞋垫", "lin", "open")
    assert (task["recipient"], task["address"]) == ("林小满", "浙江 杭州市示例区青禾路1号")


async def test_an_answer_closes_the_task_and_the_customer_and_the_desk_hear_of_it(edge: Edge) -> None:
    conversation_id = (await edge.say("有货吗", buyer_id="b001"))["conversation_id"]
    number = await ask(edge, "多放一份鞋垫", conversation_id)
    answer = {"state": "done", "answer": "已放"}
    async with edge.signed_in("warehouse") as browser:
        task = (await browser.post(f"{TASKS}/{number}/answer", json=answer)).json()
        assert (task["state"], task["answer"]) == ("done", "已放")
        assert task["answered_by"] is not None
        assert (await browser.get(TASKS)).json() == []
        assert [one["id"] for one in (await browser.get(f"{TASKS}?state=done")).json()] == [number]
    async with edge.desk.reads() as session:
        assert [one.script for one in await session.scalars(select(Notice))] == ["task_done"]
        events = select(LiveEvent.data).where(LiveEvent.kind == "task")
        assert list(await session.scalars(events)) == [{"task_id": number, "state": "done"}]


async def test_the_same_answer_again_is_one_answer_and_another_one_is_refused(edge: Edge) -> None:
    path = f"{TASKS}/{await ask(edge, '多放一份鞋垫')}/answer"
    async with edge.signed_in("warehouse") as browser:
        first = await browser.post(path, json={"state": "impossible", "answer": "鞋垫已用完"})
        again = await browser.post(path, json={"state": "impossible", "answer": "鞋垫已用完"})
        other = await browser.post(path, json={"state": "done", "answer": "已放"})
    assert (first.status_code, again.json()) == (200, first.json())
    assert (other.status_code, other.json()["error"]) == (409, "refused")


async def test_an_answer_without_words_or_to_no_task_is_an_error(edge: Edge) -> None:
    number = await ask(edge, "多放一份鞋垫")
    async with edge.signed_in("warehouse") as browser:
        empty = await browser.post(f"{TASKS}/{number}/answer", json={"state": "done", "answer": ""})
        nobody = await browser.post(f"{TASKS}/{number + 1}/answer", json={"state": "done", "answer": "已放"})
        assert [task["state"] for task in (await browser.get(TASKS)).json()] == ["open"]
    assert (empty.status_code, nobody.status_code) == (422, 404)
