"""Figures in a sentence and the pinned facts they may come from (pure).

A sentence may state no figure that is not a fact: not a price, not a date, not a number of days. Facts are
values as they were pinned; a sentence may write them as the scripts' filters do (`"238.00"` → ¥238,
`"2026-11-24T15:00:00+08:00"` → 11月24日(周二) 15:00).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

NUMBER = re.compile(r"\d+(?:\.\d+)?")
LIST_MARK = re.compile(r"^\s*\d+\. ", re.MULTILINE)
SPOKEN = re.compile(r"[二两三四五六七八九十百千万]+(?:个工作日|天|日|小时|分钟|元|块|折|倍|周|个月|年)")
"""Figures in words. 一 is left out: it is an article more often than a number."""
PUBLIC = frozenset({Decimal(110), Decimal(119), Decimal(120)})
"""Emergency numbers that everyone may be told (E4)."""


def find_unpinned(text: str, values: Iterable[Any]) -> list[str]:
    """The figures of a text that none of these fact values gives, as written."""
    listed = list(values)
    known = PUBLIC | {number for value in listed for number in _numbers_of(value)}
    words = {word for value in listed for word in SPOKEN.findall(str(value))}
    said = LIST_MARK.sub("", text)
    loose = [found for found in NUMBER.findall(said) if Decimal(found) not in known]
    return loose + [found for found in SPOKEN.findall(said) if found not in words]


def is_stated(text: str, value: Any) -> bool:
    """Whether a text writes a fact out: one of its forms, or all its figures; of a list, any of its parts."""
    if value in (None, "", [], ()) or isinstance(value, bool):
        return False
    if isinstance(value, Mapping):
        return any(is_stated(text, part) for part in value.values())
    if isinstance(value, list | tuple) and any(is_stated(text, part) for part in value):
        return True
    if any(form in text for form in list_forms(value)):
        return True
    said = {Decimal(found) for found in NUMBER.findall(text)}
    numbers = set(_numbers_of(value))
    return bool(numbers) and numbers <= said | _years(value)


def _years(value: Any) -> set[Decimal]:
    """What a sentence leaves out of a day: the year, the zone."""
    day = _read_day(value)
    return set() if day is None else set(_numbers_of(str(value))) - {Decimal(day.month), Decimal(day.day)}


def list_forms(value: Any) -> list[str]:
    """The ways in which a sentence may write a fact: `"15.00"` as 15 or 15.00, a day as 11月24日."""
    forms = [str(value)]
    if (amount := _read_amount(value)) is not None and amount == amount.to_integral_value():
        forms.append(f"{amount:.0f}")
    if (day := _read_day(value)) is not None:
        forms += [f"{day.month}月{day.day}日", f"{day.month}月{day.day}号"]
    return list(dict.fromkeys(forms))


def _numbers_of(value: Any) -> Iterator[Decimal]:
    """Every number that a value may be written with, inside lists and records, too."""
    if isinstance(value, Mapping):
        yield from (number for item in value.values() for number in _numbers_of(item))
    elif isinstance(value, list | tuple):
        yield from (number for item in value for number in _numbers_of(item))
    elif not isinstance(value, bool) and value is not None:
        yield from (Decimal(found) for found in NUMBER.findall(str(value)))


def _read_amount(value: Any) -> Decimal | None:
    text = str(value)
    return Decimal(text) if NUMBER.fullmatch(text) else None


def _read_day(value: Any) -> date | None:
    try:
        return datetime.fromisoformat(str(value)).date() if len(str(value)) >= 10 else None
    except ValueError:
        return None
