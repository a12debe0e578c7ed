"""What the intent model sees of a turn: characters, words and word classes."""

import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import jieba

from bot.components.lexicon import Lexicon
from bot.components.text import reading_form

FEATURES = "intent_features"
"""Where the classifier leaves the features on a message, for the components after it."""
CHAR_ORDERS = (1, 2, 3, 4)
WORD_ORDERS = (1, 2)
CLASS_ORDERS = (1, 2, 3)
BLOCK_WEIGHTS = {"c": 1.0, "w": 0.5, "l": 0.7}


@dataclass(frozen=True)
class Reading:
    """A text in its reading form with its words and what the lexicon knows of it, as (start, end, ...)."""

    form: str
    words: list[tuple[int, int]]
    classes: list[tuple[int, int, tuple[str, ...]]]


class FeatureReader:
    """Turns a text into named features; keeps its own jieba so that no other user of it is touched."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._jieba = jieba.Tokenizer()
        jieba.setLogLevel(logging.WARNING)
        self._jieba.initialize()

    @property
    def classes(self) -> dict[str, list[str]]:
        """The word classes the reader works with."""
        return self._lexicon.classes

    def read(self, text: str) -> Reading:
        """Return the text's form, words and classes; a blank text has an empty form."""
        form = reading_form(text)
        tokens = self._jieba.tokenize(form) if form else ()
        words = [(start, end) for token, start, end in tokens if not token[0].isspace()]
        return Reading(form, words, self._lexicon.matches(form, words))

    def features(self, text: str) -> Counter[str]:
        """Count the features of a text; a blank text has none."""
        return features_of(self.read(text))


def features_of(reading: Reading) -> Counter[str]:
    """Count the features of a text that was read; a blank one has none."""
    counts: Counter[str] = Counter()
    if not reading.form:
        return counts
    words = [reading.form[start:end] for start, end in reading.words]
    counts.update(_grams("c", ["^", *reading.form, "$"], CHAR_ORDERS))
    counts.update(_grams("w", ["^", *words, "$"], WORD_ORDERS))
    counts.update(_grams("l", ["/".join(names) for _, _, names in reading.classes], CLASS_ORDERS))
    return counts


def _grams(block: str, items: list[str], orders: tuple[int, ...]) -> Iterator[str]:
    joint = "" if block == "c" else " "
    for order in orders:
        for start in range(len(items) - order + 1):
            gram = joint.join(items[start : start + order])
            if gram not in ("^", "$"):
                yield f"{block}:{gram}"
