"""From what the actions said to a reading: replies, proposals, reasons to stop, failures."""

from __future__ import annotations

from typing import Any

from bot.run import Run

Json = dict[str, Any]
TAKEN = 1.0
ADDITIONS = frozenset({"action_lead_talk"})
"""Actions that only add to an answer: it stands without them when they fail."""


def reading_of(run: Run, intent: str, confidence: float) -> Json:
    """The reading a finished run makes. An answer off the contract becomes a failure, never a reply."""
    reading: Json = {
        "intent": intent,
        "confidence": confidence,
        "replies": [],
        "again": [],  # what an open form asks once more; the engine puts it where it belongs
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
    failures = (failure for failure in run.failures if failure.action not in ADDITIONS)
    reading["failures"] = [failure.to_json() for failure in failures]
    return reading


def _add(reading: Json, part: Any) -> None:
    reading["again" if part.get("again") else "replies"] += part.get("replies") or []
    reading["proposals"] += part.get("proposals") or []
    reading["handoff"] = reading["handoff"] or part.get("handoff")
    reading["hold"] = reading["hold"] or part.get("hold")
    if part.get("reads_as"):
        # An answer to what a form asked: it was sure enough to take it.
        reading["intent"], reading["confidence"] = part["reads_as"], TAKEN
    if part.get("takes_photos"):
        reading["takes_photos"] = True


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
    for name in ("handoff", "hold", "reads_as"):
        if not isinstance(custom.get(name), str | None):
            return f"{name} is no text"
    return None
