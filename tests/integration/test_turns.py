"""Turns: bubbles join, one process answers, once, in order."""

import asyncio
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from desk import processing, turns
from desk.models import Author, Message, Turn, TurnState
from shop.commands import Args, CommandContext, command
from tests.integration.desk_bench import Bench, make_settings, open_bench
from tests.peers import answer, fact, greeting, question, reading, reply


class ExplodeArgs(Args):
    why: str


@command("explode", needs="auto")
async def explode(session: AsyncSession, args: ExplodeArgs, *, by: CommandContext) -> dict[str, Any]:
    raise RuntimeError(args.why)


async def test_a_sure_and_allowed_answer_goes_out_by_itself(bench: Bench) -> None:
    bench.bot.answers["在吗"] = answer(greeting(), state={"version": 1, "slots": {"size": "39"}})
    outcome = await bench.ask("在吗")
    assert outcome.to_json() | {"conversation_id": "", "turn_id": ""} == {
        "conversation_id": "",
        "turn_id": "",
        "decision": "auto",
        "questions": [{"text": "在吗", "intent": "greet", "confidence": 0.99, "entities": []}],
        "severity": "none",
        "replies": [{"text": outcome.replies[0]["text"], "script": "greet", "facts": []}],
        "commands": [],
        "handoff": None,
        "latency_ms": 1000,
        "policy_version": bench.desk.policy.current().version,
    }
    assert outcome.replies[0]["text"]
    assert await bench.spoken() == [("bot", "greet")]


async def test_bubbles_within_the_gap_join_into_one_turn(bench: Bench) -> None:
    first = await bench.say("39还有吗")
    bench.clock.advance(seconds=0.8)
    second = await bench.say("什么时候发")
    assert first.turn_id == second.turn_id
    assert await bench.process(first, wait_s=0.9) is None  # pushed by the second bubble
    assert bench.bot.calls == []
    await bench.process(first, wait_s=0.1)
    assert [call["text"] for call in bench.bot.calls] == ["39还有吗\n什么时候发"]


async def test_the_deadline_ends_a_turn_whatever_still_comes(bench: Bench) -> None:
    first = await bench.say("1")
    for number in range(2, 6):
        bench.clock.advance(seconds=0.9)
        assert (await bench.say(str(number))).turn_id == first.turn_id
    turn = await bench.get(Turn, first.turn_id)
    assert (turn.due_at - turn.opened_at).total_seconds() == 4.0
    assert await bench.process(first, wait_s=0.4) is not None


async def test_the_context_and_state_go_to_the_bot_and_the_new_state_comes_back(bench: Bench) -> None:
    bench.bot.answers["39"] = answer(greeting(), state={"version": 1, "slots": {"size": "39"}})
    await bench.ask("39", context={"item_id": "P1001"})
    await bench.ask("还有吗", context={"order_no": "20260001"})
    assert bench.bot.calls[0]["state"] is None
    assert bench.bot.calls[1]["state"] == {"version": 1, "slots": {"size": "39"}}
    assert bench.bot.calls[1]["context"] == {
        "buyer_id": "b001",
        "channel": "taobao",
        "now": "2026-03-02T10:00:02+08:00",
        "item_id": "P1001",
        "sku_id": None,
        "order_no": "20260001",
        "photos": [],
    }
    assert bench.bot.calls[1]["second_reading_below"] == 0.85


async def test_of_many_who_claim_a_turn_at_once_one_wins(bench: Bench) -> None:
    receipt = await bench.say("在吗")
    bench.clock.advance(seconds=1)
    await asyncio.gather(*(processing.process_turn(bench.desk, receipt.turn_id) for _ in range(8)))
    assert len(bench.bot.calls) == 1
    assert await bench.spoken() == [("bot", "greet")]
    assert (await bench.get(Turn, receipt.turn_id)).attempts == 1


async def test_two_desks_on_one_database_answer_a_turn_once(
    bench: Bench, database_url: str, policy_path
) -> None:
    async with open_bench(
        make_settings(database_url, policy_path, bench.bot), bench.clock, bench.bot
    ) as other:
        receipts = [await bench.say("在吗", buyer=f"b{number}") for number in range(6)]
        bench.clock.advance(seconds=1)
        await asyncio.gather(
            *(processing.process_turn(desk, r.turn_id) for r in receipts for desk in (bench.desk, other.desk))
        )
    assert len(bench.bot.calls) == 6
    assert await bench.count(Message, author=Author.BOT) == 6


