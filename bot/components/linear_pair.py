"""Two linear readers of the same features."""

from collections import Counter
from dataclasses import dataclass
from math import log, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Vocabulary:
    """The features known from training, with their weight (inverse document frequency)."""

    index: dict[str, int]
    weights: Array
    blocks: dict[str, float]

    @classmethod
    def learn(cls, samples: list[Counter[str]], blocks: dict[str, float], seen_in: int) -> "Vocabulary":
        """Keep the features that stand in at least `seen_in` samples."""
        spread: Counter[str] = Counter()
        for sample in samples:
            spread.update(sample.keys())
        kept = sorted(name for name, count in spread.items() if count >= seen_in)
        weights = [log((1 + len(samples)) / (1 + spread[name])) + 1 for name in kept]
        return cls({name: at for at, name in enumerate(kept)}, np.asarray(weights, np.float32), blocks)

    def vector(self, sample: Counter[str]) -> tuple[NDArray[np.int32], Array]:
        """Return columns and values; each block (the letter before the colon) has its own unit length."""
        columns: list[int] = []
        values: list[float] = []
        letters: list[str] = []
        squares = dict.fromkeys(self.blocks, 0.0)
        for name, count in sample.items():
            column = self.index.get(name)
            if column is None:
                continue
            value = (1 + log(count)) * float(self.weights[column])
            columns.append(column)
            values.append(value)
            letters.append(name[0])
            squares[name[0]] += value * value
        scale = {letter: self.blocks[letter] / sqrt(square) for letter, square in squares.items() if square}
        scaled = [value * scale[letter] for value, letter in zip(values, letters, strict=True)]
        return np.asarray(columns, np.int32), np.asarray(scaled, np.float32)

    def matrix(self, samples: list[Counter[str]]) -> csr_matrix:
        """Return the samples as rows."""
        rows = [self.vector(sample) for sample in samples]
        starts = np.cumsum([0] + [len(columns) for columns, _ in rows])
        columns = np.concatenate([columns for columns, _ in rows])
        values = np.concatenate([values for _, values in rows])
        return csr_matrix((values, columns, starts), shape=(len(samples), len(self.index)))


@dataclass(frozen=True)
class Settings:
    """How the pair is trained."""

    regression_c: float = 6.0
    svm_c: float = 0.2
    svm_sharpness: float = 3.0
    regression_tolerance: float = 0.03  # finer steps cost half as much again and read nothing better
    svm_tolerance: float = 0.01
    seed: int = 7


@dataclass(frozen=True)
class LinearPair:
    """Weights of the logistic regression and the support vector machine, features by classes."""

    labels: list[str]
    regression: Array
    regression_bias: Array
    svm: Array
    svm_bias: Array
    svm_sharpness: float

    @classmethod
    def train(cls, matrix: csr_matrix, labels: list[str], settings: Settings) -> "LinearPair":
        """Fit both on the rows."""
        regression = LogisticRegression(
            C=settings.regression_c,
            solver="liblinear",
            tol=settings.regression_tolerance,
            random_state=settings.seed,
        ).fit(matrix, labels)
        svm = LinearSVC(C=settings.svm_c, tol=settings.svm_tolerance, random_state=settings.seed)
        svm.fit(matrix, labels)
        return cls(
            labels=[str(label) for label in regression.classes_],
            regression=regression.coef_.T.astype(np.float32),
            regression_bias=regression.intercept_.astype(np.float32),
            svm=svm.coef_.T.astype(np.float32),
            svm_bias=svm.intercept_.astype(np.float32),
            svm_sharpness=settings.svm_sharpness,
        )

    def probabilities(self, matrix: csr_matrix) -> Array:
        """Return the probabilities of all samples (rows), a block from each of the two."""
        return np.stack(self._shares(matrix @ self.regression, matrix @ self.svm))

    def probabilities_of(self, columns: NDArray[np.int32], values: Array) -> Array:
        """Return the probabilities of one sample, a row from each of the two."""
        regression, svm = self._shares(
            (values @ self.regression[columns])[None], (values @ self.svm[columns])[None]
        )
        return np.concatenate([regression, svm])

    def _shares(self, regression: Array, svm: Array) -> tuple[Array, Array]:
        odds = 1 / (1 + np.exp(-(regression + self.regression_bias)))
        first: Array = odds / odds.sum(axis=1, keepdims=True)
        return first, softmax((svm + self.svm_bias) * self.svm_sharpness)


def softmax(scores: Array) -> Array:
    """Return each row as shares that add up to one."""
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares: Array = raised / raised.sum(axis=-1, keepdims=True)
    return shares
