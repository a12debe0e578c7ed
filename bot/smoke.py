"""Whether a loaded model understands at all: a few fixed texts and one complete turn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from bot.engine import Engine
from bot.errors import ModelError
from bot.protocol import TurnRequest

FILE = Path(__file__).with_name("smoke.yml")


def load_cases() -> list[dict[str, Any]]:
    """The texts with the intents each may be understood as."""
    cases: list[dict[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return cases


async def smoke_test(engine: Engine, cases: list[dict[str, Any]]) -> None:
    """Raises ModelError with the first text that is not understood or not answered."""
    for case, result in zip(cases, engine.understand([case["text"] for case in cases]), strict=True):
        intents = [question["intent"] for question in result["questions"]]
        if len(intents) != 1 or intents[0] not in case["intents"]:
            raise ModelError(f"smoke test: {case['text']!r} understood as {intents}, not {case['intents']}")
    answer = await engine.turn(TurnRequest("smoke-test", cases[0]["text"], context={}))
    reading = answer["questions"][0]["readings"][0]
    if not reading["replies"] or reading["failures"]:
        raise ModelError(f"smoke test: {cases[0]['text']!r} was not answered: {reading['failures']}")
