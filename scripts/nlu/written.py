"""Readers measured on written examples they have not seen: one split, learned from scratch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bot.components.certainty import Certainty, opinion
from bot.components.intent_features import BLOCK_WEIGHTS, FeatureReader, features_of
from bot.components.lexicon import Lexicon
from bot.components.linear_pair import LinearPair, Settings, Vocabulary
from bot.components.readers import Plan, ReadersTraining, split
from scripts.nlu.turns import Turn

HELD_OUT = 0.2
SEED = 11


def read_unseen(texts: list[str], labels: list[str]) -> list[Turn]:
    """Return a fifth of the examples as read by readers that learned the others.

    Half of that fifth teaches the certainty, the other half is returned.
    """
    reader = FeatureReader(Lexicon.read())
    known, held = split(labels, HELD_OUT, SEED)
    readings = [reader.read(text) for text in texts]
    training = ReadersTraining(readings, labels, sorted(reader.classes), Plan())
    training.learn(known)
    shares = training.shares(held)
    calibrating = np.arange(len(held)) % 2 == 0
    told = [labels[place] for place in held[calibrating]]
    certainty = Certainty.learn(shares[:, calibrating], told, training.names)
    turns = []
    for row in np.flatnonzero(~calibrating):
        said = shares[:, row]
        intent = training.names[int(opinion(said).argmax())]
        place = held[row]
        turns.append(Turn(texts[place], [{labels[place]}], "none", intent, certainty.of(said)))
    return turns


def learning_curve(
    texts: list[str], labels: list[str], parts: Sequence[float] = (0.125, 0.25, 0.5, 1.0)
) -> list[tuple[int, float]]:
    """Return number of examples and share right on unseen ones, for the linear pair, which learns fast."""
    reader = FeatureReader(Lexicon.read())
    samples = [features_of(reader.read(text)) for text in texts]
    known, held = split(labels, HELD_OUT, SEED)
    order = np.random.default_rng(SEED).permutation(known)
    curve = []
    for part in parts:
        chosen = order[: round(len(order) * part)]
        vocabulary = Vocabulary.learn([samples[place] for place in chosen], BLOCK_WEIGHTS, Plan().seen_in)
        matrix = vocabulary.matrix([samples[place] for place in chosen])
        pair = LinearPair.train(matrix, [labels[place] for place in chosen], Settings())
        best = (
            pair.probabilities(vocabulary.matrix([samples[place] for place in held]))
            .mean(axis=0)
            .argmax(axis=1)
        )
        right = np.mean([pair.labels[at] == labels[place] for at, place in zip(best, held, strict=True)])
        curve.append((len(chosen), float(right)))
    return curve
