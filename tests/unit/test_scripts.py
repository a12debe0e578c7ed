"""Every sentence of the shop keeps to the voice of the rule book (A3-A6), whatever the topic."""

import re

import jieba
import pytest

from shop.settings import PACKAGED_SCRIPTS
from shop.wording import Scripts

SCRIPTS = Scripts(PACKAGED_SCRIPTS)
NAMES_ONLY = "team_"  # names of teams, not sentences
REFUSALS = {
    "不能",
    "不行",
    "不可以",
    "不可",
    "不会",
    "不得",
    "不了",
    "不到",
    "不予",
    "不支持",
    "不给",
    "没办法",
    "没法",
}
FILLERS = {"哦", "噢", "嗯", "恩", "额"}
SHRUGS = ("不知道", "不清楚", "不确定", "找不到人", "不归我", "没人")
LOGIC = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)


@pytest.mark.parametrize("key", sorted(SCRIPTS.keys))
def test_a_script_speaks_in_the_shops_voice(key):
    for text in SCRIPTS.list_variants(key):
        said = LOGIC.sub("", text)
        words = set(jieba.lcut(said))
        assert not words & REFUSALS, text
        assert not words & FILLERS, text
        assert not any(shrug in said for shrug in SHRUGS), text
        assert "你" not in said, text


@pytest.mark.parametrize("key", sorted(key for key in SCRIPTS.keys if not key.startswith(NAMES_ONLY)))
def test_a_script_has_at_least_three_variants_in_each_tone(key):
    texts = SCRIPTS.list_variants(key)
    assert len(texts) >= 3
    assert len(texts) == len(set(texts))
