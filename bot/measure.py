"""Measure what hangs on whole turns: questions found in them, how grave they are, how long it takes.

`bot/.venv/bin/python -m bot.measure` prints the figures on our own sets in tests/nlu and, where XIAOER_EVAL
names a file of real turns (tab-separated columns text, needs, severity), on those.
"""

from __future__ import annotations

import csv
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.parse import SEVERITIES, Parse
from bot.understanding import Understanding, understand

ParseTexts = Callable[[Sequence[str]], list[Parse]]
Figure = tuple[str, float]
SEVERAL = Path("tests/nlu/several_needs.tsv")
RUN_ON = Path("tests/nlu/several_needs_hard.tsv")
HARD = Path("tests/nlu/severity_hard.tsv")
GRAVE = ("major", "crisis")


@dataclass(frozen=True)
class Turn:
    """A labelled turn and what was understood of it; each need is a set of equally good names."""

    text: str
    needs: list[set[str]]
    severity: str
    found: Understanding
    seconds: float  # of processor time

    @property
    def intents(self) -> list[str]:
        """The intents of the questions found."""
        return [question.parse.intent for question in self.found.questions]

    @property
    def is_one(self) -> bool:
        """Whether the turn was kept one question; a displeasure that goes along with it is none."""
        return sum(not question.is_aside for question in self.found.questions) == 1

    @property
    def intents_wanted(self) -> int:
        """How many of the questions found read one of the needs."""
        return sum(any(intent in names for names in self.needs) for intent in self.intents)

    @property
    def needs_found(self) -> int:
        """How many needs one of the questions reads among their names."""
        return sum(any(intent in names for intent in self.intents) for names in self.needs)


def read_turns(file: Path, parse_texts: ParseTexts) -> list[Turn]:
    """Understand every turn of a file; in it `\\n` stands for the end of a bubble."""
    turns = []
    with file.open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE):
            text = row["text"].replace("\\n", "\n")
            begun = time.process_time()
            found = understand(text, parse_texts)
            seconds = time.process_time() - begun
            needs = [set(names.split("|")) for names in (row.get("needs") or "").split("+") if names]
            turns.append(Turn(text, needs, row.get("severity") or "none", found, seconds))
    return turns


def needs_figures(turns: Sequence[Turn]) -> list[Figure]:
    """How many needs of several are found, and how many turns with one need stay one question."""
    several = [turn for turn in turns if len(turn.needs) > 1]
    single = [turn for turn in turns if len(turn.needs) == 1]
    wanted = sum(len(turn.needs) for turn in several)
    parted = [turn for turn in turns if len(turn.needs) > 1 or len(turn.intents) > 1]
    read = sum(len(turn.intents) for turn in parted)
    return [
        ("needs found, turns with several", _share(sum(turn.needs_found for turn in several), wanted)),
        ("  turns with several, every need found", _share_of(several, _is_complete)),
        ("  turns with one need kept one question", _share_of(single, lambda turn: turn.is_one)),
        (
            "  precision where several are or are read",
            _share(sum(turn.intents_wanted for turn in parted), read),
        ),
    ]


def severity_figures(turns: Sequence[Turn]) -> list[Figure]:
    """Recall of displeased and of grave turns, and what calm ones are taken for."""
    calm = [turn for turn in turns if turn.severity == "none"]
    upset = [turn for turn in turns if turn.severity != "none"]
    grave = [turn for turn in turns if turn.severity in GRAVE]
    return [
        ("severity: level right", _share_of(turns, lambda turn: turn.found.severity == turn.severity)),
        ("  displeased turns noticed", _share_of(upset, lambda turn: turn.found.severity != "none")),
        ("  major and crisis noticed", _share_of(grave, _is_read_as_grave)),
        ("  … at their level or above", _share_of(grave, _is_grave_enough)),
        ("  calm turns raised to general", _share_of(calm, lambda turn: turn.found.severity == "general")),
        ("  calm turns raised to major or crisis", _share_of(calm, _is_read_as_grave)),
    ]


def speed_figures(turns: Sequence[Turn]) -> list[Figure]:
    """Processor time of understanding a whole turn."""
    milliseconds = sorted(turn.seconds * 1000 for turn in turns)
    return [
        ("understanding a turn, p50 ms", statistics.median(milliseconds)),
        ("understanding a turn, p95 ms", milliseconds[int(0.95 * len(milliseconds))]),
    ]


def _is_complete(turn: Turn) -> bool:
    return turn.needs_found == len(turn.needs)


def _is_read_as_grave(turn: Turn) -> bool:
    return turn.found.severity in GRAVE


def _is_grave_enough(turn: Turn) -> bool:
    return SEVERITIES.index(turn.found.severity) >= SEVERITIES.index(turn.severity)


def _share_of(turns: Sequence[Turn], holds: Callable[[Turn], bool]) -> float:
    return _share(sum(map(holds, turns)), len(turns))


def _share(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")


def main() -> int:
    """Print every figure. Exit code 1 without a model."""
    models = sorted(Path("models").glob("*.tar.gz"), key=lambda file: file.stat().st_mtime)
    if not models:
        print("no model in models/: run `make train`", file=sys.stderr)
        return 1
    parse_texts = load_parser(models[-1])
    parse_texts(["你好"])
    hard = read_turns(HARD, parse_texts)
    for file in (SEVERAL, RUN_ON):
        several = read_turns(file, parse_texts)
        _print(f"{file} ({len(several)} turns)", needs_figures(several))
    _print(f"{HARD} ({len(hard)} turns)", severity_figures(hard))
    if real := os.environ.get("XIAOER_EVAL"):
        turns = read_turns(Path(real), parse_texts)
        _print(
            f"real turns ({len(turns)})",
            [*needs_figures(turns), *severity_figures(turns), *speed_figures(turns)],
        )
    return 0


def load_parser(model: Path) -> ParseTexts:
    """The batch parser of a model, without actions."""
    from rasa.core.agent import Agent

    from bot.processor import TurnProcessor

    agent = Agent(action_endpoint=None)
    processor = TurnProcessor(
        model_path=str(model),
        tracker_store=agent.tracker_store,
        lock_store=agent.lock_store,
        generator=agent.nlg,
    )
    return processor.parse_texts


def _print(title: str, figures: Sequence[Figure]) -> None:
    print(title)
    for name, value in figures:
        print(f"  {name:46}{value:8.3f}")


if __name__ == "__main__":
    sys.exit(main())
