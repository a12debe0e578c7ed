"""Ownership: one owner, one epoch; a late bot answer never talks over a person."""

import asyncio

import pytest

from desk import conversations, processing
from desk.errors import Conflict, NewMessage, NotYours
from desk.models import DraftState, HandoffState, Message, Owner, Turn, TurnState
from shop.errors import NotFound
from tests.integration.desk_bench import Bench
from tests.peers import answer, greeting, question, reading, reply


def wish() -> dict:
    return answer(question(reading("request_human", 0.99, handoff="asked_for_person")))


async def test_a_late_bot_answer_after_take_over_becomes_a_draft(bench: Bench) -> None:
    bench.bot.gate = asyncio.Event()
    receipt = await bench.say("在吗")
    bench.clock.advance(seconds=1)
    running = asyncio.create_task(processing.process_turn(bench.desk, receipt.turn_id))
    await bench.bot.asked.wait()
    taken = await conversations.take_over(bench.desk, receipt.conversation_id, "lin")
    assert (taken.owner, taken.assignee, taken.epoch) == (Owner.AGENT, "lin", 2)
    bench.bot.gate.set()
    await running
    outcome = await bench.find_outcome(receipt)
    assert outcome is not None
    assert (outcome.decision, outcome.replies, outcome.handoff) == ("suggest", (), None)
    assert await bench.spoken() == []
    [draft] = await bench.drafts()
    assert (draft.state, draft.replies[0]["script"], draft.reasons) == (
        DraftState.OPEN,
        "greet",
        ["agent_has_it"],
    )


async def test_while_an_agent_has_it_the_bot_only_drafts(bench: Bench) -> None:
    receipt = await bench.say("在吗")
    await conversations.take_over(bench.desk, receipt.conversation_id, "lin")
    outcome = await bench.process(receipt)
    assert outcome is not None
    assert (outcome.decision, outcome.replies) == ("suggest", ())
    assert await bench.spoken() == []
    assert await bench.entries() == []


async def test_an_answer_computed_before_a_hand_back_is_asked_again_under_the_new_owner(bench: Bench) -> None:
    bench.bot.gate = asyncio.Event()
    receipt = await bench.say("在吗")
    await conversations.take_over(bench.desk, receipt.conversation_id, "lin")
    bench.clock.advance(seconds=1)
    running = asyncio.create_task(processing.process_turn(bench.desk, receipt.turn_id))
    await bench.bot.asked.wait()
    await conversations.hand_back(bench.desk, receipt.conversation_id, "lin")
    bench.bot.gate.set()
    await running
    assert (await bench.get(Turn, receipt.turn_id)).state is TurnState.WAITING
    outcome = await bench.process(receipt, wait_s=0)
    assert outcome is not None
    assert outcome.decision == "auto"
    assert await bench.spoken() == [("bot", "greet")]


async def test_of_two_agents_who_take_over_at_once_one_gets_it(bench: Bench) -> None:
    receipt = await bench.say("在吗")
    results = await asyncio.gather(
        *(conversations.take_over(bench.desk, receipt.conversation_id, name) for name in ("lin", "mei")),
        return_exceptions=True,
    )
    assert sorted(isinstance(result, Conflict) for result in results) == [False, True]
    assert (await bench.conversation(receipt)).epoch == 2


async def test_taking_what_one_has_changes_nothing_and_a_supervisor_may_force(bench: Bench) -> None:
    receipt = await bench.say("在吗")
    await conversations.take_over(bench.desk, receipt.conversation_id, "lin")
    assert (await conversations.take_over(bench.desk, receipt.conversation_id, "lin")).epoch == 2
    forced = await conversations.take_over(bench.desk, receipt.conversation_id, "boss", force=True)
    assert (forced.assignee, forced.epoch) == ("boss", 3)


async def test_hand_back_keeps_slots_and_note_and_forgets_form_and_events(bench: Bench) -> None:
    state = {
        "version": 1,
        "slots": {"size": "39"},
        "active_loop": "return_form",
        "events": [{"event": "user"}],
    }
    bench.bot.answers["转人工"] = wish() | {"state": state}
    receipt = await bench.say("转人工")
    await bench.process(receipt)
    await conversations.take_over(bench.desk, receipt.conversation_id, "lin")
    with pytest.raises(NotYours):
        await conversations.hand_back(bench.desk, receipt.conversation_id, "mei")
    back = await conversations.hand_back(bench.desk, receipt.conversation_id, "lin", "已答应换39码")
    assert (back.owner, back.assignee, back.note) == (Owner.BOT, None, "已答应换39码")
    assert back.state == {"version": 1, "slots": {"size": "39"}, "active_loop": None, "events": []}
    [entry] = await bench.entries()
    assert (entry.state, entry.closed_why) == (HandoffState.CLOSED, "handed_back")
    assert (await bench.ask("谢谢")).decision == "auto"


