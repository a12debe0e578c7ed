"""Drafts: sent, edited, rejected; their figures are read again before they go out."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import update

from desk import commands, conversations, drafts
from desk.errors import Conflict, FactsChanged
from desk.models import CommandRun, CommandState, Conversation, Draft, DraftState, HandoffState, Owner
from shop.errors import NotFound
from shop.facts import read
from shop.models import RestockNotice, Sku
from shop.policy_file import PolicyFile
from tests import small_shop
from tests.integration.desk_bench import Bench
from tests.peers import Json, answer, question, reading, reply

STOCK = "stock:P1-黑色-39"


@pytest.fixture
async def drafted(bench: Bench) -> Bench:
    """A doubtful stock answer with a notice to reserve, and a second reading."""
    async with bench.desk.transaction() as session:
        session.add_all(small_shop.list_records())
    facts = await read_facts(bench)
    notice = [{"name": "reserve_restock_notice", "args": {"sku_id": "P1-黑色-39"}}]
    best = reading("ask_stock", 0.6, reply("stock_in", *facts), proposals=notice)
    second = reading("greet", 0.3, reply("greet"))
    bench.bot.answers["39有吗"] = answer(question(best, second))
    await bench.ask("39有吗")
    return bench


async def read_facts(bench: Bench) -> list[Json]:
    async with bench.desk.reads() as session:
        found = await read(bench.desk.reading(session, "b001", bench.clock()), *STOCK.split(":"))
    return [found[name].to_json() for name in ("item", "color", "size")]


async def test_the_drafts_are_the_best_reading_and_the_second(drafted: Bench) -> None:
    async with drafted.desk.reads() as session:
        best, second = await drafts.list_drafts(session)
    assert (best.rank, best.intents, best.confidence, best.reasons) == (1, ["ask_stock"], 0.6, ["unsure"])
    assert (second.rank, second.intents, second.replies[0]["script"]) == (2, ["greet"], "greet")
    assert best.proposals == [{"name": "reserve_restock_notice", "args": {"sku_id": "P1-黑色-39"}}]


async def test_an_accepted_draft_is_sent_as_the_agents_with_its_commands(drafted: Bench) -> None:
    best, second = await drafted.drafts()
    [sent] = await drafts.accept(drafted.desk, best.id, "lin")
    assert (sent.author.value, sent.agent, sent.text) == ("agent", "lin", best.replies[0]["text"])
    [conversation] = await drafted.rows(Conversation)
    assert (conversation.owner, conversation.assignee) == (Owner.AGENT, "lin")
    [entry] = await drafted.entries()
    assert (entry.state, entry.claimed_by) == (HandoffState.CLAIMED, "lin")
    [notice] = await drafted.rows(RestockNotice)
    assert (notice.buyer_id, notice.sku_id) == ("b001", "P1-黑色-39")
    [run] = await drafted.rows(CommandRun)
    assert (run.state, run.actor) == (CommandState.EXECUTED, "lin")
    states = {draft.id: draft.state for draft in await drafted.drafts()}
    assert states == {best.id: DraftState.ACCEPTED, second.id: DraftState.SUPERSEDED}
    assert (await drafted.get(Draft, best.id)).sent_text == sent.text


async def test_a_changed_figure_stops_the_send_until_it_is_accepted(drafted: Bench) -> None:
    best = (await drafted.drafts())[0]
    async with drafted.desk.transaction() as session:
        await session.execute(update(Sku).where(Sku.id == "P1-黑色-39").values(color="深黑"))
    with pytest.raises(FactsChanged) as caught:
        await drafts.accept(drafted.desk, best.id, "lin")
    assert caught.value.changes == [{"name": "color", "source": STOCK, "was": "黑色", "now": "深黑"}]
    assert await drafted.spoken() == []
    assert await drafted.rows(RestockNotice) == []
    assert (await drafted.get(Draft, best.id)).state is DraftState.OPEN
    [sent] = await drafts.accept(drafted.desk, best.id, "lin", accept_changed=True)
    assert "深黑" in sent.text
    assert [pinned["value"] for pinned in sent.facts if pinned["name"] == "color"] == ["深黑"]


async def test_an_edited_text_goes_out_as_written_with_the_figures_pinned(drafted: Bench) -> None:
    best = (await drafted.drafts())[0]
    [sent] = await drafts.accept(drafted.desk, best.id, "lin", text="39码有的,您放心拍", with_commands=False)
    assert (sent.text, sent.script) == ("39码有的,您放心拍", None)
    assert [pinned["name"] for pinned in sent.facts] == ["item", "color", "size"]
    assert await drafted.rows(RestockNotice) == []
    assert [run.state for run in await drafted.rows(CommandRun)] == [CommandState.REJECTED]


async def test_the_other_draft_leaves_the_commands_of_the_first(drafted: Bench) -> None:
    second = (await drafted.drafts())[1]
    await drafts.accept(drafted.desk, second.id, "lin")
    assert [run.state for run in await drafted.rows(CommandRun)] == [CommandState.REJECTED]


async def test_of_two_who_accept_at_once_one_sends(drafted: Bench) -> None:
    best = (await drafted.drafts())[0]
    results = await asyncio.gather(
        *(drafts.accept(drafted.desk, best.id, "lin") for _ in range(4)), return_exceptions=True
    )
    assert [type(result) for result in results if isinstance(result, Exception)] == [Conflict] * 3
    assert len(await drafted.spoken()) == 1
    assert len(await drafted.rows(RestockNotice)) == 1


async def test_a_draft_in_anothers_conversation_is_refused(drafted: Bench) -> None:
    best = (await drafted.drafts())[0]
    await conversations.take_over(drafted.desk, best.conversation_id, "mei")
    with pytest.raises(Conflict, match="mei"):
        await drafts.accept(drafted.desk, best.id, "lin")
    assert await drafted.spoken() == []


async def test_a_rejected_draft_keeps_its_reason_and_the_last_one_takes_the_commands(drafted: Bench) -> None:
    best, second = await drafted.drafts()
    rejected = await drafts.reject(drafted.desk, best.id, "lin", "颜色不对")
    assert (rejected.state, rejected.reject_reason, rejected.decided_by) == (
        DraftState.REJECTED, "颜色不对", "lin",
    )  # fmt: skip
    assert [run.state for run in await drafted.rows(CommandRun)] == [CommandState.PROPOSED]
    await drafts.reject(drafted.desk, second.id, "lin")
    assert [run.state for run in await drafted.rows(CommandRun)] == [CommandState.REJECTED]
    with pytest.raises(Conflict):
        await drafts.accept(drafted.desk, best.id, "lin")
    with pytest.raises(NotFound):
        await drafts.reject(drafted.desk, "none", "lin")
    async with drafted.desk.reads() as session:
        assert await drafts.list_drafts(session, conversation_id=best.conversation_id) == []
        assert len(await drafts.list_drafts(session, state=None)) == 2


async def test_a_command_that_the_shop_refuses_stops_the_whole_send(drafted: Bench) -> None:
    best = (await drafted.drafts())[0]
    async with drafted.desk.transaction() as session:
        draft = await session.get_one(Draft, best.id)
        draft.proposals = [*best.proposals, {"name": "reserve_restock_notice", "args": {"sku_id": "none"}}]
    with pytest.raises(NotFound):
        await drafts.accept(drafted.desk, best.id, "lin")
    assert await drafted.spoken() == []
    assert await drafted.rows(RestockNotice) == []
    assert (await drafted.get(Draft, best.id)).state is DraftState.OPEN


async def test_a_shadow_draft_is_recorded_and_never_shown(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "policy.yml"
    text = bench.desk.settings.policy.read_text(encoding="utf-8")
    path.write_text(text.replace("greet: {autonomy: auto", "greet: {autonomy: shadow"), encoding="utf-8")
    bench.desk.policy = PolicyFile(path)
    notice = [{"name": "reserve_restock_notice", "args": {"sku_id": "x"}}]
    bench.bot.answers["在吗"] = answer(question(reading("greet", 0.99, reply("greet"), proposals=notice)))
    outcome = await bench.ask("在吗")
    assert (outcome.decision, outcome.commands) == ("suggest", ())
    [draft] = await bench.drafts()
    assert draft.state is DraftState.SHADOW
    async with bench.desk.reads() as session:
        assert await drafts.list_drafts(session) == []
    with pytest.raises(Conflict):
        await drafts.accept(bench.desk, draft.id, "lin")


async def test_a_sure_answer_executes_its_command_once(bench: Bench) -> None:
    async with bench.desk.transaction() as session:
        session.add_all(small_shop.list_records())
    notice = {"name": "reserve_restock_notice", "args": {"sku_id": "P1-黑色-39"}}
    bench.bot.answers["提醒"] = answer(
        question(reading("ask_stock", 0.97, reply("greet"), proposals=[notice])),
        question(reading("ask_stock", 0.97, reply("greet"), proposals=[notice])),
    )
    outcome = await bench.ask("提醒")
    assert outcome.commands == ({**notice, "state": "executed"},)
    [run] = await bench.rows(CommandRun)
    assert (run.state, run.actor, run.result) == (
        CommandState.EXECUTED, "xiaoer", {"sku_id": "P1-黑色-39", "new": True},
    )  # fmt: skip
    assert len(await bench.rows(RestockNotice)) == 1


async def test_a_command_that_the_shop_refuses_holds_the_answer_back(bench: Bench) -> None:
    async with bench.desk.transaction() as session:
        session.add_all(small_shop.list_records())
    good = {"name": "reserve_restock_notice", "args": {"sku_id": "P1-黑色-39"}}
    bad = {"name": "reserve_restock_notice", "args": {"sku_id": "none"}}
    bench.bot.answers["提醒"] = answer(
        question(reading("ask_stock", 0.97, reply("greet"), proposals=[good, bad]))
    )
    outcome = await bench.ask("提醒")
    assert (outcome.decision, outcome.replies) == ("suggest", ())
    assert [command["state"] for command in outcome.commands] == ["proposed", "failed"]
    assert await bench.rows(RestockNotice) == []  # all or none
    [draft] = await bench.drafts()
    assert draft.reasons == ["command_refused"]
    assert "not_found" in next(run.error for run in await bench.rows(CommandRun) if run.error)


def test_equal_arguments_have_one_hash_whatever_their_order() -> None:
    assert commands.hash_args({"a": 1, "b": "二"}) == commands.hash_args({"b": "二", "a": 1})
    assert commands.hash_args({"a": 1}) != commands.hash_args({"a": 2})
    assert commands.find_needs("no_such_command") is None
    assert commands.find_needs("open_complaint") == "auto"
