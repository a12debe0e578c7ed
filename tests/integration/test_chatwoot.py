"""Chatwoot with Xiaoer as its agent bot: its status is obeyed, no person is talked over, nothing doubled."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from httpx import ASGITransport

from desk import opening, outbox, processing
from desk.app import create_app
from desk.carriers.chatwoot import OUR_MARK
from desk.models import Channel, Conversation, DeliveryState, Message, Owner, Turn
from desk.signing import PREFIX, sign
from tests.channel_sides import CHATWOOT, ChatwootSide
from tests.integration.desk_bench import Bench
from tests.peers import answer, question, reading, reply, running

HOOK = "/api/v1/channels/woot/chatwoot"
SECRET = "bot-webhook-secret"
Json = dict[str, Any]


@pytest.fixture
async def side(bench: Bench) -> AsyncIterator[ChatwootSide]:
    """Chatwoot with an agent bot that is our channel `woot`."""
    peer = ChatwootSide()
    async with running(peer):
        async with bench.desk.transaction() as session:
            made = {
                "kind": "chatwoot",
                "secret": SECRET,
                "callback_url": peer.server.url,
                "settings": CHATWOOT,
            }
            session.add(Channel(name="woot", created_at=bench.clock.now, **made))
        yield peer


class Hook:
    """Chatwoot's webhook: posts signed events."""

    def __init__(self, bench: Bench, client: httpx.AsyncClient) -> None:
        self.bench = bench
        self.client = client
        self.count = 0

    async def __call__(self, event: Json, *, secret: str = SECRET) -> httpx.Response:
        raw = json.dumps(event).encode()
        at = str(int(self.bench.clock.now.timestamp()))
        signature = sign(secret, at, raw).replace(PREFIX, "sha256=", 1)
        headers = {"X-Chatwoot-Signature": signature, "X-Chatwoot-Timestamp": at}
        return await self.client.post(
            HOOK, content=raw, headers={"Content-Type": "application/json", **headers}
        )

    async def say(self, text: str, *, status: str = "pending", thread: int = 12, **sender: Any) -> None:
        """A customer writes."""
        self.count += 1
        meta = {"hmac_verified": sender.pop("verified", False)}
        event = {
            "event": "message_created",
            "id": self.count,
            "content": text,
            "message_type": "incoming",
            "private": False,
            "sender": {"id": 7, "type": "contact", **sender},
            "conversation": {"id": thread, "status": status, "meta": meta},
        }
        answered = await self(event)
        assert answered.status_code == 204, answered.text

    async def turn(self, status: str, thread: int = 12) -> None:
        """The conversation's status changes."""
        event = {"event": "conversation_status_changed", "id": thread, "status": status, "meta": {}}
        assert (await self(event)).status_code == 204


@pytest.fixture
async def hook(bench: Bench) -> AsyncIterator[Hook]:
    app = create_app(bench.desk.settings, bench.desk)
    async with httpx.AsyncClient(transport=ASGITransport(app), base_url="http://desk") as client:
        yield Hook(bench, client)


async def answer_all(bench: Bench) -> None:
    """Let the quiet gap pass, run the turns, deliver."""
    bench.clock.advance(seconds=2)
    for turn in await bench.rows(Turn):
        await processing.process_turn(bench.desk, turn.id)
    await outbox.deliver_due(bench.desk)


async def test_a_message_comes_in_and_the_answer_goes_to_its_thread(
    bench: Bench, side: ChatwootSide, hook: Hook
) -> None:
    await hook.say("在吗")
    await answer_all(bench)
    [conversation] = await bench.rows(Conversation)
    assert (conversation.buyer_id, conversation.thread) == ("chatwoot-7", "12")
    [*_, ours] = await bench.rows(Message)
    [(thread, body)] = side.posted
    assert (thread, body["content"], body["content_attributes"]) == ("12", ours.text, {OUR_MARK: ours.id})
    echo = {"event": "message_created", "id": 99, "message_type": "outgoing", "private": False}
    talk = {"sender": {"id": 1, "type": "user"}, "conversation": {"id": 12, "status": "pending"}}
    assert (await hook(echo | talk | {"content_attributes": {OUR_MARK: ours.id}})).status_code == 204
    assert (await bench.get(Conversation, conversation.id)).owner is Owner.BOT


