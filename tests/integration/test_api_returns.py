"""The return register over HTTP: each step by whose work it is, once, and customer and desk hear of it."""

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select

from desk.models import LiveEvent
from shop.commands import CommandContext, execute
from shop.models import Stage
from shop.return_models import ReturnStep
from shop.work_models import ManualPayment, Notice
from tests.edge import SKU, Edge, daytime, open_edge
from tests.small_orders import make_order

RETURNS = "/api/v1/desk/returns"
ORDER = "2026-7001"


@pytest.fixture
async def edge(database_url: str, tmp_path: Path) -> AsyncIterator[Edge]:
    async with open_edge(database_url, tmp_path, daytime()) as opened:
        yield opened


async def ask(edge: Edge, **more: object) -> tuple[int, str]:
    """A request of b001 for a signed order, out of a conversation; number and conversation."""
    conversation = (await edge.say("有货吗", buyer_id="b001"))["conversation_id"]
    now = edge.desk.clock()
    async with edge.desk.transaction() as session:
        order = make_order(ORDER, Stage.SIGNED, "2026-02-25 09:00", skus=(SKU,), signed_at=now)
        session.add(order)
        await session.flush()
        policy = edge.desk.policy.current()
        by = CommandContext("b001", conversation, "web", now, policy)
        given = {
            "kind": "return",
            "reason": "quality",
            "words": "开胶",
            "photos": ["PH1"],
            **more,
        }
        made = await execute(session, "create_return", {"order_no": ORDER, **given}, by)
        return made["request_id"], conversation


async def take(browser: httpx.AsyncClient, number: int, step: str, **details: object) -> httpx.Response:
    return await browser.post(f"{RETURNS}/{number}/steps", json={"step": step, **details})


async def test_a_return_goes_from_hand_to_hand_until_the_money_is_due(edge: Edge) -> None:
    number, conversation = await ask(edge)
    async with (
        edge.signed_in("supervisor") as boss,
        edge.signed_in("warehouse") as store,
        edge.signed_in("aftersales") as agent,
    ):
        (shown,) = (await agent.get(RETURNS)).json()
        assert (shown["state"], shown["photos"], shown["may"]) == (
            "requested",
            ["PH1"],
            ["approve", "reject"],
        )
        assert (await take(boss, number, "approve", fault_confirmed=True)).json()["state"] == "approved"
        (shown,) = (await store.get(RETURNS)).json()
        assert (shown["may"], shown["photos"], shown["conversation_id"]) == (["receive"], [], None)
        await take(store, number, "receive")
        checked = await take(store, number, "check", passed=True, words="开胶属实")
        assert (checked.json()["state"], checked.json()["may"]) == ("checked", [])
        (shown,) = (await agent.get(RETURNS)).json()
        total = Decimal(shown["refund"])
        refunded = (await take(agent, number, "refund", fee_refund="12.00")).json()
        assert (refunded["state"], Decimal(refunded["refund_amount"]), refunded["may"]) == (
            "refunded",
            total,
            ["close"],
        )
        await take(agent, number, "close")
        assert (await agent.get(RETURNS)).json() == []
        (over,) = (await agent.get(RETURNS, params={"part": "over"})).json()
    assert [(step["step"], step["by"]) for step in over["steps"]] == [
        ("request", "xiaoer"),
        ("approve", "supervisor"),
        ("receive", "warehouse"),
        ("check", "warehouse"),
        ("refund", "aftersales"),
        ("close", "aftersales"),
    ]
    async with edge.desk.reads() as session:
        scripts = list(await session.scalars(select(Notice.script).order_by(Notice.id)))
        (payment,) = await session.scalars(select(ManualPayment))
        heard = select(LiveEvent.data).where(
            LiveEvent.kind == "return", LiveEvent.conversation_id == conversation
        )
        states = [data["state"] for data in await session.scalars(heard.order_by(LiveEvent.id))]
    assert scripts == ["return_approved", "return_refunded"]
    assert (payment.direction, payment.amount) == ("out", total)
    assert states == ["approved", "received", "checked", "refunded", "closed"]


async def test_a_step_out_of_turn_or_of_others_work_changes_nothing(edge: Edge) -> None:
    number, _ = await ask(edge)
    async with edge.signed_in("aftersales") as agent, edge.signed_in("warehouse") as store:
        answers = [
            await take(agent, number, "refund"),
            await take(agent, number, "reject"),
            await take(store, number, "approve"),
            await take(agent, number + 1, "approve"),
            await take(agent, number, "dance"),
        ]
        assert [answered.status_code for answered in answers] == [409, 409, 403, 404, 422]
        await take(agent, number, "reject", words="已穿过，鞋底有磨损")
        again = await take(agent, number, "approve")
        assert (again.status_code, again.json()["error"]) == (409, "refused")
    async with edge.signed_in("presales") as other:
        assert (await other.get(RETURNS)).status_code == 403
    async with edge.desk.reads() as session:
        assert await session.scalar(select(func.count()).select_from(ReturnStep)) == 2


async def test_a_request_that_ended_does_not_move_the_orders_next_one(edge: Edge) -> None:
    first, conversation = await ask(edge)
    async with edge.signed_in("aftersales") as agent:
        await take(agent, first, "reject", words="请补充照片")
        async with edge.desk.transaction() as session:
            policy = edge.desk.policy.current()
            by = CommandContext("b001", conversation, "web", edge.desk.clock(), policy)
            given = {"order_no": ORDER, "kind": "return", "reason": "quality", "words": "补照片"}
            second = (await execute(session, "create_return", given, by))["request_id"]
        stale = await take(agent, first, "approve")
        assert (stale.status_code, stale.json()["error"]) == (409, "refused")
        (shown,) = (await agent.get(RETURNS)).json()
    assert (shown["id"], shown["state"]) == (second, "requested")
