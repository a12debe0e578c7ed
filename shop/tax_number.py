"""Tax numbers of companies: length, characters and the check digit of GB 32100 (B15).

Since 2015 a company's tax number is its unified social credit code of 18 characters, whose last one checks
the others. Numbers of 15 and 20 characters are older and carry no check digit.
"""

import re
import unicodedata
from enum import StrEnum

LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The characters of a credit code by value: no I, O, S, V, Z, which look like digits."""
WEIGHTS = tuple(pow(3, place, len(LETTERS)) for place in range(17))
LENGTHS = (15, 18, 20)
_PLAIN = re.compile(r"[0-9A-Z]+")
_FEWEST_DIGITS = 8


class TaxFault(StrEnum):
    """What is wrong with a tax number, so that the right thing is asked for."""

    LENGTH = "length"
    CHARACTERS = "characters"
    CHECK_DIGIT = "check_digit"


def normalise_tax_no(text: str) -> str:
    """The number in half-width capitals without blanks and dashes."""
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text)).upper()


def find_check_digit(first: str) -> str:
    """The last character of a credit code that begins with these 17."""
    total = sum(LETTERS.index(char) * weight for char, weight in zip(first, WEIGHTS, strict=True))
    return LETTERS[-total % len(LETTERS)]


def find_tax_fault(tax_no: str) -> TaxFault | None:
    """What is wrong with a normalised tax number; None when it may be right."""
    if len(tax_no) not in LENGTHS:
        return TaxFault.LENGTH
    if not _PLAIN.fullmatch(tax_no) or sum(char.isdigit() for char in tax_no) < _FEWEST_DIGITS:
        return TaxFault.CHARACTERS
    if len(tax_no) != 18:
        return None
    if not set(tax_no) <= set(LETTERS):
        return TaxFault.CHARACTERS
    return None if find_check_digit(tax_no[:-1]) == tax_no[-1] else TaxFault.CHECK_DIGIT
