"""From what the actions said to a reading: replies, proposals, reasons to stop, failures."""

from __future__ import annotations

from typing import Any

from bot.run import Run

Json = dict[str, Any]


def reading_of(run: Run, intent: str, confidence: float) -> Json:
    """The reading a finished run makes. An answer off the contract becomes a failure, never a reply."""
    reading: Json = {
        "intent": intent,
        "confidence": confidence,
        "replies": [],
        "proposals": [],
        "handoff": None,
        "hold": None,
    }
    for action, message in run.messages:
        custom: Any = message.get("custom")
        fault = find_fault(custom)
        if message.get("text"):
            fault = "wording of its own instead of a script"
        if fault is not None:
            run.fail(action, "error", f"answer refused: {fault}")
            continue
        _add(reading, custom)
    reading["failures"] = [failure.to_json() for failure in run.failures]
    return reading


def _add(reading: Json, part: Any) -> None:
    reading["replies"] += part.get("replies") or []
    reading["proposals"] += part.get("proposals") or []
    reading["handoff"] = reading["handoff"] or part.get("handoff")
    reading["hold"] = reading["hold"] or part.get("hold")


def find_fault(custom: object) -> str | None:
    """What is wrong with an action's message (actions/base.py), or None. Never quotes its content."""
    if not isinstance(custom, dict):
        return "no object"
    shapes: tuple[tuple[str, str, str, type], ...] = (
        ("replies", "script", "facts", list),
        ("proposals", "name", "args", dict),
    )
    for name, key, value, kind in shapes:
        items = custom.get(name) or []
        if not isinstance(items, list):
            return f"{name} is no list"
        for item in items:
            if not isinstance(item, dict) or not isinstance(item.get(key), str):
                return f"{name} needs {key}"
            if not isinstance(item.get(value), kind):
                return f"{name} needs {value}"
    for name in ("handoff", "hold"):
        if not isinstance(custom.get(name), str | None):
            return f"{name} is no text"
    return None
