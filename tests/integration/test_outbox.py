"""The outbox: signed, in order, tried again, dead in the end and shown; never twice at once."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from desk import conversations, messages, outbox, signing
from desk.errors import Conflict
from desk.models import Channel, Delivery, DeliveryState, Message
from shop.errors import NotFound
from tests.integration.desk_bench import CHANNEL, Bench, make_settings, open_bench
from tests.peers import ChannelPeer, answer, greeting, question, reading, reply, running


@pytest.fixture
async def channel(bench: Bench) -> AsyncIterator[ChannelPeer]:
    """A channel with a callback address."""
    peer = ChannelPeer()
    async with running(peer):
        async with bench.desk.transaction() as session:
            found = await session.get_one(Channel, CHANNEL)
            found.callback_url = f"{peer.server.url}/replies"
        yield peer


async def test_a_reply_is_delivered_signed_with_its_message_id(bench: Bench, channel: ChannelPeer) -> None:
    outcome = await bench.ask("在吗")
    assert await outbox.deliver_due(bench.desk) == 1
    [(body, headers, raw)] = channel.taken
    [_, sent] = await bench.rows(Message)
    assert body == {
        "message_id": str(sent.id),
        "channel": "taobao",
        "buyer_id": "b001",
        "conversation_id": outcome.conversation_id,
        "turn_id": outcome.turn_id,
        "author": "bot",
        "text": sent.text,
        "script": "greet",
        "facts": [],
        "attachments": [],
        "created_at": bench.clock.now.isoformat(),
    }
    names = (signing.TIMESTAMP_HEADER.lower(), signing.SIGNATURE_HEADER.lower())
    signing.verify("channel-secret", headers[names[0]], headers[names[1]], raw, bench.clock.now)
    [delivery] = await bench.deliveries()
    assert (delivery.state, delivery.attempts, delivery.sent_at) == (
        DeliveryState.SENT, 1, bench.clock.now,
    )  # fmt: skip
    assert await outbox.deliver_due(bench.desk) == 0
    assert bench.desk.counters.get("deliveries", "sent") == 1


async def test_a_channel_without_callback_address_has_no_outbox(bench: Bench) -> None:
    await bench.ask("在吗")
    assert await bench.deliveries() == []


async def test_a_failed_delivery_is_tried_again_after_a_growing_pause(
    bench: Bench, channel: ChannelPeer
) -> None:
    channel.statuses = [500, 429]
    await bench.ask("在吗")
    await outbox.deliver_due(bench.desk)
    [delivery] = await bench.deliveries()
    assert (delivery.state, delivery.last_error) == (DeliveryState.PENDING, "the channel answers 500")
    assert 0.8 <= (delivery.next_try_at - bench.clock.now).total_seconds() <= 1.0
    assert await outbox.deliver_due(bench.desk) == 0
    bench.clock.advance(seconds=1)
    await outbox.deliver_due(bench.desk)
    [delivery] = await bench.deliveries()
    assert 1.6 <= (delivery.next_try_at - bench.clock.now).total_seconds() <= 2.0
    bench.clock.advance(seconds=2)
    await outbox.deliver_due(bench.desk)
    assert [item["message_id"] for item in channel.refused] == [channel.taken[0][0]["message_id"]] * 2
    assert bench.desk.counters.get("deliveries", "retried") == 2


async def test_after_so_many_tries_a_delivery_is_dead_shown_and_can_be_retried(
    bench: Bench, channel: ChannelPeer
) -> None:
    bench.desk.settings.outbox_tries = 3
    await channel.server.stop()
    await bench.ask("在吗")
    for _ in range(3):
        await outbox.deliver_due(bench.desk)
        bench.clock.advance(seconds=300)
    async with bench.desk.reads() as session:
        [dead] = await outbox.list_dead(session)
    assert (dead.attempts, dead.state) == (3, DeliveryState.DEAD)
    assert dead.last_error is not None
    assert dead.last_error.startswith("ConnectError")
    assert await outbox.deliver_due(bench.desk) == 0
    await channel.server.start()
    assert (await outbox.retry(bench.desk, dead.id)).attempts == 0
    assert await outbox.deliver_due(bench.desk) == 1
    assert len(channel.taken) == 1
    with pytest.raises(Conflict):
        await outbox.retry(bench.desk, dead.id)
    with pytest.raises(NotFound):
        await outbox.retry(bench.desk, 999)


async def test_a_conversations_messages_keep_their_order_through_a_failure(
    bench: Bench, channel: ChannelPeer
) -> None:
    channel.statuses = [500]
    await bench.ask("一", buyer="b1")
    await bench.ask("二", buyer="b1")
    bench.bot.answers["三"] = answer(question(reading("thank", 0.99, reply("thank"))))
    await bench.ask("三", buyer="b2")
    await outbox.deliver_due(bench.desk)
    assert len(channel.taken) == 1  # the other conversation does not wait
    bench.clock.advance(seconds=1)
    await outbox.deliver_due(bench.desk)
    order = [body["message_id"] for body, _, _ in channel.taken if body["buyer_id"] == "b1"]
    assert order == sorted(order, key=int)
    assert len(order) == 2


async def test_a_dead_message_does_not_hold_up_the_next(bench: Bench, channel: ChannelPeer) -> None:
    bench.desk.settings.outbox_tries = 1
    channel.statuses = [500]
    await bench.ask("一")
    await bench.ask("二")
    await outbox.deliver_due(bench.desk)
    assert [row.state for row in await bench.deliveries()] == [DeliveryState.DEAD, DeliveryState.SENT]


async def test_two_processes_do_not_send_the_same_message(
    bench: Bench, channel: ChannelPeer, database_url: str, policy_path: Path
) -> None:
    channel.delay_s = 0.05
    for number in range(6):
        await bench.ask("在吗", buyer=f"b{number}")
    settings = make_settings(database_url, policy_path, bench.bot)
    async with open_bench(settings, bench.clock, bench.bot) as other:
        await asyncio.gather(
            *(outbox.deliver_due(desk) for desk in (bench.desk, other.desk) for _ in range(2))
        )
    assert len(channel.taken) == 6
    assert len({body["message_id"] for body, _, _ in channel.taken}) == 6


async def test_a_process_that_died_while_sending_is_followed_by_another_after_the_lease(
    bench: Bench, channel: ChannelPeer
) -> None:
    await bench.ask("在吗")
    [delivery] = await bench.deliveries()
    async with bench.desk.transaction() as session:
        parcel = await outbox._claim(session, bench.desk, delivery.id, bench.clock())
        assert parcel is not None
        assert await outbox._claim(session, bench.desk, delivery.id, bench.clock()) is None
    assert await outbox.deliver_due(bench.desk) == 0
    bench.clock.advance(seconds=15)
    assert await outbox.deliver_due(bench.desk) == 1
    await outbox._deliver(bench.desk, parcel)  # the first one was only slow: its result no longer counts
    [delivery] = await bench.deliveries()
    assert (delivery.state, delivery.attempts) == (DeliveryState.SENT, 2)


async def test_a_slow_channel_is_given_up_after_its_time(bench: Bench, channel: ChannelPeer) -> None:
    bench.desk.settings.outbox_timeout_s = 0.05
    channel.delay_s = 5
    await bench.ask("在吗")
    await outbox.deliver_due(bench.desk)
    [delivery] = await bench.deliveries()
    assert (delivery.state, delivery.last_error) == (DeliveryState.PENDING, "TimeoutError: ")


async def test_a_channel_that_lost_its_address_gives_dead_letters(bench: Bench, channel: ChannelPeer) -> None:
    await bench.ask("在吗")
    async with bench.desk.transaction() as session:
        (await session.get_one(Channel, CHANNEL)).callback_url = None
    assert await outbox.deliver_due(bench.desk) == 0
    [delivery] = await bench.deliveries()
    assert delivery.state is DeliveryState.DEAD


async def test_the_agents_words_go_the_same_way(bench: Bench, channel: ChannelPeer) -> None:
    receipt = await bench.say("在吗")
    taken = await conversations.take_over(bench.desk, receipt.conversation_id, "lin")
    await messages.send_as_agent(bench.desk, receipt.conversation_id, "lin", taken.epoch, "您好")
    await outbox.deliver_due(bench.desk)
    [(body, _, _)] = channel.taken
    assert (body["author"], body["text"], "agent" in body) == ("agent", "您好", False)


async def test_a_greeting_has_one_delivery(bench: Bench, channel: ChannelPeer) -> None:
    bench.bot.answers["在吗"] = answer(greeting())
    await bench.ask("在吗")
    assert await bench.count(Delivery) == 1
