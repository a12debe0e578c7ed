"""The bot down, slow, loading or refusing: nothing is lost, the customer is told once, people are called."""

import asyncio
from datetime import timedelta

import pytest

from desk import conversations, degraded, processing
from desk.bot_client import BotClient
from desk.errors import BotRefused, BotUnavailable
from desk.models import HandoffState, Message, Owner, Turn, TurnState
from tests.integration.desk_bench import Bench
from tests.peers import answer, greeting, question, reading, reply


async def test_a_turn_waits_for_the_bot_and_is_processed_once_when_it_is_back(bench: Bench) -> None:
    await bench.bot.server.stop()
    receipt = await bench.say("在吗")
    assert await bench.process(receipt) is None
    turn = await bench.get(Turn, receipt.turn_id)
    assert (turn.state, turn.attempts, turn.last_error) == (
        TurnState.WAITING, 1, "the bot does not answer: ConnectError",
    )  # fmt: skip
    assert await bench.spoken() == []
    await bench.bot.server.start()
    outcome = await bench.process(receipt)
    assert outcome is not None
    assert outcome.decision == "auto"
    assert await bench.spoken() == [("bot", "greet")]
    assert len(bench.bot.calls) == 1


async def test_after_the_grace_the_customer_is_told_once_and_people_are_called(bench: Bench) -> None:
    bench.bot.status = 503
    receipt = await bench.say("在吗")
    await bench.process(receipt)
    assert await bench.spoken() == []
    for _ in range(4):
        await bench.process(receipt, wait_s=11)
    assert await bench.spoken() == [("system", "degraded"), ("system", "handover_waiting")]
    [entry] = await bench.entries()
    assert (entry.reason, entry.priority, entry.state) == ("bot_unavailable", 4, HandoffState.WAITING)
    assert (await bench.conversation(receipt)).owner is Owner.QUEUE


async def test_the_first_try_after_the_grace_is_not_put_off_beyond_it(bench: Bench) -> None:
    bench.bot.status = 503
    bench.desk.settings.retry_first_s = 60.0
    bench.desk.settings.retry_most_s = 60.0
    receipt = await bench.say("在吗")
    await bench.process(receipt)
    turn = await bench.get(Turn, receipt.turn_id)
    assert (turn.due_at - turn.opened_at).total_seconds() == 3.0


async def test_a_sure_answer_of_the_bot_that_is_back_closes_the_entry(bench: Bench) -> None:
    bench.bot.status = 503
    receipt = await bench.say("在吗")
    await bench.process(receipt, wait_s=4)
    assert (await bench.conversation(receipt)).owner is Owner.QUEUE
    bench.bot.status = 200
    outcome = await bench.process(receipt, wait_s=10)
    assert outcome is not None
    assert (outcome.decision, outcome.handoff) == ("auto", None)
    [entry] = await bench.entries()
    assert (entry.state, entry.closed_why) == (HandoffState.CLOSED, "bot_back")
    assert (await bench.conversation(receipt)).owner is Owner.BOT


async def test_an_unsure_answer_of_the_bot_that_is_back_keeps_the_entry_as_doubtful(bench: Bench) -> None:
    bench.bot.status = 503
    receipt = await bench.say("?")
    await bench.process(receipt, wait_s=4)
    bench.bot.status = 200
    bench.bot.answers["?"] = answer(question(reading("ask_stock", 0.4, reply("greet"))))
    outcome = await bench.process(receipt, wait_s=10)
    assert outcome is not None
    assert outcome.decision == "suggest"
    [entry] = await bench.entries()
    assert (entry.reason, entry.state) == ("doubtful", HandoffState.WAITING)


async def test_if_a_person_took_it_meanwhile_the_answer_is_a_draft(bench: Bench) -> None:
    bench.bot.status = 503
    receipt = await bench.say("在吗")
    await bench.process(receipt, wait_s=4)
    await conversations.take_over(bench.desk, receipt.conversation_id, "lin")
    bench.bot.status = 200
    outcome = await bench.process(receipt, wait_s=10)
    assert outcome is not None
    assert outcome.decision == "suggest"
    assert [script for _, script in await bench.spoken()] == ["degraded", "handover_waiting"]
    assert len(await bench.drafts()) == 1


