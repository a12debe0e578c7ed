"""Measure the understanding and print a table; runs in the bot's environment (bot/.venv/bin/python).

Real customer turns come from the file that XIAOER_EVAL names (tab-separated columns text, needs, severity);
without it only cross-validation is shown.
"""

import argparse
import asyncio
import csv
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import structlog
import yaml

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bot.components.intent_features import BLOCK_WEIGHTS, FeatureReader
from bot.components.lexicon import Lexicon
from bot.components.linear_pair import Settings, out_of_fold

POLICY = Path("examples/shop/policy.yml")
VAGUE = {"unclear", "out_of_scope"}
LEVELS = ("none", "general", "major", "crisis")


@dataclass(frozen=True)
class Turn:
    """A labelled turn and what the model read."""

    needs: list[set[str]]
    severity: str
    intent: str
    confidence: float
    found_severity: str
    seconds: float

    @property
    def is_clear(self) -> bool:
        """Whether no label calls the turn unclear or out of scope."""
        return not any(names & VAGUE for names in self.needs)

    @property
    def is_right(self) -> bool:
        """Whether the top intent is one of the turn's needs."""
        return any(self.intent in names for names in self.needs)


def main() -> None:
    """Print cross-validation and, where there are real turns, every measure on them."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--model", help="model archive; the newest in models/ if not given")
    options.add_argument("--no-cv", action="store_true", help="leave cross-validation out")
    chosen = options.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    if not chosen.no_cv:
        print(f"{'5-fold cross-validation, top intent right':58}{_cross_validation():8.3f}")
    real = os.environ.get("XIAOER_EVAL")
    model = Path(chosen.model) if chosen.model else max(Path("models").glob("*.tar.gz"), key=os.path.getmtime)
    print(f"{'model ' + model.name + ', MB':58}{model.stat().st_size / 1e6:8.1f}")
    if real:
        _print_real(asyncio.run(_read(model, Path(real))))
    else:
        print("no real turns: XIAOER_EVAL names no file")


def _cross_validation() -> float:
    texts, labels = [], []
    for file in sorted(Path("data/nlu").glob("*.yml")):
        for entry in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
            lines = [line.removeprefix("- ") for line in entry["examples"].splitlines()]
            texts += lines
            labels += [entry["intent"]] * len(lines)
    reader = FeatureReader(Lexicon.read())
    shares = out_of_fold([reader.features(text) for text in texts], labels, BLOCK_WEIGHTS, 2, Settings())
    names = np.asarray(sorted(set(labels)))
    return float((names[shares.argmax(axis=1)] == np.asarray(labels)).mean())


async def _read(model: Path, file: Path) -> list[Turn]:
    from rasa.core.agent import Agent

    agent = Agent.load(str(model))
    await agent.parse_message("你好")
    turns = []
    with file.open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE):
            begun = time.perf_counter()
            parse = await agent.parse_message(row["text"])
            turns.append(
                Turn(
                    needs=[set(names.split("|")) for names in row["needs"].split("+")],
                    severity=row["severity"],
                    intent=parse["intent"]["name"],
                    confidence=parse["intent"]["confidence"],
                    found_severity=parse["severity"],
                    seconds=time.perf_counter() - begun,
                )
            )
    return turns


def _print_real(turns: list[Turn]) -> None:
    policy = yaml.safe_load(POLICY.read_text(encoding="utf-8"))
    auto = policy["confidence"]["auto"]
    by_itself = {intent for intent, route in policy["routes"].items() if route["autonomy"] == "auto"}
    clear, vague = [turn for turn in turns if turn.is_clear], [turn for turn in turns if not turn.is_clear]
    rows: list[tuple[str, float]] = [
        ("top intent right, clear turns", _share(clear, lambda turn: turn.is_right))
    ]
    rows.append(("macro recall of the 30 most frequent intents", _macro_recall(clear)))
    for precision in (0.95, 0.90):
        covered, least = _coverage(clear, precision)
        rows.append((f"coverage at precision {precision:.2f} (confidence from {least:.2f})", covered))
        answered = _share(
            vague, lambda turn, least=least: turn.confidence >= least and turn.intent not in VAGUE
        )
        rows.append(("  unclear turns answered there", answered))
    sent = [turn for turn in clear if turn.intent in by_itself and turn.confidence >= auto]
    wanted = [turn for turn in clear if any(names & by_itself for names in turn.needs)]
    rows.append((f"answered by itself at {auto:.2f}: precision", _share(sent, lambda turn: turn.is_right)))
    rows.append(("  share of the turns whose need may be answered so", len(sent) / len(wanted)))
    loose = _share(vague, lambda turn: turn.intent in by_itself and turn.confidence >= auto)
    rows.append(("  unclear turns answered so", loose))
    rows += _severity_rows(turns)
    rows.append(("parse, p50 ms", float(np.median([turn.seconds for turn in turns])) * 1000))
    rows.append(("parse, p95 ms", float(np.quantile([turn.seconds for turn in turns], 0.95)) * 1000))
    for name, value in rows:
        print(f"{name:58}{value:8.3f}")
    _print_reliability(turns)


def _severity_rows(turns: list[Turn]) -> list[tuple[str, float]]:
    upset = [turn for turn in turns if turn.severity != "none"]
    grave = [turn for turn in turns if turn.severity in LEVELS[2:]]
    calm = [turn for turn in turns if turn.severity == "none"]
    return [
        ("severity: level right", _share(turns, lambda turn: turn.severity == turn.found_severity)),
        ("  dissatisfied turns noticed", _share(upset, lambda turn: turn.found_severity != "none")),
        ("  major or crisis noticed", _share(grave, lambda turn: turn.found_severity in LEVELS[2:])),
        ("  calm turns raised to general", _share(calm, lambda turn: turn.found_severity == "general")),
        (
            "  calm turns raised to major or crisis",
            _share(calm, lambda turn: turn.found_severity in LEVELS[2:]),
        ),
    ]


def _share(turns: list[Turn], holds: Callable[[Turn], bool]) -> float:
    return sum(map(holds, turns)) / len(turns) if turns else float("nan")


def _macro_recall(clear: list[Turn]) -> float:
    held: dict[str, list[Turn]] = {}
    for turn in clear:
        held.setdefault(sorted(turn.needs[0])[0], []).append(turn)
    frequent = [name for name, _ in Counter({name: len(held[name]) for name in held}).most_common(30)]
    return float(np.mean([_share(held[name], lambda turn: turn.is_right) for name in frequent]))


def _coverage(clear: list[Turn], precision: float) -> tuple[float, float]:
    ranked = sorted(clear, key=lambda turn: -turn.confidence)
    right = np.cumsum([turn.is_right for turn in ranked]) / np.arange(1, len(ranked) + 1)
    enough = np.flatnonzero(right >= precision)
    if not len(enough):
        return 0.0, 1.0
    return (enough[-1] + 1) / len(ranked), ranked[enough[-1]].confidence


def _print_reliability(turns: list[Turn]) -> None:
    print("confidence      turns   mean  right")
    for low, high in ((0.0, 0.2), (0.2, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 0.9), (0.9, 1.01)):
        held = [turn for turn in turns if low <= turn.confidence < high]
        if held:
            mean = np.mean([turn.confidence for turn in held])
            right = _share(held, lambda turn: turn.is_right)
            print(f"{low:.1f} to {min(high, 1):.1f}  {len(held):9} {mean:6.2f} {right:6.2f}")


if __name__ == "__main__":
    main()
