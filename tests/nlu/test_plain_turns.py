"""Everyday turns that the trained model must read, nearly all sure enough to be answered alone."""

import csv
from pathlib import Path

import pytest
import yaml

POLICY = yaml.safe_load(Path("examples/shop/policy.yml").read_text(encoding="utf-8"))
LINES = Path("tests/nlu/plain_turns.tsv").read_text(encoding="utf-8").splitlines()
TURNS = list(csv.DictReader(LINES, delimiter="\t"))
AUTO = POLICY["confidence"]["auto"]
DOUBTFUL = 0.03
"""The share that may fall a little short: each training draws its certainty a little differently."""


@pytest.mark.parametrize("turn", TURNS, ids=[turn["text"] for turn in TURNS])
def test_a_plain_turn_is_read(read, turn):
    parse = read(turn["text"])
    assert (parse["intent"]["name"], parse["severity"]) == (turn["intent"], turn["severity"])


def test_nearly_all_that_the_shop_allows_are_sure_enough_to_be_answered_alone(read):
    allowed = [turn for turn in TURNS if POLICY["routes"][turn["intent"]]["autonomy"] == "auto"]
    doubtful = [turn["text"] for turn in allowed if read(turn["text"])["intent"]["confidence"] < AUTO]
    assert len(doubtful) <= DOUBTFUL * len(allowed), doubtful


@pytest.mark.parametrize("text", ["", "   ", "\n", "😀", "?!…", "　", "龘", "x" * 5000, "\u200b\u200b"])
def test_odd_text_is_read_without_a_crash_and_never_answered_alone(read, text):
    parse = read(text)
    vague = parse["intent"]["name"] in ("unclear", "out_of_scope")
    assert vague or parse["intent"]["confidence"] < AUTO
    assert parse["severity"] == "none"
    assert len(parse["intent_ranking"]) <= 10


def test_the_ranking_falls_from_the_intent_down(read):
    parse = read("这鞋能退吗 运费谁出")
    ranking = [one["confidence"] for one in parse["intent_ranking"]]
    assert parse["intent_ranking"][0]["name"] == parse["intent"]["name"]
    assert len(ranking) == 10
    assert ranking == sorted(ranking, reverse=True)


def test_entities_and_evidence_come_with_the_parse(read):
    parse = read("黑色39码什么时候补货")
    values = {one["entity"]: (one["value"], one["raw"]) for one in parse["entities"]}
    assert values == {"color": ("黑色", "黑色"), "size": ("39", "39码")}
    assert read("我要投诉你们,马上打12315")["severity_evidence"][0] == "complaint:投诉"
