"""Amounts as customers write them, in figures or in words (两百, 一百五, 三千二). Pure."""

import re
from decimal import Decimal

DIGITS = {char: number for number, char in enumerate("零一二三四五六七八九")} | {"两": 2}
UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10000}
SPOKEN_AMOUNT = "[一二两三四五六七八九][百千万](?:[零一二两三四五六七八九][百十]?)*"
"""A pattern for such an amount, from a hundred on."""


def read_number(value: object) -> Decimal | None:
    """The first figure in a value, or None."""
    found = re.search(r"\d+(\.\d{1,2})?", str(value)) if value is not None else None
    return Decimal(found.group()) if found else None


def read_spoken(words: str) -> Decimal | None:
    """The amount: 两百 is 200, 一百五 is 150, 三千零五十 is 3050; None where the words are none."""
    if not re.fullmatch(SPOKEN_AMOUNT, words):
        return None
    total, digit, unit = 0, 0, 1
    for char in words:
        if char in UNITS:
            unit = UNITS[char]
            total += (digit or 1) * unit
            digit = 0
        else:
            digit, unit = DIGITS[char], (1 if char == "零" else unit)
    # 一百五: the last digit counts the next lower unit.
    return Decimal(total + digit * (unit // 10 if unit > 1 and words[-1] in DIGITS else 1))
