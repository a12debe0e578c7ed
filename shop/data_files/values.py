"""Parsing a raw cell by the type of its database column. A fault is a ValueError in plain words."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Date, Enum, Integer, Numeric, String

from shop.db import UtcDateTime

RELATIVE = re.compile(r"now(?:([+-]\d{1,4})d)?")
SPREADSHEET_TIME = re.compile(r"^(\d{4})[/-](\d{1,2})[/-](\d{1,2})(?:[ T](\d{1,2}):)?")
SEPARATORS = re.compile("[|、；;]")
YES = {"1", "true", "yes", "y", "是"}
NO = {"0", "false", "no", "n", "否"}
ROUNDED_FROM = 10**15
LARGEST_MONEY = Decimal(10) ** 8
LARGEST_WHOLE = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Moment:
    """What times are read against: the zone of times that carry none, and the `now` of `now-3d`."""

    zone: tzinfo | None = None
    now: datetime | None = None


Parse = Callable[[Any, Moment], Any]


def parser_of(column: Column[Any]) -> Parse:
    """The parser that fits a database column."""
    kind = column.type
    if isinstance(kind, Enum):
        return _choice_of(tuple(kind.enums), kind.enum_class)
    if isinstance(kind, UtcDateTime):
        return parse_moment
    if isinstance(kind, String):
        return _text_of(kind.length)
    by_type: list[tuple[type, Parse]] = [
        (Boolean, parse_flag),
        (Integer, parse_whole),
        (Numeric, parse_money),
        (Date, parse_day),
        (JSON, parse_any),
    ]
    for of_type, parse in by_type:
        if isinstance(kind, of_type):
            return parse
    raise TypeError(f"no parser for {column}")


def parse_any(value: Any, _moment: Moment) -> Any:
    """The value as it stands."""
    return value


def _text_of(length: int | None) -> Parse:
    def parse_text(value: Any, _moment: Moment) -> str:
        if isinstance(value, bool) or not isinstance(value, str | int | float | date):
            raise ValueError("must be a text")
        if isinstance(value, float):
            value = _exact_number(value)
        text = str(value).strip()
        if any(character < " " or character == "\x7f" for character in text):
            raise ValueError("has control characters")
        if length and len(text) > length:
            raise ValueError(f"has {len(text)} characters, at most {length} fit")
        return text

    return parse_text


def _exact_number(value: float) -> int | float:
    """The number a spreadsheet holds; long order numbers it has rounded are refused."""
    if abs(value) >= ROUNDED_FROM:
        raise ValueError("is a number too long for a spreadsheet, which has rounded it; store it as text")
    return int(value) if value.is_integer() else value


def _choice_of(choices: tuple[str, ...], enum_class: Any = None) -> Parse:
    def parse_choice(value: Any, _moment: Moment) -> Any:
        if value not in choices:
            raise ValueError(f"{value!r} is none of {', '.join(choices)}")
        return enum_class(value) if enum_class else value

    return parse_choice


one_of = _choice_of
"""A parser that takes one of the given words."""


def parse_money(value: Any, _moment: Moment) -> Decimal:
    """Yuan with at most two decimals, not negative."""
    try:
        amount = Decimal(str(value).replace(",", "").strip().lstrip("¥￥"))
    except InvalidOperation:
        raise ValueError(f"{value!r} is not an amount of money") from None
    if isinstance(value, bool) or not amount.is_finite():
        raise ValueError(f"{value!r} is not an amount of money")
    if not 0 <= amount < LARGEST_MONEY:
        raise ValueError("must be from 0 to 99999999.99")
    if amount != round(amount, 2):
        raise ValueError("has more than two decimals")
    return amount.quantize(Decimal("0.01"))


def parse_whole(value: Any, _moment: Moment) -> int:
    """A whole number, not negative."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value).strip()
    if isinstance(value, bool) or not re.fullmatch(r"\d{1,10}", text, re.ASCII) or int(text) > LARGEST_WHOLE:
        raise ValueError(f"{value!r} is not a whole number from 0")
    return int(text)


def parse_flag(value: Any, _moment: Moment) -> bool:
    """Yes or no."""
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word not in YES | NO:
        raise ValueError(f"{value!r} is neither yes nor no")
    return word in YES


def parse_moment(value: Any, moment: Moment) -> datetime:
    """A moment: ISO 8601 or `2026-11-22 10:00:00`, `2026/11/22 10:00`; `now-3d` where a now is given."""
    if shifted := _relative(value, moment):
        return shifted
    parsed = _parse_time(value)
    if parsed.tzinfo is None:
        if moment.zone is None:
            raise ValueError("has no time zone, and none is set for the file")
        parsed = parsed.replace(tzinfo=moment.zone)
    return parsed


def parse_day(value: Any, moment: Moment) -> date:
    """A date: `2026-11-22` or `2026/11/22`; `now+5d` where a now is given."""
    if shifted := _relative(value, moment):
        return shifted.date()
    return _parse_time(value).date()


def _relative(value: Any, moment: Moment) -> datetime | None:
    if moment.now is None or not isinstance(value, str) or not (match := RELATIVE.fullmatch(value)):
        return None
    local = moment.now.astimezone(moment.zone) if moment.zone else moment.now
    return local + timedelta(days=int(match[1] or 0))


def _parse_time(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time())
    try:
        return datetime.fromisoformat(SPREADSHEET_TIME.sub(_as_iso, str(value).strip()))
    except ValueError:
        raise ValueError(f"{value!r} is not a time such as 2026-11-22 10:00:00") from None


def _as_iso(match: re.Match[str]) -> str:
    year, month, day, hour = match.groups()
    return f"{year}-{int(month):02d}-{int(day):02d}" + (f" {int(hour):02d}:" if hour else "")


def parse_words(value: Any, _moment: Moment) -> list[str]:
    """A list of words; in a table cell they are separated by `|`, `、` or `;`."""
    words = SEPARATORS.split(value) if isinstance(value, str) else value
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise ValueError("must be a list of words")
    return [word.strip() for word in words if word.strip()]


def parse_mapping(value: Any, _moment: Moment) -> dict[str, Any]:
    """A mapping of names to plain values."""
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise ValueError("must be a mapping of names to values")
    plain: dict[str, Any] = json.loads(json.dumps(value, default=str))  # YAML has dates, JSON has none
    return plain


def parse_chart_rows(value: Any, _moment: Moment) -> list[dict[str, Any]]:
    """The rows of a size chart: each a size and measures as `[243, 247]` or `243-247`."""
    if not isinstance(value, list) or not all(isinstance(row, dict) and row.get("size") for row in value):
        raise ValueError("must be a list of rows, each with a size")
    rows = [
        {"size": str(row["size"])}
        | {k: _parse_range(k, v) for k, v in row.items() if k != "size" and v not in (None, "")}
        for row in value
    ]
    if any(len(row) == 1 for row in rows):
        raise ValueError("a row needs a measure beside its size, such as foot_mm")
    if len({row["size"] for row in rows}) < len(rows):
        raise ValueError("names a size twice")
    return rows


def _parse_range(name: str, value: Any) -> list[float]:
    ends = re.split(r"[-~–]", value) if isinstance(value, str) else value
    try:
        low, high = (float(end) for end in ends)
    except (TypeError, ValueError):
        raise ValueError(f"{name}: {value!r} is not a range such as 243-247") from None
    if not 0 < low <= high < 10_000:
        raise ValueError(f"{name}: {value!r} is not a range from low to high")
    return [int(end) if end.is_integer() else end for end in (low, high)]
