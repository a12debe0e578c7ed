"""Photos: kept by what they are, shown only to whom they concern, and taken as an answer (D3)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from desk.photos import sniff
from tests.edge import Edge, daytime, open_edge

CHAT = "/api/v1/chat"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
JPEG = b"\xff\xd8\xff\xe0" + bytes(64)


@pytest.fixture
async def edge(database_url: str, tmp_path: Path) -> AsyncIterator[Edge]:
    async with open_edge(database_url, tmp_path, daytime(), max_photo=10_000) as opened:
        yield opened


@asynccontextmanager
async def as_buyer(edge: Edge, buyer_id: str) -> AsyncIterator[httpx.AsyncClient]:
    async with edge.browser() as browser:
        assert (await browser.post(f"{CHAT}/session", json={"buyer_id": buyer_id})).status_code == 200
        yield browser


@pytest.mark.parametrize(
    ("content", "mime"),
    [
        (PNG, "image/png"),
        (JPEG, "image/jpeg"),
        (b"GIF89a" + bytes(20), "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
        (b"<html>", None),
        (b"%PDF-1.7", None),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", None),
        (b"", None),
    ],
)
def test_d3_a_photo_is_what_its_first_bytes_say(content: bytes, mime: str | None) -> None:
    assert sniff(content) == mime


async def test_d3_a_photo_is_kept_shown_to_its_buyer_and_sent_with_a_message(edge: Edge) -> None:
    async with as_buyer(edge, "b001") as browser:
        kept = (await browser.post(f"{CHAT}/photos", content=PNG)).json()
        assert (kept["mime"], kept["size"]) == ("image/png", len(PNG))
        assert (await browser.post(f"{CHAT}/photos", content=PNG)).json() == kept  # twice is once
        shown = await browser.get(f"{CHAT}/photos/{kept['id']}")
        assert (shown.content, shown.headers["content-type"]) == (PNG, "image/png")
        assert shown.headers["x-content-type-options"] == "nosniff"
        sent = await browser.post(
            f"{CHAT}/messages", json={"message_id": "m1", "text": "", "photos": [kept["id"]]}
        )
        assert sent.status_code == 202, sent.text
        (message, *_) = (await browser.get(f"{CHAT}/messages")).json()
        assert message["photos"] == [kept["id"]]


async def test_the_same_photo_many_times_at_once_is_kept_once(edge: Edge, tmp_path: Path) -> None:
    async with as_buyer(edge, "b001") as browser:
        answers = await asyncio.gather(*(browser.post(f"{CHAT}/photos", content=PNG) for _ in range(8)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(list(tmp_path.rglob("photos/*/*"))) == 1


async def test_d3_nobody_else_sees_a_photo_or_sends_it(edge: Edge) -> None:
    async with as_buyer(edge, "b001") as browser:
        photo = (await browser.post(f"{CHAT}/photos", content=JPEG)).json()["id"]
    async with as_buyer(edge, "b002") as other:
        assert (await other.get(f"{CHAT}/photos/{photo}")).status_code == 404
        stolen = {"message_id": "m1", "text": "看", "photos": [photo]}
        assert (await other.post(f"{CHAT}/messages", json=stolen)).status_code == 404
        assert (await other.get(f"{CHAT}/messages")).json() == []
    async with edge.browser() as stranger:
        assert (await stranger.get(f"{CHAT}/photos/{photo}")).status_code == 401
        assert (await stranger.get(f"/api/v1/photos/{photo}")).status_code == 401
        assert (await stranger.post(f"{CHAT}/photos", content=JPEG)).status_code == 401


async def test_what_is_no_photo_or_too_large_is_refused_and_not_kept(edge: Edge, tmp_path: Path) -> None:
    async with as_buyer(edge, "b001") as browser:
        refused = await browser.post(f"{CHAT}/photos", content=b"<svg/>")
        assert (refused.status_code, refused.json()["error"]) == (415, "photo_refused")
        large = await browser.post(f"{CHAT}/photos", content=PNG + bytes(10_000))
        assert large.status_code == 413
    assert not list(tmp_path.rglob("photos/*/*"))
