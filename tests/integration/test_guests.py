"""Guests of the customer page: nothing personal until an order is proved, and few tries at that."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from desk import audit
from shop.facts import read
from shop.models import Stage
from shop.orders import list_orders
from tests.edge import Edge, daytime, open_edge
from tests.integration.test_api_chat import CHAT, as_buyer, wait_for_messages
from tests.small_orders import make_order

ORDER, OTHER = "20260302000001", "20260302000002"
RIGHT = {"order_no": ORDER, "digits": "5678"}
WRONG = {"order_no": ORDER, "digits": "0000"}


@pytest.fixture
async def edge(database_url: str, tmp_path: Path) -> AsyncIterator[Edge]:
    async with open_edge(database_url, tmp_path, daytime(), demo=False, live_poll_s=0.05) as opened:
        async with opened.desk.transaction() as session:
            session.add(make_order(ORDER, Stage.SHIPPED, phone="13812345678"))
            session.add(make_order(OTHER, Stage.SHIPPED, phone="13812345678"))
        yield opened


@asynccontextmanager
async def as_guest(edge: Edge) -> AsyncIterator[tuple[httpx.AsyncClient, str]]:
    async with edge.browser() as browser:
        answered = await browser.post(f"{CHAT}/session", json={})
        assert answered.status_code == 200, answered.text
        yield browser, answered.json()["buyer_id"]


async def prove(browser: httpx.AsyncClient, body: dict[str, str]) -> tuple[int, str]:
    answered = await browser.post(f"{CHAT}/proof", json=body)
    return answered.status_code, answered.json().get("error", "")


async def test_a_guest_writes_and_is_answered_without_being_anybody(edge: Edge) -> None:
    async with as_guest(edge) as (browser, guest_id):
        await browser.post(f"{CHAT}/messages", json={"message_id": "1", "text": "39码有货吗"})
        assert len(await wait_for_messages(browser, 2)) == 2
        again = (await browser.post(f"{CHAT}/session", json={})).json()
    assert (again["buyer_id"], guest_id.startswith("guest:")) == (guest_id, True)


async def test_a_guest_sees_no_order_before_the_proof_and_this_one_only_after_it(edge: Edge) -> None:
    async with as_guest(edge) as (browser, guest_id):
        unseen = await browser.get(f"{CHAT}/cards", params={"address": f"order:{ORDER}"})
        assert unseen.status_code == 404
        proven = await browser.post(f"{CHAT}/proof", json=RIGHT)
        assert (proven.status_code, proven.json()) == (200, {"guest": True, "orders": [ORDER]})
        statuses = [
            (await browser.get(f"{CHAT}/cards", params={"address": f"order:{no}"})).status_code
            for no in (ORDER, OTHER)
        ]
    assert statuses == [200, 404]
    async with edge.desk.reads() as session:
        reading = edge.desk.reading(session, guest_id, edge.desk.clock())
        assert (await read(reading, "order", ORDER))["stage"].value == "shipped"
        assert [order.no for order in await list_orders(session, guest_id)] == [ORDER]


async def test_the_proof_is_this_guests_alone(edge: Edge) -> None:
    async with as_guest(edge) as (browser, _), as_guest(edge) as (other, _):
        assert await prove(browser, RIGHT) == (200, "")
        assert (await other.get(f"{CHAT}/proof")).json() == {"guest": True, "orders": []}
        hidden = await other.get(f"{CHAT}/cards", params={"address": f"order:{ORDER}"})
        assert hidden.status_code == 404


async def test_every_wrong_pair_gets_the_same_answer(edge: Edge) -> None:
    async with as_guest(edge) as (browser, _):
        answers = [
            await browser.post(f"{CHAT}/proof", json=body)
            for body in (WRONG, {"order_no": "29990101000000", "digits": "5678"})
        ]
    assert [answered.status_code for answered in answers] == [403, 403]
    assert answers[0].json() == answers[1].json()


async def test_a_guest_has_five_tries_even_at_once(edge: Edge) -> None:
    async with as_guest(edge) as (browser, _):
        answers = await asyncio.gather(*(prove(browser, WRONG) for _ in range(8)))
        assert sorted(answers) == [(403, "proof_failed")] * 5 + [(429, "too_many_tries")] * 3
        assert await prove(browser, RIGHT) == (429, "too_many_tries")


async def test_an_order_guessed_at_too_often_is_closed_to_all_guests_and_does_not_say_so(edge: Edge) -> None:
    for _ in range(2):
        async with as_guest(edge) as (browser, _):
            for _ in range(5):
                assert await prove(browser, WRONG) == (403, "proof_failed")
    async with as_guest(edge) as (browser, _):
        assert await prove(browser, RIGHT) == (403, "proof_failed")
        assert await prove(browser, RIGHT | {"order_no": OTHER}) == (200, "")


async def test_an_address_that_tries_too_often_is_stopped(database_url: str, tmp_path: Path) -> None:
    async with open_edge(database_url, tmp_path, daytime(), demo=False, guest_tries_origin=2) as edge:
        for answer in ((403, "proof_failed"), (403, "proof_failed"), (429, "too_many_tries")):
            async with as_guest(edge) as (browser, _):
                assert await prove(browser, WRONG) == answer


async def test_tries_are_audited_without_the_digits(edge: Edge) -> None:
    async with as_guest(edge) as (browser, guest_id):
        await prove(browser, WRONG)
        await prove(browser, RIGHT)
    async with edge.desk.reads() as session:
        entries = await audit.list_entries(session, who=guest_id)
    assert [(entry.what, entry.about, entry.detail) for entry in entries] == [
        ("guest.proved", f"order:{ORDER}", {}),
        ("guest.refused", f"order:{ORDER}", {}),
    ]


async def test_a_demo_buyer_proves_nothing_and_a_shop_may_keep_guests_out(
    database_url: str, tmp_path: Path
) -> None:
    async with open_edge(database_url, tmp_path, daytime(), guests=False) as edge:
        async with as_buyer(edge, "b001") as browser:
            assert await prove(browser, RIGHT) == (409, "conflict")
        answered = await edge.client.post(f"{CHAT}/session", json={})
        assert (answered.status_code, answered.json()["error"]) == (403, "no_guests")
