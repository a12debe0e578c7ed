"""The rules of size advice, with exact sizes (B2)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.models import Fit
from shop.sizing import Advice, Shifts, advise_size, move_size, read_length

SHOES = [{"size": str(36 + i), "foot_mm": [228 + 5 * i, 232 + 5 * i]} for i in range(7)]  # 36 to 42
HALVES = [
    {"size": s, "foot_mm": [m, m + 2]} for s, m in (("38", 240), ("38.5", 243), ("39", 246), ("40", 252))
]
TOPS = [
    {"size": "M", "height_cm": [160, 168], "weight_kg": [50, 58], "bust_cm": [84, 90]},
    {"size": "L", "height_cm": [166, 174], "weight_kg": [58, 67], "bust_cm": [90, 97]},
    {"size": "XL", "height_cm": [172, 180], "weight_kg": [67, 77], "bust_cm": [97, 104]},
]
SHIFTS = Shifts(high=1, narrow=-1)


def advise(rows, fit=Fit.STANDARD, foot=None, usual=None, shifts=SHIFTS, **measures):
    return advise_size(rows, fit, measures=measures, foot=foot, usual=usual, shifts=shifts)


@pytest.mark.parametrize(
    ("foot_mm", "size"), [(228, "36"), (245, "39"), (247, "39"), (248, "40"), (262, "42")]
)
def test_foot_length_gives_the_size_of_its_row(foot_mm, size):
    assert advise(SHOES, foot_mm=foot_mm) == Advice(size, ("foot_mm",), (), (("foot_mm", size),))


def test_a_length_between_two_rows_takes_the_larger():
    assert advise(SHOES, foot_mm=247.5).size == "40"


@pytest.mark.parametrize("foot_mm", [227, 263])
def test_a_length_outside_the_table_gives_no_size(foot_mm):
    assert advise(SHOES, foot_mm=foot_mm) == Advice(None, ("foot_mm",))


@pytest.mark.parametrize(
    ("fit", "foot", "size"),
    [
        (Fit.LARGE, None, "38"),
        (Fit.SMALL, None, "40"),
        (Fit.STANDARD, "high", "40"),
        (Fit.STANDARD, "narrow", "38"),
        (Fit.LARGE, "high", "39"),
        (Fit.SMALL, "narrow", "39"),
        (Fit.LARGE, "narrow", "37"),
    ],
)
def test_fit_and_foot_shift_by_a_size_each(fit, foot, size):
    assert advise(SHOES, fit, foot, foot_mm=245).size == size


@pytest.mark.parametrize(("usual", "size"), [("38.5", "39"), ("41.5", "42"), ("35", None), ("42.5", None)])
def test_a_usual_size_the_item_lacks_goes_up_within_the_table(usual, size):
    assert advise(SHOES, usual=usual).size == size


def test_the_basis_names_all_that_moved_the_size():
    assert advise(SHOES, Fit.LARGE, "high", foot_mm=245).basis == ("foot_mm", "fit", "foot")


def test_a_shift_of_zero_in_the_policy_keeps_the_size():
    assert advise(SHOES, foot="high", foot_mm=245, shifts=Shifts(0, 0)).size == "39"


def test_half_a_size_up_needs_half_sizes_or_goes_a_whole_one():
    half = Shifts(high=0.5, narrow=-0.5)
    assert advise(HALVES, foot="high", foot_mm=241, shifts=half).size == "38.5"
    assert advise(SHOES, foot="high", foot_mm=240, shifts=half).size == "39"
    assert advise(SHOES, foot="narrow", foot_mm=240, shifts=half).size == "38"


def test_a_shift_past_the_last_size_gives_none():
    assert advise(SHOES, Fit.SMALL, foot_mm=262).size is None
    assert advise(SHOES, Fit.LARGE, foot_mm=230).size is None


def test_without_a_length_the_usual_size_is_the_basis():
    assert advise(SHOES, Fit.SMALL, usual="39") == Advice("40", ("usual", "fit"))


def test_a_length_goes_before_the_usual_size():
    assert advise(SHOES, usual="42", foot_mm=245).size == "39"


def test_nothing_told_asks_for_the_foot():
    assert advise(SHOES) == Advice(None, missing=("foot_mm",))


def test_a_usual_size_the_table_lacks_asks_for_the_foot():
    assert advise(SHOES, usual="46").missing == ("foot_mm",)


def test_paired_sizes_move_by_a_row():
    assert move_size("38-39", ["36-37", "38-39", "40-41"], 1) == "40-41"
    assert move_size("36-37", ["36-37", "38-39"], -1) is None


@pytest.mark.parametrize(
    ("asked", "length"), [("245", 245), ("24.5", 245), ("27", 270), ("39", None), ("M", None), ("99", None)]
)
def test_a_size_may_be_written_as_a_foot_length(asked, length):
    assert read_length(asked) == length


def test_numeric_sizes_skip_what_is_not_made():
    assert move_size("34", ["33", "34", "36"], 1) == "36"


def test_height_and_weight_that_agree_give_one_size():
    assert advise(TOPS, height_cm=170, weight_kg=62) == Advice(
        "L", ("height_cm", "weight_kg"), (), (("height_cm", "L"), ("weight_kg", "L"))
    )


def test_overlapping_ranges_take_the_size_both_fit():
    assert advise(TOPS, height_cm=167, weight_kg=60).size == "L"
    assert advise(TOPS, height_cm=167, weight_kg=55).size == "M"


def test_measures_that_differ_name_the_conflict_and_take_the_larger():
    advice = advise(TOPS, height_cm=162, weight_kg=70)
    assert (advice.size, advice.conflict) == ("XL", True)
    assert advice.by_measure == (("height_cm", "M"), ("weight_kg", "XL"))


@pytest.mark.parametrize(
    ("measures", "missing"),
    [
        ({}, ("height_cm", "weight_kg")),
        ({"height_cm": 170}, ("weight_kg",)),
        ({"weight_kg": 60}, ("height_cm",)),
    ],
)
def test_height_and_weight_are_asked_together(measures, missing):
    assert advise(TOPS, **measures).missing == missing


def test_a_girth_is_enough():
    assert advise(TOPS, bust_cm=95).size == "L"


def test_a_measure_the_table_lacks_is_not_used():
    assert advise(SHOES, foot_mm=245, height_cm=180).basis == ("foot_mm",)


def test_a_foots_shape_does_not_move_clothes():
    assert advise(TOPS, foot="high", height_cm=170, weight_kg=62).size == "L"


def test_clothes_that_run_large_go_down():
    assert advise(TOPS, Fit.LARGE, height_cm=170, weight_kg=62).size == "M"


@given(st.floats(228, 262), st.floats(0, 10))
def test_a_longer_foot_never_gets_a_smaller_size(foot_mm, more):
    first, second = advise(SHOES, foot_mm=foot_mm), advise(SHOES, foot_mm=min(foot_mm + more, 262))
    assert int(first.size) <= int(second.size)
