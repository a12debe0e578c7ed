"""Cards of the customer page on a real database: what is true now, for the buyer whose it is."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from shop.models import ParcelState, Sku, Stage
from shop.return_models import ReturnRequest, ReturnStep
from tests.edge import Edge, daytime, open_edge
from tests.integration.test_api_chat import CHAT, as_buyer, wait_for_messages
from tests.small_orders import make_order, make_parcel

ORDER, OTHER = "20260302000001", "20260302000002"
NOON = datetime(2026, 3, 1, 4, tzinfo=UTC)


@pytest.fixture
async def edge(database_url: str, tmp_path: Path) -> AsyncIterator[Edge]:
    async with open_edge(database_url, tmp_path, daytime(), live_poll_s=0.05) as opened:
        async with opened.desk.transaction() as session:
            session.add(make_order(ORDER, Stage.SHIPPED, skus=("P1-黑色-39", "P2-灰色-40")))
            session.add(make_order(OTHER, Stage.SHIPPED, buyer="b002"))
            await session.flush()
            scans = ("2026-02-27 18:00", "杭州", "已揽收"), ("2026-03-02 08:00", "上海", "到达上海转运中心")
            session.add(make_parcel(ORDER, ParcelState.IN_TRANSIT, *scans))
            session.add(make_parcel(OTHER, ParcelState.IN_TRANSIT, tracking="YT0002"))
            session.add(make_return())
        yield opened


def make_return() -> ReturnRequest:
    return ReturnRequest(
        id=7,
        order_no=OTHER,
        buyer_id="b002",
        kind="return",
        state="approved",
        lines=[],
        reason="quality",
        words="开胶",
        fault_claimed=True,
        photos=[],
        requested_at=NOON,
    )


async def read(browser: httpx.AsyncClient, address: str) -> dict[str, Any]:
    answered = await browser.get(f"{CHAT}/cards", params={"address": address})
    assert answered.status_code == 200, answered.text
    card: dict[str, Any] = answered.json()
    return card


async def test_a_sentence_about_stock_comes_with_its_card(edge: Edge) -> None:
    async with as_buyer(edge, "b001") as browser:
        await browser.post(f"{CHAT}/messages", json={"message_id": "1", "text": "39码有货吗"})
        asked, said = await wait_for_messages(browser, 2)
        assert (asked["cards"], said["cards"]) == ([], ["stock:P1-黑色-39"])
        card = await read(browser, said["cards"][0])
    assert (card["item_id"], card["title"], card["price"]) == ("P1", "晨风跑鞋", "200.00")
    assert (card["asked_color"], card["asked_size"]) == ("黑色", "39")
    assert card["colors"] == [
        {"color": "白色", "sizes": [{"size": "39", "state": "low"}, {"size": "41", "state": "out"}]},
        {"color": "黑色", "sizes": [{"size": "39", "state": "in"}, {"size": "40", "state": "out"}]},
    ]


async def test_a_card_tells_the_stock_of_now_and_never_pieces(edge: Edge) -> None:
    async with as_buyer(edge, "b001") as browser:
        async with edge.desk.transaction() as session:
            (await session.get_one(Sku, "P1-黑色-39")).stock = 0
        card = await read(browser, "stock:P1-黑色-39")
    assert card["colors"][1]["sizes"][0] == {"size": "39", "state": "out"}
    assert "stock" not in card


async def test_a_parcel_card_has_every_scan_the_newest_first(edge: Edge) -> None:
    async with as_buyer(edge, "b001") as browser:
        card = await read(browser, f"parcel:{ORDER}")
    assert (card["kind"], card["courier"], card["tracking_no"]) == ("parcel", "圆通", "YT0001")
    assert (card["state"], card["expected_on"], card["late"]) == ("in_transit", "2026-03-03", False)
    assert [(scan["place"], scan["at"]) for scan in card["scans"]] == [
        ("上海", "2026-03-02T08:00:00+08:00"),
        ("杭州", "2026-02-27T18:00:00+08:00"),
    ]


async def test_an_order_card_has_goods_sum_and_steps_and_no_address(edge: Edge) -> None:
    async with as_buyer(edge, "b001") as browser:
        card = await read(browser, f"order_goods:{ORDER}")
    assert (card["kind"], card["stage"], card["total"]) == ("order", "shipped", "200.00")
    assert [(one["title"], one["color"], one["size"]) for one in card["goods"]] == [
        ("晨风跑鞋", "黑色", "39"),
        ("流云跑鞋", "灰色", "40"),
    ]
    assert [(step["name"], step["at"] is not None) for step in card["steps"]] == [
        ("unpaid", True),
        ("paid", True),
        ("shipped", False),
        ("signed", False),
    ]
    assert not {"recipient", "phone", "address_line"} & set(card)


async def test_d5_a_return_card_tells_how_far_the_request_is(edge: Edge) -> None:
    async with edge.desk.transaction() as session:
        for state in ("requested", "approved"):
            session.add(ReturnStep(request_id=7, step=state, state=state, by="chen", at=NOON))
    async with as_buyer(edge, "b002") as browser:
        card = await read(browser, f"return_request:{OTHER}")
    assert (card["request_kind"], card["state"], card["refund_amount"]) == ("return", "approved", None)
    assert card["steps"] == [
        {"name": name, "at": "2026-03-01T12:00:00+08:00"} for name in ("requested", "approved")
    ]


@pytest.mark.parametrize("kind", ["order", "parcel", "return_request", "refund"])
async def test_another_buyers_card_reads_like_a_missing_one(edge: Edge, kind: str) -> None:
    async with as_buyer(edge, "b001") as browser:
        answers = [
            await browser.get(f"{CHAT}/cards", params={"address": f"{kind}:{no}"}) for no in (OTHER, "none")
        ]
    assert [answered.status_code for answered in answers] == [404, 404]
    texts = [str(answered.json()["message"]) for answered in answers]
    assert texts[0].replace(OTHER, "NO") == texts[1].replace("none", "NO")


async def test_what_is_no_card_is_not_shown_and_nobody_looks_without_being_a_buyer(edge: Edge) -> None:
    async with as_buyer(edge, "b001") as browser:
        answered = await browser.get(f"{CHAT}/cards", params={"address": "complaint:1"})
        assert answered.status_code == 404
    assert (await edge.client.get(f"{CHAT}/cards", params={"address": "stock:P1-黑色-39"})).status_code == 401
