"""A small net over the places of a turn: signs in up to four neighbours, the strongest of each, intents.

Reading takes numpy only; how it learns is in turn_net_training.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.components.linear_pair import softmax
from bot.components.turn_encoding import Encoded

Array = NDArray[np.float32]


@dataclass(frozen=True)
class NetSettings:
    """How a net is built and taught."""

    widths: tuple[int, ...] = (1, 2, 3, 4)
    filters: int = 160
    char_size: int = 64
    class_size: int = 32
    batch: int = 128
    hidden: float = 0.1  # share of characters, words and classes hidden while learning
    input_dropout: float = 0.2
    dropout: float = 0.5
    smoothing: float = 0.1
    seed: int = 7


def _before(width: int) -> int:
    """How many of a kernel's places stand before its own."""
    return (width - 1) // 2


@dataclass(frozen=True)
class TurnNet:
    """What a trained net knows; the word vectors belong to all nets and are handed in."""

    char_vectors: Array
    class_vectors: Array
    kernels: dict[int, Array]  # width in places → (width, inputs, filters)
    kernel_biases: dict[int, Array]
    output: Array
    output_bias: Array

    def shares(self, turn: Encoded, word_vectors: Array) -> Array:
        """Return the probability of each intent; of a stack of turns of one length, a row for each."""
        if not turn.words.shape[-1]:
            return softmax(np.broadcast_to(self.output_bias, (*turn.words.shape[:-1], len(self.output_bias))))
        windows = self._windows(self._places(turn, word_vectors))
        signs = np.concatenate([self._strongest(windows, width) for width in sorted(self.kernels)], axis=-1)
        return softmax(signs @ self.output + self.output_bias)

    def _places(self, turn: Encoded, word_vectors: Array) -> Array:
        there = turn.chars > 0
        sums = (self.char_vectors[turn.chars] * there[..., None]).sum(axis=-2)
        chars = sums / np.maximum(there.sum(axis=-1), 1)[..., None]
        classes = (self.class_vectors[turn.classes] * (turn.classes > 0)[..., None]).sum(axis=-2)
        places: Array = np.concatenate([chars, classes, word_vectors[turn.words]], axis=-1)
        return places

    def _windows(self, places: Array) -> Array:
        """Each place with its neighbours beside it, as many as the widest kernel takes; none are zeros."""
        widest = max(self.kernels)
        length, size = places.shape[-2:]
        framed = np.zeros((*places.shape[:-2], length + widest - 1, size), np.float32)
        framed[..., _before(widest) : _before(widest) + length, :] = places
        return np.concatenate([framed[..., at : at + length, :] for at in range(widest)], axis=-1)

    def _strongest(self, windows: Array, width: int) -> Array:
        kernel = self.kernels[width].reshape(-1, self.kernels[width].shape[2])
        size = len(kernel) // width
        first = (_before(max(self.kernels)) - _before(width)) * size
        signs = windows[..., first : first + len(kernel)] @ kernel + self.kernel_biases[width]
        strongest: Array = np.maximum(signs.max(axis=-2), 0)
        return strongest

    def to_tensors(self) -> dict[str, Array]:
        """Return everything by name, in half precision."""
        tensors = {
            "chars": self.char_vectors,
            "classes": self.class_vectors,
            "output": self.output,
            "output_bias": self.output_bias,
        }
        for width, kernel in self.kernels.items():
            tensors[f"kernel{width}"] = kernel
            tensors[f"bias{width}"] = self.kernel_biases[width]
        return {name: np.ascontiguousarray(tensor, np.float16) for name, tensor in tensors.items()}

    @classmethod
    def from_tensors(cls, tensors: dict[str, NDArray[np.float16]]) -> TurnNet:
        """Return the net that `to_tensors` wrote."""
        full = {name: tensor.astype(np.float32) for name, tensor in tensors.items()}
        widths = [int(name.removeprefix("kernel")) for name in full if name.startswith("kernel")]
        return cls(
            full["chars"],
            full["classes"],
            {width: full[f"kernel{width}"] for width in widths},
            {width: full[f"bias{width}"] for width in widths},
            full["output"],
            full["output_bias"],
        )
