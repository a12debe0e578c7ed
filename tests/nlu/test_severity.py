"""Severity on sentences made to trick it: half of them only sound grave. None stands in the training data."""

import csv
from pathlib import Path

import pytest
import yaml

from bot.components.severity_reader import read_lines
from bot.components.severity_rules import LEVELS, SeverityRules

HARD = Path("tests/nlu/severity_hard.tsv")
GRAVE = ("major", "crisis")


@pytest.fixture(scope="module")
def rules():
    return SeverityRules.read()


@pytest.fixture(scope="module")
def hard():
    with HARD.open(encoding="utf-8") as file:
        return [(row["text"], row["severity"]) for row in csv.DictReader(file, delimiter="\t")]


@pytest.fixture(scope="module")
def judged(read, hard):
    """Text, level and the level the trained model gives."""
    return [(text, level, read(text)["severity"]) for text, level in hard]


def test_the_hard_set_is_large_and_half_of_it_traps(hard):
    traps = [text for text, level in hard if level == "none"]
    assert len(hard) >= 500
    assert len({text for text, _ in hard}) == len(hard)
    assert 0.45 <= len(traps) / len(hard) <= 0.6


def test_no_hard_sentence_is_trained_on(hard):
    trained = {
        line[2:]
        for file in Path("data/nlu").glob("*.yml")
        for intent in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]
        for line in intent["examples"].splitlines()
    }
    trained |= {line for line, _ in read_lines()}
    assert trained.isdisjoint(text for text, _ in hard)


def test_severity_lines_stand_once_and_have_a_known_level():
    lines = read_lines()
    assert {level for _, level in lines} == set(LEVELS)
    assert len({line for line, _ in lines}) == len(lines) >= 3_000
    assert [line for line, _ in lines if line != line.strip() or not line] == []


def test_grave_turns_are_recognised(judged):
    grave = [(text, level, found) for text, level, found in judged if level in GRAVE]
    missed = [text for text, _, found in grave if found not in GRAVE]
    assert len(missed) / len(grave) <= 0.03, missed


def test_a_crisis_is_a_crisis(judged):
    crises = [(text, found) for text, level, found in judged if level == "crisis"]
    missed = [text for text, found in crises if found != "crisis"]
    assert len(missed) / len(crises) <= 0.04, missed


def test_idioms_negations_and_questions_raise_no_alarm(judged):
    traps = [(text, found) for text, level, found in judged if level == "none"]
    alarms = [text for text, found in traps if found in GRAVE]
    assert len(alarms) / len(traps) <= 0.02, alarms


def test_dissatisfaction_is_noticed_and_not_blown_up(judged):
    upset = [(text, found) for text, level, found in judged if level == "general"]
    missed = [text for text, found in upset if found == "none"]
    blown_up = [text for text, found in upset if found in GRAVE]
    assert len(missed) / len(upset) <= 0.1, missed
    assert len(blown_up) / len(upset) <= 0.03, blown_up


def test_evidence_names_the_pattern_and_the_words(rules):
    found = rules.judge("我要投诉你们,马上打12315", "threaten_escalation", 0.99)
    assert found.level == "major"
    assert found.evidence == ("complaint:投诉", "regulator:上打12315", "intent:threaten_escalation")


def test_a_sure_intent_alone_raises_the_level_and_an_unsure_one_does_not(rules):
    assert rules.judge("就这样算了", "report_safety_incident", 0.9).level == "crisis"
    assert rules.judge("就这样算了", "report_safety_incident", 0.3).level == "none"


def test_a_denial_outweighs_the_intent(rules):
    assert rules.judge("我不会投诉你们的", "threaten_escalation", 0.9).level == "none"
    assert rules.judge("没人受伤", "report_safety_incident", 0.9).level == "none"
    assert rules.judge("不解决就投诉", "threaten_escalation", 0.9).level == "major"


@pytest.mark.parametrize("text", ["没人受伤", "不是过敏 是蚊子咬的", "不打算投诉", "没必要找平台"])
def test_a_denial_right_before_the_word_takes_it_back(rules, text):
    assert (rules.judge(text, "", 0.0).level, rules.judge(text, "", 0.0).is_harmless) == ("none", True)


@pytest.mark.parametrize("text", ["没人理我就投诉", "不解决就投诉", "是不是漏电了 手一碰就麻手"])
def test_a_denial_of_something_else_takes_nothing_back(rules, text):
    assert rules.judge(text, "", 0.0).level in GRAVE


@pytest.mark.parametrize("text", ["", "   ", "😀", "?????", "死" * 500])
def test_odd_text_is_judged_and_does_not_crash(rules, text):
    assert rules.judge(text, "unclear", 1.0).level in LEVELS
