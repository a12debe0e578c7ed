"""Bare figures that answer a size question (B2)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.body import read_body, read_foot, weigh


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("235", {"foot_mm": 235.0}),
        ("23.5", {"foot_mm": 235.0}),
        ("37", {"size": "37"}),
        ("大概38.5吧", {"size": "38.5"}),
        ("37或者38", {}),
        ("没有", {}),
        ("9", {}),
        ("99", {}),
    ],
)
def test_b2_one_figure_is_a_foot_or_the_size_worn(text, said):
    assert read_foot(text) == said


@pytest.mark.parametrize(
    ("text", "height", "said"),
    [
        ("165 110", None, {"height_cm": 165.0, "weight_kg": 55.0}),
        ("110,165", None, {"height_cm": 165.0, "weight_kg": 55.0}),
        ("180 85", None, {"height_cm": 180.0, "weight_kg": 85.0}),
        ("158 45", None, {"height_cm": 158.0, "weight_kg": 45.0}),
        ("168", None, {"height_cm": 168.0}),
        ("120", 165.0, {"weight_kg": 60.0}),
        ("52", 160.0, {"weight_kg": 52.0}),
        ("110", None, {}),
        ("1 2 3", None, {}),
        ("胖", None, {}),
    ],
)
def test_b2_height_and_weight_are_told_apart_and_so_are_their_units(text, height, said):
    assert read_body(text, height) == said


@given(st.floats(140, 200), st.floats(18, 27))
def test_b2_a_usual_weight_is_read_right_in_either_unit(height, index):
    kilograms = round(index * (height / 100) ** 2, 1)
    assert weigh(kilograms, height) == kilograms
    assert weigh(kilograms * 2, height) == pytest.approx(kilograms)
