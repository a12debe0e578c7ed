"""Turns with their values marked, `要[24码半](size:24.5)的`, and how many of them a recogniser finds."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_MARK = re.compile(r"\[([^\[\]]+)\]\((\w+):([^()]+)\)")
# What stands inside these is part of them: the region of an address is no value of its own.
_WHOLE = ("address", "invoice_title", "product")

Value = tuple[str, str]


@dataclass(frozen=True)
class MarkedTurn:
    """A customer's text and its values as (entity, normalised value)."""

    text: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Score:
    """How many values were found as marked, found though not marked (`extra`), and missed."""

    right: int
    extra: int
    missed: int

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall; 1 where there was nothing to find."""
        whole = 2 * self.right + self.extra + self.missed
        return 2 * self.right / whole if whole else 1.0


@dataclass(frozen=True)
class Fault:
    """A turn that was read wrongly: what was found and not marked, and what was missed."""

    text: str
    extra: tuple[Value, ...]
    missed: tuple[Value, ...]


def read_marked(file: Path) -> list[MarkedTurn]:
    """Read one turn a line; lines that begin with `#` are remarks."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return [_marked(line) for line in lines if line and not line.startswith("#")]


def _marked(line: str) -> MarkedTurn:
    text = _MARK.sub(r"\1", line)
    if re.search(r"[\[\]]", text):
        raise ValueError(f"a mark is not closed or has no value, write [words](entity:value): {line}")
    return MarkedTurn(text, tuple((entity, value) for _, entity, value in _MARK.findall(line)))


def compare(
    turns: Iterable[MarkedTurn], recognize: Callable[[str], list[dict[str, Any]]]
) -> tuple[dict[str, Score], list[Fault]]:
    """Score a recogniser for each entity and over `all`, and list the turns it read wrongly."""
    right, extra, missed = Counter[str](), Counter[str](), Counter[str]()
    faults = []
    for turn in turns:
        marked, found = Counter(turn.values), Counter(_values(recognize(turn.text)))
        right.update(entity for entity, _ in (marked & found).elements())
        extra.update(entity for entity, _ in (found - marked).elements())
        missed.update(entity for entity, _ in (marked - found).elements())
        if marked != found:
            faults.append(
                Fault(turn.text, tuple((found - marked).elements()), tuple((marked - found).elements()))
            )
    names = sorted({*right, *extra, *missed})
    scores = {name: Score(right[name], extra[name], missed[name]) for name in names}
    return scores | {"all": Score(right.total(), extra.total(), missed.total())}, faults


def _values(found: Iterable[Mapping[str, Any]]) -> list[Value]:
    held = list(found)
    wholes = [(one["start"], one["end"]) for one in held if one["entity"] in _WHOLE]
    return [
        (one["entity"], f"{one['value']:g}" if isinstance(one["value"], float) else str(one["value"]))
        for one in held
        if one["entity"] in _WHOLE
        or not any(start <= one["start"] and one["end"] <= end for start, end in wholes)
    ]
