"""Hand-over in two phases: first the queue entry, then the text from it; one agent gets it."""

import asyncio
from datetime import timedelta

import pytest

from desk import conversations, duty, handoff
from desk.errors import Conflict
from desk.models import (
    CommandRun,
    CommandState,
    Handoff,
    HandoffState,
    LiveEvent,
    Message,
    Owner,
    new_id,
)
from shop.errors import NotFound
from shop.models import Complaint
from tests.integration.desk_bench import Bench
from tests.peers import answer, greeting, question, reading, reply

WISH = answer(question(reading("request_human", 0.99, handoff="asked_for_person")))
UNSURE = answer(question(reading("ask_stock", 0.5, reply("greet"))))
TICKET = {"name": "open_complaint", "args": {"severity": "general", "words": "太差了"}}
COMPLAINT = answer(
    question(reading("complain", 0.9, handoff="complaint", proposals=[TICKET])), severity="general"
)
NIGHT_HOURS = 14  # 10:00 + 14 h = midnight


async def test_the_customer_hears_position_and_time_from_the_entry(bench: Bench) -> None:
    bench.bot.answers["转人工"] = WISH
    await duty.set_presence(bench.desk, "lin", teams=["presales"])
    await bench.ask("转人工", buyer="b1")
    outcome = await bench.ask("转人工", buyer="b2")
    assert outcome.handoff == {
        "team": "presales",
        "priority": 3,
        "reason": "asked_for_person",
        "position": 2,
        "eta_seconds": 360,
    }
    [told] = outcome.replies
    assert told["script"] == "handover_queued"
    entry = (await bench.entries())[1]
    assert [(fact["name"], fact["value"], fact["source"]) for fact in told["facts"]] == [
        ("position", 2, f"handoff:{entry.id}"),
        ("team_name", "售前客服", f"handoff:{entry.id}"),
        ("eta_minutes", 6, f"handoff:{entry.id}"),
    ]
    assert "6分钟" in told["text"]
    assert entry.state is HandoffState.WAITING


async def test_the_owner_is_the_queue_and_the_epoch_rose(bench: Bench) -> None:
    bench.bot.answers["转人工"] = WISH
    receipt = await bench.say("转人工")
    await bench.process(receipt)
    conversation = await bench.conversation(receipt)
    assert (conversation.owner, conversation.epoch) == (Owner.QUEUE, 2)
    assert conversation.next_due_at == bench.clock.now + timedelta(seconds=120)


async def test_in_hours_with_nobody_signed_in_no_time_is_promised(bench: Bench) -> None:
    bench.bot.answers["转人工"] = WISH
    outcome = await bench.ask("转人工")
    assert outcome.handoff is not None
    assert outcome.handoff["eta_seconds"] is None
    assert [told["script"] for told in outcome.replies] == ["handover_waiting"]


async def test_out_of_hours_the_customer_hears_the_call_back_time(bench: Bench) -> None:
    bench.clock.advance(hours=NIGHT_HOURS)
    bench.bot.answers["转人工"] = WISH
    outcome = await bench.ask("转人工")
    [told] = outcome.replies
    assert told["script"] == "handover_out_of_hours"
    assert told["facts"][0]["value"] == "2026-03-03T09:00:00+08:00"
    assert "3月3日 09:00" in told["text"]
    assert outcome.handoff is not None
    assert outcome.handoff["eta_seconds"] == 9 * 3600 - 1 + 180


async def test_a_doubtful_answer_is_a_draft_in_the_queue_and_in_hours_the_customer_hears_nothing_yet(
    bench: Bench,
) -> None:
    bench.bot.answers["?"] = UNSURE
    receipt = await bench.say("?")
    outcome = await bench.process(receipt)
    assert outcome is not None
    assert (outcome.decision, outcome.replies, outcome.handoff) == ("suggest", (), None)
    [entry] = await bench.entries()
    assert (entry.reason, entry.priority, entry.team) == ("doubtful", 5, "presales")
    # By A2 something must be said within 20 s; the sweeper looks at four fifths of that.
    conversation = await bench.conversation(receipt)
    assert conversation.next_due_at == conversation.opened_at + timedelta(seconds=16)


