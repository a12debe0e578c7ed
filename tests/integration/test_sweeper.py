"""The sweeper: every open conversation has an owner, a deadline and a next step; violations are counted."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from desk import conversations, duty, handoff, messages, sweeper, turns
from desk.models import Conversation, Handoff, HandoffState, LiveEvent, Owner, Turn, TurnState, new_id
from tests.integration.desk_bench import Bench
from tests.peers import answer, question, reading, reply

WISH = answer(question(reading("request_human", 0.99, handoff="asked_for_person")))
UNSURE = answer(question(reading("ask_stock", 0.5, reply("greet"))))


@pytest.fixture
def kicked(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The turns that the sweeper kicked."""
    found: list[str] = []

    async def kick(turn_id: str) -> None:
        found.append(turn_id)

    monkeypatch.setattr(bench.desk.runner, "kick", kick)
    return found


async def change(bench: Bench, kind: Any, **values: Any) -> None:
    async with bench.desk.transaction() as session:
        await session.execute(update(kind).values(**values))


async def test_a_turn_whose_timer_was_lost_is_found(bench: Bench, kicked: list[str]) -> None:
    first = await bench.say("在吗")
    await sweeper.sweep(bench.desk)
    assert kicked == []
    bench.clock.advance(seconds=1)
    await sweeper.sweep(bench.desk)
    assert kicked == [first.turn_id]


async def test_a_turn_whose_process_died_is_found_and_counted(bench: Bench, kicked: list[str]) -> None:
    receipt = await bench.say("在吗")
    bench.clock.advance(seconds=1)
    async with bench.desk.transaction() as session:
        await turns.claim(session, receipt.turn_id, 15.0, bench.clock())
    later = await bench.say("还在吗")
    bench.clock.advance(seconds=14)
    await sweeper.sweep(bench.desk)
    assert kicked == []
    bench.clock.advance(seconds=1)
    await sweeper.sweep(bench.desk)
    assert kicked == [receipt.turn_id]  # the later turn waits for it
    assert later.turn_id != receipt.turn_id
    assert bench.desk.counters.get("repairs", "lease_expired") == 1


async def test_an_idle_conversation_of_the_bot_is_closed(bench: Bench) -> None:
    receipt = await bench.say("在吗")
    await bench.process(receipt)
    bench.clock.advance(seconds=86_399)
    await sweeper.sweep(bench.desk)
    assert (await bench.conversation(receipt)).owner is Owner.BOT
    bench.clock.advance(seconds=1)
    await sweeper.sweep(bench.desk)
    assert (await bench.conversation(receipt)).owner is Owner.CLOSED


async def test_an_idle_conversation_with_an_open_turn_is_not_closed(bench: Bench, kicked: list[str]) -> None:
    receipt = await bench.say("在吗")
    bench.clock.advance(days=2)
    await sweeper.sweep(bench.desk)
    conversation = await bench.conversation(receipt)
    assert conversation.owner is Owner.BOT
    assert conversation.next_due_at == bench.clock.now + timedelta(days=1)


async def test_a_customer_whose_draft_nobody_sends_is_told_within_twenty_seconds(bench: Bench) -> None:
    bench.bot.answers["?"] = UNSURE
    receipt = await bench.say("?")
    await bench.process(receipt)
    bench.clock.advance(seconds=14)
    await sweeper.sweep(bench.desk)
    assert await bench.spoken() == []
    bench.clock.advance(seconds=1)
    await sweeper.sweep(bench.desk)
    assert await bench.spoken() == [("system", "still_checking")]
    await sweeper.sweep(bench.desk)
    assert len(await bench.spoken()) == 1


async def test_a_waiting_entry_is_raised_step_by_step_up_to_general_complaints(bench: Bench) -> None:
    bench.bot.answers["转人工"] = WISH
    await bench.ask("转人工")
    priorities = []
    for _ in range(3):
        bench.clock.advance(seconds=120)
        await sweeper.sweep(bench.desk)
        [entry] = await bench.entries()
        priorities.append((entry.priority, entry.raised))
    assert priorities == [(2, 1), (2, 2), (2, 3)]
    told = [event.data for event in await bench.rows(LiveEvent) if event.kind == "queue"]
    assert [event["position"] for event in told] == [1, 1, 1, 1]


