"""A turn as rows of numbers for the net: one row a character, or one a word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.components.intent_features import Reading

Rows = NDArray[np.int32]
LONGEST = 80  # characters; what stands behind them is left to the linear readers
CLASSES = 3  # of one place in the text
CHARS = 4  # of one word
UNKNOWN = 1  # 0 is padding
STACK = 128  # turns read at once


@dataclass(frozen=True)
class Encoded:
    """For each place: its characters, its word, its lexicon classes; 0 where there is none."""

    chars: Rows
    words: Rows
    classes: Rows


@dataclass(frozen=True)
class Alphabet:
    """The characters, word classes and words that have a number."""

    chars: list[str]
    classes: list[str]
    words: dict[str, int]

    @classmethod
    def learn(cls, readings: Iterable[Reading], classes: Iterable[str], words: dict[str, int]) -> Alphabet:
        """Keep the characters that stand in two readings or more."""
        spread: Counter[str] = Counter()
        for reading in readings:
            spread.update(set(reading.form))
        return cls(sorted(char for char, count in spread.items() if count > 1), sorted(classes), words)

    @cached_property
    def _char_at(self) -> dict[str, int]:
        return {char: at for at, char in enumerate(self.chars, UNKNOWN + 1)}

    @cached_property
    def _class_at(self) -> dict[str, int]:
        return {name: at for at, name in enumerate(self.classes, 1)}

    def by_char(self, reading: Reading) -> Encoded:
        """Return one row a character, with the word that covers it."""
        size = min(len(reading.form), LONGEST)
        chars, words = np.zeros((size, 1), np.int32), np.zeros(size, np.int32)
        chars[:, 0] = [self._char_at.get(char, UNKNOWN) for char in reading.form[:size]]
        for start, end in self._known_parts(reading):
            words[start:end] = self.words.get(reading.form[start:end], 0)
        return Encoded(chars, words, self._classes_of(reading, size))

    def by_word(self, reading: Reading) -> Encoded:
        """Return one row a word, with its first characters and the classes found in it."""
        parts = [part for part in self._known_parts(reading) if part[1] <= LONGEST]
        chars = np.zeros((len(parts), CHARS), np.int32)
        classes = np.zeros((len(parts), CLASSES), np.int32)
        known = self._classes_of(reading, LONGEST)
        for row, (start, end) in enumerate(parts):
            letters = [self._char_at.get(char, UNKNOWN) for char in reading.form[start:end][:CHARS]]
            chars[row, : len(letters)] = letters
            found = [name for name in dict.fromkeys(known[start:end].ravel().tolist()) if name][:CLASSES]
            classes[row, : len(found)] = found
        words = [self.words.get(reading.form[start:end], 0) for start, end in parts]
        return Encoded(chars, np.asarray(words, np.int32), classes)

    def _known_parts(self, reading: Reading) -> list[tuple[int, int]]:
        """The words of a reading, those without a vector cut into the longest pieces that have one."""
        parts: list[tuple[int, int]] = []
        for start, end in reading.words:
            position = start
            while position < end:
                ends = range(end, position + 1, -1)
                cut = next((at for at in ends if reading.form[position:at] in self.words), position + 1)
                parts.append((position, cut))
                position = cut
        return parts

    def _classes_of(self, reading: Reading, size: int) -> Rows:
        classes = np.zeros((size, CLASSES), np.int32)
        for start, end, names in reading.classes:
            known = [self._class_at[name] for name in names if name in self._class_at][:CLASSES]
            classes[start:end, : len(known)] = known
        return classes

    def to_json(self) -> dict[str, Any]:
        """Return the alphabet without its words as plain data."""
        return {"chars": "".join(self.chars), "classes": self.classes}


def padded(turns: list[Encoded]) -> Encoded:
    """Return the turns as one block, filled with 0 to the length of the longest."""
    size = max(4, *(len(turn.words) for turn in turns))
    width = turns[0].chars.shape[1]
    chars = np.zeros((len(turns), size, width), np.int32)
    words = np.zeros((len(turns), size), np.int32)
    classes = np.zeros((len(turns), size, CLASSES), np.int32)
    for at, turn in enumerate(turns):
        length = len(turn.words)
        chars[at, :length], words[at, :length], classes[at, :length] = turn.chars, turn.words, turn.classes
    return Encoded(chars, words, classes)


def stacks(turns: Sequence[Encoded]) -> Iterator[tuple[list[int], Encoded]]:
    """Yield the turns of each length as one block with their places in `turns`, at most STACK at a time."""
    by_length: dict[int, list[int]] = {}
    for at, turn in enumerate(turns):
        by_length.setdefault(len(turn.words), []).append(at)
    for alike in by_length.values():
        for first in range(0, len(alike), STACK):
            places = alike[first : first + STACK]
            chosen = [turns[at] for at in places]
            yield (
                places,
                Encoded(
                    np.stack([turn.chars for turn in chosen]),
                    np.stack([turn.words for turn in chosen]),
                    np.stack([turn.classes for turn in chosen]),
                ),
            )