async def test_a_wish_for_a_person_from_before_the_hand_back_does_not_fire_again(bench: Bench) -> None:
    bench.bot.answers["转人工"] = wish()
    receipt = await bench.say("转人工")
    await conversations.take_over(bench.desk, receipt.conversation_id, "lin")
    await conversations.hand_back(bench.desk, receipt.conversation_id, "lin")
    outcome = await bench.process(receipt)
    assert outcome is not None
    assert (outcome.decision, outcome.replies, outcome.handoff) == ("auto", (), None)
    assert (await bench.conversation(receipt)).owner is Owner.BOT
    assert (await bench.ask("转人工")).decision == "handoff"  # a new wish does


async def test_hand_back_without_a_state_or_a_note(bench: Bench) -> None:
    receipt = await bench.say("在吗")
    await conversations.take_over(bench.desk, receipt.conversation_id, "lin")
    back = await conversations.hand_back(bench.desk, receipt.conversation_id, "lin")
    assert (back.state, back.note) == (None, None)


async def test_closing_is_refused_when_the_customer_wrote_something_unseen(bench: Bench) -> None:
    first = await bench.say("在吗")
    second = await bench.say("还有一个问题")
    await conversations.take_over(bench.desk, first.conversation_id, "lin")
    with pytest.raises(NewMessage):
        await conversations.close(bench.desk, first.conversation_id, "lin", seen=first.id)
    with pytest.raises(NotYours):
        await conversations.close(bench.desk, first.conversation_id, "mei", seen=second.id)
    closed = await conversations.close(bench.desk, first.conversation_id, "lin", seen=second.id)
    assert (closed.owner, closed.next_due_at, closed.closed_at) == (Owner.CLOSED, None, bench.clock.now)
    outcome = await bench.process(second)
    assert outcome is not None
    assert (outcome.decision, outcome.questions, bench.bot.calls) == ("suggest", (), [])
    assert (await conversations.close(bench.desk, first.conversation_id, "mei")).epoch == closed.epoch
    with pytest.raises(Conflict, match="closed"):
        await conversations.take_over(bench.desk, first.conversation_id, "lin")


async def test_closing_drops_drafts_and_proposed_commands_and_the_entry(bench: Bench) -> None:
    proposal = [{"name": "add_order_note", "args": {"order_no": "1", "wanted": "x"}}]
    unsure = question(reading("change_address", 0.5, reply("greet"), proposals=proposal))
    bench.bot.answers["改地址"] = answer(unsure)
    receipt = await bench.say("改地址")
    outcome = await bench.process(receipt)
    assert outcome is not None
    assert [command["state"] for command in outcome.commands] == ["proposed"]
    await conversations.close(bench.desk, receipt.conversation_id)
    [draft] = await bench.drafts()
    [entry] = await bench.entries()
    assert (draft.state, entry.state) == (DraftState.SUPERSEDED, HandoffState.CLOSED)
    assert entry.closed_why == "conversation_closed"


async def test_conversations_are_listed_by_activity_owner_and_assignee(bench: Bench) -> None:
    first = await bench.say("在吗", buyer="b1")
    bench.clock.advance(seconds=1)
    second = await bench.say("在吗", buyer="b2")
    await conversations.take_over(bench.desk, first.conversation_id, "lin")
    async with bench.desk.reads() as session:
        everything = await conversations.list_conversations(session)
        assert [found.id for found in everything] == [second.conversation_id, first.conversation_id]
        mine = await conversations.list_conversations(session, owner=Owner.AGENT, assignee="lin")
        assert [found.id for found in mine] == [first.conversation_id]
        older = await conversations.list_conversations(session, before=bench.clock.now)
        assert [found.id for found in older] == [first.conversation_id]
        found = await conversations.get_conversation(session, first.conversation_id)
        assert found.assignee == "lin"
        with pytest.raises(NotFound):
            await conversations.get_conversation(session, "none")
    with pytest.raises(NotFound):
        await conversations.take_over(bench.desk, "none", "lin")


async def test_the_greeting_is_of_the_bot(bench: Bench) -> None:
    bench.bot.answers["在吗"] = answer(greeting())
    await bench.ask("在吗")
    assert [message.author.value for message in await bench.rows(Message)] == ["customer", "bot"]


async def test_a_severe_complaint_in_the_queue_is_closed_by_nobody_who_has_not_claimed_it(
    bench: Bench,
) -> None:
    bench.bot.answers["投诉"] = answer(greeting(), severity="major")
    receipt = await bench.say("投诉")
    await bench.process(receipt)
    for agent in (None, "lin"):
        with pytest.raises(Conflict, match="supervisor"):
            await conversations.close(bench.desk, receipt.conversation_id, agent)
    assert [entry.state for entry in await bench.entries()] == [HandoffState.WAITING]
    await conversations.take_over(bench.desk, receipt.conversation_id, "zhou")
    await conversations.close(bench.desk, receipt.conversation_id, "zhou")
    assert (await bench.conversation(receipt)).owner is Owner.CLOSED


async def test_a_channel_does_not_close_over_an_unread_message(bench: Bench) -> None:
    receipt = await bench.say("在吗")
    with pytest.raises(Conflict, match="still being answered"):
        await conversations.close(bench.desk, receipt.conversation_id)
    await bench.process(receipt)
    await conversations.close(bench.desk, receipt.conversation_id)
    assert (await bench.conversation(receipt)).owner is Owner.CLOSED
