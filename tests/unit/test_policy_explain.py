"""A rule of the rule book is found in the policy file, with its comment and where it is used."""

from pathlib import Path

import pytest

from shop.policy_explain import find_figures, list_figures, list_mentions, list_scripts, list_uses
from shop.settings import PACKAGED_SCRIPTS

TEXT = Path("examples/shop/policy.yml").read_text(encoding="utf-8")


def test_c1_has_its_figures_with_values_and_comments():
    figures = {figure.key: figure for figure in find_figures(TEXT, "C1")}
    cutoff = figures["shipping.cutoff"]
    assert (cutoff.value, cutoff.comment) == ("16:00", "paid by then with stock → same day")
    assert TEXT.splitlines()[cutoff.line - 1].startswith("  cutoff:")


def test_a_comment_on_a_section_holds_for_all_of_it():
    figures = {figure.key: figure.value for figure in find_figures(TEXT, "B9")}
    assert figures["bargaining.rounds"] == 3
    assert figures["bargaining.gift"] == "中筒袜一双"
    assert figures["bargaining.authority_off"] == 15.0


def test_a_value_of_several_lines_is_read_as_a_whole():
    (regions,) = [f for f in find_figures(TEXT, "C3") if f.key == "shipping.regions"]
    assert [rule["courier"] for rule in regions.value] == ["圆通", "中通", "韵达"]
    (tiers,) = [f for f in find_figures(TEXT, "B13") if f.key == "bulk.tiers"]
    assert tiers.value == [[10, 0.95], [30, 0.92], [100, 0.88]]


def test_a_figure_is_shown_with_the_code_that_reads_it():
    (cutoff,) = [f for f in find_figures(TEXT, "C1") if f.key == "shipping.cutoff"]
    assert any(use.startswith("shop/shipping.py:") for use in list_uses(cutoff))


def test_rules_without_figures_still_have_code_and_sentences():
    assert "shop/tone.py" in list_mentions("A4")
    assert "stock.yml" in list_scripts("B1", PACKAGED_SCRIPTS)


@pytest.mark.parametrize("text", ["", "# nothing\n", "- a\n- b\n", "name: 3\n"])
def test_a_file_without_sections_has_no_figures(text):
    assert list_figures(text) == []


NO_RULE = {
    "shop.name",
    "shop.company",
    "shop.time_zone",
    "confidence.auto",
    "confidence.second_reading_below",
}


def test_every_figure_of_the_demo_policy_names_its_rule():
    figures = [figure for figure in list_figures(TEXT) if not figure.key.startswith("routes.")]
    assert {figure.key for figure in figures if not figure.rules} == NO_RULE