async def test_an_agent_who_claims_and_stays_silent_loses_the_claim(bench: Bench) -> None:
    bench.bot.answers["转人工"] = WISH
    receipt = await bench.say("转人工")
    await bench.process(receipt)
    [entry] = await bench.entries()
    since = entry.waiting_since
    await handoff.claim(bench.desk, entry.id, "lin")
    bench.clock.advance(seconds=600)
    await sweeper.sweep(bench.desk)
    [entry] = await bench.entries()
    assert (entry.state, entry.claimed_by, entry.waiting_since) == (HandoffState.WAITING, None, since)
    conversation = await bench.conversation(receipt)
    assert (conversation.owner, conversation.assignee, conversation.epoch) == (Owner.QUEUE, None, 4)
    assert bench.desk.counters.get("repairs", "agent_silent") == 1
    told = [event.data for event in await bench.rows(LiveEvent) if event.kind == "queue"][-1]
    assert (told["position"], told["claimed_by"]) == (1, None)  # the customer's page shows the place again


async def test_an_agent_who_answers_keeps_it_and_silence_counts_from_the_customers_next_word(
    bench: Bench,
) -> None:
    receipt = await bench.say("在吗")
    taken = await conversations.take_over(bench.desk, receipt.conversation_id, "lin")
    bench.clock.advance(seconds=500)
    await messages.send_as_agent(bench.desk, receipt.conversation_id, "lin", taken.epoch, "在的")
    bench.clock.advance(seconds=590)
    await bench.say("谢谢")
    bench.clock.advance(seconds=20)
    await sweeper.sweep(bench.desk)
    conversation = await bench.conversation(receipt)
    assert conversation.owner is Owner.AGENT
    assert conversation.next_due_at == bench.clock.now + timedelta(seconds=580)
    bench.clock.advance(seconds=580)
    await sweeper.sweep(bench.desk)
    assert (await bench.conversation(receipt)).owner is Owner.QUEUE
    [entry] = await bench.entries()
    assert entry.reason == "agent_silent"  # there was no entry to put back


async def test_a_finished_chat_of_an_agent_is_closed_after_a_day(bench: Bench) -> None:
    receipt = await bench.say("在吗")
    await bench.process(receipt)
    taken = await conversations.take_over(bench.desk, receipt.conversation_id, "lin")
    await messages.send_as_agent(bench.desk, receipt.conversation_id, "lin", taken.epoch, "在的")
    bench.clock.advance(seconds=600)
    await sweeper.sweep(bench.desk)
    assert (await bench.conversation(receipt)).owner is Owner.AGENT
    bench.clock.advance(days=1)
    await sweeper.sweep(bench.desk)
    assert (await bench.conversation(receipt)).owner is Owner.CLOSED


async def test_an_agent_who_signs_off_or_vanishes_while_a_customer_waits_loses_the_claim(
    bench: Bench,
) -> None:
    receipts = [await bench.say("在吗", buyer=buyer) for buyer in ("b1", "b2", "b3")]
    for receipt, agent in zip(receipts, ("gone", "lost", "here"), strict=True):
        await duty.set_presence(bench.desk, agent, teams=["presales"])
        await conversations.take_over(bench.desk, receipt.conversation_id, agent)
    await duty.set_presence(bench.desk, "gone", status="offline")
    await sweeper.sweep(bench.desk)
    assert [(await bench.conversation(receipt)).owner.value for receipt in receipts] == [
        "queue", "agent", "agent",
    ]  # fmt: skip
    bench.clock.advance(seconds=90)
    await duty.set_presence(bench.desk, "here")
    await sweeper.sweep(bench.desk)
    assert [(await bench.conversation(receipt)).owner.value for receipt in receipts] == [
        "queue", "queue", "agent",
    ]  # fmt: skip
    assert bench.desk.counters.get("repairs", "agent_gone") == 2


async def test_who_signs_off_after_answering_keeps_the_conversation(bench: Bench) -> None:
    receipt = await bench.say("在吗")
    taken = await conversations.take_over(bench.desk, receipt.conversation_id, "lin")
    await messages.send_as_agent(bench.desk, receipt.conversation_id, "lin", taken.epoch, "在的")
    await duty.set_presence(bench.desk, "lin", status="offline")
    await sweeper.sweep(bench.desk)
    assert (await bench.conversation(receipt)).owner is Owner.AGENT


