"""The call-back form: offered while nobody is at the desk, booked once at an honest time (A13, G2)."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from shop.work_models import Callback
from tests.edge import Edge, open_edge
from tests.fixtures import SetClock
from tests.integration.test_api_chat import CHAT, as_buyer, wait_for_messages

NIGHT = datetime(2026, 3, 1, 18, tzinfo=UTC)  # 2:00 in Shanghai
PHONE = {"phone": "13812345678", "about": "鞋子开胶"}


@pytest.fixture
async def edge(database_url: str, tmp_path: Path) -> AsyncIterator[Edge]:
    async with open_edge(database_url, tmp_path, SetClock(NIGHT), live_poll_s=0.05, quiet_gap_s=0) as opened:
        yield opened


async def complain(browser: httpx.AsyncClient) -> None:
    await browser.post(f"{CHAT}/messages", json={"message_id": "1", "text": "我要投诉"})


async def test_g2_a_call_is_offered_once_the_matter_waits_and_nobody_is_there(edge: Edge) -> None:
    async with as_buyer(edge, "b001") as browser:
        nothing = {"offered": False, "back_at": None, "earliest": None, "booked": None}
        assert (await browser.get(f"{CHAT}/callback")).json() == nothing
        await complain(browser)
        await wait_for_messages(browser, 2)
        offer = (await browser.get(f"{CHAT}/callback")).json()
        assert (offer["offered"], offer["booked"]) == (True, None)
        assert offer["back_at"] == offer["earliest"]
        assert datetime.fromisoformat(offer["back_at"]) > NIGHT


async def test_a13_a_call_is_booked_once_confirmed_in_the_chat_and_shown_masked(edge: Edge) -> None:
    async with as_buyer(edge, "b001") as browser:
        await complain(browser)
        said = len(await wait_for_messages(browser, 2))
        answers = await asyncio.gather(*(browser.post(f"{CHAT}/callback", json=PHONE) for _ in range(4)))
        assert [answered.status_code for answered in answers] == [201] * 4
        booked = answers[0].json()
        assert (booked["phone"], booked["about"]) == ("138****5678", "鞋子开胶")
        assert (await browser.get(f"{CHAT}/callback")).json()["booked"] == booked
        messages = (await browser.get(f"{CHAT}/messages")).json()
        assert len(messages) == said + 1
        assert "电话" in messages[-1]["text"] or "来电" in messages[-1]["text"]
    async with edge.desk.reads() as session:
        (stored,) = await session.scalars(select(Callback))
    assert (stored.phone, stored.buyer_id, stored.booked_by) == ("13812345678", "b001", "customer")


async def test_a_number_put_right_moves_the_call_instead_of_booking_a_second(edge: Edge) -> None:
    async with as_buyer(edge, "b001") as browser:
        await complain(browser)
        await wait_for_messages(browser, 2)
        await browser.post(f"{CHAT}/callback", json=PHONE)
        await browser.post(f"{CHAT}/callback", json=PHONE | {"phone": "13900001111"})
    async with edge.desk.reads() as session:
        assert [one.phone for one in await session.scalars(select(Callback))] == ["13900001111"]


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        (PHONE | {"phone": "12345"}, 422, "phone"),
        (PHONE | {"about": "  "}, 422, "about"),
        (PHONE | {"at": "2026-03-01T09:00:00"}, 422, "at"),
    ],
)
async def test_a_form_filled_in_wrongly_names_its_field(
    edge: Edge, body: dict[str, str], status: int, field: str
) -> None:
    async with as_buyer(edge, "b001") as browser:
        answered = await browser.post(f"{CHAT}/callback", json=body)
    assert (answered.status_code, answered.json()["field"]) == (status, field)


async def test_without_a_conversation_there_is_nothing_to_call_about(edge: Edge) -> None:
    async with as_buyer(edge, "b001") as browser:
        answered = await browser.post(f"{CHAT}/callback", json=PHONE)
    assert (answered.status_code, answered.json()["error"]) == (409, "conflict")
