"""The word classes of data/lexicon, matched longest first."""

from collections.abc import Iterable
from pathlib import Path

FOLDER = Path("data/lexicon")


class Lexicon:
    """Words of the trade and the classes they stand in."""

    def __init__(self, classes: dict[str, list[str]]) -> None:
        self.classes = classes
        self._words: dict[str, tuple[str, ...]] = {}
        for name, words in sorted(classes.items()):
            for word in words:
                key = word.lower()
                if name not in self._words.get(key, ()):
                    self._words[key] = (*self._words.get(key, ()), name)
        lengths: dict[str, set[int]] = {}
        for word in self._words:
            lengths.setdefault(word[0], set()).add(len(word))
        self._lengths = {first: sorted(found, reverse=True) for first, found in lengths.items()}

    @classmethod
    def read(cls, folder: Path = FOLDER) -> "Lexicon":
        """Read every `<theme>.tsv` of the folder; a line is `class<TAB>word word …`."""
        classes: dict[str, list[str]] = {}
        for file in sorted(folder.glob("*.tsv")):
            for line in file.read_text(encoding="utf-8").splitlines():
                name, words = line.split("\t")
                classes[name] = words.split()
        if not classes:
            raise FileNotFoundError(f"no lexicon in {folder.resolve()}")
        return cls(classes)

    def matches(self, text: str, tokens: Iterable[tuple[int, int]]) -> list[tuple[int, int, tuple[str, ...]]]:
        """Return start, end and classes of the longest words found from left to right.

        A single character or a bare number counts only where it is a whole token (start, end).
        """
        whole = set(tokens)
        found: list[tuple[int, int, tuple[str, ...]]] = []
        position = 0
        while position < len(text):
            end = self._longest(text, position, whole)
            if end > position:
                found.append((position, end, self._words[text[position:end]]))
            position = max(end, position + 1)
        return found

    def _longest(self, text: str, start: int, whole: set[tuple[int, int]]) -> int:
        for length in self._lengths.get(text[start], ()):
            end = start + length
            word = text[start:end]
            if end > len(text) or word not in self._words:
                continue
            if (length > 1 and not word.isdigit()) or (start, end) in whole:
                return end
        return start