@pytest.mark.parametrize(
    ("owner", "assignee", "entry", "violation", "repaired"),
    [
        (Owner.QUEUE, None, None, "queue_without_entry", (Owner.QUEUE, HandoffState.WAITING)),
        (Owner.QUEUE, None, HandoffState.CLAIMED, "entry_not_waiting", (Owner.QUEUE, HandoffState.WAITING)),
        (Owner.AGENT, None, None, "agent_missing", (Owner.QUEUE, HandoffState.WAITING)),
        (Owner.AGENT, None, HandoffState.CLAIMED, "agent_missing", (Owner.QUEUE, HandoffState.WAITING)),
        (Owner.AGENT, "lin", HandoffState.WAITING, "entry_not_claimed", (Owner.AGENT, HandoffState.CLAIMED)),
        (Owner.BOT, None, HandoffState.WAITING, "entry_without_queue", (Owner.BOT, HandoffState.CLOSED)),
        (Owner.BOT, None, HandoffState.CLAIMED, "entry_without_queue", (Owner.BOT, HandoffState.CLOSED)),
        (
            Owner.CLOSED,
            None,
            HandoffState.WAITING,
            "entry_without_queue",
            (Owner.CLOSED, HandoffState.CLOSED),
        ),
    ],
)
async def test_what_contradicts_itself_is_repaired_and_counted(
    bench: Bench,
    owner: Owner,
    assignee: str | None,
    entry: HandoffState | None,
    violation: str,
    repaired: tuple[Owner, HandoffState],
) -> None:
    receipt = await bench.say("在吗")
    await bench.process(receipt)
    await change(bench, Conversation, owner=owner, assignee=assignee)
    if entry is not None:
        async with bench.desk.transaction() as session:
            session.add(
                Handoff(
                    id=new_id(),
                    conversation_id=receipt.conversation_id,
                    team="presales",
                    priority=3,
                    reason="asked_for_person",
                    state=entry,
                    waiting_since=bench.clock.now,
                )
            )
    await sweeper.sweep(bench.desk)
    [found] = await bench.entries()
    assert ((await bench.conversation(receipt)).owner, found.state) == repaired
    assert bench.desk.counters.get("repairs", violation) == 1
    await sweeper.sweep(bench.desk)
    assert bench.desk.counters.get("repairs", violation) == 1


async def test_a_conversation_without_a_next_step_gets_one(bench: Bench) -> None:
    receipt = await bench.say("在吗")
    await change(bench, Conversation, next_due_at=None)
    await sweeper.sweep(bench.desk)
    conversation = await bench.conversation(receipt)
    assert conversation.next_due_at == bench.clock.now + timedelta(days=1)
    assert bench.desk.counters.get("repairs", "no_next_step") == 1


async def test_an_entry_gone_when_its_step_is_due_is_repaired_in_the_same_round(bench: Bench) -> None:
    receipt = await bench.say("在吗")
    await bench.process(receipt)
    await change(bench, Conversation, owner=Owner.QUEUE, next_due_at=bench.clock.now)
    await sweeper.sweep(bench.desk)
    assert len(await bench.entries()) == 1
    assert (await bench.conversation(receipt)).next_due_at == bench.clock.now + timedelta(seconds=120)


async def test_old_live_events_are_forgotten(bench: Bench) -> None:
    await bench.ask("在吗")
    bench.clock.advance(seconds=86_000)
    await sweeper.sweep(bench.desk)
    assert await bench.count(LiveEvent) > 0
    bench.clock.advance(seconds=500)
    await change(bench, Conversation, next_due_at=bench.clock.now + timedelta(days=1))
    await sweeper.sweep(bench.desk)
    assert await bench.count(LiveEvent) == 0


async def test_a_step_that_was_taken_meanwhile_is_not_taken_again(bench: Bench) -> None:
    receipt = await bench.say("在吗")
    await bench.process(receipt)
    await sweeper._step(bench.desk, receipt.conversation_id)
    assert (await bench.conversation(receipt)).owner is Owner.BOT
    assert (await bench.get(Turn, receipt.turn_id)).state is TurnState.DONE
