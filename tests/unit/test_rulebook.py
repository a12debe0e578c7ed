"""Every rule A1–E6 has its code, its test and its row in the page."""

import re
from pathlib import Path

import pytest

from tests.rulebook import TITLES, find_traces, list_rules

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/rulebook.md").read_text(encoding="utf-8")
TRACES = find_traces(ROOT)


def test_the_rules_are_those_of_the_book():
    assert len(list_rules()) == 13 + 16 + 11 + 12 + 6
    assert list(TITLES) == list_rules()


@pytest.mark.parametrize("rule", list_rules())
def test_a_rule_has_code_and_a_test_that_name_it(rule):
    assert TRACES[rule].code, f"no code names {rule}"
    assert TRACES[rule].tests, f"no test names {rule}"


@pytest.mark.parametrize("rule", list_rules())
def test_the_page_has_a_row_for_the_rule(rule):
    assert len(re.findall(rf"^\| {rule} \|", PAGE, re.MULTILINE)) == 1


def test_the_page_names_only_files_that_exist():
    named = re.findall(r"`((?:shop|actions|desk|bot|tests)/[^`]+)`", PAGE)
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []
