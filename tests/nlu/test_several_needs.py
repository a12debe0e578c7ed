"""Turns with several needs, and turns that look so and have one; read by the trained model."""

from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from bot.measure import RUN_ON, SEVERAL, needs_figures, read_turns
from bot.parse import parse_from


@pytest.fixture(scope="module")
def turns(read):
    return read_turns(SEVERAL, lambda texts: [parse_from(read(text), text) for text in texts])


@pytest.fixture(scope="module")
def run_ons(read):
    """Turns as they are typed in one breath: no marks, blame beside the matter, the question at the end."""
    return read_turns(RUN_ON, lambda texts: [parse_from(read(text), text) for text in texts])


def test_the_set_is_large_and_a_third_of_it_traps(turns):
    several = [turn for turn in turns if len(turn.needs) > 1]
    assert len(turns) >= 180
    assert len({turn.text for turn in turns}) == len(turns)
    assert 0.55 <= len(several) / len(turns) <= 0.75


def test_the_harder_set_is_large_and_a_fifth_of_it_traps(run_ons):
    several = [turn for turn in run_ons if len(turn.needs) > 1]
    assert len(several) >= 150
    assert len({turn.text for turn in run_ons}) == len(run_ons)
    assert 0.2 <= 1 - len(several) / len(run_ons) <= 0.4


def test_no_turn_of_the_sets_is_trained_on(turns, run_ons):
    trained = {
        line[2:]
        for file in Path("data/nlu").glob("*.yml")
        for intent in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]
        for line in intent["examples"].splitlines()
    }
    graded = {
        line
        for file in Path("data/severity").glob("*.yml")
        for block in yaml.safe_load(file.read_text(encoding="utf-8")).values()
        for line in block.splitlines()
    }
    assert (trained | graded).isdisjoint(turn.text for turn in (*turns, *run_ons))


def test_the_needs_of_a_turn_are_found(turns):
    found, complete, *_ = (value for _, value in needs_figures(turns))
    missed = [(turn.text, turn.intents) for turn in turns if turn.needs_found < len(turn.needs)]
    assert found >= 0.80, missed
    assert complete >= 0.60, missed


def test_a_turn_with_one_need_stays_one_question(turns):
    *_, kept, _ = (value for _, value in needs_figures(turns))
    assert kept >= 0.86, [
        (turn.text, turn.intents) for turn in turns if len(turn.needs) == 1 and not turn.is_one
    ]


def test_the_needs_of_a_turn_in_one_breath_are_found_and_few_others(run_ons):
    found, complete, kept, precise = (value for _, value in needs_figures(run_ons))
    missed = [(turn.text, turn.intents) for turn in run_ons if turn.needs_found < len(turn.needs)]
    assert found >= 0.72, missed
    assert complete >= 0.50, missed
    assert kept >= 0.90
    assert precise >= 0.85


def test_every_question_has_its_own_stretch_of_the_text(turns):
    for turn in turns:
        spans = [(one.start, one.end) for one in turn.found.questions if not one.is_aside]
        assert spans == sorted(spans)
        assert all(one[1] <= other[0] for one, other in pairwise(spans))
        assert all(turn.found.cleaned.text[start:end].strip() for start, end in spans)