async def test_a_doubtful_answer_at_night_tells_the_call_back_time_once(bench: Bench) -> None:
    bench.clock.advance(hours=NIGHT_HOURS)
    bench.bot.answers["?"] = UNSURE
    await bench.ask("?")
    again = await bench.ask("?")
    assert again.replies == ()
    assert await bench.spoken() == [("system", "handover_out_of_hours")]
    assert len(await bench.entries()) == 1


async def test_while_queued_the_bot_answers_read_only_questions_and_the_place_stays(bench: Bench) -> None:
    bench.bot.answers["转人工"] = WISH
    receipt = await bench.say("转人工")
    await bench.process(receipt)
    [before] = await bench.entries()
    bench.clock.advance(seconds=30)
    outcome = await bench.ask("在吗")
    assert (outcome.decision, outcome.replies[0]["script"]) == ("auto", "greet")
    [after] = await bench.entries()
    assert (after.state, after.waiting_since) == (HandoffState.WAITING, before.waiting_since)
    assert (await bench.conversation(receipt)).owner is Owner.QUEUE


async def test_asking_again_tells_the_place_again_and_makes_no_second_entry(bench: Bench) -> None:
    bench.bot.answers["转人工"] = WISH
    await bench.ask("转人工")
    again = await bench.ask("转人工")
    assert [told["script"] for told in again.replies] == ["handover_waiting"]
    assert len(await bench.entries()) == 1


async def test_a_waiting_entry_becomes_more_urgent_never_less(bench: Bench) -> None:
    bench.bot.answers |= {"?": UNSURE, "转人工": WISH, "投诉": COMPLAINT}
    await bench.ask("?")
    await bench.ask("投诉")
    [entry] = await bench.entries()
    assert (entry.reason, entry.priority, entry.team, entry.severity) == (
        "complaint", 2, "aftersales", "general",
    )  # fmt: skip
    await bench.ask("转人工")
    [entry] = await bench.entries()
    assert (entry.reason, entry.priority) == ("complaint", 2)


@pytest.mark.parametrize(
    ("severity", "intent", "script", "priority"),
    [
        ("major", "complain", "handover_supervisor", 1),
        ("crisis", "report_safety_incident", "crisis_care", 0),
        ("crisis", "express_self_harm", "self_harm_care", 0),
    ],
)
async def test_severe_turns_reach_a_supervisor_with_one_careful_text_and_a_ticket(
    bench: Bench, severity: str, intent: str, script: str, priority: int
) -> None:
    bench.bot.answers["!"] = answer(question(reading(intent, 0.9)), greeting(), severity=severity)
    receipt = await bench.say("!")
    outcome = await bench.process(receipt)
    assert outcome is not None
    assert (outcome.decision, outcome.severity) == ("handoff", severity)
    assert [told["script"] for told in outcome.replies] == [script]
    assert ("12356" in outcome.replies[0]["text"]) is (script == "self_harm_care")
    assert outcome.handoff is not None
    assert (outcome.handoff["team"], outcome.handoff["priority"]) == ("supervisor", priority)
    assert await bench.drafts() == []
    [ticket] = await bench.rows(Complaint)
    assert (ticket.severity, ticket.words) == (severity, "!")
    assert (await bench.conversation(receipt)).severity == severity
    assert [(run.name, run.state) for run in await bench.rows(CommandRun)] == [
        ("open_complaint", CommandState.EXECUTED)
    ]


async def test_a_foreign_order_does_not_keep_a_complaint_from_its_ticket(bench: Bench) -> None:
    bench.bot.answers["投诉"] = answer(greeting(), severity="major")
    outcome = await bench.ask("投诉", context={"order_no": "somebody-elses"})
    assert outcome.decision == "handoff"
    [ticket] = await bench.rows(Complaint)
    assert (ticket.order_no, ticket.words) == (None, "投诉")


async def test_a_severe_turn_while_an_agent_has_it_calls_a_supervisor_and_says_nothing(bench: Bench) -> None:
    bench.bot.answers["!"] = answer(greeting(), severity="major")
    receipt = await bench.say("!")
    await conversations.take_over(bench.desk, receipt.conversation_id, "lin")
    outcome = await bench.process(receipt)
    assert outcome is not None
    assert (outcome.decision, outcome.replies) == ("handoff", ())
    assert outcome.handoff == {
        "team": "supervisor",
        "priority": 1,
        "reason": "major_complaint",
        "position": 0,
        "eta_seconds": 0,
    }
    [entry] = await bench.entries()
    assert (entry.state, entry.claimed_by, entry.severity) == (HandoffState.CLAIMED, "lin", "major")
    assert (await bench.conversation(receipt)).assignee == "lin"
    assert await bench.spoken() == []
    assert "alert" in [event.kind for event in await bench.rows(LiveEvent)]


