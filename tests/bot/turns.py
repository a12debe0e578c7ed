"""Turns to give to an engine, and what to read from its answers."""

from __future__ import annotations

from typing import Any

from bot.protocol import TurnRequest

SECRET = "a secret of the tests"
CONTEXT = {"buyer_id": "b001", "channel": "web", "now": "2026-11-22T10:00:00+08:00", "item_id": "P1001"}


def turn(text: str, state: Any = None, below: float = 0.0, **context: Any) -> TurnRequest:
    return TurnRequest("c1", text, {**CONTEXT, **context}, state, below)


def scripts(question: dict[str, Any], reading: int = 0) -> list[str]:
    return [reply["script"] for reply in question["readings"][reading]["replies"]]
