"""Canned replies through the API: own and the shop's, found, filled, kept apart."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.edge import Edge, daytime, open_edge

PHRASES = "/api/v1/desk/phrases"
HELLO = {"shortcut": "hy", "title": "欢迎", "text": "您好,我是{agent},为您看{item},订单{order_no}"}


@pytest.fixture
async def edge(database_url: str, tmp_path: Path) -> AsyncIterator[Edge]:
    async with open_edge(database_url, tmp_path, daytime()) as opened:
        yield opened


async def test_a_phrase_is_filled_with_facts_of_the_conversation(edge: Edge) -> None:
    said = await edge.post(
        {"message_id": "1", "buyer_id": "b001", "text": "有货吗", "context": {"item_id": "P1"}}, wait=20
    )
    async with edge.signed_in("presales") as browser:
        made = await browser.post(PHRASES, json=HELLO)
        assert (made.status_code, made.json()["scope"]) == (201, "personal")
        wish = {"conversation_id": said.json()["conversation_id"]}
        shown = (await browser.post(f"{PHRASES}/{made.json()['id']}/render", json=wish)).json()
    assert shown["text"] == "您好,我是小presales,为您看晨风跑鞋,订单【订单号】"
    assert shown["missing"] == ["order_no"]
    assert [(fact["name"], fact["source"]) for fact in shown["facts"]] == [("item", "product:P1")]


async def test_own_phrases_are_ones_own_and_the_shops_are_for_supervisors_to_change(edge: Edge) -> None:
    async with edge.signed_in("supervisor") as boss, edge.signed_in("presales") as agent:
        shops = (await boss.post(PHRASES, json={**HELLO, "scope": "shop"})).json()
        own = (await agent.post(PHRASES, json={**HELLO, "title": "我的欢迎"})).json()
        assert (await agent.post(PHRASES, json={**HELLO, "scope": "shop"})).status_code == 403
        assert [one["id"] for one in (await agent.get(PHRASES, params={"q": "h"})).json()] == [
            own["id"], shops["id"],
        ]  # fmt: skip
        assert [one["id"] for one in (await boss.get(PHRASES)).json()] == [shops["id"]]
        assert (await boss.post(f"{PHRASES}/{own['id']}", json=HELLO)).status_code == 404
        assert (await agent.post(f"{PHRASES}/{shops['id']}/delete")).status_code == 403
        taken = await agent.post(PHRASES, json={**HELLO, "title": "又一个"})
        assert (taken.status_code, taken.json()["error"]) == (409, "refused")
        assert (
            await agent.post(f"{PHRASES}/{own['id']}", json={**HELLO, "shortcut": "nh"})
        ).status_code == 200
        assert (await agent.get(PHRASES, params={"q": "nh"})).json()[0]["id"] == own["id"]
        assert (await agent.post(f"{PHRASES}/{own['id']}/delete")).status_code == 204
        assert [one["id"] for one in (await agent.get(PHRASES)).json()] == [shops["id"]]
        unknown = await agent.post(PHRASES, json={**HELLO, "text": "只要{price}"})
        assert (unknown.status_code, unknown.json()["error"]) == (409, "refused")
