"""Turns with several needs, and turns that look so and have one; read by the trained model."""

from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from bot.measure import SEVERAL, needs_figures, read_turns
from bot.parse import parse_from


@pytest.fixture(scope="module")
def turns(read):
    return read_turns(SEVERAL, lambda texts: [parse_from(read(text), text) for text in texts])


def test_the_set_is_large_and_a_third_of_it_traps(turns):
    several = [turn for turn in turns if len(turn.needs) > 1]
    assert len(turns) >= 180
    assert len({turn.text for turn in turns}) == len(turns)
    assert 0.55 <= len(several) / len(turns) <= 0.75


def test_no_turn_of_the_set_is_trained_on(turns):
    trained = {
        line[2:]
        for file in Path("data/nlu").glob("*.yml")
        for intent in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]
        for line in intent["examples"].splitlines()
    }
    assert trained.isdisjoint(turn.text for turn in turns)


def test_the_needs_of_a_turn_are_found(turns):
    found, complete, _ = (value for _, value in needs_figures(turns))
    missed = [(turn.text, turn.intents) for turn in turns if turn.needs_found < len(turn.needs)]
    assert found >= 0.80, missed
    assert complete >= 0.60, missed


def test_a_turn_with_one_need_stays_one_question(turns):
    *_, kept = (value for _, value in needs_figures(turns))
    assert kept >= 0.88, [
        (turn.text, turn.intents) for turn in turns if len(turn.needs) == 1 and not turn.is_one
    ]


def test_every_question_has_its_own_stretch_of_the_text(turns):
    for turn in turns:
        spans = [(one.start, one.end) for one in turn.found.questions if one.parse.intent != "complain"]
        assert spans == sorted(spans)
        assert all(one[1] <= other[0] for one, other in pairwise(spans))
        assert all(turn.found.cleaned.text[start:end].strip() for start, end in spans)
