"""A value found in a text, and numbers as customers write them."""

import re
from dataclasses import dataclass

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
DIGITS = r"\d+(?:\.\d+)?"
CHINESE = r"[零〇一二两三四五六七八九十百千]+(?:点[零〇一二三四五六七八九]+)?"
NUMBER = rf"(?:{DIGITS}|{CHINESE})"
_WHOLE = re.compile(DIGITS)


@dataclass(frozen=True)
class Found:
    """An entity with its normalised value and its place in the text."""

    entity: str
    value: str | int | float
    start: int
    end: int


def number(written: str) -> float:
    """Return the number of digits or Chinese numerals: `24.5`, `三十八`, `二十四点五`, `一百三`."""
    if _WHOLE.fullmatch(written):
        return float(written)
    whole, _, fraction = written.partition("点")
    tail = "".join(str(_DIGITS[char]) for char in fraction)
    return float(f"{_chinese_whole(whole)}.{tail or 0}")


def _chinese_whole(written: str) -> int:
    if not any(char in _UNITS for char in written):
        return int("".join(str(_DIGITS[char]) for char in written) or 0)
    total, digit, last_unit = 0, 0, 1
    for char in written:
        if char in _UNITS:
            last_unit = _UNITS[char]
            total += (digit or 1) * last_unit
            digit = 0
        else:
            digit = _DIGITS[char]
            last_unit = 1 if char in "零〇" else last_unit
    # 一百三 is 130: a last digit without unit counts in tens of the unit before it.
    return total + (digit * last_unit // 10 if last_unit > 10 and digit else digit)


def plain(value: float) -> str:
    """Return a number without needless zeros: `38`, `24.5`."""
    return f"{value:g}"
