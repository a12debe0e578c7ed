"""How far a sent text is from its draft, and whether a figure was corrected."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk.review import changes_figures, edit_distance


@pytest.mark.parametrize(
    ("draft", "sent", "distance"),
    [
        ("有货的", "有货的", 0.0),
        ("有货的", "有货", 1 / 3),
        ("", "", 0.0),
        ("甲", "乙", 1.0),
        ("", "甲乙", 1.0),
    ],
)
def test_the_distance_is_the_share_that_was_changed(draft: str, sent: str, distance: float) -> None:
    assert edit_distance(draft, sent) == pytest.approx(distance)


@settings(max_examples=150)
@given(st.text(max_size=40), st.text(max_size=40))
def test_the_distance_is_a_share_the_same_both_ways_and_zero_only_for_equal_texts(one: str, two: str) -> None:
    distance = edit_distance(one, two)
    assert distance == pytest.approx(edit_distance(two, one))
    assert 0 <= distance <= 1
    assert (distance == 0) is (one == two)


@pytest.mark.parametrize(
    ("draft", "sent", "changed"),
    [
        ("运费12元,3天到", "亲,运费是12元,大约3天", False),
        ("运费12元", "运费10元", True),
        ("运费12元", "运费由店铺承担", True),
        ("有货", "有货,39码", True),
        ("¥12.50", "¥12.5", True),
    ],
)
def test_a_figure_that_is_gone_new_or_different_counts(draft: str, sent: str, changed: bool) -> None:
    assert changes_figures(draft, sent) is changed
