"""Values of the database as a file has them: plain data for YAML, cells for a table."""

from datetime import date, datetime, tzinfo
from decimal import Decimal
from enum import StrEnum
from typing import Any

from shop.errors import ImportFileError

LONGEST_NUMBER = 15
"""Digits that a spreadsheet keeps; longer numbers are written as `="…"`, which the import takes off."""
FORMULA = ("=", "+", "-", "@")
"""What makes a spreadsheet take a text for a formula; such a text gets an apostrophe before it."""


def to_plain(value: Any, zone: tzinfo | None) -> Any:
    """A value as YAML has it: times with their offset, money and days as text."""
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat()
    if isinstance(value, date | Decimal | StrEnum):
        return str(value)
    return value


def to_cells(values: dict[str, Any]) -> dict[str, str]:
    """Plain values as cells; a mapping spreads over columns of its own."""
    cells: dict[str, str] = {}
    for name, value in values.items():
        if isinstance(value, dict):
            cells |= {f"{name}.{key}": _to_cell(name, part) for key, part in value.items()}
        else:
            cells[name] = _to_cell(name, value)
    return cells


def _to_cell(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list) and len(value) == 2 and all(isinstance(end, int | float) for end in value):
        return f"{value[0]}-{value[1]}"
    if isinstance(value, list) and all(isinstance(word, str) for word in value):
        return "|".join(value)
    if isinstance(value, dict | list):
        raise ImportFileError(f"{name} holds nested values that fit no table; export this kind to .yml")
    text = str(value)
    if text.isdigit() and len(text) > LONGEST_NUMBER:
        return f'="{text}"'
    return f"'{text}" if text.startswith(FORMULA) else text
