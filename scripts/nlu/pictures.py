"""The pictures of the report."""

from __future__ import annotations

from pathlib import Path

import matplotlib
import numpy as np

matplotlib.use("Agg")
from matplotlib import pyplot as plt

from scripts.nlu.measures import by_label, reliability
from scripts.nlu.turns import Turn

SHOWN = 30  # intents in the picture of confusions


def draw_reliability(file: Path, sets: dict[str, list[Turn]]) -> None:
    """Draw how often readings are right against how sure they are."""
    figure, axes = plt.subplots(figsize=(5, 5))
    axes.plot([0, 1], [0, 1], color="grey", linestyle=":")
    for name, turns in sets.items():
        rows = reliability(turns)
        axes.plot([row[2] for row in rows], [row[3] for row in rows], marker="o", label=name)
    axes.set(xlabel="confidence", ylabel="share right", xlim=(0, 1), ylim=(0, 1))
    axes.legend()
    _save(figure, file)


def draw_coverage(file: Path, sets: dict[str, list[Turn]]) -> None:
    """Draw the precision of the surest readings against how many of the clear turns they are."""
    figure, axes = plt.subplots(figsize=(6, 4))
    for name, turns in sets.items():
        ranked = sorted((turn for turn in turns if turn.is_clear), key=lambda turn: -turn.confidence)
        numbers = np.arange(1, len(ranked) + 1)
        axes.plot(numbers / len(ranked), np.cumsum([turn.is_right for turn in ranked]) / numbers, label=name)
    for precision in (0.90, 0.95):
        axes.axhline(precision, color="grey", linestyle=":")
    axes.set(xlabel="share of the clear turns", ylabel="precision", xlim=(0, 1), ylim=(0.6, 1.01))
    axes.legend()
    _save(figure, file)


def draw_confusions(file: Path, turns: list[Turn]) -> None:
    """Draw which of the most frequent intents are read as which, each row adding up to one."""
    names = list(by_label(turns))[:SHOWN]
    table = np.zeros((len(names), len(names)))
    for turn in turns:
        if turn.label in names and turn.intent in names:
            table[names.index(turn.label), names.index(turn.intent)] += 1
    figure, axes = plt.subplots(figsize=(10, 10))
    axes.imshow(table / np.maximum(table.sum(axis=1, keepdims=True), 1), cmap="Blues")
    axes.set_xticks(range(len(names)), names, rotation=90)
    axes.set_yticks(range(len(names)), names)
    axes.set(xlabel="read as", ylabel="labelled")
    _save(figure, file)


def draw_learning(file: Path, curve: list[tuple[int, float]]) -> None:
    """Draw what more examples gain."""
    figure, axes = plt.subplots(figsize=(5, 4))
    axes.plot([count for count, _ in curve], [right for _, right in curve], marker="o")
    axes.set(xlabel="written examples", ylabel="share right on unseen ones", xscale="log")
    _save(figure, file)


def _save(figure: plt.Figure, file: Path) -> None:
    figure.tight_layout()
    figure.savefig(file, dpi=110)
    plt.close(figure)
