"""Pictures that channels send as addresses: fetched once, kept, shown, tried again (D3)."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from desk.fetches import Fetch, fetch_due
from tests.edge import Edge, daytime, open_edge
from tests.site import PNG, Site, answer, open_site

DESK = "/api/v1/desk"


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with open_site() as opened:
        yield opened


@pytest.fixture
async def edge(database_url: str, tmp_path: Path, site: Site) -> AsyncIterator[Edge]:
    """A desk whose own loop looks for pictures once an hour, so that the test says when."""
    trusted = f"127.0.0.1:{site.port}"
    settings = {"max_photo": 1_000, "fetch_tries": 2, "retry_first_s": 0.0, "fetch_every_s": 3_600.0}
    async with open_edge(database_url, tmp_path, daytime(), fetch_hosts=trusted, **settings) as opened:
        yield opened


async def send(edge: Edge, *urls: str, kind: str = "image") -> str:
    """A message with pictures; gives its conversation."""
    attachments = [{"type": kind, "url": url} for url in urls]
    message = {"message_id": "m1", "buyer_id": "b1", "text": "有货吗", "attachments": attachments}
    return str((await edge.post(message)).json()["conversation_id"])


async def read_attachments(edge: Edge, conversation_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await edge.read(conversation_id))[0]["attachments"]
    return found


async def test_a_picture_is_fetched_kept_and_shown_to_those_who_may(edge: Edge, site: Site) -> None:
    site.answers["/a.png"] = answer(PNG, "Content-Type: text/html")
    number = await send(edge, site.url("/a.png"))
    await fetch_due(edge.desk)
    (picture,) = await read_attachments(edge, number)
    assert (picture["type"], picture["mime"], "failed" in picture) == ("image", "image/png", False)
    path = f"/api/v1/photos/{picture['photo']}"
    async with edge.signed_in("presales") as agent:
        shown = await agent.get(path)
        assert (shown.status_code, shown.content, shown.headers["content-type"]) == (200, PNG, "image/png")
    async with edge.signed_in("warehouse") as other, edge.browser() as nobody:
        assert (await other.get(path)).status_code == 403
        assert (await nobody.get(path)).status_code == 401
    await fetch_due(edge.desk)
    assert site.asked == ["/a.png"]


async def test_two_pictures_of_a_message_are_both_kept_whoever_fetches(edge: Edge, site: Site) -> None:
    site.answers["/a"] = answer(PNG)
    site.answers["/b"] = answer(PNG + b"another")
    number = await send(edge, site.url("/a"), site.url("/b"))
    await asyncio.gather(fetch_due(edge.desk), fetch_due(edge.desk))
    first, second = await read_attachments(edge, number)
    assert first["photo"] != second["photo"]
    assert sorted(site.asked) == ["/a", "/b"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (answer(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "Content-Type: image/png"), "photo_format"),
        (answer(PNG + bytes(1_000)), "too_large"),
        (answer(b"", "Content-Length: 0", status="404 Not Found"), "gone"),
    ],
)
async def test_what_is_no_picture_or_gone_is_shown_so_at_once(
    edge: Edge, site: Site, content: bytes, reason: str
) -> None:
    site.answers["/a"] = content
    number = await send(edge, site.url("/a"))
    await fetch_due(edge.desk)
    (picture,) = await read_attachments(edge, number)
    assert (picture["failed"], "photo" in picture, site.asked) == (reason, False, ["/a"])


async def test_what_may_pass_is_tried_again_and_an_agent_may_ask_for_another_round(
    edge: Edge, site: Site
) -> None:
    site.answers["/a"] = answer(b"", "Content-Length: 0", status="503 Service Unavailable")
    number = await send(edge, site.url("/a"))
    await fetch_due(edge.desk)
    await fetch_due(edge.desk)
    (picture,) = await read_attachments(edge, number)
    assert (picture["failed"], site.asked) == ("unreachable", ["/a", "/a"])
    site.answers["/a"] = answer(PNG)
    message = (await edge.read(number))[0]["id"]
    async with edge.signed_in("aftersales") as agent:
        again = await agent.post(f"{DESK}/messages/{message}/fetch")
        assert (again.status_code, "failed" in again.json()["attachments"][0]) == (200, False)
        await fetch_due(edge.desk)
        refused = await agent.post(f"{DESK}/messages/{message}/fetch")
        assert (refused.status_code, refused.json()["reason"]) == (409, "nothing_failed")
        assert (await agent.post(f"{DESK}/messages/999999/fetch")).status_code == 404
    assert "photo" in (await read_attachments(edge, number))[0]


async def test_nothing_inside_our_network_is_asked(edge: Edge, site: Site) -> None:
    number = await send(edge, f"http://localhost:{site.port}/a", "https://169.254.169.254/latest")
    await fetch_due(edge.desk)
    assert [one["failed"] for one in await read_attachments(edge, number)] == ["forbidden", "forbidden"]
    assert site.asked == []


async def test_a_try_that_was_cut_is_made_again_when_its_time_is_over(edge: Edge, site: Site) -> None:
    site.answers["/a"] = None
    edge.desk.settings.fetch_timeout_s = 0.2
    number = await send(edge, site.url("/a"))
    task = asyncio.create_task(fetch_due(edge.desk))
    while not site.asked:
        await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    site.answers["/a"] = answer(PNG)
    await fetch_due(edge.desk)
    assert site.asked == ["/a"]  # leased still
    async with asyncio.timeout(5):
        while "photo" not in (await read_attachments(edge, number))[0]:
            await fetch_due(edge.desk)
            await asyncio.sleep(0.05)
    assert site.asked == ["/a", "/a"]


async def test_films_and_files_are_left_where_they_are(edge: Edge, site: Site) -> None:
    number = await send(edge, site.url("/a.mp4"), kind="video")
    await fetch_due(edge.desk)
    async with edge.desk.reads() as session:
        assert list(await session.scalars(select(Fetch.id))) == []
    assert (await read_attachments(edge, number), site.asked) == (
        [{"type": "video", "url": site.url("/a.mp4")}],
        [],
    )
