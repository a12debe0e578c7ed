"""The learned half of severity: what it learns, and how it goes with the patterns."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from bot.components.severity_reader import IMPLIED, Heard, SeverityReader, is_bare, join, read_lines
from bot.components.severity_rules import LEVELS, Severity

CALM = Heard("none", is_calm=True)
WORDS = {"none": "几点发货有吗谢谢", "general": "太慢了差失望", "major": "投诉差评法院", "crisis": "烧伤流血"}


def sample(*chars: str) -> Counter[str]:
    return Counter(f"c:{char}" for char in chars)


@pytest.fixture(scope="module")
def reader() -> SeverityReader:
    pairs = [
        (sample(word[at % len(word)], word[(at + 1) % len(word)], "的"), level)
        for level, word in WORDS.items()
        for at in range(30)
    ]
    samples, levels = [one for one, _ in pairs], [level for _, level in pairs]
    return SeverityReader.learn(samples, levels, len(samples))


@pytest.mark.parametrize("level", LEVELS)
def test_a_level_is_heard_in_its_words(reader: SeverityReader, level: str):
    word = WORDS[level]
    assert reader.hear(sample(word[0], word[1], "的")).level == level


def test_unknown_features_are_no_evidence(reader: SeverityReader):
    columns, _ = reader.vocabulary.vector(sample("龘"))
    assert len(columns) == 0
    assert reader.hear(sample("龘")).level in LEVELS


def test_a_restored_reader_hears_the_same(reader: SeverityReader):
    restored = SeverityReader.restore(reader.about(), reader.arrays())
    assert (restored.thresholds, restored.calm_below) == (reader.thresholds, reader.calm_below)
    samples = [sample(*word[:2]) for word in WORDS.values()]
    assert np.allclose(restored.scores(samples), reader.scores(samples), atol=0.02)


@pytest.mark.parametrize(
    ("told", "heard", "expected"),
    [
        (Severity("none", ()), Heard("general", False), ("general", ("reader:general",))),
        (Severity("general", ("anger:太慢",)), Heard("major", False), ("major", ("reader:major",))),
        (Severity("major", ("complaint:投诉",)), Heard("general", False), ("major", ("complaint:投诉",))),
        (Severity("none", (), is_harmless=True), Heard("crisis", False), ("general", ("reader:general",))),
        (Severity("major", ("law:法院",), ("law",)), CALM, ("none", ())),
        (Severity("crisis", ("violence:弄死你",), ("violence",)), CALM, ("crisis", ("violence:弄死你",))),
        (Severity("crisis", ("intent:x",), by_intent=True), CALM, ("crisis", ("intent:x",))),
    ],
)
def test_the_gravest_wins_save_for_idioms_and_calm_turns(
    told: Severity, heard: Heard, expected: tuple[str, tuple[str, ...]]
):
    joined = join(told, heard)
    assert (joined.level, joined.evidence) == expected


def test_only_intents_with_one_level_imply_it():
    assert set(IMPLIED.values()) == set(LEVELS)
    assert not {"track_order", "ask_dispatch", "ask_refund", "report_quality_issue"} & set(IMPLIED)


def test_a_folder_without_lines_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError, match="no severity lines"):
        read_lines(tmp_path)


def test_a_short_wish_or_no_is_judged_by_its_words_alone():
    assert is_bare("我要退货", "request_return")
    assert is_bare("算了不改了", "deny")
    assert not is_bare("你们怎么回事", "unclear")
    assert not is_bare("退了吧真没见过这样做生意的", "request_return")
