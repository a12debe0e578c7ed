"""What returns teach of an item's fit: enough reports, by far the most of one kind (B2)."""

from pathlib import Path

import pytest

from shop.fit_learning import Learned, combine, learn_fit, read_verdict
from shop.models import Fit
from shop.policy_file import load_policy

SIZING = load_policy(Path("examples/shop/policy.yml")).sizing
NOTHING = Learned(Fit.STANDARD, 0)


@pytest.mark.parametrize(
    ("words", "verdict"),
    [
        ("鞋子偏大,走路掉跟", "large"),
        ("偏小一码,顶脚", "small"),
        ("穿不进去", "small"),
        ("颜色不喜欢", None),
        ("左脚大了右脚偏小", None),
        ("", None),
    ],
)
def test_b2_a_reason_tells_large_or_small_or_nothing(words, verdict):
    assert read_verdict(words) == verdict


def test_b2_ten_reports_that_agree_are_believed_and_nine_are_not():
    assert learn_fit(10, 0, SIZING) == Learned(Fit.LARGE, 10)
    assert learn_fit(0, 10, SIZING) == Learned(Fit.SMALL, 10)
    assert learn_fit(9, 0, SIZING) == NOTHING
    assert learn_fit(0, 0, SIZING) == NOTHING


def test_b2_reports_that_disagree_teach_nothing():
    assert learn_fit(10, 4, SIZING) == Learned(Fit.LARGE, 10)
    assert learn_fit(10, 5, SIZING) == NOTHING
    assert learn_fit(50, 50, SIZING) == NOTHING


def test_b2_the_shops_own_mark_goes_first():
    assert combine(Fit.LARGE, Learned(Fit.SMALL, 40)) == (Fit.LARGE, 0)
    assert combine(Fit.STANDARD, Learned(Fit.SMALL, 40)) == (Fit.SMALL, 40)
