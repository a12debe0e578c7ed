"""How grave a turn sounds, learned from lines with a level: what patterns cannot name.

Three yes-or-no readers on the features of the intent model: at least general, at least major, crisis.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from bot.components.intent_features import BLOCK_WEIGHTS
from bot.components.linear_pair import Vocabulary
from bot.components.severity_rules import GRAVE, LEVELS, Severity

FOLDER = Path("data/severity")

# fmt: off
CALM = (
    "greet", "goodbye", "thank", "affirm", "ask_bot", "request_human", "inform", "unclear",
    "ask_stock", "ask_size", "ask_authenticity", "ask_product", "ask_care", "ask_color_difference",
    "ask_recommendation", "ask_price", "bargain", "ask_gift", "ask_shipping_fee", "ask_coupon",
    "ask_promotion", "ask_bulk_order", "ask_payment", "ask_invoice", "request_invoice",
    "ask_courier", "ask_delivery_time", "change_address", "cancel_order", "add_order_note",
    "ask_return_policy", "ask_return_fee", "inform_return_shipped", "ask_warranty",
)
# fmt: on
# What an intent of data/nlu says about the level. Intents that are spoken in peace and in anger alike
# (track_order, request_return, deny …) say nothing and are left out.
IMPLIED = {
    "complain": "general",
    "abuse": "general",
    "threaten_escalation": "major",
    "report_safety_incident": "crisis",
    "express_self_harm": "crisis",
    **dict.fromkeys(CALM, "none"),
}
OWN_WEIGHT = 3.0  # a line written for its level counts as much as three whose intent implies one
# Lines of data/severity below a level that may be read as that level. They are written to be near: turns of
# ordinary customers are misread half as often.
FALSE_ALARMS = {"general": 0.16, "major": 0.01, "crisis": 0.01}
# Of the grave lines of data/severity, as many may sound calm; below their score a turn does.
SOUNDING_CALM = 0.01
FOLDS = 3  # one of them is held out to set the thresholds
REGRESSION_C = 6.0

Array = NDArray[np.float32]


# Said in a few characters these are wishes and answers like any other; a feeling takes more words.
BARE = frozenset({"request_return", "request_exchange", "ask_return_process", "change_order_item", "deny"})
BARE_CHARS = 7


def is_bare(text: str, intent: str) -> bool:
    """Whether a turn says so little that only its words count, not how it sounds."""
    return intent in BARE and len(text.strip()) <= BARE_CHARS


# Words of these kinds mean what they say, however calm the rest sounds.
NEVER_CALM = frozenset({"self_harm", "violence"})


def join(told: Severity, heard: Heard) -> Severity:
    """What patterns and reader find together: the gravest wins, save for two cases.

    Grave words in a turn that sounds calm throughout are names of goods, places, trades. And what an idiom
    or a denial explains is no more than displeasure.
    """
    if told.level in GRAVE and heard.is_calm and NEVER_CALM.isdisjoint(told.kinds) and not told.by_intent:
        return Severity("none", ())
    level = "general" if told.is_harmless and heard.level in GRAVE else heard.level
    if LEVELS.index(level) <= LEVELS.index(told.level):
        return told
    return replace(told, level=level, evidence=(f"reader:{level}",))


def read_lines(folder: Path = FOLDER) -> list[tuple[str, str]]:
    """The lines of the folder with their level; `<topic>.yml` maps a level to a block of lines."""
    found = []
    for file in sorted(folder.glob("*.yml")):
        for level, block in yaml.safe_load(file.read_text(encoding="utf-8")).items():
            found += [(line, level) for line in block.splitlines()]
    if not found:
        raise FileNotFoundError(f"no severity lines in {folder.resolve()}")
    return found


@dataclass(frozen=True)
class Heard:
    """How grave a turn sounds; `is_calm` when hardly any grave turn sounds so."""

    level: str
    is_calm: bool


@dataclass(frozen=True)
class SeverityReader:
    """A vocabulary and, for each level above none, weights, bias and the score from which it holds.

    `calm_below`: the score for general under which a turn is calm whatever words stand in it.
    """

    vocabulary: Vocabulary
    weights: Array
    bias: Array
    thresholds: tuple[float, ...]
    calm_below: float

    @classmethod
    def learn(cls, samples: Sequence[Counter[str]], levels: Sequence[str], own: int) -> SeverityReader:
        """Fit on samples with levels, the first `own` of them written for it; thresholds on held-out ones."""
        ranks = np.asarray([LEVELS.index(level) for level in levels])
        everything = np.arange(len(ranks))
        folds = StratifiedKFold(FOLDS, shuffle=True, random_state=7)
        _, held = next(iter(folds.split(np.zeros(own), ranks[:own])))
        known = np.setdiff1d(everything, held)
        trial = cls._fit([samples[at] for at in known], ranks[known], known < own)
        scores = trial.scores([samples[at] for at in held])
        thresholds = tuple(
            float(np.quantile(scores[ranks[held] < rank, rank - 1], 1 - FALSE_ALARMS[LEVELS[rank]]))
            for rank in range(1, len(LEVELS))
        )
        grave = ranks[held] >= LEVELS.index("major")
        calm_below = float(np.quantile(scores[grave, 0], SOUNDING_CALM))
        fitted = cls._fit(samples, ranks, everything < own)
        return replace(fitted, thresholds=thresholds, calm_below=calm_below)

    @classmethod
    def _fit(
        cls, samples: Sequence[Counter[str]], ranks: NDArray[np.int64], is_own: NDArray[np.bool_]
    ) -> SeverityReader:
        vocabulary = Vocabulary.learn(list(samples), BLOCK_WEIGHTS, 2)
        matrix = vocabulary.matrix(list(samples))
        counts = np.where(is_own, OWN_WEIGHT, 1.0)

        def fit(rank: int) -> LogisticRegression:
            regression = LogisticRegression(C=REGRESSION_C, solver="liblinear", random_state=7)
            return regression.fit(matrix, ranks >= rank, sample_weight=counts)

        with ThreadPoolExecutor(2) as threads:  # liblinear works outside the interpreter's lock
            fitted = list(threads.map(fit, range(1, len(LEVELS))))
        none = (float("inf"),) * (len(LEVELS) - 1)
        weights = np.concatenate([one.coef_ for one in fitted]).T.astype(np.float32)
        bias = np.concatenate([one.intercept_ for one in fitted]).astype(np.float32)
        return cls(vocabulary, np.ascontiguousarray(weights), bias, none, float("-inf"))

    def scores(self, samples: Sequence[Counter[str]]) -> NDArray[np.float64]:
        """One row a sample: the log-odds that it is at least general, major, crisis."""
        found: NDArray[np.float64] = self.vocabulary.matrix(list(samples)) @ self.weights + self.bias
        return found

    def hear(self, sample: Counter[str]) -> Heard:
        """The gravest level whose score reaches its threshold, and whether the turn surely is calm."""
        columns, values = self.vocabulary.vector(sample)
        scores = values @ self.weights[columns] + self.bias
        reached = [rank for rank, least in enumerate(self.thresholds, 1) if scores[rank - 1] >= least]
        return Heard(LEVELS[max(reached, default=0)], bool(scores[0] < self.calm_below))

    def about(self) -> dict[str, Any]:
        """Everything but the arrays, as plain data."""
        return {
            "features": list(self.vocabulary.index),
            "blocks": self.vocabulary.blocks,
            "thresholds": list(self.thresholds),
            "calm_below": self.calm_below,
        }

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The arrays, weights in half precision."""
        half = self.weights.astype(np.float16)
        return {"weights": half, "bias": self.bias, "spread": self.vocabulary.weights}

    @classmethod
    def restore(cls, about: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> SeverityReader:
        """The reader that gave `about` and `arrays`."""
        index = {name: at for at, name in enumerate(about["features"])}
        vocabulary = Vocabulary(index, arrays["spread"], about["blocks"])
        weights = arrays["weights"].astype(np.float32)
        bias = arrays["bias"].astype(np.float32)
        return cls(vocabulary, weights, bias, tuple(about["thresholds"]), about["calm_below"])
