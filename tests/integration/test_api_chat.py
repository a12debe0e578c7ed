"""The customer page's API: choose a demo buyer, write, read, and hear live what happens."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from desk import conversations
from tests.edge import CSRF, PASSWORD, Edge, daytime, open_edge

CHAT = "/api/v1/chat"


@pytest.fixture
async def edge(database_url: str, tmp_path: Path) -> AsyncIterator[Edge]:
    async with open_edge(database_url, tmp_path, daytime(), live_poll_s=0.05) as opened:
        yield opened


@asynccontextmanager
async def as_buyer(edge: Edge, buyer_id: str) -> AsyncIterator[httpx.AsyncClient]:
    async with edge.browser() as browser:
        answered = await browser.post(f"{CHAT}/session", json={"buyer_id": buyer_id})
        assert answered.status_code == 200, answered.text
        yield browser


async def wait_for_messages(browser: httpx.AsyncClient, count: int) -> list[dict[str, Any]]:
    async with asyncio.timeout(20):
        while True:
            messages: list[dict[str, Any]] = (await browser.get(f"{CHAT}/messages")).json()
            if len(messages) >= count:
                return messages
            await asyncio.sleep(0.05)


async def test_the_page_learns_the_shop_its_buyers_and_its_items(edge: Edge) -> None:
    config = (await edge.client.get(f"{CHAT}/config")).json()
    assert (config["shop_name"], config["demo"]) == ("青禾鞋服旗舰店", True)
    assert {buyer["id"]: buyer["name"] for buyer in config["buyers"]} == {"b001": "林小满", "b002": "林小满"}
    item = next(item for item in config["items"] if item["id"] == "P1")
    assert (item["short_name"], item["price"]) == ("晨风跑鞋", "200.00")


async def test_outside_demo_mode_nobody_can_choose_a_buyer(database_url: str, tmp_path: Path) -> None:
    async with open_edge(database_url, tmp_path, daytime(), demo=False) as edge:
        config = (await edge.client.get(f"{CHAT}/config")).json()
        assert (config["demo"], config["guests"], config["buyers"]) == (False, True, [])
        answered = await edge.client.post(f"{CHAT}/session", json={"buyer_id": "b001"})
        assert (answered.status_code, answered.json()["error"]) == (403, "demo_only")


async def test_only_a_buyer_of_the_shop_can_be_chosen(edge: Edge) -> None:
    answered = await edge.client.post(f"{CHAT}/session", json={"buyer_id": "b999"})
    assert (answered.status_code, answered.json()["error"]) == (404, "not_found")
    assert "set-cookie" not in answered.headers


async def test_without_a_buyer_nothing_is_written_or_read(edge: Edge) -> None:
    ask = {"message_id": "1", "text": "有货吗"}
    assert (await edge.client.post(f"{CHAT}/messages", json=ask)).status_code == 401
    assert (await edge.client.get(f"{CHAT}/messages")).status_code == 401
    assert (await edge.client.get(f"{CHAT}/events")).status_code == 401


async def test_a_buyer_writes_and_reads_the_answer_under_their_own_message_id(edge: Edge) -> None:
    async with as_buyer(edge, "b001") as browser:
        ask = {"message_id": "m-1", "text": "39码有货吗", "context": {"item_id": "P1"}}
        first = await browser.post(f"{CHAT}/messages", json=ask)
        assert first.status_code == 202
        assert first.json() == {"id": first.json()["id"], "message_id": "m-1", "duplicate": False}
        assert (await browser.post(f"{CHAT}/messages", json=ask)).json()["duplicate"] is True
        messages = await wait_for_messages(browser, 2)
    assert [(message["author"], message["message_id"]) for message in messages] == [
        ("customer", "m-1"),
        ("bot", None),
    ]
    assert edge.bot.turns[0]["context"]["item_id"] == "P1"


async def test_two_buyers_with_the_same_message_id_stay_apart(edge: Edge) -> None:
    ask = {"message_id": "m-1", "text": "有货吗"}
    async with as_buyer(edge, "b001") as first, as_buyer(edge, "b002") as second:
        assert (await first.post(f"{CHAT}/messages", json=ask)).json()["duplicate"] is False
        assert (await second.post(f"{CHAT}/messages", json=ask)).json()["duplicate"] is False
        await wait_for_messages(first, 2)
        assert len(await wait_for_messages(second, 2)) == 2


async def test_reading_goes_on_after_a_message_and_keeps_closed_conversations(edge: Edge) -> None:
    async with as_buyer(edge, "b001") as browser:
        await browser.post(f"{CHAT}/messages", json={"message_id": "1", "text": "有货吗"})
        messages = await wait_for_messages(browser, 2)
        after = {"after": messages[0]["id"]}
        assert (await browser.get(f"{CHAT}/messages", params=after)).json() == messages[1:]
        async with edge.desk.reads() as session:
            (open_one,) = await conversations.list_conversations(session)
        await conversations.close(edge.desk, open_one.id)
        await browser.post(f"{CHAT}/messages", json={"message_id": "2", "text": "有货吗"})
        assert len(await wait_for_messages(browser, 4)) == 4


async def test_an_agent_is_known_to_the_customer_by_the_name_colleagues_read(edge: Edge) -> None:
    async with as_buyer(edge, "b001") as browser, edge.signed_in("presales") as agent:
        await browser.post(f"{CHAT}/messages", json={"message_id": "1", "text": "有货吗"})
        await wait_for_messages(browser, 2)
        (row,) = (await agent.get("/api/v1/desk/conversations", params={"view": "bot"})).json()
        path = f"/api/v1/desk/conversations/{row['id']}"
        await agent.post(f"{path}/take-over")
        await agent.post(f"{path}/messages", json={"epoch": 2, "text": "您好"})
        messages = await wait_for_messages(browser, 3)
    assert (messages[2]["author"], messages[2]["author_name"]) == ("agent", "小presales")


async def test_an_item_card_tells_colours_and_sizes_but_no_number_of_pieces(edge: Edge) -> None:
    answered = await edge.client.get(f"{CHAT}/items/P1")
    card = answered.json()
    assert (card["id"], card["price"], card["in_stock"]) == ("P1", "200.00", True)
    assert "黑色" in card["colors"]
    assert "39" in card["sizes"]
    assert "stock" not in {key for key in card if key != "in_stock"}
    assert (await edge.client.get(f"{CHAT}/items/P999")).status_code == 404


async def test_a_text_over_the_limit_is_too_large(edge: Edge) -> None:
    async with as_buyer(edge, "b001") as browser:
        answered = await browser.post(f"{CHAT}/messages", json={"message_id": "1", "text": "长" * 5001})
    assert (answered.status_code, answered.json()["field"]) == (413, "text")


@asynccontextmanager
async def served(edge: Edge) -> AsyncIterator[str]:
    """The application on a real port: a stream that never ends cannot be read in-process."""
    config = uvicorn.Config(
        edge.app, port=0, log_config=None, access_log=False, timeout_graceful_shutdown=1, lifespan="off"
    )
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await running


class Stream:
    """Reads Server-Sent Events one by one."""

    def __init__(self, response: httpx.Response) -> None:
        self._lines = response.aiter_lines()

    async def next(self, name: str) -> tuple[str, dict[str, Any]]:
        """The id and data of the next event of that name."""
        fields: dict[str, str] = {}
        async with asyncio.timeout(20):
            async for line in self._lines:
                key, _, value = line.partition(": ")
                if key and value:
                    fields[key] = value
                elif not line and fields.get("event") == name:
                    return fields["id"], json.loads(fields["data"])
                elif not line:
                    fields = {}
        raise AssertionError("the stream ended")


@asynccontextmanager
async def watching(url: str, path: str, cookie: str, last: str | None = None) -> AsyncIterator[Stream]:
    headers = {"Cookie": cookie} | ({"Last-Event-ID": last} if last else {})
    async with (
        httpx.AsyncClient(base_url=url, timeout=30, trust_env=False) as client,
        client.stream("GET", path, headers=headers) as response,
    ):
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        yield Stream(response)


async def test_the_customer_hears_typing_answer_queue_and_owner_live_and_resumes(edge: Edge) -> None:
    async with served(edge) as url, as_buyer(edge, "b001") as browser:
        cookie = f"xiaoer_buyer={browser.cookies['xiaoer_buyer']}"
        async with watching(url, f"{CHAT}/events", cookie) as stream:
            await browser.post(f"{CHAT}/messages", json={"message_id": "m-1", "text": "有货吗"})
            first, message = await stream.next("message")
            assert (message["author"], message["message_id"]) == ("customer", "m-1")
            assert (await stream.next("typing"))[1] == {"on": True}
            _, answer = await stream.next("message")
            assert answer["author"] == "bot"
            assert (await stream.next("typing"))[1] == {"on": False}
        async with watching(url, f"{CHAT}/events", cookie, last=first) as stream:
            assert (await stream.next("message"))[1] == answer
            await browser.post(f"{CHAT}/messages", json={"message_id": "m-2", "text": "我要投诉"})
            assert (await stream.next("queue"))[1] == {"position": 1, "eta_seconds": None}


async def test_the_customer_hears_the_next_conversation_after_one_was_closed(edge: Edge) -> None:
    async with served(edge) as url, as_buyer(edge, "b001") as browser:
        cookie = f"xiaoer_buyer={browser.cookies['xiaoer_buyer']}"
        async with watching(url, f"{CHAT}/events", cookie) as stream:
            await browser.post(f"{CHAT}/messages", json={"message_id": "1", "text": "有货吗"})
            await wait_for_messages(browser, 2)
            async with edge.desk.reads() as session:
                (open_one,) = await conversations.list_conversations(session)
            await conversations.close(edge.desk, open_one.id)
            assert (await stream.next("owner"))[1] == {"owner": "closed"}
            await browser.post(f"{CHAT}/messages", json={"message_id": "2", "text": "还在吗"})
            assert (await stream.next("message"))[1]["message_id"] == "2"


async def test_the_desk_hears_every_conversation_and_counts_the_watcher_as_present(edge: Edge) -> None:
    async with served(edge) as url, httpx.AsyncClient(base_url=url, headers=CSRF, trust_env=False) as agent:
        await agent.post("/api/v1/auth/login", json={"name": "supervisor", "password": PASSWORD})
        cookie = f"xiaoer_agent={agent.cookies['xiaoer_agent']}"
        async with watching(url, "/api/v1/desk/events", cookie) as stream:
            sent = (await edge.post({"message_id": "1", "buyer_id": "b9", "text": "我要投诉"})).json()
            _, message = await stream.next("message")
            assert message["conversation_id"] == sent["conversation_id"]
            _, entry = await stream.next("queue")
            assert (entry["conversation_id"], entry["team"]) == (sent["conversation_id"], "supervisor")
            assert entry["eta_seconds"] == edge.desk.settings.handling_s
