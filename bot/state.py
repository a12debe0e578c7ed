"""The dialogue state that travels with each turn: bounded, without text, readable by any worker.

Slots and the active form are the truth; the last events are there because rules and stories look back.
Texts and entity values stay out of the events: no policy of ours needs them, and the state stays small.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from rasa.shared.core.constants import ACTION_LISTEN_NAME, SESSION_START_METADATA_SLOT
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    Event,
    LoopInterrupted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker

from bot.errors import StateError

VERSION = 1
MAX_EVENTS = 20
MAX_SLOT_CHARS = 1_000  # of a slot's value as JSON; a longer one is not carried over
CONTEXT_SLOT = "context"
_NOT_KEPT = frozenset({CONTEXT_SLOT, SESSION_START_METADATA_SLOT})

State = dict[str, Any]


def dump_state(tracker: DialogueStateTracker) -> State:
    """The state to hand back."""
    return {
        "version": VERSION,
        "slots": {slot.name: slot.value for slot in tracker.slots.values() if _is_kept(slot)},
        "active_loop": tracker.active_loop_name,
        "events": _last(tracker.applied_events()),
    }


def _is_kept(slot: Slot) -> bool:
    if slot.name in _NOT_KEPT or slot.value == slot.initial_value:
        return False
    return len(json.dumps(slot.value, ensure_ascii=False, default=str)) <= MAX_SLOT_CHARS


def _last(events: Iterable[Event]) -> list[State]:
    """The last events as data, beginning where the assistant listened."""
    dumped = [_DUMP[type(event)](event) for event in events if type(event) in _DUMP][-MAX_EVENTS:]
    for index, event in enumerate(dumped):
        if event.get("name") == ACTION_LISTEN_NAME:
            return dumped[index:]
    return []


def _dump_user(event: UserUttered) -> State:
    return {
        "event": "user",
        "intent": event.intent_name,
        "entities": [item["entity"] for item in event.entities],
    }


def _dump_action(event: ActionExecuted) -> State:
    dumped = {"event": "action", "name": event.action_name}
    return {**dumped, "hide": True} if event.hide_rule_turn else dumped


_DUMP: dict[type[Event], Callable[[Any], State]] = {
    UserUttered: _dump_user,
    ActionExecuted: _dump_action,
    ActiveLoop: lambda event: {"event": "active_loop", "name": event.name},
    LoopInterrupted: lambda event: {"event": "loop_interrupted", "value": event.is_interrupted},
    ActionExecutionRejected: lambda event: {"event": "rejected", "name": event.action_name},
}


def _load_user(item: Mapping[str, Any]) -> UserUttered:
    intent, entities = item["intent"], item["entities"]
    if not (isinstance(intent, str | None) and all(isinstance(name, str) for name in entities)):
        raise TypeError("user event")
    return UserUttered(
        intent={"name": intent, "confidence": 1.0},
        entities=[{"entity": name, "value": ""} for name in entities],
    )


_LOAD: dict[str, Callable[[Mapping[str, Any]], Event]] = {
    "user": _load_user,
    "action": lambda item: ActionExecuted(_name(item), hide_rule_turn=bool(item.get("hide"))),
    "active_loop": lambda item: ActiveLoop(_name(item) if item["name"] is not None else None),
    "loop_interrupted": lambda item: LoopInterrupted(bool(item["value"])),
    "rejected": lambda item: ActionExecutionRejected(_name(item)),
}


def _name(item: Mapping[str, Any]) -> str:
    if not isinstance(item["name"], str):
        raise TypeError("name")
    return item["name"]


def load_state(state: object, domain: Domain, conversation: str) -> DialogueStateTracker:
    """The tracker a state describes; null begins a new one. Raises StateError.

    Slots, forms and events which this model's domain does not have are left out: a new model must not
    cost a customer the whole conversation.
    """
    tracker = DialogueStateTracker(conversation, domain.slots)
    slots, loop, events = ({}, None, []) if state is None else _read(state)
    for name, value in slots.items():
        if name in tracker.slots and name not in _NOT_KEPT:
            tracker.update(SlotSet(name, value), domain)
    loop = loop if loop in domain.form_names else None
    _replay(tracker, events if _is_known(events, domain) else [], loop, domain)
    return tracker


def _read(state: object) -> tuple[dict[str, Any], str | None, list[Event]]:
    if not isinstance(state, dict) or state.get("version") != VERSION:
        raise StateError("not a state of this version")
    slots, loop, items = state.get("slots"), state.get("active_loop"), state.get("events")
    if not (isinstance(slots, dict) and isinstance(loop, str | None) and isinstance(items, list)):
        raise StateError("not the shape of a state")
    try:
        return slots, loop, [_LOAD[item["event"]](item) for item in items[-MAX_EVENTS:]]
    except (KeyError, TypeError, ValueError) as error:
        raise StateError("not the shape of an event") from error


def _is_known(events: Iterable[Event], domain: Domain) -> bool:
    for event in events:
        if isinstance(event, UserUttered) and event.intent_name not in domain.intents:
            return False
        if isinstance(event, ActionExecuted) and event.action_name not in domain.action_names_or_texts:
            return False
        if isinstance(event, ActiveLoop) and event.name not in (None, *domain.form_names):
            return False
    return True


def _replay(tracker: DialogueStateTracker, events: list[Event], loop: str | None, domain: Domain) -> None:
    """Apply the events so that the tracker ends listening and inside `loop`."""
    if loop is not None and not any(isinstance(event, ActiveLoop) for event in events):
        tracker.update(ActiveLoop(loop), domain)
    for event in events:
        tracker.update(event, domain)
    if tracker.active_loop_name != loop:
        tracker.update(ActiveLoop(loop), domain)
    if tracker.latest_action_name != ACTION_LISTEN_NAME:
        # Rasa starts a session of its own on an empty tracker; this keeps it from doing so.
        tracker.update(ActionExecuted(ACTION_LISTEN_NAME), domain)
