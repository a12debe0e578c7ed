"""The readers of a turn: the linear pair and two nets, one over characters and one over words."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.components.intent_features import BLOCK_WEIGHTS, Reading, features_of
from bot.components.linear_pair import LinearPair, Settings, Vocabulary
from bot.components.turn_encoding import Alphabet, Encoded, stacks
from bot.components.turn_net import NetSettings, TurnNet
from bot.components.word_vectors import WordVectors, read_word_vectors

Array = NDArray[np.float32]
Places = NDArray[np.int64]
_PAIR = ("regression", "regression_bias", "svm", "svm_bias")


@dataclass(frozen=True)
class Plan:
    """How the readers are trained."""

    seen_in: int = 2  # samples a feature must stand in
    vector_size: int = 128
    held_out: float = 0.15  # share of the examples that calibrates and is learned last
    nets: tuple[NetSettings, NetSettings] = (
        NetSettings(filters=112),
        NetSettings(widths=(1, 2, 3), seed=8),
    )
    epochs: int = 7
    rate: float = 3e-3
    last_epochs: int = 1
    last_rate: float = 5e-4
    seed: int = 7


@dataclass(frozen=True)
class HeldOut:
    """What readers said of examples they had not seen: shares by reader, example and intent."""

    shares: Array
    places: Places


@dataclass(frozen=True)
class Readers:
    """The linear pair and the nets; each gives a share to every intent."""

    labels: list[str]
    vocabulary: Vocabulary
    pair: LinearPair
    alphabet: Alphabet
    word_vectors: WordVectors
    char_net: TurnNet
    word_net: TurnNet

    @cached_property
    def _vectors(self) -> Array:
        return self.word_vectors.matrix

    def shares(self, reading: Reading, sample: Counter[str]) -> Array:
        """Return one row a reader, both of the pair first, one column an intent; `sample`: the features."""
        return np.stack(
            [
                *self.pair.probabilities_of(*self.vocabulary.vector(sample)),
                self.char_net.shares(self.alphabet.by_char(reading), self._vectors),
                self.word_net.shares(self.alphabet.by_word(reading), self._vectors),
            ]
        )

    def to_json(self) -> dict[str, Any]:
        """Return what is no matrix as plain data."""
        return {
            "labels": self.labels,
            "features": list(self.vocabulary.index),
            "blocks": self.vocabulary.blocks,
            "svm_sharpness": self.pair.svm_sharpness,
            "alphabet": self.alphabet.to_json(),
            "words": self.word_vectors.words,
            "word_step": self.word_vectors.step,
        }

    def to_tensors(self) -> dict[str, NDArray[Any]]:
        """Return the matrices by name, weights in half precision."""
        return {
            "feature_weights": self.vocabulary.weights,
            "word_codes": self.word_vectors.codes,
            **{name: getattr(self.pair, name).astype(np.float16) for name in _PAIR},
            **{f"char_net.{name}": tensor for name, tensor in self.char_net.to_tensors().items()},
            **{f"word_net.{name}": tensor for name, tensor in self.word_net.to_tensors().items()},
        }

    @classmethod
    def from_parts(cls, about: dict[str, Any], tensors: dict[str, NDArray[Any]]) -> Readers:
        """Return the readers that `to_json` and `to_tensors` wrote."""
        words = WordVectors(about["words"], tensors["word_codes"], about["word_step"])
        index = {name: at for at, name in enumerate(about["features"])}
        alphabet = about["alphabet"]
        return cls(
            about["labels"],
            Vocabulary(index, tensors["feature_weights"], about["blocks"]),
            LinearPair(
                about["labels"],
                **{name: tensors[name].astype(np.float32) for name in _PAIR},
                svm_sharpness=about["svm_sharpness"],
            ),
            Alphabet(list(alphabet["chars"]), alphabet["classes"], words.rows()),
            words,
            TurnNet.from_tensors(_part(tensors, "char_net.")),
            TurnNet.from_tensors(_part(tensors, "word_net.")),
        )


def _part(tensors: dict[str, NDArray[Any]], prefix: str) -> dict[str, NDArray[Any]]:
    return {name.removeprefix(prefix): one for name, one in tensors.items() if name.startswith(prefix)}


def _shares(net: TurnNet, turns: list[Encoded], word_vectors: Array) -> Array:
    shares = np.empty((len(turns), len(net.output_bias)), np.float32)
    for places, block in stacks(turns):
        shares[places] = net.shares(block, word_vectors)
    return shares


def train_readers(
    readings: list[Reading], labels: list[str], classes: list[str], plan: Plan
) -> tuple[Readers, HeldOut]:
    """Return readers that know all examples, and what they said of some before they had seen them.

    A net that has learned most examples takes in the rest in a few epochs more, which costs a fifth of
    learning all of them anew.
    """
    known, held = split(labels, plan.held_out, plan.seed)
    training = ReadersTraining(readings, labels, classes, plan)
    training.learn(known)
    shares = training.shares(held)
    training.complete()
    return training.readers(), HeldOut(shares, held)


def split(labels: list[str], share: float, seed: int) -> tuple[Places, Places]:
    """Return the places to learn and those to hold back: of every intent the same share.

    The held-back examples of an intent stand together: whoever wrote one wrote its neighbours, and a reader
    that knows the neighbours looks better than it is.
    """
    random = np.random.default_rng(seed)
    known, held = [], []
    for label in sorted(set(labels)):
        places = np.asarray([at for at, one in enumerate(labels) if one == label])
        cut = max(1, round(len(places) * share)) if len(places) > 1 else 0
        turned = np.roll(places, int(random.integers(len(places))))
        held.append(turned[:cut])
        known.append(turned[cut:])
    return np.sort(np.concatenate(known)), np.sort(np.concatenate(held))


class ReadersTraining:
    """Readers while they learn."""

    def __init__(self, readings: list[Reading], labels: list[str], classes: list[str], plan: Plan) -> None:
        from bot.components.turn_net_training import NetTraining  # TensorFlow takes seconds to load

        self._plan = plan
        self._labels = labels
        self.names = sorted(set(labels))
        self._targets = np.asarray([self.names.index(label) for label in labels])
        self.samples = [features_of(reading) for reading in readings]
        self._vectors = read_word_vectors(plan.vector_size)
        self._alphabet = Alphabet.learn(readings, classes, self._vectors.rows())
        by_char = [self._alphabet.by_char(reading) for reading in readings]
        by_word = [self._alphabet.by_word(reading) for reading in readings]
        shape = (len(self._alphabet.chars) + 2, len(classes) + 1, len(self.names))
        self._matrix = self._vectors.matrix
        self._nets = [
            (NetTraining(settings, self._matrix, *shape), turns)
            for settings, turns in zip(plan.nets, (by_char, by_word), strict=True)
        ]

    def learn(self, places: Places) -> None:
        """Learn the examples at the places."""
        self._learn(places, self._plan.epochs, self._plan.rate)

    def complete(self) -> None:
        """Take in all examples after most of them have been learned."""
        self._learn(np.arange(len(self._labels)), self._plan.last_epochs, self._plan.last_rate)

    def _learn(self, places: Places, epochs: int, rate: float) -> None:
        """All readers at once: TensorFlow and liblinear work outside the interpreter's lock."""
        targets = self._targets[places]
        with ThreadPoolExecutor(3) as threads:  # the pair has one core only; the nets share what is left
            work = [threads.submit(self._fit_pair, places)]
            work += [
                threads.submit(net.run, [turns[at] for at in places], targets, epochs, rate)
                for net, turns in self._nets
            ]
            for one in work:
                one.result()

    def _fit_pair(self, places: Places) -> None:
        samples = [self.samples[at] for at in places]
        self._vocabulary = Vocabulary.learn(samples, BLOCK_WEIGHTS, self._plan.seen_in)
        labels = [self._labels[at] for at in places]
        self._pair = LinearPair.train(self._vocabulary.matrix(samples), labels, Settings())

    def shares(self, places: Places) -> Array:
        """Return what the readers say of the examples at the places, a block a reader, a row an example."""
        samples = [self.samples[at] for at in places]
        nets = [_shares(net.net(), [turns[at] for at in places], self._matrix) for net, turns in self._nets]
        return np.stack([*self._pair.probabilities(self._vocabulary.matrix(samples)), *nets])

    def readers(self) -> Readers:
        """Return what has been learned so far."""
        char_net, word_net = (net.net() for net, _ in self._nets)
        return Readers(
            self.names, self._vocabulary, self._pair, self._alphabet, self._vectors, char_net, word_net
        )
