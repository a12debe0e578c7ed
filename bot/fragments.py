"""Fragments of a few characters (那39呢, 要多久, 多少), read with the question before them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.components.text import half_width
from bot.parse import Entity, Parse

FILE = Path(__file__).with_name("followups.yml")
LONGEST = 16  # characters; whoever writes more says what is meant
_VALUE = "\ue000"  # stands for an entity's value; from the private area, so no customer's text holds it
_EDGES = re.compile(r"^[\s,.!?~…]+|[\s,.!?~…]+$")


@dataclass(frozen=True)
class Form:
    """How a kind of fragment looks, and the intent it has after each question; `alone` after any other."""

    pattern: re.Pattern[str]
    after: Mapping[str, str]
    alone: str | None = None


@dataclass(frozen=True)
class Forms:
    """All forms, in the order they are tried, and how sure such a reading is."""

    forms: tuple[Form, ...]
    confidence: float


@lru_cache(maxsize=1)
def load_forms() -> Forms:
    """Return the forms of followups.yml."""
    found: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    forms = tuple(
        Form(
            re.compile(entry["form"].replace("{value}", _VALUE)),
            {intent: intent for intent in entry.get("same", ())} | entry.get("after", {}),
            entry.get("alone"),
        )
        for entry in found["forms"]
    )
    return Forms(forms, found["confidence"])


def read_after(last_intent: object, text: str, parse: Parse) -> Parse:
    """Return the parse of a text as it is meant behind a question read as `last_intent`.

    What is no fragment, or follows no question, keeps its parse. The intent read without the question stays
    second in the ranking.
    """
    intent = _intent_after(last_intent, text, parse.entities)
    if intent is None or (intent == parse.intent and parse.confidence >= load_forms().confidence):
        return parse
    confidence = load_forms().confidence
    others = [(name, min(share, 1 - confidence)) for name, share in parse.ranking if name != intent]
    return replace(parse, intent=intent, confidence=confidence, ranking=((intent, confidence), *others))


def _intent_after(last_intent: object, text: str, entities: tuple[Entity, ...]) -> str | None:
    if len(text) > LONGEST:
        return None
    shape = _shape(text, entities)
    for form in load_forms().forms:
        if form.pattern.fullmatch(shape):
            return form.after.get(str(last_intent), form.alone)
    return None


def _shape(text: str, entities: tuple[Entity, ...]) -> str:
    """The text with its values as one sign each, without marks and blanks."""
    shape = half_width(text).lower()
    for entity in sorted(entities, key=lambda one: one.start, reverse=True):
        shape = shape[: entity.start] + _VALUE + shape[entity.end :]
    return _EDGES.sub("", shape).replace(" ", "")
