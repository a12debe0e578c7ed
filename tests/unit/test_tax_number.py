"""Tax numbers and the check digit of GB 32100 (B15). The numbers are made up by the rule itself."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as some

from shop.tax_number import LETTERS, WEIGHTS, TaxFault, find_check_digit, find_tax_fault, normalise_tax_no

FIRST = some.builds(
    str.__add__,
    some.text("0123456789", min_size=8, max_size=8),
    some.text(LETTERS, min_size=9, max_size=9),
)


def test_the_check_digit_is_that_of_the_standard():
    assert find_check_digit("91350100M000100Y4") == "3"
    assert WEIGHTS == (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
    assert find_check_digit("1" * 17) == "5"  # the weights sum to 305, and 305 + 5 is 31 * 10


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        ("91350100M000100Y43", None),
        ("91350100M000100Y44", TaxFault.CHECK_DIGIT),
        ("91350100M000100Y34", TaxFault.CHECK_DIGIT),  # two characters changed places
        ("91350100M000100Y4", TaxFault.LENGTH),
        ("91350100M000100YO3", TaxFault.CHARACTERS),  # O is no character of a credit code
        ("350100000000123", None),  # fifteen: the old tax registration
        ("35010019800101123401", None),  # twenty: a sole trader's
        ("3501000000001234", TaxFault.LENGTH),
        ("ABCDEFGHJKLMNPQ", TaxFault.CHARACTERS),
        ("35010000000012中", TaxFault.CHARACTERS),
        ("", TaxFault.LENGTH),
    ],
)
def test_a_tax_number_is_checked_by_length_characters_and_digit(number, fault):
    assert find_tax_fault(number) == fault


def test_blanks_dashes_small_and_wide_letters_are_read_as_meant():
    assert normalise_tax_no(" 91350100-m000 100y43 ") == "91350100M000100Y43"


@settings(max_examples=200)
@given(FIRST)
def test_a_code_with_its_own_check_digit_is_right(first):
    assert find_tax_fault(first + find_check_digit(first)) is None


@settings(max_examples=300)
@given(FIRST, some.integers(0, 16), some.sampled_from(LETTERS))
def test_one_wrong_character_is_always_found(first, place, other):
    assume(first[place] != other)
    wrong = first[:place] + other + first[place + 1 :]
    assert find_tax_fault(wrong + find_check_digit(first)) is not None
