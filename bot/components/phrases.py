"""Longest match of many fixed phrases."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Generic, TypeVar

Value = TypeVar("Value")


class PhraseTable(Generic[Value]):
    """Phrases with a value each; lower case, the longest wins, a Latin word never inside another."""

    def __init__(self, phrases: Mapping[str, Value]) -> None:
        self._values = {phrase.lower(): value for phrase, value in phrases.items() if phrase}
        lengths: dict[str, set[int]] = {}
        for phrase in self._values:
            lengths.setdefault(phrase[0], set()).add(len(phrase))
        self._lengths = {first: sorted(found, reverse=True) for first, found in lengths.items()}

    def find(self, text: str) -> Iterator[tuple[int, int, Value]]:
        """Yield (start, end, value) from left to right without overlap; `text` is lower case."""
        position = 0
        while position < len(text):
            end = self._longest(text, position)
            if end > position:
                yield position, end, self._values[text[position:end]]
            position = max(end, position + 1)

    def _longest(self, text: str, start: int) -> int:
        for length in self._lengths.get(text[start], ()):
            end = start + length
            if text[start:end] in self._values and not _cuts_a_word(text, start, end):
                return end
        return start


def read_phrases(file: Path) -> dict[str, str]:
    """Read a file of `value<TAB>phrase phrase …` lines as phrase → value."""
    phrases: dict[str, str] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        value, words = line.split("\t")
        phrases.update(dict.fromkeys(words.split(), value))
    return phrases


def _cuts_a_word(text: str, start: int, end: int) -> bool:
    def is_latin(char: str) -> bool:
        return char.isascii() and char.isalnum()

    before = start > 0 and is_latin(text[start]) and is_latin(text[start - 1])
    after = end < len(text) and is_latin(text[end - 1]) and is_latin(text[end])
    return before or after
