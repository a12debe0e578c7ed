"""A form that an action carries out: it hears first, what it rejects is answered, then it asks again."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import web
from peer import Peer, spoken
from turns import scripts, turn

from bot.engine import Engine

OPEN = {"event": "active_loop", "name": "exchange_form"}
CLOSE = {"event": "active_loop", "name": None}


def form(*answers: tuple[str, str, dict[str, Any]]) -> Any:
    """The form: by a word in the text, (word, script, more of the answer); it rejects what has none of them.

    Called again after it rejected, it asks again.
    """

    async def answer(body: dict[str, Any]) -> web.Response:
        tracker = body["tracker"]
        if tracker["active_loop"].get("rejected"):
            return web.json_response({**spoken("ask_again", again=True), "events": [OPEN]})
        for word, script, more in answers:
            if word in tracker["latest_message"]["text"]:
                events = more.get("events", [OPEN])
                said = {name: value for name, value in more.items() if name != "events"}
                return web.json_response({**spoken(script, **said), "events": events})
        return web.json_response({"error": "no answer", "action_name": "exchange_form"}, status=400)

    return answer


@pytest.fixture
def exchange(peer: Peer) -> None:
    peer.answers["exchange_form"] = form(
        ("换货", "ask_size", {}),
        ("第二个", "ask_reason", {"reads_as": "request_exchange"}),
        ("太小", "registered", {"reads_as": "request_exchange", "events": [CLOSE], "takes_photos": True}),
    )


@pytest.fixture
async def state(engine: Engine, exchange: None) -> Any:
    """The state of a conversation whose form was opened."""
    answer = await engine.turn(turn("我要换货"))
    assert scripts(answer["questions"][0]) == ["ask_size"]
    assert answer["state"]["active_loop"] == "exchange_form"
    return answer["state"]


def failures(answer: dict[str, Any]) -> list[Any]:
    return [failure for question in answer["questions"] for failure in question["readings"][0]["failures"]]


async def test_an_answer_to_the_form_is_read_as_the_forms_intent(engine: Engine, state: Any):
    answer = await engine.turn(turn("第二个", state, below=0.8))
    (question,) = answer["questions"]
    assert (question["intent"], question["confidence"]) == ("request_exchange", 1.0)
    assert question["ranking"][0]["intent"] == "unclear"  # what the text alone was read as
    assert [scripts(question, number) for number in range(len(question["readings"]))] == [["ask_reason"]]
    assert answer["state"]["slots"]["last_intent"] == "request_exchange"


async def test_the_form_ends_with_its_answer_and_the_next_turn_is_free(engine: Engine, state: Any):
    answer = await engine.turn(turn("太小", state))
    assert scripts(answer["questions"][0]) == ["registered"]
    assert answer["questions"][0]["readings"][0]["takes_photos"] is True
    assert answer["state"]["active_loop"] is None
    after = await engine.turn(turn("什么时候发货", answer["state"]))
    assert scripts(after["questions"][0]) == ["ask_dispatch"]


async def test_another_question_is_answered_and_then_the_form_asks_again(
    engine: Engine, peer: Peer, state: Any
):
    for _ in range(3):
        answer = await engine.turn(turn("什么时候发货", state))
        assert scripts(answer["questions"][0]) == ["ask_dispatch", "ask_again"]
        assert answer["questions"][0]["intent"] == "ask_dispatch"
        assert failures(answer) == []
        state = answer["state"]
        assert state["active_loop"] == "exchange_form"
    answer = await engine.turn(turn("第二个", state))
    assert scripts(answer["questions"][0]) == ["ask_reason"]


async def test_of_two_other_questions_the_form_asks_again_once_and_last(engine: Engine, state: Any):
    answer = await engine.turn(turn("39码有货吗\n什么时候发货", state))
    assert [scripts(question) for question in answer["questions"]] == [
        ["ask_stock"],
        ["ask_dispatch", "ask_again"],
    ]


async def test_an_answer_beside_another_question_is_heard(engine: Engine, state: Any):
    answer = await engine.turn(turn("什么时候发货\n我要换货,太小", state))
    assert [scripts(question) for question in answer["questions"]] == [["ask_dispatch"], ["ask_size"]]
    assert failures(answer) == []


async def test_whoever_takes_leave_or_wants_a_person_is_not_asked_again(engine: Engine, state: Any):
    assert scripts((await engine.turn(turn("谢谢", state)))["questions"][0]) == ["thank"]
    answer = await engine.turn(turn("转人工", state))
    assert answer["questions"][0]["readings"][0]["replies"] == []
    assert answer["questions"][0]["readings"][0]["handoff"] == "asked_for_person"


async def test_a_rejection_outside_of_a_form_is_a_failure(engine: Engine, peer: Peer):
    peer.answers["exchange_form"] = form()
    answer = await engine.turn(turn("我要换货"))
    assert failures(answer)[0]["reason"] == "error"


async def test_one_form_within_another_takes_its_place(engine: Engine, peer: Peer, state: Any):
    answer = await engine.turn(turn("我要退货", state))
    assert scripts(answer["questions"][0]) == ["ask_order_no"]
    assert answer["state"]["active_loop"] == "return_form"