async def test_of_two_who_claim_an_entry_at_once_one_gets_it(bench: Bench) -> None:
    bench.bot.answers["转人工"] = WISH
    receipt = await bench.say("转人工")
    await bench.process(receipt)
    [entry] = await bench.entries()
    results = await asyncio.gather(
        *(handoff.claim(bench.desk, entry.id, f"agent{number}") for number in range(5)),
        return_exceptions=True,
    )
    assert [type(result) for result in results if isinstance(result, Exception)] == [Conflict] * 4
    [entry] = await bench.entries()
    conversation = await bench.conversation(receipt)
    assert (entry.state, entry.claimed_by) == (HandoffState.CLAIMED, conversation.assignee)
    assert conversation.epoch == 3
    with pytest.raises(NotFound):
        await handoff.claim(bench.desk, "none", "lin")


async def test_the_queue_shows_the_most_urgent_first_with_positions_by_team(bench: Bench) -> None:
    bench.bot.answers |= {
        "?": UNSURE,
        "转人工": WISH,
        "投诉": COMPLAINT,
    }
    for buyer, text in (("b1", "?"), ("b2", "转人工"), ("b3", "投诉"), ("b4", "转人工")):
        await bench.ask(text, buyer=buyer)
    async with bench.desk.reads() as session:
        queue = await handoff.list_queue(session, bench.desk)
        presales = await handoff.list_queue(session, bench.desk, team="presales")
    assert [(entry.handoff.reason, entry.handoff.team, entry.position) for entry in queue] == [
        ("complaint", "aftersales", 1),
        ("asked_for_person", "presales", 1),
        ("asked_for_person", "presales", 2),
        ("doubtful", "presales", 3),
    ]
    assert [entry.position for entry in presales] == [1, 2, 3]


async def test_who_is_away_or_unseen_does_not_count_as_on_duty(bench: Bench) -> None:
    await duty.set_presence(bench.desk, "lin", teams=["presales"])
    await duty.set_presence(bench.desk, "mei", teams=["presales", "aftersales"])
    await duty.set_presence(bench.desk, "mei", status="away")
    await duty.set_presence(bench.desk, "bo", teams=["aftersales"])

    async def count(team: str) -> int:
        async with bench.desk.reads() as session:
            return await duty.count_on_duty(session, bench.desk, team, bench.clock())

    assert (await count("presales"), await count("aftersales"), await count("supervisor")) == (1, 1, 0)
    bench.clock.advance(seconds=90)
    assert await count("presales") == 0
    await duty.set_presence(bench.desk, "lin")
    assert await count("presales") == 1


async def test_the_waiting_time_follows_the_median_of_real_cases(bench: Bench) -> None:
    receipt = await bench.say("在吗")
    async with bench.desk.transaction() as session:
        for seconds in (60, 60, 100, 600, 600):
            session.add(
                Handoff(
                    id=new_id(),
                    conversation_id=receipt.conversation_id,
                    team="presales",
                    priority=3,
                    reason="asked_for_person",
                    state=HandoffState.CLOSED,
                    waiting_since=bench.clock.now,
                    claimed_at=bench.clock.now,
                    closed_at=bench.clock.now + timedelta(seconds=seconds),
                )
            )
    await duty.set_presence(bench.desk, "lin", teams=["presales"])
    async with bench.desk.reads() as session:
        wait = await duty.find_wait(session, bench.desk, "presales", 2, bench.clock())
    assert wait == duty.Wait(200, None, 1)


async def test_no_text_of_a_hand_over_without_a_row(bench: Bench) -> None:
    bench.bot.answers["转人工"] = WISH
    await bench.ask("转人工")
    told = [message for message in await bench.rows(Message) if (message.script or "").startswith("handover")]
    assert len(told) == 1
    assert told[0].facts[0]["source"] == f"handoff:{(await bench.entries())[0].id}"
