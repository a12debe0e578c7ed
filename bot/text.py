"""What of a customer's text may reach the model, and where each character stood in the original."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

# Understanding stops here: nobody states a need in more, and the cost of a turn stays bounded. The
# desk is told by `cut`. A text over protocol.MAX_TEXT_CHARS is refused before it comes here.
MAX_UNDERSTOOD_CHARS = 5_000

_LINE_ENDS = frozenset("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")
_UNSEEN = frozenset({"Cc", "Cf", "Cs"})  # control, format (zero width, bidi), lone surrogates
# Rasa takes `/intent{...}` at the start of a text for a command; the full-width form becomes one under NFKC.
_COMMAND = re.compile(r"[\s/／]*")


@dataclass(frozen=True)
class Cleaned:
    """A text without unseen characters. `origin[i]` is the place of `text[i]` in what was sent."""

    text: str
    origin: tuple[int, ...]
    cut: bool

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Where a span of the cleaned text stands in the text as sent."""
        if start >= end:
            place = self.origin[start] if start < len(self.origin) else 0
            return place, place
        return self.origin[start], self.origin[end - 1] + 1


def clean(text: str) -> Cleaned:
    """Drop unseen characters, make every line end a newline, stop at MAX_UNDERSTOOD_CHARS."""
    kept: list[str] = []
    origin: list[int] = []
    for place, char in enumerate(text):
        seen = _seen(char)
        if seen is None:
            continue
        if len(kept) == MAX_UNDERSTOOD_CHARS:
            return Cleaned("".join(kept), tuple(origin), cut=True)
        kept.append(seen)
        origin.append(place)
    return Cleaned("".join(kept), tuple(origin), cut=False)


def _seen(char: str) -> str | None:
    if char in _LINE_ENDS:
        return "\n"
    if char == "\t":
        return " "
    return None if unicodedata.category(char) in _UNSEEN else char


def has_words(text: str) -> bool:
    """Whether there is anything to classify: a letter, a Chinese character or a digit."""
    return any(char.isalnum() for char in text)


def without_command(text: str) -> tuple[str, int]:
    """The text without leading blanks and slashes, and how many characters were left out."""
    match = _COMMAND.match(text)
    skipped = match.end() if match else 0
    return text[skipped:].rstrip(), skipped
