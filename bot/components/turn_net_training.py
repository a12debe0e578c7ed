"""How the net of turn_net.py learns; TensorFlow is loaded here and nowhere else of ours."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from bot.components.turn_encoding import Encoded, padded
from bot.components.turn_net import NetSettings, TurnNet

tf.config.experimental.enable_op_determinism()  # equal lines, equal model

Array = NDArray[np.float32]
Targets = NDArray[np.int64]
WARMING = 0.15  # share of the steps in which the rate rises


def _slope(done: float) -> float:
    """The share of the highest rate after a share of the steps; a slow start lets the rate be high later."""
    return max(0.01, min(1.0, 0.05 + done / WARMING, (1 - done) / (1 - WARMING)))


class NetTraining:
    """A net while it learns. `run` may be called again with more turns; `net` is what it knows by then."""

    def __init__(
        self, settings: NetSettings, word_vectors: Array, chars: int, classes: int, intents: int
    ) -> None:
        self._settings = settings
        self._intents = intents
        tf.keras.utils.set_random_seed(settings.seed)
        self._order = np.random.default_rng(settings.seed)
        self._words = tf.constant(word_vectors)
        small = tf.keras.initializers.RandomNormal
        inputs = settings.char_size + settings.class_size + word_vectors.shape[1]
        glorot = tf.keras.initializers.GlorotUniform
        self._chars = tf.Variable(small(stddev=0.1, seed=1)((chars, settings.char_size)))
        self._classes = tf.Variable(small(stddev=0.1, seed=2)((classes, settings.class_size)))
        self._kernels = {
            width: tf.Variable(glorot(seed=width)((width, inputs, settings.filters)))
            for width in settings.widths
        }
        self._biases = {width: tf.Variable(tf.zeros(settings.filters)) for width in settings.widths}
        signs = settings.filters * len(settings.widths)
        self._output = tf.Variable(glorot(seed=9)((signs, intents)))
        self._output_bias = tf.Variable(tf.zeros(intents))
        self._variables = [
            self._chars,
            self._classes,
            *self._kernels.values(),
            *self._biases.values(),
            self._output,
            self._output_bias,
        ]
        self._optimizer = tf.keras.optimizers.legacy.Adam()
        self._step = tf.function(self._one_step, reduce_retracing=True, autograph=False)

    def run(self, turns: list[Encoded], targets: Targets, epochs: int, rate: float) -> None:
        """Learn from the turns, `epochs` times over, at a rate that rises to `rate` and falls to nothing."""
        places = np.asarray([len(turn.words) for turn in turns])
        size = self._settings.batch
        total = epochs * -(-len(turns) // size)
        done = 0
        for _ in range(epochs):
            # Turns of like length share a batch; a little noise mixes them anew each time.
            order = np.argsort(places + self._order.random(len(turns)) * 4)
            batches = [order[at : at + size] for at in range(0, len(order), size)]
            for batch in self._order.permutation(len(batches)):
                chosen = batches[batch]
                block = padded([turns[at] for at in chosen])
                self._optimizer.learning_rate = rate * _slope(done / total)
                self._step(
                    tf.constant(block.chars),
                    tf.constant(block.words),
                    tf.constant(block.classes),
                    tf.constant(targets[chosen]),
                )
                done += 1

    def _one_step(self, chars: Any, words: Any, classes: Any, targets: Any) -> None:
        smoothing = self._settings.smoothing
        wanted = tf.one_hot(targets, self._intents) * (1 - smoothing) + smoothing / self._intents
        with tf.GradientTape() as tape:
            scores = self._scores(chars, words, classes)
            loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(wanted, scores))
        gradients = tape.gradient(loss, self._variables)
        self._optimizer.apply_gradients(zip(gradients, self._variables, strict=True))

    def _scores(self, chars: Any, words: Any, classes: Any) -> Any:
        settings = self._settings
        there = tf.cast(chars[..., :1] > 0, tf.float32)
        chars = tf.where(self._hides(tf.shape(chars)), tf.minimum(chars, 1), chars)
        words = tf.where(self._hides(tf.shape(words)), 0, words)
        classes = tf.where(self._hides(tf.shape(words))[..., None], 0, classes)
        known_chars = tf.cast(chars > 0, tf.float32)[..., None]
        known_classes = tf.cast(classes > 0, tf.float32)[..., None]
        letters = tf.reduce_sum(tf.gather(self._chars, chars) * known_chars, 2)
        letters /= tf.maximum(tf.reduce_sum(known_chars, 2), 1)
        kinds = tf.reduce_sum(tf.gather(self._classes, classes) * known_classes, 2)
        places = tf.concat([letters, kinds, tf.gather(self._words, words)], -1)
        places = tf.nn.dropout(places, settings.input_dropout) * there
        signs = []
        for width in settings.widths:
            found = tf.nn.conv1d(places, self._kernels[width], 1, "SAME") + self._biases[width]
            signs.append(tf.reduce_max(tf.nn.relu(found) * there, 1))
        strongest = tf.nn.dropout(tf.concat(signs, -1), settings.dropout)
        return strongest @ self._output + self._output_bias

    def _hides(self, shape: Any) -> Any:
        return tf.random.uniform(shape) < self._settings.hidden

    def net(self) -> TurnNet:
        """Return what has been learned so far."""
        return TurnNet(
            self._chars.numpy(),
            self._classes.numpy(),
            {width: kernel.numpy() for width, kernel in self._kernels.items()},
            {width: bias.numpy() for width, bias in self._biases.items()},
            self._output.numpy(),
            self._output_bias.numpy(),
        )
