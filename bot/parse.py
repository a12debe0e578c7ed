"""What the model understood of one text, as a plain value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

SEVERITIES = ("none", "general", "major", "crisis")
UNCLEAR = "unclear"
MAX_RANKING = 5


@dataclass(frozen=True)
class Entity:
    """A value in the text: `raw` as written, `value` normalised, `start` and `end` in that text."""

    name: str
    value: Any
    raw: str
    start: int
    end: int
    extra: tuple[tuple[str, Any], ...] = ()

    def shifted(self, by: int) -> Entity:
        """The same entity in a text which begins `by` characters earlier."""
        return replace(self, start=self.start + by, end=self.end + by)

    def to_json(self) -> dict[str, Any]:
        """The entity as the protocol and the actions see it."""
        fixed = {
            "entity": self.name,
            "value": self.value,
            "raw": self.raw,
            "start": self.start,
            "end": self.end,
        }
        return {**dict(self.extra), **fixed}


@dataclass(frozen=True)
class Parse:
    """Intent, confidence (0..1), ranking (best first), entities and severity of one text."""

    intent: str
    confidence: float
    ranking: tuple[tuple[str, float], ...] = ()
    entities: tuple[Entity, ...] = ()
    severity: str = "none"
    evidence: tuple[Any, ...] = ()

    def shifted(self, by: int) -> Parse:
        """The same parse for a text which begins `by` characters earlier."""
        return replace(self, entities=tuple(entity.shifted(by) for entity in self.entities)) if by else self


UNCLEAR_PARSE = Parse(UNCLEAR, 0.0, ((UNCLEAR, 0.0),))


def parse_from(data: Mapping[str, Any], text: str) -> Parse:
    """A parse from the pipeline's output for `text`."""
    intent = _intent_name(data.get("intent"))
    confidence = float((data.get("intent") or {}).get("confidence") or 0.0)
    return Parse(
        intent=intent,
        confidence=confidence,
        ranking=_ranking(intent, confidence, data.get("intent_ranking") or ()),
        entities=tuple(_entity(item, text) for item in data.get("entities") or ()),
        severity=data["severity"] if data.get("severity") in SEVERITIES else "none",
        evidence=tuple(data.get("severity_evidence") or ()),
    )


def worst_severity(parses: Iterable[Parse]) -> tuple[str, list[Any]]:
    """The gravest severity of all, and every piece of evidence once, in order."""
    worst, evidence = "none", []
    for parse in parses:
        worst = max(worst, parse.severity, key=SEVERITIES.index)
        evidence += [item for item in parse.evidence if item not in evidence]
    return worst, evidence


def _intent_name(intent: Mapping[str, Any] | None) -> str:
    name = (intent or {}).get("name")
    # FallbackClassifier's own name is no intent of the domain; both mean the same.
    return UNCLEAR if name in (None, "", "nlu_fallback") else str(name)


def _ranking(
    intent: str, confidence: float, items: Iterable[Mapping[str, Any]]
) -> tuple[tuple[str, float], ...]:
    others = [(_intent_name(item), float(item.get("confidence") or 0.0)) for item in items]
    others = sorted((item for item in others if item[0] != intent), key=lambda item: -item[1])
    return ((intent, confidence), *others[: MAX_RANKING - 1])


def _entity(item: Mapping[str, Any], text: str) -> Entity:
    start, end = int(item.get("start") or 0), int(item.get("end") or 0)
    return Entity(
        name=str(item["entity"]),
        value=_plain(item.get("value")),
        raw=str(item.get("raw") or text[start:end]),
        start=start,
        end=end,
        extra=tuple((key, item[key]) for key in ("role", "group") if item.get(key)),
    )


def _plain(value: Any) -> Any:
    """numpy's scalars as Python's, which JSON can write."""
    return value.item() if hasattr(value, "item") else value
