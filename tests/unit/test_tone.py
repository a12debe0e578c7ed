"""The tone check knows 不错 from 不行, wants the apology first, offers a better wording (A3-A7, A9, B16)."""

import itertools
from pathlib import Path

import pytest

from shop.tone import check_tone, improve

HERE = Path(__file__).parent


def _lines(name):
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


BAD = [line.split("\t") for line in _lines("tone_bad.tsv")]
GOOD = _lines("tone_good.tsv")


def _kinds(text, **how):
    return {one.kind for one in check_tone(text, **how)}


def test_the_lists_are_as_long_as_promised():
    assert len({text for text, _ in BAD}) >= 60
    assert len(set(GOOD)) >= 60


@pytest.mark.parametrize(("text", "kinds"), BAD, ids=[text for text, _ in BAD])
def test_a4_a5_a6_a7_a_bad_sentence_is_caught_for_what_is_wrong_with_it(text, kinds):
    assert set(kinds.split()) <= _kinds(text)


@pytest.mark.parametrize("text", [text for text, _ in BAD])
def test_a7_the_better_wordings_together_give_a_sentence_that_passes(text):
    assert check_tone(improve(text)) == []


@pytest.mark.parametrize("text", GOOD)
def test_a6_a_good_sentence_with_bu_passes(text):
    assert check_tone(text) == []


def test_a_finding_says_where_it_is_and_what_to_say_instead():
    (apology, refusal) = check_tone("亲,这款不能退。")
    assert (apology.start, apology.end, apology.better) == (0, 0, "非常抱歉,")
    assert (refusal.text, refusal.start, refusal.end, refusal.rule) == ("不能", 4, 6, "A6")
    assert improve("亲,这款不能退。") == "非常抱歉,亲,这款无法退。"


def test_a4_the_apology_may_follow_a_greeting_but_not_the_refusal():
    assert check_tone("亲,非常抱歉,38码暂时缺货。") == []
    assert _kinds("38码暂时缺货,非常抱歉。") == {"apology"}
    assert check_tone("选38码合适。非常抱歉,38码暂时缺货。") == []


def test_a4_a_weak_apology_is_made_a_real_one():
    (found,) = check_tone("不好意思,38码暂时缺货。")
    assert (found.text, found.better) == ("不好意思", "非常抱歉")


def test_a9_a_promise_stands_on_a_pinned_fact():
    text = "保证11月26日前发出。"
    assert _kinds(text) == {"promise"}
    assert check_tone(text, pinned=["11月26日"]) == []
    assert _kinds("好的。一定办好。11月26日见。", pinned=["11月26日"]) == {"promise"}


def test_findings_never_overlap():
    for text, _ in BAD:
        found = check_tone(text)
        assert all(a.end <= b.start for a, b in itertools.pairwise(found)), text


def test_empty_text_has_no_findings():
    assert check_tone("") == []
    assert improve("") == ""
