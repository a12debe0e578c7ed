"""Labelled turns: the written examples of data/nlu, and real ones read by a trained model."""

from __future__ import annotations

import asyncio
import csv
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from rasa.core.agent import Agent

VAGUE = {"unclear", "out_of_scope"}


@dataclass(frozen=True)
class Turn:
    """A labelled turn and what the model read."""

    text: str
    needs: list[set[str]]
    severity: str
    intent: str
    confidence: float
    found_severity: str = "none"
    seconds: float = 0.0  # of processor time

    @property
    def is_clear(self) -> bool:
        """Whether no label calls the turn unclear or out of scope."""
        return not any(names & VAGUE for names in self.needs)

    @property
    def is_right(self) -> bool:
        """Whether the top intent is one of the turn's needs."""
        return any(self.intent in names for names in self.needs)

    @property
    def label(self) -> str:
        """The turn's first need, under one of its names."""
        return sorted(self.needs[0])[0]


def written_examples() -> tuple[list[str], list[str]]:
    """Return texts and intents of all examples in data/nlu."""
    texts: list[str] = []
    labels: list[str] = []
    for file in sorted(Path("data/nlu").glob("*.yml")):
        for entry in yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)["nlu"]:
            lines = [line.removeprefix("- ") for line in entry["examples"].splitlines()]
            texts += lines
            labels += [entry["intent"]] * len(lines)
    return texts, labels


def real_turns(model: Path, file: Path) -> list[Turn]:
    """Read a tab-separated file with the columns text, needs and severity; never trained on."""
    from rasa.core.agent import Agent

    return asyncio.run(_read(Agent.load(str(model)), file))


async def _read(agent: Agent, file: Path) -> list[Turn]:
    await agent.parse_message("你好")
    turns = []
    with file.open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE):
            begun = time.process_time()
            parse = await agent.parse_message(row["text"])
            turns.append(
                Turn(
                    text=row["text"],
                    needs=[set(names.split("|")) for names in row["needs"].split("+")],
                    severity=row["severity"],
                    intent=parse["intent"]["name"],
                    confidence=parse["intent"]["confidence"],
                    found_severity=parse["severity"],
                    seconds=time.process_time() - begun,
                )
            )
    return turns
