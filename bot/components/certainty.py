"""How far the best reading may be trusted: of readings with 0.8, four in five shall be right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from bot.components.linear_pair import softmax

Array = NDArray[np.float32]
_TINY = 1e-6
# Nothing is understood that could be answered, however sure the readers are of that.
_NO_NEED = ("unclear", "out_of_scope")
_MOST_WITHOUT_NEED = 0.4
_LEAST_VAGUE = 1e-4  # less share than this for the intents without a need tells nothing more


def opinion(shares: Array) -> Array:
    """Return the readers' common shares of the intents (rows: readers).

    The geometric mean, in which a strong doubt of one reader counts.
    """
    return softmax(np.log(shares + _TINY).mean(axis=0, keepdims=True))[0]


@dataclass(frozen=True)
class Certainty:
    """A logistic curve over how sure and how much of one mind the readers are, corrected for each intent."""

    names: tuple[str, ...]
    weights: tuple[float, ...]
    bias: float
    by_intent: tuple[float, ...]

    @classmethod
    def learn(cls, shares: Array, labels: list[str], names: list[str]) -> Certainty:
        """Fit on held-out shares (readers, examples, intents as in `names`) and their true labels."""
        each = [shares[:, at] for at in range(shares.shape[1])]
        best = [int(opinion(one).argmax()) for one in each]
        vague = _vague(names)
        looks = np.stack([_looks(one, vague) for one in each])
        right = np.asarray([names[at] == label for at, label in zip(best, labels, strict=True)])
        if right.all() or not right.any():  # a handful of examples; nothing can be said of doubt
            return cls(
                tuple(names), (0.0,) * looks.shape[1], 4.0 if right.all() else -4.0, (0.0,) * len(names)
            )
        middle, scale = looks.mean(axis=0), looks.std(axis=0) + _TINY
        signs = np.hstack([(looks - middle) / scale, np.eye(len(names))[best]])
        # A strong penalty: an intent moves its curve only on good evidence.
        curve = LogisticRegression(C=0.01, max_iter=5000).fit(signs, right)
        width = looks.shape[1]
        weights = curve.coef_[0][:width] / scale
        bias = float(curve.intercept_[0] - weights @ middle)
        by_intent = tuple(float(value) for value in curve.coef_[0][width:])
        return cls(tuple(names), tuple(float(value) for value in weights), bias, by_intent)

    def of(self, shares: Array) -> float:
        """Return the chance that the readers' best intent is right and can be answered (rows: readers)."""
        best = int(opinion(shares).argmax())
        looks = float(_looks(shares, self._vague) @ np.asarray(self.weights))
        chance = float(1 / (1 + np.exp(-(looks + self.bias + self.by_intent[best]))))
        return min(chance, _MOST_WITHOUT_NEED) if self.names[best] in _NO_NEED else chance

    @cached_property
    def _vague(self) -> NDArray[np.int64]:
        return _vague(self.names)

    def to_json(self) -> dict[str, Any]:
        """Return the curve as plain data."""
        return {"weights": self.weights, "bias": self.bias, "by_intent": self.by_intent}

    @classmethod
    def from_json(cls, data: dict[str, Any], names: list[str]) -> Certainty:
        """Return the curve written by `to_json` for the intents `names`."""
        return cls(tuple(names), tuple(data["weights"]), data["bias"], tuple(data["by_intent"]))


def spread(shares: NDArray[Any], certainty: float) -> NDArray[Any]:
    """Return shares whose best is `certainty`; the others keep their proportion, never above the best."""
    best = int(shares.argmax())
    rest = shares * ((1 - certainty) / max(1 - float(shares[best]), _TINY))
    result: NDArray[Any] = np.minimum(rest, certainty)
    result[best] = certainty
    return result


def _vague(names: Sequence[str]) -> NDArray[np.int64]:
    return np.flatnonzero(np.isin(names, _NO_NEED))


def _looks(shares: Array, vague: NDArray[np.int64]) -> Array:
    """What tells a sure reading from a doubtful one.

    How sure each reader is of it (a net is as sure of what it never saw the like of; the weights know), how
    many would choose it, and how much of the common opinion holds that nothing can be understood.
    """
    common = opinion(shares)
    best = int(common.argmax())
    own = np.clip(shares[:, best], _TINY, 1 - _TINY)
    agree = (shares.argmax(axis=1) == best).mean()
    nothing = np.log(common[vague].sum() + _LEAST_VAGUE)
    return np.asarray([*np.log(own / (1 - own)), agree, nothing], np.float32)