async def test_the_customer_hears_of_a_second_outage_nothing_more(bench: Bench) -> None:
    for _ in range(2):
        bench.bot.status = 503
        receipt = await bench.say("在吗")
        await bench.process(receipt, wait_s=4)
        bench.bot.status = 200
        await bench.process(receipt, wait_s=10)
    scripts = [script for _, script in await bench.spoken()]
    assert scripts == ["degraded", "handover_waiting", "greet", "greet"]
    assert len(await bench.entries()) == 2


async def test_while_the_bot_is_loading_the_grace_is_longer(bench: Bench) -> None:
    bench.bot.status, bench.bot.body = 503, {"status": "loading", "reason": "model"}
    receipt = await bench.say("在吗")
    await bench.process(receipt, wait_s=29)
    assert await bench.spoken() == []
    await bench.process(receipt, wait_s=11)
    assert [script for _, script in await bench.spoken()] == ["degraded", "handover_waiting"]


async def test_messages_of_an_outage_are_answered_in_order_when_the_bot_is_back(bench: Bench) -> None:
    bench.bot.status = 503
    first = await bench.say("一")
    await bench.process(first)
    second = await bench.say("二")
    assert second.turn_id != first.turn_id
    assert await bench.process(second) is None
    bench.bot.status = 200
    bench.bot.calls.clear()
    assert await bench.process(second) is None  # the first is not answered yet
    assert await bench.process(first, wait_s=10) is not None
    assert await bench.process(second, wait_s=0) is not None
    assert [call["text"] for call in bench.bot.calls] == ["一", "二"]


async def test_when_the_bot_is_back_all_that_waits_is_due_at_once(bench: Bench) -> None:
    bench.bot.status = 503
    waiting = await bench.say("在吗", buyer="b1")
    for _ in range(5):
        await bench.process(waiting, wait_s=10)
    assert (await bench.get(Turn, waiting.turn_id)).due_at > bench.clock.now + timedelta(seconds=6)
    bench.bot.status = 200
    await bench.process(await bench.say("在吗", buyer="b2"))
    assert (await bench.get(Turn, waiting.turn_id)).due_at == bench.clock.now
    assert await bench.process(waiting, wait_s=0) is not None


async def test_a_turn_that_the_bot_refuses_goes_to_people(bench: Bench) -> None:
    bench.bot.status, bench.bot.body = 413, {"error": "too long"}
    outcome = await bench.ask("字" * 5000)
    assert outcome.decision == "handoff"
    assert outcome.handoff is not None
    assert (outcome.handoff["reason"], outcome.handoff["priority"]) == ("bot_refused", 4)
    assert outcome.questions == ()


async def test_an_action_that_failed_is_told_and_handed_over(bench: Bench) -> None:
    failure = {"action": "action_track_order", "reason": "timeout", "detail": "5 s"}
    bench.bot.answers["到哪了"] = answer(
        greeting(), question(reading("track_order", 0.9, failures=[failure]))
    )
    outcome = await bench.ask("到哪了")
    assert outcome.handoff is not None
    assert (outcome.decision, outcome.handoff["reason"]) == ("handoff", "data_unavailable")
    assert outcome.handoff["team"] == "aftersales"
    said = [told["script"] for told in outcome.replies]
    assert said == ["greet", "data_unavailable", "handover_waiting"]
    assert await bench.drafts() == []


async def test_a_reply_whose_script_is_missing_or_lacks_a_fact_is_never_sent(bench: Bench) -> None:
    bench.bot.answers["a"] = answer(question(reading("greet", 0.99, reply("no_such_script"))))
    bench.bot.answers["b"] = answer(question(reading("ask_stock", 0.99, reply("stock_in"))))
    for text in ("a", "b"):
        outcome = await bench.ask(text, buyer=text)
        assert outcome.decision == "handoff"
        assert await bench.drafts() == []


