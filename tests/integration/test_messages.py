"""Messages in: stored once whatever happens. Messages of an agent: only under the epoch they saw."""

import asyncio
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desk import conversations, messages
from desk.errors import Conflict, DeskBusy, NotYours, StaleEpoch
from desk.models import Author, Conversation, LiveEvent, Message, Owner, Turn
from shop.errors import NotFound
from tests.integration.desk_bench import Bench


async def test_the_same_message_again_gives_the_first_receipt_and_no_second_effect(bench: Bench) -> None:
    first = await bench.say("在吗", id="m1")
    await bench.process(first)
    again = await bench.say("在吗", id="m1")
    assert again == replace(first, duplicate=True)
    assert (await bench.count(Message, author=Author.CUSTOMER), await bench.count(Turn)) == (1, 1)
    assert await bench.process(again, wait_s=5) == await bench.find_outcome(first)
    assert len(bench.bot.calls) == 1


async def test_duplicates_that_arrive_at_once_are_stored_once(bench: Bench) -> None:
    receipts = await asyncio.gather(*(bench.say("在吗", id="m1") for _ in range(10)))
    assert sorted(receipt.duplicate for receipt in receipts) == [False] + [True] * 9
    assert len({(receipt.id, receipt.turn_id, receipt.conversation_id) for receipt in receipts}) == 1
    assert await bench.count(Message) == 1


async def test_first_messages_that_arrive_at_once_open_one_conversation_and_one_turn(bench: Bench) -> None:
    receipts = await asyncio.gather(*(bench.say(str(number), id=f"m{number}") for number in range(10)))
    assert len({receipt.conversation_id for receipt in receipts}) == 1
    assert len({receipt.turn_id for receipt in receipts}) == 1
    assert await bench.count(Conversation) == 1
    assert len({receipt.id for receipt in receipts}) == 10


async def test_the_same_id_on_another_channel_is_another_message(bench: Bench) -> None:
    with pytest.raises(NotFound, match="no channel 'elsewhere'"):
        await messages.receive(bench.desk, messages.Incoming("elsewhere", "m1", "b001", "在吗"))
    assert await bench.count(Conversation) == 0


async def test_all_that_the_channel_says_is_kept(bench: Bench) -> None:
    sent_at = datetime(2026, 3, 2, 1, 59, 58, tzinfo=UTC)
    photo = {"type": "image", "url": "https://img.example/1.jpg"}
    receipt = await bench.say(
        "看图", sent_at=sent_at, attachments=(photo,), context={"item_id": "P1", "sku_id": "S1"}
    )
    [message] = await bench.rows(Message)
    assert (message.id, message.text, message.sent_at) == (receipt.id, "看图", sent_at)
    assert message.attachments == [photo, {"type": "item", "item_id": "P1"}]
    conversation = await bench.conversation(receipt)
    assert (conversation.item_id, conversation.sku_id, conversation.order_no) == ("P1", "S1", None)
    outcome = await bench.process(receipt)
    assert outcome is not None
    assert outcome.decision == "suggest"  # a person looks at the picture


async def test_a_new_message_after_closing_opens_a_new_conversation(bench: Bench) -> None:
    first = await bench.say("在吗")
    await bench.process(first)
    await conversations.close(bench.desk, first.conversation_id)
    second = await bench.say("还在吗")
    assert second.conversation_id != first.conversation_id
    assert (await bench.conversation(first)).owner is Owner.CLOSED


async def test_messages_are_listed_after_an_id(bench: Bench) -> None:
    receipt = await bench.say("一")
    await bench.say("二")
    await bench.process(receipt)
    async with bench.desk.reads() as session:
        listed = await messages.list_messages(session, receipt.conversation_id, receipt.id, 10)
    assert (listed[0].author, listed[0].text) == (Author.CUSTOMER, "二")
    assert [message.author.value for message in listed] == ["customer", "bot"]
    async with bench.desk.reads() as session:
        assert len(await messages.list_messages(session, receipt.conversation_id, 0, 2)) == 2


