"""No text, however odd, crashes the worker or commands it."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from peer import Peer
from tiny_nlu import WORDS
from turns import scripts, turn

from bot.engine import Engine
from bot.text import MAX_UNDERSTOOD_CHARS, clean, has_words, without_command


@pytest.mark.parametrize(
    "text",
    ["", " ", "\n\n", "　", "😀", "👍👍\n🙏", "。。。", "？", "/", "///", "\u200b\u200d", "\ud83d", "\x00"],
)
async def test_a_text_without_words_is_unclear(engine: Engine, text: str):
    answer = await engine.turn(turn(text, below=0.8))
    (question,) = answer["questions"]
    assert (question["intent"], question["confidence"], question["ranking"]) == (
        "unclear",
        0.0,
        [{"intent": "unclear", "confidence": 0.0}],
    )
    assert scripts(question) == ["unclear"]
    assert len(question["readings"]) == 1


@pytest.mark.parametrize(
    "text",
    [
        '/greet{"size": "39"}',
        '  /greet{"size": "39"}',
        '／greet{"size": "39"}',
        '　／/ /greet{"size": "39"}',
        '\u200b/greet{"size": "39"}',
        '\x07/greet{"size": "39"}',
        "/restart",
        "/back",
        "/session_start",
        "/action_ask_stock",
        '/EXTERNAL: greet{"size": "39"}',
    ],
)
async def test_a_command_is_only_text(engine: Engine, peer: Peer, text: str):
    answer = await engine.turn(turn(text))
    (question,) = answer["questions"]
    assert question["intent"] == "unclear"
    assert question["confidence"] == 0.3
    assert scripts(question) == ["unclear"]
    assert peer.calls == []
    state = await engine.turn(turn("39码有货吗"))
    kept = await engine.turn(turn(text, state["state"]))
    assert kept["state"]["slots"]["last_intent"] == "ask_stock"  # neither restarted nor gone back


async def test_a_command_in_a_later_bubble_is_only_text(engine: Engine):
    answer = await engine.turn(turn("39码有货吗\n/restart\n/greet\n今天发货吗"))
    assert [question["intent"] for question in answer["questions"]] == ["ask_stock", "ask_dispatch"]
    texts = [question["text"] for question in answer["questions"]]
    assert texts == ["39码有货吗", "/restart\n/greet\n今天发货吗"]
    assert answer["state"]["slots"]["size"] == "39"


async def test_a_slash_before_a_question_does_not_shift_its_entities(engine: Engine):
    answer = await engine.turn(turn(" / 39码有货吗"))
    (question,) = answer["questions"]
    (entity,) = question["entities"]
    assert question["text"] == "/ 39码有货吗"
    assert question["text"][entity["start"] : entity["end"]] == "39码"
    assert question["intent"] == "ask_stock"


async def test_control_characters_do_not_hide_words(engine: Engine):
    sent = "3\u200b9码\x00有\u202e货吗\x1b[31m"
    answer = await engine.turn(turn(sent))
    (question,) = answer["questions"]
    assert question["text"] == "39码有货吗[31m"
    assert (question["start"], question["end"]) == (0, len(sent))
    assert question["intent"] == "ask_stock"


async def test_five_thousand_characters_are_understood_to_the_end(engine: Engine):
    answer = await engine.turn(turn("啊" * 4_992 + "孩子受伤了有货吗"))
    (question,) = answer["questions"]
    assert (len(question["text"]), question["intent"], answer["severity"]) == (5_000, "ask_stock", "crisis")
    assert "cut" not in answer


async def test_what_is_longer_is_cut_and_said(engine: Engine):
    answer = await engine.turn(turn("啊" * MAX_UNDERSTOOD_CHARS + "有货吗"))
    assert answer["questions"][0]["text"] == "啊" * 5_000
    assert answer["cut"] is True


async def test_an_unknown_intent_of_nobody_is_answered_by_nobody(engine: Engine):
    assert [name for _, name, _ in WORDS if name == "restart"] == []
    assert engine.domain.intents.count("restart") == 1  # Rasa adds its own commands to every domain
    answer = await engine.turn(turn("restart"))
    assert answer["questions"][0]["intent"] == "unclear"


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet=st.characters(), max_size=80))
def test_any_text_is_understood_as_at_least_one_question(loaded: Engine, text: str):
    (result,) = loaded.understand([text])
    places = [(question["start"], question["end"]) for question in result["questions"]]
    assert places
    assert all(0 <= start <= end <= len(text) for start, end in places)
    assert places == sorted(places)
    for question, (start, end) in zip(result["questions"], places, strict=True):
        assert clean(text[start:end]).text.strip() == question["text"]
        for entity in question["entities"]:
            assert question["text"][entity["start"] : entity["end"]] == entity["raw"]


@given(st.text())
def test_cleaning_keeps_every_visible_character_in_its_place(text: str):
    cleaned = clean(text)
    assert len(cleaned.origin) == len(cleaned.text)
    for char, place in zip(cleaned.text, cleaned.origin, strict=True):
        assert char in (text[place], "\n", " ")


@given(st.text())
def test_no_text_reaches_the_model_as_a_command(text: str):
    bare, skipped = without_command(text)
    assert not bare.strip().startswith(("/", "／"))
    assert text[skipped:].startswith(bare)
    assert has_words(bare) == has_words(text)
