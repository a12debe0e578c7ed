"""Amounts in figures and in words (B14)."""

from decimal import Decimal

import pytest

from shop.numerals import read_number, read_spoken


@pytest.mark.parametrize(
    ("words", "amount"),
    [
        ("两百", 200),
        ("一百五", 150),
        ("一百五十", 150),
        ("三千二", 3200),
        ("三千零五十", 3050),
        ("三千零五", 3005),
        ("一百零五", 105),
        ("九百九十九", 999),
        ("一万", 10000),
        ("五", None),
        ("百", None),
        ("一百块", None),
        ("", None),
    ],
)
def test_b14_an_amount_in_words_is_read(words, amount):
    assert read_spoken(words) == (None if amount is None else Decimal(amount))


@pytest.mark.parametrize(
    ("value", "amount"), [("¥199.50", "199.50"), (200, "200"), ("没有", None), (None, None)]
)
def test_the_first_figure_of_a_value_is_read(value, amount):
    assert read_number(value) == (None if amount is None else Decimal(amount))
