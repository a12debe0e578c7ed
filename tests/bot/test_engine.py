from __future__ import annotations

import asyncio
import statistics
import time

from peer import Peer, echo_slots, slow, spoken
from turns import CONTEXT, scripts, turn

from bot import engine as engine_module
from bot.engine import Engine
from bot.parse import Parse
from bot.questions import Question
from bot.text import clean
from bot.understanding import Understanding


async def test_a_question_is_answered_by_its_action(engine: Engine, peer: Peer):
    fact = {"name": "size", "value": "39", "source": "stock:P1001-39", "read_at": "2026-11-22T10:00:00+08:00"}
    peer.answers["action_ask_stock"] = spoken(
        "stock_in",
        replies=[{"script": "stock_in", "facts": [fact]}],
        proposals=[{"name": "reserve_restock_notice", "args": {"sku_id": "P1001-39"}}],
        hold="low_stock",
    )
    answer = await engine.turn(turn("39码有货吗"))
    assert answer["questions"] == [
        {
            "text": "39码有货吗",
            "start": 0,
            "end": 6,
            "intent": "ask_stock",
            "confidence": 0.9,
            "ranking": [
                {"intent": "ask_stock", "confidence": 0.9},
                {"intent": "ask_size", "confidence": 1 - 0.9},
            ],
            "entities": [{"entity": "size", "value": "39", "raw": "39码", "start": 0, "end": 3}],
            "readings": [
                {
                    "intent": "ask_stock",
                    "confidence": 0.9,
                    "replies": [{"script": "stock_in", "facts": [fact]}],
                    "proposals": [{"name": "reserve_restock_notice", "args": {"sku_id": "P1001-39"}}],
                    "handoff": None,
                    "hold": "low_stock",
                    "failures": [],
                }
            ],
        }
    ]
    assert answer["severity"] == "none"
    assert answer["state"]["slots"] == {"size": "39", "last_intent": "ask_stock"}
    assert "state_reset" not in answer
    assert "cut" not in answer


async def test_the_action_sees_context_entities_and_slots(engine: Engine, peer: Peer):
    await engine.turn(turn("39码有货吗"))
    tracker = peer.calls[0]["tracker"]
    assert tracker["slots"]["context"] == CONTEXT
    assert tracker["slots"]["size"] == "39"
    assert tracker["latest_message"]["text"] == "39码有货吗"
    assert tracker["latest_message"]["intent"]["name"] == "ask_stock"
    assert tracker["latest_message"]["entities"] == [
        {"entity": "size", "value": "39", "raw": "39码", "start": 0, "end": 3}
    ]
    assert peer.calls[0]["domain"] == {}


async def test_equal_requests_get_equal_answers(engine: Engine):
    first = await engine.turn(turn("你好\n39码有货吗\n今天发货吗", below=0.95))
    again = await engine.turn(turn("你好\n39码有货吗\n今天发货吗", below=0.95))
    assert {**first, "took_ms": 0} == {**again, "took_ms": 0}


async def test_a_response_of_the_domain_is_a_reading_too(engine: Engine, peer: Peer):
    answer = await engine.turn(turn("转人工"))
    assert answer["questions"][0]["readings"][0]["handoff"] == "asked_for_person"
    assert answer["questions"][0]["readings"][0]["replies"] == []
    assert peer.calls == []


async def test_several_questions_are_each_answered_and_share_slots(engine: Engine, peer: Peer):
    peer.answers["action_ask_dispatch"] = echo_slots()
    answer = await engine.turn(turn("39码有货吗\n什么时候发货"))
    stock, dispatch = answer["questions"]
    assert (stock["text"], stock["start"], stock["end"]) == ("39码有货吗", 0, 6)
    assert (dispatch["text"], dispatch["start"], dispatch["end"]) == ("什么时候发货", 7, 13)
    assert scripts(stock) == ["ask_stock"]
    facts = {fact["name"]: fact["value"] for fact in dispatch["readings"][0]["replies"][0]["facts"]}
    assert facts["size"] == "39"
    assert facts["last_intent"] == "ask_stock"


async def test_the_second_reading_is_given_when_unsure_and_leaves_no_trace(engine: Engine, peer: Peer):
    peer.answers["action_ask_stock"] = {
        **spoken("stock_in"),
        "events": [{"event": "slot", "name": "note", "value": "left by the second reading"}],
    }
    plain = await engine.turn(turn("39码的尺码标准吗"))
    both = await engine.turn(turn("39码的尺码标准吗", below=0.8))
    assert [reading["intent"] for reading in both["questions"][0]["readings"]] == ["ask_size", "ask_stock"]
    assert scripts(both["questions"][0], 1) == ["stock_in"]
    assert len(plain["questions"][0]["readings"]) == 1
    assert both["state"] == plain["state"]
    assert "note" not in both["state"]["slots"]


