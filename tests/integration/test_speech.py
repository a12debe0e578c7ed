"""What the customer reads: no sentence twice, long answers in parts, no figure without its fact (A2, A9)."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.edge import Edge, daytime, open_edge


@pytest.fixture
async def edge(database_url: str, tmp_path: Path) -> AsyncIterator[Edge]:
    async with open_edge(database_url, tmp_path, daytime()) as opened:
        yield opened


def shorten(edge: Edge, characters: int) -> None:
    """Let the shop's parts be shorter."""
    policy = edge.desk.policy.current()
    shop = policy.shop.model_copy(update={"part_characters": characters})
    edge.desk.policy._policy = policy.model_copy(update={"shop": shop})  # type: ignore[attr-defined]


async def test_a2_the_same_question_is_answered_in_other_words(edge: Edge) -> None:
    outcomes = [await edge.say("有货吗", message_id=str(number)) for number in range(3)]
    texts = [outcome["replies"][0]["text"] for outcome in outcomes]
    assert len(set(texts)) == 3


async def test_a2_a_draft_keeps_its_words_until_it_is_sent(edge: Edge) -> None:
    outcome = await edge.say("也许有货吗")
    async with edge.signed_in("presales") as browser:
        found = await browser.get(f"/api/v1/desk/conversations/{outcome['conversation_id']}")
        (draft,) = found.json()["drafts"]
        sent = await browser.post(
            f"/api/v1/desk/drafts/{draft['id']}/accept", json={"accept_changed": True, "with_commands": False}
        )
    assert [message["text"] for message in sent.json()] == [draft["replies"][0]["text"]]


async def test_a2_a_long_answer_goes_out_in_parts_with_their_facts(edge: Edge) -> None:
    shorten(edge, 40)
    (edge.desk.scripts._variants)["stock_in", "warm"] = [
        "{{item}}是今年的新款,鞋面透气,走路上班都适合,很多客人回购。{{size}}码{{color}}有现货,早些付款可以早些安排发货。"
    ]
    outcome = await edge.say("有货吗")
    first, second = outcome["replies"]
    assert first["text"].startswith("晨风跑鞋是今年的新款")
    assert second["text"].startswith("39码黑色有现货")
    assert [fact["name"] for fact in first["facts"]] == ["item"]
    assert [fact["name"] for fact in second["facts"]] == ["color", "size"]


async def test_a9_a_figure_that_no_fact_gives_is_not_said(edge: Edge) -> None:
    (edge.desk.scripts._variants)["stock_in", "warm"] = ["{{item}}还有4件。"]
    outcome = await edge.say("有货吗")
    assert outcome["decision"] == "handoff"
    assert outcome["replies"] == [] or all("4件" not in reply["text"] for reply in outcome["replies"])
