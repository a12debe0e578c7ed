"""Severity on sentences made to trick it: half of them only sound grave. None stands in the training data."""

import csv
from pathlib import Path

import pytest
import yaml

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


def test_the_hard_set_is_large_and_half_of_it_traps(hard):
    traps = [text for text, level in hard if level == "none"]
    assert len(hard) >= 230
    assert 0.45 <= len(traps) / len(hard) <= 0.6


def test_no_hard_sentence_is_trained_on(hard):
    trained = {
        line[2:]
        for file in Path("data/nlu").glob("*.yml")
        for intent in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]
        for line in intent["examples"].splitlines()
    }
    assert trained.isdisjoint(text for text, _ in hard)


def test_grave_turns_are_recognised_without_the_intent_model(rules, hard):
    grave = [(text, level) for text, level in hard if level in GRAVE]
    missed = [text for text, level in grave if _below(rules.judge(text, "", 0.0).level, level)]
    assert len(missed) / len(grave) <= 0.02, missed


def test_idioms_negations_and_questions_raise_no_alarm(rules, hard):
    traps = [text for text, level in hard if level == "none"]
    alarms = [text for text in traps if rules.judge(text, "", 0.0).level in GRAVE]
    assert len(alarms) / len(traps) <= 0.02, alarms


def test_dissatisfaction_is_general(rules, hard):
    general = [text for text, level in hard if level == "general"]
    assert [text for text in general if rules.judge(text, "", 0.0).level != "general"] == []


def test_evidence_names_the_pattern_and_the_words(rules):
    found = rules.judge("我要投诉你们,马上打12315", "threaten_escalation", 0.99)
    assert found.level == "major"
    assert found.evidence == ("complaint:投诉", "regulator:上打12315", "intent:threaten_escalation")


def test_a_sure_intent_alone_raises_the_level_and_an_unsure_one_does_not(rules):
    assert rules.judge("就这样算了", "report_safety_incident", 0.9).level == "crisis"
    assert rules.judge("就这样算了", "report_safety_incident", 0.3).level == "none"


@pytest.mark.parametrize("text", ["", "   ", "😀", "?????", "死" * 500])
def test_odd_text_is_judged_and_does_not_crash(rules, text):
    assert rules.judge(text, "unclear", 1.0).level in LEVELS


def _below(found, wanted):
    return LEVELS.index(found) < LEVELS.index(wanted)
