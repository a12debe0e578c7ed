"""The stock's words: when it is in, low or out; how colours and sizes of a customer are matched."""

import pytest

from shop.product import match_colors, match_size, size_order
from shop.stock import stock_state


@pytest.mark.parametrize(("pieces", "state"), [(0, "out"), (1, "low"), (4, "low"), (5, "in"), (6, "in")])
def test_b1_low_is_below_the_figure_of_the_policy(pieces, state):
    assert stock_state(pieces, 5) == state


def test_sizes_are_ordered_as_bodies_grow():
    assert sorted(["40", "35.5", "XL", "36", "S", "M", "38-39"], key=size_order) == [
        *("35.5", "36", "38-39", "40"),
        *("S", "M", "XL"),
    ]
    assert sorted(["3XL", "XXL", "L"], key=size_order) == ["L", "XXL", "3XL"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [("xl", "XL"), ("XXXL", "3XL"), ("39", "38-39"), ("38-39", "38-39"), ("L", None), ("3", None)],
)
def test_a_size_is_matched_whole(asked, found):
    assert match_size(asked, ["38-39", "40-41", "XL", "3XL"]) == found


@pytest.mark.parametrize(
    ("asked", "found"),
    [("黑", ["黑色"]), ("黑色", ["黑色"]), ("米", ["米白", "燕麦米"]), ("藏青", ["藏青色"]), ("紫", [])],
)
def test_a_colour_is_the_very_one_or_all_that_hold_its_name(asked, found):
    assert match_colors(asked, ["黑色", "曜石黑", "米白", "燕麦米", "藏青色"]) == found
