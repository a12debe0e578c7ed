"""Beside the chat: panel, notes, whispers, packet, search; lists stay fast with 10,000 conversations."""

import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import event, insert

from desk.models import Author, Conversation, Handoff, HandoffState, Message, Owner
from shop.models import Order, Stage
from tests.edge import Edge, daytime, open_edge

DESK = "/api/v1/desk"


@pytest.fixture
async def edge(database_url: str, tmp_path: Path) -> AsyncIterator[Edge]:
    async with open_edge(database_url, tmp_path, daytime()) as opened:
        yield opened


async def add_order(edge: Edge, no: str, buyer_id: str = "b001") -> None:
    now = edge.desk.clock()
    order = Order(
        no=no, buyer_id=buyer_id, stage=Stage.PAID, created_at=now, paid_at=now, recipient="林小满",
        phone="13800000000", region="浙江", address="杭州市示例区青禾路1号", goods_total=199, total=199,
    )  # fmt: skip
    async with edge.desk.transaction() as session:
        session.add(order)


async def test_the_panel_shows_the_buyers_own_orders_with_everything_personal_masked(edge: Edge) -> None:
    await add_order(edge, "2026-7001")
    outcome = await edge.say("有货吗", buyer_id="b001")
    path = f"{DESK}/conversations/{outcome['conversation_id']}/panel"
    async with edge.signed_in("presales") as browser:
        answered = await browser.get(path)
    panel = answered.json()
    (order,) = [one for one in panel["orders"] if one["no"] == "2026-7001"]
    assert (order["stage"], order["recipient"], order["phone"]) == ("paid", "林**", "138****0000")
    assert (panel["customer"]["name"], panel["customer"]["address"][-4:]) == ("林**", "****")
    assert "13800000000" not in answered.text
    assert "青禾路" not in answered.text
    async with edge.signed_in("aftersales") as browser:
        panel = (await browser.get(path)).json()
    assert (panel["customer"]["name"], panel["customer"]["phone"]) == ("林小满", "138****0000")


async def test_a_guest_has_an_empty_panel_and_earlier_conversations_are_listed(edge: Edge) -> None:
    first = await edge.say("有货吗", buyer_id="guest", message_id="1")
    async with edge.signed_in("presales") as browser:
        await browser.post(f"{DESK}/conversations/{first['conversation_id']}/close")
        second = await edge.say("也许有货吗", buyer_id="guest", message_id="2")
        panel = (await browser.get(f"{DESK}/conversations/{second['conversation_id']}/panel")).json()
        assert (panel["customer"], panel["orders"]) == (None, [])
        assert [one["id"] for one in panel["earlier"]] == [first["conversation_id"]]
        assert (await browser.get(f"{DESK}/conversations/nowhere/panel")).status_code == 404


async def test_a_note_is_for_colleagues_and_a_whisper_for_one(edge: Edge) -> None:
    outcome = await edge.say("有货吗")
    path = f"{DESK}/conversations/{outcome['conversation_id']}/notes"
    async with edge.signed_in("presales") as agent, edge.signed_in("supervisor") as boss:
        assert (await agent.post(path, json={"text": "下午再联系"})).status_code == 201
        refused = await agent.post(path, json={"text": "悄悄话", "whisper_to": "aftersales"})
        assert refused.status_code == 403
        missing = await boss.post(path, json={"text": "在吗", "whisper_to": "nobody"})
        assert missing.status_code == 404
        await boss.post(path, json={"text": "额度我来批", "whisper_to": "presales"})
        assert [note["text"] for note in (await agent.get(path)).json()] == ["下午再联系", "额度我来批"]
        assert len((await boss.get(path)).json()) == 2
    async with edge.signed_in("aftersales") as other:
        assert [note["text"] for note in (await other.get(path)).json()] == ["下午再联系"]
    assert [message["author"] for message in await edge.read(outcome["conversation_id"])] == [
        "customer",
        "bot",
    ]


async def test_the_packet_says_what_was_asked_and_told(edge: Edge) -> None:
    outcome = await edge.say("39码有货吗")
    async with edge.signed_in("presales") as browser:
        path = f"{DESK}/conversations/{outcome['conversation_id']}/packet"
        packet = (await browser.get(path)).json()
    assert packet["summary"] == [{"text": "39码有货吗", "intent": "ask_stock", "decision": "auto"}]
    assert packet["known"] == [{"name": "size", "value": "39"}]
    assert {fact["name"] for fact in packet["facts"]} == {"item", "color", "size"}
    assert packet["tried"][0]["words"] == "39码有货吗"


