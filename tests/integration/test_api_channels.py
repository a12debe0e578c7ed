"""The API of channels: signatures, receipts, outcomes, and every kind of bad input."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from desk.models import Message
from desk.signing import sign_headers
from tests.edge import SECRET, SKU, Edge, daytime, open_edge

ASK = {"message_id": "m1", "buyer_id": "b1", "text": "39码还有货吗"}


@pytest.fixture
async def edge(database_url: str, tmp_path: Path) -> AsyncIterator[Edge]:
    async with open_edge(database_url, tmp_path, daytime()) as opened:
        yield opened


async def count_messages(edge: Edge) -> int:
    async with edge.desk.reads() as session:
        return await session.scalar(select(func.count()).select_from(Message)) or 0


async def test_a_stored_message_gets_a_receipt(edge: Edge) -> None:
    answered = await edge.post(ASK)
    assert answered.status_code == 202
    receipt = answered.json()
    assert receipt == {
        "conversation_id": receipt["conversation_id"],
        "message_id": "m1",
        "duplicate": False,
    }
    assert len(receipt["conversation_id"]) == 26


async def test_waiting_gives_the_outcome_with_facts_and_sources(edge: Edge) -> None:
    outcome = await edge.say("39码还有货吗")
    assert sorted(outcome) == [
        "commands",
        "conversation_id",
        "decision",
        "handoff",
        "latency_ms",
        "policy_version",
        "questions",
        "replies",
        "severity",
        "turn_id",
    ]
    assert (outcome["decision"], outcome["severity"], outcome["handoff"]) == ("auto", "none", None)
    assert outcome["questions"][0]["intent"] == "ask_stock"
    assert outcome["questions"][0]["entities"][0]["value"] == "39"
    (reply,) = outcome["replies"]
    assert reply["script"] == "stock_in"
    assert "晨风跑鞋黑色39码" in reply["text"]
    assert {fact["name"]: fact["source"] for fact in reply["facts"]} == {
        "item": f"stock:{SKU}",
        "color": f"stock:{SKU}",
        "size": f"stock:{SKU}",
    }
    assert 0 <= outcome["latency_ms"] < 20_000


async def test_the_same_message_again_gives_the_first_answer_and_has_no_second_effect(edge: Edge) -> None:
    first = await edge.say("39码还有货吗")
    again = await edge.say("39码还有货吗")
    assert again == first
    receipt = (await edge.post(ASK)).json()
    assert receipt["duplicate"] is True
    assert receipt["conversation_id"] == first["conversation_id"]
    assert len(edge.bot.turns) == 1
    assert await count_messages(edge) == 2  # the customer's and the answer


async def test_a_message_sent_twenty_times_at_once_is_answered_once(edge: Edge) -> None:
    answers = await asyncio.gather(*(edge.post(ASK, wait=20) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["turn_id"] for answer in answers}) == 1
    assert len(edge.bot.turns) == 1
    assert await count_messages(edge) == 2


async def test_a_complaint_stands_in_the_queue_before_the_answer_says_so(edge: Edge) -> None:
    outcome = await edge.say("我要投诉你们")
    assert (outcome["decision"], outcome["severity"]) == ("handoff", "major")
    assert outcome["handoff"]["team"] == "supervisor"
    assert outcome["handoff"]["position"] == 1


async def test_what_outlasts_the_waiting_gives_the_receipt(edge: Edge) -> None:
    edge.bot.down = True
    answered = await edge.post(ASK, wait=0.3)
    assert answered.status_code == 202
    assert answered.json()["message_id"] == "m1"


async def test_the_answers_are_readable_after_an_id(edge: Edge) -> None:
    outcome = await edge.say("39码还有货吗")
    messages = await edge.read(outcome["conversation_id"])
    assert [message["author"] for message in messages] == ["customer", "bot"]
    assert messages[1]["text"] == outcome["replies"][0]["text"]
    assert await edge.read(outcome["conversation_id"], after=messages[0]["id"]) == messages[1:]


async def test_another_channel_cannot_read_the_conversation(edge: Edge) -> None:
    outcome = await edge.say("39码还有货吗")
    async with edge.desk.reads() as session:
        from desk.models import Channel

        web = await session.get_one(Channel, "web")
    answered = await edge.client.get(
        f"/api/v1/channels/web/conversations/{outcome['conversation_id']}/messages",
        headers=sign_headers(web.secret, b"", edge.desk.clock()),
    )
    assert answered.status_code == 404
    assert answered.json()["error"] == "not_found"


async def test_closing_makes_the_next_message_begin_a_new_conversation(edge: Edge) -> None:
    first = await edge.say("39码还有货吗")
    closed = await edge.post({"buyer_id": "b1"}, path="conversations/close")
    assert closed.json() == {"conversation_id": first["conversation_id"]}
    assert (await edge.post({"buyer_id": "b1"}, path="conversations/close")).json() == {
        "conversation_id": None
    }
    second = await edge.say("39码还有货吗", message_id="m2")
    assert second["conversation_id"] != first["conversation_id"]


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({}, "are required"),
        ({"X-Xiaoer-Timestamp": "soon", "X-Xiaoer-Signature": "v1=00"}, "whole seconds"),
        ({"X-Xiaoer-Timestamp": "1", "X-Xiaoer-Signature": "v1=00"}, "does not fit"),
    ],
)
async def test_an_unsigned_message_is_refused(edge: Edge, headers: dict[str, str], reason: str) -> None:
    answered = await edge.client.post("/api/v1/channels/shop/messages", json=ASK, headers=headers)
    assert answered.status_code == 401
    assert answered.json()["error"] == "bad_signature"
    assert reason in answered.json()["message"]
    assert await count_messages(edge) == 0


@pytest.mark.parametrize("seconds", [-330, 330])
async def test_a_stale_signature_is_refused(edge: Edge, seconds: int) -> None:
    answered = await edge.post(ASK, now=edge.desk.clock() + timedelta(seconds=seconds))
    assert answered.status_code == 401
    assert await count_messages(edge) == 0


async def test_a_wrong_secret_is_refused_before_the_body_is_looked_at(edge: Edge) -> None:
    answered = await edge.post(b"{", secret="another")
    assert answered.status_code == 401


@pytest.mark.parametrize("channel", ["nowhere", "%00", "x" * 300])
async def test_an_unknown_channel_is_not_found(edge: Edge, channel: str) -> None:
    answered = await edge.client.post(f"/api/v1/channels/{channel}/messages", json=ASK)
    assert answered.status_code == 404
    assert answered.json()["error"] == "not_found"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"buyer_id": None}, "buyer_id"),
        ({"message_id": ""}, "message_id"),
        ({"message_id": "x" * 129}, "message_id"),
        ({"message_id": "with blank"}, "message_id"),
        ({"text": None}, "text"),
        ({"text": 5}, "text"),
        ({"sent_at": "2026-03-02T10:00:00"}, "sent_at"),
        ({"attachments": [{"type": "image", "url": "javascript:alert(1)"}]}, "attachments.0.url"),
        ({"context": {"order": "1"}}, "context.order"),
        ({"context": {"order_no": "1\x000"}}, "context.order_no"),
    ],
)
async def test_a_malformed_body_names_the_field(edge: Edge, change: dict[str, Any], field: str) -> None:
    answered = await edge.post({**ASK, **change})
    assert answered.status_code == 422
    body = answered.json()
    assert (body["error"], body["field"]) == ("invalid", field)
    assert body["message"].startswith(f"{field}: ")
    assert await count_messages(edge) == 0


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'"text"'])
async def test_a_body_that_is_no_object_is_refused(edge: Edge, raw: bytes) -> None:
    answered = await edge.post(raw)
    assert answered.status_code == 422
    assert answered.json()["error"] == "invalid"


async def test_a_waiting_time_out_of_range_names_the_parameter(edge: Edge) -> None:
    answered = await edge.post(ASK, wait=61)
    assert answered.status_code == 422
    assert answered.json()["field"] == "wait"


async def test_a_text_over_the_limit_is_too_large(edge: Edge) -> None:
    answered = await edge.post({**ASK, "text": "长" * 5001})
    assert answered.status_code == 413
    assert answered.json() == {
        "error": "too_large",
        "message": "text: has 5001 characters, 5000 are allowed",
        "field": "text",
    }


async def test_a_huge_body_is_too_large(edge: Edge) -> None:
    answered = await edge.post(b" " * 300_000)
    assert answered.status_code == 413
    assert answered.json()["error"] == "too_large"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  \n\t ",
        "😀😀",
        "长" * 5000,
        "a\x00b\x07\x1b[31m",
        '/ask_stock{"size": "39"}',
        "/restart",
        "\ud83d\ude00",
    ],
)
async def test_odd_text_is_stored_as_text(edge: Edge, text: str) -> None:
    answered = await edge.post({**ASK, "text": text})
    assert answered.status_code == 202
    (message,) = await edge.read(answered.json()["conversation_id"])
    assert message["text"] == text.replace("\x00", "").encode("utf-16", "surrogatepass").decode("utf-16")


async def test_an_attachment_keeps_its_address(edge: Edge) -> None:
    sent = [{"type": "image", "url": "https://pictures.example/1.jpg"}]
    outcome = (await edge.post({**ASK, "attachments": sent}, wait=20)).json()
    assert outcome["decision"] == "suggest"
    assert (await edge.read(outcome["conversation_id"]))[0]["attachments"] == sent


async def test_the_signature_covers_every_byte(edge: Edge) -> None:
    raw = b'{"message_id": "m1", "buyer_id": "b1", "text": "hi"}'
    headers = sign_headers(SECRET, raw, edge.desk.clock())
    answered = await edge.client.post(
        "/api/v1/channels/shop/messages", content=raw.replace(b"b1", b"b2"), headers=headers
    )
    assert answered.status_code == 401
