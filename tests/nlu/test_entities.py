"""Entities on turns that are not trained on: the measure that the issue of understanding sets."""

from pathlib import Path

import pytest
import yaml

from bot.components.entities.words import Catalogue, WordFinder
from bot.components.entity_recognizer import EntityRecognizer
from bot.marked_turns import Fault, MarkedTurn, Score, compare, read_marked

MARKED = Path("tests/nlu/entities.txt")
GOODS = "云步跑鞋\n山行徒步鞋\n小方头乐福\n云朵羽绒服\n青禾T恤\nV9\n"
BAR = 0.95
ENTITY_BAR = 0.8


@pytest.fixture(scope="module")
def turns():
    return read_marked(MARKED)


@pytest.fixture(scope="module")
def recognizer(tmp_path_factory):
    file = tmp_path_factory.mktemp("var") / "catalogue_terms.txt"
    file.write_text(GOODS, encoding="utf-8")
    return EntityRecognizer(None, None, WordFinder.read(), Catalogue(file))


def test_the_set_is_large_and_a_quarter_of_it_holds_no_value(turns):
    assert len(turns) >= 400
    assert 0.2 <= sum(not turn.values for turn in turns) / len(turns) <= 0.35
    assert len({turn.text for turn in turns}) == len(turns)


def test_the_set_holds_every_entity_of_the_domain(turns):
    domain = yaml.safe_load(Path("domain.yml").read_text(encoding="utf-8"))
    assert {entity for turn in turns for entity, _ in turn.values} == set(domain["entities"])


def test_no_turn_of_the_set_is_trained_on(turns):
    trained = {
        line.removeprefix("- ")
        for file in Path("data/nlu").glob("*.yml")
        for intent in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]
        for line in intent["examples"].splitlines()
    }
    with_values = {turn.text for turn in turns if len(turn.values) > 1}
    assert trained & with_values == set()


def test_values_are_found_as_they_are_meant(turns, recognizer):
    scores, faults = compare(turns, recognizer.entities)
    for name, score in scores.items():
        print(f"{name:16}{score.f1:7.3f}{score.right:5} right {score.extra:3} extra {score.missed:3} missed")
    print(*faults, sep="\n")
    assert scores["all"].f1 >= BAR
    assert {name: score for name, score in scores.items() if score.f1 < ENTITY_BAR} == {}


def test_a_wrong_value_counts_against_precision_and_recall():
    turn = MarkedTurn("要40码", (("size", "40"),))
    found = [{"entity": "size", "value": "41", "start": 1, "end": 4}]
    scores, faults = compare([turn], lambda text: found)
    assert scores == {"size": Score(0, 1, 1), "all": Score(0, 1, 1)}
    assert faults == [Fault("要40码", (("size", "41"),), (("size", "40"),))]


def test_a_mark_without_a_value_is_refused(tmp_path):
    file = tmp_path / "marked.txt"
    file.write_text("要[40码]\n", encoding="utf-8")
    with pytest.raises(ValueError, match="write \\[words\\]"):
        read_marked(file)
