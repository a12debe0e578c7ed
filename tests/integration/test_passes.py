"""A shop's own site vouches for its buyer on the customer page: once, for minutes, and nobody else can."""

import asyncio
import base64
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from desk import signing
from desk.passes import Payload, make_pass
from shop.models import Stage
from tests.edge import SECRET, Edge, daytime, open_edge
from tests.integration.test_api_chat import CHAT
from tests.small_orders import make_order

ORDER = "20260302000001"


@pytest.fixture
async def edge(database_url: str, tmp_path: Path) -> AsyncIterator[Edge]:
    async with open_edge(database_url, tmp_path, daytime(), demo=False) as opened:
        async with opened.desk.transaction() as session:
            session.add(make_order(ORDER, Stage.SHIPPED))
        yield opened


def make(edge: Edge, *, buyer_id: str = "b001", life_s: int = 300, secret: str = SECRET) -> str:
    until = int(edge.desk.clock().timestamp()) + life_s
    return make_pass("shop", secret, Payload(buyer_id=buyer_id, expires_at=until, nonce="n0nce-of-a-click"))


async def enter(browser: httpx.AsyncClient, given: str) -> tuple[int, str | None]:
    answered = await browser.post(f"{CHAT}/session", json={"pass": given})
    return answered.status_code, answered.json().get("reason")


async def test_a_vouched_buyer_sees_their_order_without_proof_and_after_a_reload(edge: Edge) -> None:
    async with edge.browser() as browser:
        assert await enter(browser, make(edge)) == (200, None)
        shown = await browser.get(f"{CHAT}/cards", params={"address": f"order:{ORDER}"})
        assert shown.status_code == 200
        again = await browser.post(f"{CHAT}/session", json={})
        assert again.json()["buyer_id"] == "b001"
        assert (await browser.get(f"{CHAT}/proof")).json() == {"guest": False, "orders": []}


async def test_a_pass_opens_one_browser_only(edge: Edge) -> None:
    given = make(edge)
    async with edge.browser() as browser, edge.browser() as thief:
        assert await enter(browser, given) == (200, None)
        assert await enter(thief, given) == (403, "pass_used")
        assert (await thief.get(f"{CHAT}/messages")).status_code == 401
        assert await enter(browser, given) == (200, None)  # its answer got lost: the same again


async def test_of_many_who_use_a_pass_at_once_one_is_let_in(edge: Edge) -> None:
    given = make(edge)

    async def come() -> int:
        async with edge.browser() as browser:
            return (await enter(browser, given))[0]

    assert sorted(await asyncio.gather(*(come() for _ in range(5)))) == [200, 403, 403, 403, 403]


async def test_a_pass_ends_in_time_and_may_not_claim_to_last(edge: Edge) -> None:
    async with edge.browser() as browser:
        assert await enter(browser, make(edge, life_s=-1)) == (403, "pass_over")
        assert await enter(browser, make(edge, life_s=3_600)) == (403, "pass_wrong")


async def test_a_forged_pass_is_refused_whatever_is_wrong_with_it(edge: Edge) -> None:
    channel, told, signature = make(edge).split(".")
    other = base64.urlsafe_b64encode(base64.urlsafe_b64decode(told + "==").replace(b"b001", b"b002"))
    request = signing.sign(SECRET, "1772416800", told.encode()).removeprefix(
        "v1="
    )  # of a message, not a pass
    unsaid = base64.urlsafe_b64encode(b"{}").decode().rstrip("=")
    signed = signing.sign(SECRET, "pass", unsaid.encode()).removeprefix("v1=")
    forged = [
        make(edge, secret="another"),
        f"{channel}.{other.decode().rstrip('=')}.{signature}",
        f"{channel}.{told}.{request}",
        f"{channel}.{told}.",
        f"web.{told}.{signature}",
        f"nowhere.{told}.{signature}",
        f"{channel}.{told}",
        f"{channel}.{unsaid}.{signed}",
        make(edge, buyer_id="guest:1"),
        "您好",
        "",
    ]
    async with edge.browser() as browser:
        answers = {await enter(browser, given) for given in forged}
        assert answers == {(403, "pass_wrong")}
        assert (await browser.get(f"{CHAT}/messages")).status_code == 401


async def test_the_guides_own_code_makes_a_pass_that_is_taken(edge: Edge) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "channels.md").read_text(encoding="utf-8")
    code = guide.split("```python\n", 1)[1].split("```", 1)[0]
    told: dict[str, Any] = {}
    exec(code, told)
    told["time"] = SimpleNamespace(time=lambda: edge.desk.clock().timestamp())
    address = told["chat_address"]("http://desk", "shop", SECRET, "b001")
    async with edge.browser() as browser:
        assert await enter(browser, address.partition("#pass=")[2]) == (200, None)
