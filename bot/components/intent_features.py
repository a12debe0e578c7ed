"""What the intent model sees of a turn: characters, words and word classes."""

import logging
from collections import Counter
from collections.abc import Iterator

import jieba

from bot.components.lexicon import Lexicon
from bot.components.text import reading_form

FEATURES = "intent_features"
"""Where the classifier leaves the features on a message, for the components after it."""
CHAR_ORDERS = (1, 2, 3, 4)
WORD_ORDERS = (1, 2)
CLASS_ORDERS = (1, 2, 3)
BLOCK_WEIGHTS = {"c": 1.0, "w": 0.5, "l": 0.7}


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

    def features(self, text: str) -> Counter[str]:
        """Count the features of a text; a blank text has none."""
        form = reading_form(text)
        if not form:
            return Counter()
        tokens = [token for token in self._jieba.tokenize(form) if not token[0].isspace()]
        words = [token[0] for token in tokens]
        spans = [(start, end) for _, start, end in tokens]
        classes = ["/".join(names) for names in self._lexicon.class_sequence(form, spans)]
        counts: Counter[str] = Counter()
        counts.update(_grams("c", ["^", *form, "$"], CHAR_ORDERS))
        counts.update(_grams("w", ["^", *words, "$"], WORD_ORDERS))
        counts.update(_grams("l", classes, CLASS_ORDERS))
        return counts


def _grams(block: str, items: list[str], orders: tuple[int, ...]) -> Iterator[str]:
    joint = "" if block == "c" else " "
    for order in orders:
        for start in range(len(items) - order + 1):
            gram = joint.join(items[start : start + order])
            if gram not in ("^", "$"):
                yield f"{block}:{gram}"