async def find(browser: httpx.AsyncClient, words: str) -> list[tuple[str, str]]:
    answered = await browser.get(f"{DESK}/search", params={"q": words})
    assert answered.status_code == 200, answered.text
    return [(hit["found_in"], hit["conversation"]["id"]) for hit in answered.json()]


async def test_search_finds_by_order_number_name_id_and_words(edge: Edge) -> None:
    await add_order(edge, "2026-7001")
    one = (await edge.say("有货吗", buyer_id="b001", message_id="1"))["conversation_id"]
    two = (await edge.say("有没有 100%纯棉_的", buyer_id="guest", message_id="2"))["conversation_id"]
    async with edge.signed_in("presales") as browser:
        assert await find(browser, "2026-7001") == [("order", one)]
        assert await find(browser, "林小") == [("customer", one)]
        assert await find(browser, "guest") == [("customer", two)]
        assert await find(browser, "100%纯棉_") == [("message", two)]
        assert await find(browser, "100%x") == []
        assert await find(browser, " ") == []


@pytest.fixture
async def crowded(edge: Edge) -> Edge:
    """Ten thousand conversations of two messages, five hundred of them waiting."""
    now = edge.desk.clock()
    rows, said, entries = [], [], []
    for number in range(10_000):
        at = now - timedelta(seconds=10 * number)
        waits, name = number % 20 == 0, f"c{number:05}"
        owner = Owner.QUEUE if waits else Owner.BOT
        rows.append(
            {"id": name, "channel": "shop", "buyer_id": f"many{number}", "owner": owner, "epoch": 1,
             "turn_count": 0, "severity": "none", "seen_until": 0, "opened_at": at, "active_at": at,
             "next_due_at": now + timedelta(days=1)}
        )  # fmt: skip
        for author in (Author.CUSTOMER, Author.BOT):
            said.append(
                {"conversation_id": name, "channel": "shop", "author": author, "text": f"第{number}句话",
                 "facts": [], "attachments": [], "created_at": at}
            )  # fmt: skip
        if waits:
            entries.append(
                {"id": f"h{number:05}", "conversation_id": name, "team": "presales", "priority": 5,
                 "reason": "doubtful", "severity": "none", "state": HandoffState.WAITING,
                 "waiting_since": at, "raised": 0}
            )  # fmt: skip
    async with edge.desk.transaction() as session:
        await session.execute(insert(Conversation), rows)
        await session.execute(insert(Message), said)
        await session.execute(insert(Handoff), entries)
    return edge


async def timed(browser: httpx.AsyncClient, path: str, **params: Any) -> tuple[float, list[Any]]:
    best, found = 9.0, []
    for _ in range(3):
        began = time.perf_counter()
        answered = await browser.get(f"{DESK}/{path}", params=params)
        best = min(best, time.perf_counter() - began)
        assert answered.status_code == 200, answered.text
        found = answered.json()
    return best, found


async def test_lists_and_search_stay_fast_with_ten_thousand_conversations(crowded: Edge) -> None:
    async with crowded.signed_in("presales") as browser:
        for view, size in (("all", 100), ("bot", 100), ("queue", 100), ("mine", 0)):
            took, rows = await timed(browser, "conversations", view=view)
            assert (len(rows), took < 1.0) == (size, True), (view, took)
        took, rows = await timed(browser, "conversations", view="all", before="2026-03-01T12:00:00Z")
        assert (len(rows), took < 1.0) == (100, True)
        took, hits = await timed(browser, "search", q="第9999句话")
        assert ([hit["conversation"]["id"] for hit in hits], took < 1.5) == (["c09999"], True)


async def test_a_long_list_asks_the_database_no_more_often_than_a_short_one(crowded: Edge) -> None:
    queries = 0

    def count(*_args: Any) -> None:
        nonlocal queries
        queries += 1

    async def fewest(browser: httpx.AsyncClient, limit: int) -> int:
        """The fewest queries of several requests: the desk's own sweeps may ask meanwhile."""
        nonlocal queries
        counted = []
        for _ in range(5):
            queries = 0
            await browser.get(f"{DESK}/conversations", params={"view": "all", "limit": limit})
            counted.append(queries)
        return min(counted)

    engine = crowded.desk.reads.kw["bind"].sync_engine
    event.listen(engine, "before_cursor_execute", count)
    async with crowded.signed_in("presales") as browser:
        short, long = await fewest(browser, 10), await fewest(browser, 200)
    event.remove(engine, "before_cursor_execute", count)
    assert short == long <= 15