async def test_each_message_is_told_to_watchers(bench: Bench) -> None:
    receipt = await bench.say("在吗")
    [event] = await bench.rows(LiveEvent)
    assert (event.kind, event.conversation_id) == ("message", receipt.conversation_id)
    assert (event.data["id"], event.data["text"]) == (receipt.id, "在吗")


async def test_an_agent_speaks_only_in_their_own_conversation_and_epoch(bench: Bench) -> None:
    receipt = await bench.say("在吗")
    with pytest.raises(NotYours):
        await messages.send_as_agent(bench.desk, receipt.conversation_id, "lin", 1, "您好")
    taken = await conversations.take_over(bench.desk, receipt.conversation_id, "lin")
    with pytest.raises(StaleEpoch):
        await messages.send_as_agent(bench.desk, receipt.conversation_id, "lin", taken.epoch - 1, "您好")
    with pytest.raises(NotYours):
        await messages.send_as_agent(bench.desk, receipt.conversation_id, "mei", taken.epoch, "您好")
    sent = await messages.send_as_agent(bench.desk, receipt.conversation_id, "lin", taken.epoch, "您好")
    assert (sent.author, sent.agent, sent.text) == (Author.AGENT, "lin", "您好")
    assert await bench.spoken() == [("agent", None)]


async def test_an_agents_words_sent_again_after_a_lost_answer_go_out_once(bench: Bench) -> None:
    receipt = await bench.say("在吗")
    taken = await conversations.take_over(bench.desk, receipt.conversation_id, "lin")

    async def send(text: str, agent: str = "lin") -> Message:
        where = bench.desk, receipt.conversation_id
        return await messages.send_as_agent(*where, agent, taken.epoch, text, page_id="page-1")

    sent = {(await one).id for one in [send("您好"), send("您好")]}
    await conversations.hand_back(bench.desk, receipt.conversation_id, "lin")
    sent.add((await send("您好")).id)  # the conversation is another's by now, and the words are said
    assert len(sent) == 1
    for text, agent in (("稍等", "lin"), ("您好", "mei")):
        with pytest.raises(Conflict, match="was sent before"):
            await send(text, agent)
    assert await bench.spoken() == [("agent", None)]


async def test_the_same_words_sent_at_once_go_out_once(bench: Bench) -> None:
    receipt = await bench.say("在吗")
    taken = await conversations.take_over(bench.desk, receipt.conversation_id, "lin")
    where = bench.desk, receipt.conversation_id
    sending = (messages.send_as_agent(*where, "lin", taken.epoch, "您好", page_id="page-1") for _ in range(5))
    sent = await asyncio.gather(*sending)
    assert len({message.id for message in sent}) == 1
    assert await bench.spoken() == [("agent", None)]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_locked_database_is_waited_for_and_nothing_is_lost(bench: Bench, database_url: str) -> None:
    with sqlite3.connect(database_url.removeprefix("sqlite:///"), isolation_level=None) as blocker:
        blocker.execute("BEGIN IMMEDIATE")
        waiting = asyncio.create_task(bench.say("在吗"))
        await asyncio.sleep(0.2)
        assert not waiting.done()
        blocker.execute("ROLLBACK")
        receipt = await waiting
    blocker.close()
    assert await bench.count(Message) == 1
    assert not receipt.duplicate


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_database_that_stays_gone_is_a_clear_error(bench: Bench, tmp_path: Path) -> None:
    broken = replace(bench.desk, settings=bench.desk.settings.model_copy(update={"storage_wait_s": 0.2}))
    async with bench.desk.transaction() as session:
        connection = await session.connection()
        await connection.exec_driver_sql("ALTER TABLE turns RENAME TO turns_away")
    with pytest.raises(DeskBusy, match="send the message again"):
        await messages.receive(broken, messages.Incoming("taobao", "m1", "b001", "在吗"))
    async with bench.desk.transaction() as session:
        connection = await session.connection()
        await connection.exec_driver_sql("ALTER TABLE turns_away RENAME TO turns")
    assert await bench.count(Message) == 0