async def test_no_second_reading_at_or_above_the_limit(engine: Engine):
    answer = await engine.turn(turn("39码有货吗", below=0.9))
    assert len(answer["questions"][0]["readings"]) == 1


async def test_concurrent_turns_never_see_each_other(engine: Engine, peer: Peer):
    peer.answers["action_ask_stock"] = echo_slots()

    async def ask(number: int) -> None:
        state = {"version": 1, "slots": {"order_no": f"A{number:03}"}, "active_loop": None, "events": []}
        answer = await engine.turn(turn(f"{number}码有货吗", state, buyer_id=f"b{number}"))
        facts = answer["questions"][0]["readings"][0]["replies"][0]["facts"]
        seen = {fact["name"]: fact["value"] for fact in facts}
        assert (seen["size"], seen["order_no"], seen["context"]["buyer_id"]) == (
            str(number),
            f"A{number:03}",
            f"b{number}",
        )
        assert answer["state"]["slots"]["size"] == str(number)

    await asyncio.gather(*(ask(number) for number in range(30, 70)))


async def test_a_slow_turn_does_not_hold_up_the_others(engine: Engine, peer: Peer):
    peer.answers["action_ask_dispatch"] = slow(0.4)
    waiting = asyncio.create_task(engine.turn(turn("今天发货吗")))
    await asyncio.sleep(0.1)
    await engine.turn(turn("39码有货吗"))
    assert not waiting.done()
    assert scripts((await waiting)["questions"][0]) == ["late"]


async def test_severity_is_the_gravest_of_the_whole_turn(engine: Engine):
    answer = await engine.turn(turn("39码有货吗。太差了。孩子受伤了"))
    assert answer["severity"] == "crisis"
    assert answer["severity_evidence"] == ["太差", "受伤"]


async def test_understanding_runs_no_dialogue(engine: Engine, peer: Peer):
    results = engine.understand(["39码有货吗\n什么时候发货", "打12315"])
    assert [question["intent"] for question in results[0]["questions"]] == ["ask_stock", "ask_dispatch"]
    assert "readings" not in results[0]["questions"][0]
    assert (results[1]["severity"], results[1]["severity_evidence"]) == ("major", ["12315"])
    assert peer.calls == []


async def test_a_turn_costs_the_same_after_a_thousand(engine: Engine):
    texts = ["39码有货吗", "什么时候发货", "身高172", "谢谢", "尺码标准吗", "开胶了 A123"]
    state, took, sizes = None, [], []
    for number in range(1_010):
        started = time.process_time()
        answer = await engine.turn(turn(texts[number % len(texts)], state))
        took.append(time.process_time() - started)
        state = answer["state"]
        sizes.append(len(str(state)))
        assert len(state["events"]) <= 20
    assert max(sizes) < 2_500
    assert max(sizes[500:]) == max(sizes[10:100])
    early, late = statistics.median(took[10:130]), statistics.median(took[-120:])
    assert late / early <= 1.2


async def test_a_reproach_beside_a_question_is_not_what_a_fragment_follows(engine: Engine, monkeypatch):
    def understand(text: str, *_: object) -> Understanding:
        asked = [("ask_stock", False), ("complain", True)]
        questions = tuple(
            Question(0, len(text), Parse(intent, 0.9, ((intent, 0.9),)), is_aside=aside)
            for intent, aside in asked
        )
        return Understanding(clean(text), questions, "general", [])

    monkeypatch.setattr(engine_module, "understand", understand)
    answer = await engine.turn(turn("39还没货啊 真行"))
    assert [question["intent"] for question in answer["questions"]] == ["ask_stock", "complain"]
    assert answer["state"]["slots"]["last_intent"] == "ask_stock"


async def test_a_need_heard_along_opens_no_dialogue(engine: Engine, monkeypatch):
    def understand(text: str, *_: object) -> Understanding:
        asked = [("ask_stock", False), ("request_return", True)]
        questions = tuple(
            Question(0, len(text), Parse(intent, 0.9, ((intent, 0.9),)), is_aside=aside)
            for intent, aside in asked
        )
        return Understanding(clean(text), questions, "none", [])

    monkeypatch.setattr(engine_module, "understand", understand)
    answer = await engine.turn(turn("39没有我就退了"))
    heard = answer["questions"][1]
    assert (heard["aside"], heard["readings"][0]["intent"]) == (True, "request_return")
    assert heard["readings"][0]["replies"]
    assert answer["state"]["active_loop"] is None
