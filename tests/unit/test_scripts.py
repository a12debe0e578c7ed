"""Every sentence of the shop keeps to the voice of the rule book (A3-A7) and states facts only (A9)."""

import re

import pytest

from shop.figures import find_unpinned
from shop.settings import PACKAGED_SCRIPTS
from shop.tone import check_tone
from shop.wording import Scripts, split_parts

SCRIPTS = Scripts(PACKAGED_SCRIPTS)
NAMES_ONLY = "team_"  # names of teams, not sentences
STATED = "◆"  # where a fact stands
LOGIC = re.compile(r"{%.*?%}", re.DOTALL)
FACT = re.compile(r"{{.*?}}", re.DOTALL)


def said(text):
    """The words of a variant, a mark where a fact stands."""
    return FACT.sub(STATED, LOGIC.sub("", text))


@pytest.mark.parametrize("key", sorted(SCRIPTS.keys))
def test_a3_a7_a_script_passes_the_tone_check(key):
    found = {text: check_tone(said(text), pinned=[STATED]) for text in SCRIPTS.list_variants(key)}
    assert not any(found.values()), {text: findings for text, findings in found.items() if findings}


@pytest.mark.parametrize("key", sorted(SCRIPTS.keys))
def test_a9_a_script_holds_no_figure_of_its_own(key):
    assert not [text for text in SCRIPTS.list_variants(key) if find_unpinned(said(text), [])]


@pytest.mark.parametrize("key", sorted(key for key in SCRIPTS.keys if not key.startswith(NAMES_ONLY)))
def test_a_script_has_at_least_three_variants_in_each_tone(key):
    texts = SCRIPTS.list_variants(key)
    assert len(texts) >= 3
    assert len(texts) == len(set(texts))


def test_a2_nobody_reads_the_same_sentence_before_all_variants_were_said():
    said_before = [SCRIPTS.render("greet", {}, seed="c1", nth=nth) for nth in range(4)]
    assert len(set(said_before[:3])) == 3
    assert said_before[3] == said_before[0]
    assert SCRIPTS.render("greet", {}, seed="c1") == said_before[0]


def test_a2_a_long_answer_goes_out_in_parts_of_whole_sentences():
    assert split_parts("第一句。第二句!第三句", 8) == ["第一句。第二句!", "第三句"]
    assert split_parts("您的订单:\n1. 跑鞋\n2. 卫衣", 12) == [
        "您的订单:",
        "1. 跑鞋\n2. 卫衣",
    ]  # a list stays whole
    assert split_parts("1. 跑鞋\n2. 卫衣\n请选一个。", 12) == ["1. 跑鞋\n2. 卫衣", "请选一个。"]
    assert split_parts("短。", 40) == ["短。"]
    assert split_parts("没有句号的一整句话", 4) == ["没有句号的一整句话"]
    assert "".join(split_parts("甲。乙。丙。丁。", 4)) == "甲。乙。丙。丁。"