async def test_a_bubble_that_comes_while_the_bot_thinks_is_the_next_turn_and_waits(bench: Bench) -> None:
    bench.bot.gate = asyncio.Event()
    first = await bench.say("在吗")
    bench.clock.advance(seconds=1)
    running = asyncio.create_task(processing.process_turn(bench.desk, first.turn_id))
    await bench.bot.asked.wait()
    second = await bench.say("有39吗")
    assert second.turn_id != first.turn_id
    assert await bench.process(second) is None  # the first is not done
    assert len(bench.bot.calls) == 1
    bench.bot.gate.set()
    await running
    assert await bench.process(second) is not None
    assert [call["text"] for call in bench.bot.calls] == ["在吗", "有39吗"]


async def test_a_process_that_dies_between_claim_and_commit_leaves_one_outcome(bench: Bench) -> None:
    receipt = await bench.say("在吗")
    bench.clock.advance(seconds=1)
    async with bench.desk.transaction() as session:  # another process claims, then dies
        lost = await turns.claim(session, receipt.turn_id, 15.0, bench.clock())
    assert isinstance(lost, turns.Claim)
    assert await bench.process(receipt, wait_s=14.9) is None
    assert await bench.process(receipt, wait_s=0.1) is not None
    turn = await bench.get(Turn, receipt.turn_id)
    assert (turn.attempts, turn.faults, turn.state) == (2, 1, TurnState.DONE)
    assert await bench.spoken() == [("bot", "greet")]


async def test_an_answer_whose_lease_was_lost_has_no_effect(bench: Bench) -> None:
    bench.bot.gate = asyncio.Event()
    receipt = await bench.say("在吗")
    bench.clock.advance(seconds=1)
    slow = asyncio.create_task(processing.process_turn(bench.desk, receipt.turn_id))
    await bench.bot.asked.wait()
    bench.clock.advance(seconds=15)
    bench.bot.gate.set()
    async with bench.desk.transaction() as session:
        taken = await turns.claim(session, receipt.turn_id, 15.0, bench.clock())
    assert isinstance(taken, turns.Claim)
    await slow
    assert await bench.spoken() == []
    assert (await bench.get(Turn, receipt.turn_id)).token == taken.token
    assert bench.desk.counters.get("turns", "claim_lost") == 1


async def test_a_turn_that_would_grow_too_long_is_closed_and_the_next_begins(bench: Bench) -> None:
    first = await bench.say("字" * 4000)
    second = await bench.say("字" * 4000)
    assert first.turn_id != second.turn_id
    assert (await bench.get(Turn, first.turn_id)).state is TurnState.WAITING
    assert await bench.process(second) is None
    assert await bench.process(first, wait_s=0) is not None
    assert await bench.process(second, wait_s=0) is not None


async def test_a_turn_that_fails_by_our_fault_goes_to_people_after_five_tries(bench: Bench) -> None:
    exploding = [{"name": "explode", "args": {"why": "a fault of ours"}}]
    bench.bot.answers["在吗"] = answer(question(reading("greet", 0.99, reply("greet"), proposals=exploding)))
    receipt = await bench.say("在吗")
    bench.clock.advance(seconds=1)
    for _ in range(6):
        await processing.process_turn(bench.desk, receipt.turn_id)
        bench.clock.advance(seconds=20)
    outcome = await bench.find_outcome(receipt)
    assert outcome is not None
    assert (outcome.decision, outcome.handoff and outcome.handoff["reason"]) == ("handoff", "fault")
    assert (await bench.get(Turn, receipt.turn_id)).faults == 5


async def test_unknown_turn_is_nothing_to_do(bench: Bench) -> None:
    await processing.process_turn(bench.desk, "no-such-turn")
    assert bench.bot.calls == []


async def test_facts_of_a_reply_are_pinned_on_the_message(bench: Bench) -> None:
    size = fact("size", "39", "stock:P1-黑-39")
    facts = [fact("item", "晨风跑鞋", "stock:P1-黑-39"), fact("color", "黑", "stock:P1-黑-39"), size]
    bench.bot.answers["39"] = answer(question(reading("ask_stock", 0.97, reply("stock_in", *facts))))
    outcome = await bench.ask("39")
    assert outcome.replies[0]["facts"] == facts
    assert "39" in outcome.replies[0]["text"]
    [message] = await bench.rows(Message, author=Author.BOT)
    assert (message.script, message.facts) == ("stock_in", facts)


async def test_a11_a_word_of_understanding_is_not_repeated_in_the_next_turns(bench: Bench):
    bench.bot.answers["怎么还没到"] = answer(greeting(), severity="general")
    heard = [[reply["script"] for reply in (await bench.ask("怎么还没到")).replies] for _ in range(5)]
    assert heard == [["calm", "greet"], ["greet"], ["greet"], ["greet"], ["calm", "greet"]]