@pytest.mark.parametrize(("verified", "buyer"), [(True, "b001"), (False, "chatwoot-7")])
async def test_an_identifier_is_the_buyer_only_where_chatwoot_has_verified_it(
    bench: Bench, side: ChatwootSide, hook: Hook, verified: bool, buyer: str
) -> None:
    await hook.say("在吗", identifier="b001", verified=verified)
    [conversation] = await bench.rows(Conversation)
    assert conversation.buyer_id == buyer


async def test_a_forged_or_broken_event_changes_nothing(bench: Bench, side: ChatwootSide, hook: Hook) -> None:
    event = {"event": "message_created", "id": 1, "message_type": "incoming"}
    forged = await hook(event, secret="guess")
    assert (forged.status_code, forged.json()["error"]) == (401, "bad_signature")
    broken = await hook(event)
    assert (broken.status_code, broken.json()["error"]) == (422, "invalid")
    assert (await hook({"event": "webwidget_triggered"})).status_code == 204
    assert await bench.count(Conversation) == 0


async def test_an_answer_computed_too_late_is_not_said(bench: Bench, side: ChatwootSide, hook: Hook) -> None:
    await hook.say("在吗")
    side.status["12"] = "open"  # a person took it meanwhile; the event is still on its way
    await answer_all(bench)
    assert side.said == []
    [delivery] = await bench.deliveries()
    assert (delivery.state, delivery.last_error) == (DeliveryState.WITHHELD, "people have the conversation")


async def test_while_people_have_it_the_bot_is_silent_and_afterwards_answers_again(
    bench: Bench, side: ChatwootSide, hook: Hook
) -> None:
    await hook.say("在吗")
    await hook.turn("open")
    [conversation] = await bench.rows(Conversation)
    assert (conversation.owner, conversation.assignee) == (Owner.AGENT, "chatwoot:people")
    await answer_all(bench)
    await hook.say("还在吗", status="open")
    await answer_all(bench)
    assert side.posted == []
    await hook.turn("pending")
    await hook.say("那机器人呢")
    await answer_all(bench)
    assert len(side.said) == 1
    await hook.turn("resolved")
    assert (await bench.get(Conversation, conversation.id)).owner is Owner.CLOSED


async def test_a_person_who_answers_has_the_conversation(
    bench: Bench, side: ChatwootSide, hook: Hook
) -> None:
    await hook.say("在吗")
    event = {"event": "message_created", "id": 50, "message_type": "outgoing", "private": False}
    talk = {"sender": {"id": 4, "type": "user"}, "conversation": {"id": 12, "status": "pending"}}
    assert (await hook(event | talk)).status_code == 204
    [conversation] = await bench.rows(Conversation)
    assert conversation.owner is Owner.AGENT


async def test_who_must_wait_for_people_is_opened_for_them_after_what_was_said(
    bench: Bench, side: ChatwootSide, hook: Hook
) -> None:
    wish = reading("request_human", 0.99, handoff="asked_for_person")
    doubt = reading("ask_care", 0.4, reply("greet"))
    bench.bot.answers["转人工"] = answer(question(wish), question(doubt))
    await hook.say("转人工")
    bench.clock.advance(seconds=2)
    for turn in await bench.rows(Turn):
        await processing.process_turn(bench.desk, turn.id)
    assert await opening.open_waiting(bench.desk) == 0  # what the customer is told comes first
    await outbox.deliver_due(bench.desk)
    assert len(side.said) >= 1
    assert await opening.open_waiting(bench.desk) == 1
    assert side.status["12"] == "open"
    [note] = side.notes
    assert note.startswith("店小二转交:asked_for_person")
    assert await opening.open_waiting(bench.desk) == 0


async def test_an_answer_whose_receipt_got_lost_is_not_said_twice(
    bench: Bench, side: ChatwootSide, hook: Hook
) -> None:
    side.lose_answers = 1
    await hook.say("在吗")
    await answer_all(bench)
    bench.clock.advance(seconds=60)
    await outbox.deliver_due(bench.desk)
    assert len(side.said) == 1
    [delivery] = await bench.deliveries()
    assert (delivery.state, delivery.attempts) == (DeliveryState.SENT, 2)
