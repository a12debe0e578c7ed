"""Decisions on drafts as labels."""

import pytest

from desk import drafts
from desk.labels import Label, list_labels
from desk.models import DraftState
from tests.integration.desk_bench import Bench
from tests.peers import answer, question, reading, reply


@pytest.fixture
async def drafted(bench: Bench) -> Bench:
    """A doubtful answer and a second reading to the same words."""
    best, second = reading("ask_stock", 0.6, reply("greet")), reading("greet", 0.3, reply("greet"))
    bench.bot.answers["打13900001234 有吗"] = answer(question(best, second))
    await bench.ask("打13900001234 有吗")
    return bench


async def labels(bench: Bench) -> list[Label]:
    async with bench.desk.reads() as session:
        return await list_labels(session)


async def test_an_accepted_draft_confirms_the_reading_and_open_ones_say_nothing(drafted: Bench) -> None:
    assert await labels(drafted) == []
    best, _ = await drafted.drafts()
    await drafts.accept(drafted.desk, best.id, "lin")
    [label] = await labels(drafted)
    assert (label.read, label.accepted, label.verdict) == ("ask_stock", "ask_stock", "accepted")
    assert "13900001234" not in label.text


async def test_an_edited_draft_is_told_apart(drafted: Bench) -> None:
    best, _ = await drafted.drafts()
    await drafts.accept(drafted.desk, best.id, "lin", text="您好,请问需要什么帮助?")
    assert [label.verdict for label in await labels(drafted)] == ["edited"]


async def test_an_accepted_second_reading_corrects_the_first(drafted: Bench) -> None:
    _, second = await drafted.drafts()
    await drafts.accept(drafted.desk, second.id, "lin")
    [label] = await labels(drafted)
    assert (label.read, label.accepted) == ("ask_stock", "greet")


async def test_a_rejected_draft_leaves_the_intent_to_the_reviewer(drafted: Bench) -> None:
    best, _ = await drafted.drafts()
    await drafts.reject(drafted.desk, best.id, "lin", "wrong")
    [label] = await labels(drafted)
    assert (label.read, label.accepted, label.verdict) == ("ask_stock", "", "rejected")
    assert {draft.state for draft in await drafted.drafts()} == {DraftState.REJECTED, DraftState.OPEN}


async def test_only_decisions_since_a_day_are_listed(drafted: Bench) -> None:
    best, _ = await drafted.drafts()
    await drafts.accept(drafted.desk, best.id, "lin")
    now = drafted.clock()
    drafted.clock.advance(hours=1)
    async with drafted.desk.reads() as session:
        assert len(await list_labels(session, since=now)) == 1
        assert await list_labels(session, since=drafted.clock()) == []
