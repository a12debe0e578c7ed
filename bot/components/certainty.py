"""How far the best reading may be trusted: of readings with 0.8, four in five shall be right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

Array = NDArray[np.float64]
_TINY = 1e-6


@dataclass(frozen=True)
class Certainty:
    """A logistic curve over how sure the model looks, with a small correction for each intent."""

    weights: tuple[float, ...]
    bias: float
    by_intent: dict[str, float]

    @classmethod
    def learn(cls, shares: Array, sizes: list[int], labels: list[str], names: list[str]) -> Certainty:
        """Fit on held-out shares (rows; columns named by `names`), sizes in characters and true labels."""
        best = shares.argmax(axis=1)
        looks = np.stack([_looks(row, size) for row, size in zip(shares, sizes, strict=True)])
        intents = np.eye(len(names))[best]
        right = np.asarray([names[at] == label for at, label in zip(best, labels, strict=True)])
        # A strong penalty: an intent moves its curve only on good evidence.
        curve = LogisticRegression(C=0.03, max_iter=2000).fit(np.hstack([looks, intents]), right)
        width = looks.shape[1]
        corrections = [float(value) for value in curve.coef_[0][width:]]
        weights = tuple(float(value) for value in curve.coef_[0][:width])
        return cls(weights, float(curve.intercept_[0]), dict(zip(names, corrections, strict=True)))

    def of(self, shares: Array, size: int, intent: str) -> float:
        """Return the chance that `intent`, the best of the shares, is right.

        `size` is the text's length in characters.
        """
        looks = float(_looks(shares, size) @ np.asarray(self.weights))
        score = looks + self.bias + self.by_intent[intent]
        return float(1 / (1 + np.exp(-score)))

    def to_json(self) -> dict[str, Any]:
        """Return the curve as plain data."""
        return {"weights": list(self.weights), "bias": self.bias, "by_intent": self.by_intent}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Certainty:
        """Return the curve written by `to_json`."""
        return cls(tuple(data["weights"]), data["bias"], data["by_intent"])


def spread(shares: Array, certainty: float) -> Array:
    """Return shares whose best is `certainty`; the others keep their proportion, never above the best."""
    best = int(shares.argmax())
    rest = shares * ((1 - certainty) / max(1 - float(shares[best]), _TINY))
    result: Array = np.minimum(rest, certainty)
    result[best] = certainty
    return result


def _looks(shares: Array, size: int) -> Array:
    second, first = np.sort(shares)[-2:]
    entropy = -float((shares * np.log(shares + 1e-9)).sum())
    return np.asarray(
        [np.log(first / (1 - first + _TINY)), np.log(first / (second + 1e-9)), entropy, np.log1p(size)]
    )
