"""Figures over labelled turns: plain functions, a name for each value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import yaml

from scripts.nlu.turns import VAGUE, Turn

POLICY = Path("examples/shop/policy.yml")
GRAVE = ("major", "crisis")
BANDS = ((0.0, 0.2), (0.2, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 0.9), (0.9, 1.01))


def share(turns: Iterable[Turn], holds: Callable[[Turn], bool]) -> float:
    """Return the share of the turns for which `holds`; not a number when there is none."""
    found = [holds(turn) for turn in turns]
    return sum(found) / len(found) if found else float("nan")


def is_right(turn: Turn) -> bool:
    """Whether the turn was read right."""
    return turn.is_right


def macro_recall(clear: list[Turn], intents: int = 30) -> float:
    """Return the mean recall of the most frequent intents."""
    held = by_label(clear)
    return float(np.mean([share(held[name], is_right) for name in list(held)[:intents]]))


def by_label(turns: list[Turn]) -> dict[str, list[Turn]]:
    """Return the turns of each label, the most frequent label first."""
    counts = Counter(turn.label for turn in turns)
    return {name: [turn for turn in turns if turn.label == name] for name, _ in counts.most_common()}


def coverage(clear: list[Turn], precision: float) -> tuple[float, float]:
    """Return the largest share answered at that precision, and the confidence it begins at."""
    ranked = sorted(clear, key=lambda turn: -turn.confidence)
    right = np.cumsum([turn.is_right for turn in ranked]) / np.arange(1, len(ranked) + 1)
    enough = np.flatnonzero(right >= precision)
    if not len(enough):
        return 0.0, 1.0
    return float((enough[-1] + 1) / len(ranked)), ranked[enough[-1]].confidence


def reliability(turns: list[Turn]) -> list[tuple[str, int, float, float]]:
    """Return band, turns, mean confidence and share right for each band of confidence that has turns."""
    rows = []
    for low, high in BANDS:
        held = [turn for turn in turns if low <= turn.confidence < high]
        if held:
            mean = float(np.mean([turn.confidence for turn in held]))
            rows.append((f"{low:.1f} to {min(high, 1):.1f}", len(held), mean, share(held, is_right)))
    return rows


def confusions(turns: list[Turn]) -> list[tuple[str, str, int]]:
    """Return label, reading and count of the wrong turns, the most frequent first."""
    counts = Counter((turn.label, turn.intent) for turn in turns if not turn.is_right)
    return [(label, intent, count) for (label, intent), count in counts.most_common()]


def reading_figures(turns: list[Turn]) -> dict[str, float]:
    """Return how well intents are read and how far confidence may be trusted."""
    clear, vague = [turn for turn in turns if turn.is_clear], [turn for turn in turns if not turn.is_clear]
    policy = yaml.safe_load(POLICY.read_text(encoding="utf-8"))
    auto = policy["confidence"]["auto"]
    by_itself = {
        intent: route.get("threshold", auto)
        for intent, route in policy["routes"].items()
        if route["autonomy"] == "auto"
    }

    def is_sent(turn: Turn) -> bool:
        return turn.intent in by_itself and turn.confidence >= by_itself[turn.intent]

    figures = {"top intent right": share(clear, is_right), "macro recall of 30 intents": macro_recall(clear)}
    for precision in (0.95, 0.90):
        covered, least = coverage(clear, precision)
        figures[f"coverage at precision {precision:.2f}"] = covered
        answered = share(
            vague, lambda turn, least=least: turn.confidence >= least and turn.intent not in VAGUE
        )
        figures[f"unclear turns answered at precision {precision:.2f}"] = answered
    sent = [turn for turn in clear if is_sent(turn)]
    wanted = [turn for turn in clear if any(names & by_itself.keys() for names in turn.needs)]
    figures["answered by itself: precision"] = share(sent, is_right)
    figures["answered by itself: share of what may be"] = len(sent) / len(wanted) if wanted else float("nan")
    figures["answered by itself: share of unclear turns"] = share(vague, is_sent)
    return figures


def severity_figures(turns: list[Turn]) -> dict[str, float]:
    """Return how well the level of a turn is seen."""
    upset = [turn for turn in turns if turn.severity != "none"]
    grave = [turn for turn in turns if turn.severity in GRAVE]
    calm = [turn for turn in turns if turn.severity == "none"]
    return {
        "severity: dissatisfied turns noticed": share(upset, lambda turn: turn.found_severity != "none"),
        "severity: major or crisis noticed": share(grave, lambda turn: turn.found_severity in GRAVE),
        "severity: calm turns raised to general": share(calm, lambda turn: turn.found_severity == "general"),
        "severity: calm turns raised higher": share(calm, lambda turn: turn.found_severity in GRAVE),
    }


def speed_figures(turns: list[Turn]) -> dict[str, float]:
    """Return the processor time of a parse in milliseconds."""
    seconds = [turn.seconds for turn in turns]
    return {
        "parse, p50 ms": float(np.median(seconds)) * 1000,
        "parse, p95 ms": float(np.quantile(seconds, 0.95)) * 1000,
    }