async def test_a_claim_lost_while_the_bot_failed_has_no_effect(bench: Bench) -> None:
    bench.bot.gate, bench.bot.status = asyncio.Event(), 503
    receipt = await bench.say("在吗")
    bench.clock.advance(seconds=5)
    running = asyncio.create_task(processing.process_turn(bench.desk, receipt.turn_id))
    await bench.bot.asked.wait()
    await conversations.close(bench.desk, receipt.conversation_id, "lin")
    bench.bot.gate.set()
    await running
    assert (await bench.get(Turn, receipt.turn_id)).state is TurnState.DONE
    assert await bench.spoken() == []
    assert await bench.entries() == []


async def test_a_slow_bot_is_given_up_after_its_time(bench: Bench) -> None:
    bench.bot.delay_s = 5
    client = BotClient(bench.desk.http, bench.bot.server.url, bench.bot.secret, timeout_s=0.05)
    with pytest.raises(BotUnavailable, match="Timeout"):
        await client.turn({"text": "在吗"})
    assert not client.up


async def test_what_the_bot_client_makes_of_other_answers(bench: Bench) -> None:
    client = bench.desk.bot
    assert (await client.health())["status"] == "ready"
    assert await client.understand(["a", "b"]) == [{"questions": [], "severity": "none"}] * 2
    bench.bot.answers["在吗"] = {"questions": "none"}
    with pytest.raises(BotUnavailable, match="malformed"):
        await client.turn({"text": "在吗"})
    bench.bot.status, bench.bot.body = 503, {"status": "failed", "reason": "smoke test"}
    with pytest.raises(BotUnavailable) as failed:
        await client.health()
    assert not failed.value.loading
    bench.bot.status = 422
    with pytest.raises(BotRefused):
        await client.turn({"text": "在吗"})
    stranger = BotClient(bench.desk.http, bench.bot.server.url, "wrong", timeout_s=1)
    with pytest.raises(BotUnavailable, match="401"):
        await stranger.turn({"text": "在吗"})


async def test_a_preview_has_the_decision_and_no_effect(bench: Bench) -> None:
    bench.bot.answers["投诉"] = answer(greeting(), severity="major")
    assert await processing.preview(bench.desk, "在吗") == {
        "questions": [{"text": "在吗", "intent": "greet", "confidence": 0.99, "entities": []}],
        "severity": "none",
        "decision": "auto",
    }
    assert (await processing.preview(bench.desk, "投诉"))["decision"] == "handoff"
    assert await bench.rows(Message) == []
    bench.bot.status = 503
    with pytest.raises(BotUnavailable):
        await processing.preview(bench.desk, "在吗")


@pytest.mark.parametrize(("attempt", "most"), [(1, 0.5), (2, 1.0), (3, 2.0), (10, 10.0), (10_000, 10.0)])
def test_the_pause_doubles_up_to_the_most_with_a_fifth_of_jitter(attempt: int, most: float) -> None:
    pauses = [degraded.find_pause(attempt, 0.5, 10.0) for _ in range(50)]
    assert all(0.8 * most <= pause <= most for pause in pauses)
    assert len(set(pauses)) > 1


async def test_a_turn_on_which_the_bot_itself_fails_goes_to_people_after_a_few_tries(bench: Bench) -> None:
    receipt = await bench.say("怪话")
    bench.bot.status = 500
    for _ in range(bench.desk.settings.turn_tries + 1):
        bench.clock.advance(seconds=60)
        await bench.process(receipt)
    bench.bot.status = 200
    outcome = await bench.find_outcome(receipt)
    assert outcome is not None
    assert (outcome.decision, outcome.handoff and outcome.handoff["reason"]) == ("handoff", "fault")
    assert bench.desk.bot.up
