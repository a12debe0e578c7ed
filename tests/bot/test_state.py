"""The state that travels: slots and forms survive, everything else is bounded or refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from peer import Peer, echo_slots, spoken, status
from turns import scripts, turn

from bot.engine import Engine

FORM_FILLED = {"events": [], "responses": spoken("return_filed")["responses"]}


def travelled(state: Any) -> Any:
    """The state as it comes back from the desk's database."""
    return json.loads(json.dumps(state))


async def test_slots_survive(engine: Engine, peer: Peer):
    peer.answers["action_ask_dispatch"] = echo_slots()
    first = await engine.turn(turn("39码有货吗 A123"))
    assert first["state"]["slots"] == {"size": "39", "order_no": "A123", "last_intent": "ask_stock"}
    answer = await engine.turn(turn("今天发货吗", travelled(first["state"])))
    facts = {
        fact["name"]: fact["value"] for fact in answer["questions"][0]["readings"][0]["replies"][0]["facts"]
    }
    assert (facts["size"], facts["order_no"], facts["last_intent"]) == ("39", "A123", "ask_stock")


async def test_a_form_goes_on_where_it_stood(engine: Engine, peer: Peer):
    peer.answers["action_file_return"] = echo_slots()
    asked = await engine.turn(turn("我要退货"))
    assert scripts(asked["questions"][0]) == ["ask_order_no"]
    assert asked["state"]["active_loop"] == "return_form"
    assert asked["state"]["slots"]["requested_slot"] == "order_no"
    assert peer.calls == []
    done = await engine.turn(turn("身高号 A123", travelled(asked["state"])))
    assert scripts(done["questions"][0]) == ["slots"]
    assert done["state"]["active_loop"] is None
    assert done["state"]["slots"]["order_no"] == "A123"
    assert "requested_slot" not in done["state"]["slots"]


async def test_a_form_outlives_the_kept_events(engine: Engine, peer: Peer):
    state = (await engine.turn(turn("我要退货")))["state"]
    state = {**state, "events": []}
    done = await engine.turn(turn("身高号 A123", travelled(state)))
    assert scripts(done["questions"][0]) == ["file_return"]
    assert done["state"]["active_loop"] is None


async def test_a_form_is_left_for_another_question_and_taken_up_again(engine: Engine, peer: Peer):
    state = (await engine.turn(turn("我要退货")))["state"]
    aside = await engine.turn(turn("39码有货吗", travelled(state)))
    assert scripts(aside["questions"][0]) == ["ask_stock", "ask_order_no"]
    assert aside["state"]["active_loop"] == "return_form"
    for _ in range(12):
        aside = await engine.turn(turn("今天发货吗", travelled(aside["state"])))
        assert scripts(aside["questions"][0]) == ["ask_dispatch", "ask_order_no"]
        assert len(aside["state"]["events"]) <= 20
    done = await engine.turn(turn("身高号 A123", travelled(aside["state"])))
    assert scripts(done["questions"][0]) == ["file_return"]


async def test_the_state_holds_no_text_and_no_context(engine: Engine):
    state = (await engine.turn(turn("你好我叫张三 39码有货吗")))["state"]
    assert "张三" not in json.dumps(state, ensure_ascii=False)
    assert "b001" not in json.dumps(state)
    assert set(state) == {"version", "slots", "active_loop", "events"}


async def test_a_very_long_value_is_not_carried_over(engine: Engine, peer: Peer):
    value = {"event": "slot", "name": "note", "value": "长" * 2_000}
    peer.answers["action_ask_stock"] = {**spoken("stock_in"), "events": [value]}
    answer = await engine.turn(turn("39码有货吗"))
    assert answer["state"]["slots"] == {"size": "39", "last_intent": "ask_stock"}


@pytest.mark.parametrize(
    "state",
    [
        "text",
        [],
        7,
        {},
        {"version": 0, "slots": {}, "active_loop": None, "events": []},
        {"version": 2, "slots": {}, "active_loop": None, "events": []},
        {"version": 1, "slots": [], "active_loop": None, "events": []},
        {"version": 1, "slots": {}, "active_loop": 3, "events": []},
        {"version": 1, "slots": {}, "active_loop": None},
        {"version": 1, "slots": {}, "active_loop": None, "events": [None]},
        {"version": 1, "slots": {}, "active_loop": None, "events": [{"event": "shell"}]},
        {"version": 1, "slots": {}, "active_loop": None, "events": [{"event": "action"}]},
        {"version": 1, "slots": {}, "active_loop": None, "events": [{"event": "action", "name": 1}]},
        {"version": 1, "slots": {}, "active_loop": None, "events": [{"event": "user", "intent": "greet"}]},
        {"version": 1, "slots": {}, "active_loop": None, "events": [{"event": [], "name": "x"}]},
    ],
)
async def test_a_corrupt_state_begins_anew_and_says_so(engine: Engine, state: Any):
    answer = await engine.turn(turn("39码有货吗", state))
    assert answer["state_reset"] is True
    assert scripts(answer["questions"][0]) == ["ask_stock"]
    assert answer["state"]["version"] == 1


async def test_a_state_of_an_older_model_keeps_what_still_exists(engine: Engine):
    old = {
        "version": 1,
        "slots": {"size": "40", "gone_slot": "x", "context": {"buyer_id": "somebody else"}},
        "active_loop": "gone_form",
        "events": [
            {"event": "action", "name": "action_gone"},
            {"event": "user", "intent": "gone", "entities": []},
        ],
    }
    answer = await engine.turn(turn("今天发货吗", old))
    assert "state_reset" not in answer
    assert answer["state"]["slots"] == {"size": "40", "last_intent": "ask_dispatch"}
    assert answer["state"]["active_loop"] is None
    assert scripts(answer["questions"][0]) == ["ask_dispatch"]


async def test_no_session_ever_starts_and_no_slot_is_copied(engine: Engine, peer: Peer):
    """The tiny domain asks for sessions that expire at once and carry slots over."""
    state = None
    for _ in range(3):
        answer = await engine.turn(turn("39码有货吗", state))
        state = travelled(answer["state"])
    names = [event.get("name") for call in peer.calls for event in call["tracker"]["events"]]
    assert "action_session_start" not in names
    kinds = [event["event"] for event in peer.calls[-1]["tracker"]["events"]]
    assert "session_started" not in kinds
    assert len([event for event in peer.calls[-1]["tracker"]["events"] if event.get("name") == "size"]) == 2


async def test_a_failure_inside_a_form_keeps_the_form(engine: Engine, peer: Peer):
    peer.answers["action_file_return"] = status(500)
    state = (await engine.turn(turn("我要退货")))["state"]
    answer = await engine.turn(turn("身高号 A123", state))
    assert answer["questions"][0]["readings"][0]["failures"] == [
        {"action": "action_file_return", "reason": "error", "detail": "status 500"}
    ]
    assert answer["state"]["slots"]["order_no"] == "A123"
