"""The hand-over packet: what the next person must know and need not ask again. Pure; built from the turns."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from desk.models import Json

LAST_TURNS = 20


@dataclass(frozen=True, slots=True)
class TurnRecord:
    """A turn as far as the packet needs it: what the customer said and what became of it."""

    words: str
    decision: str
    outcome: Json


@dataclass(frozen=True, slots=True)
class Packet:
    """`summary`: a line a question; `facts`: the newest of each; `known`: do not ask again."""

    summary: list[Json]
    facts: list[Json]
    tried: list[Json]
    promised: list[Json]
    known: list[Json]
    note: str | None


def build(
    turns: Sequence[TurnRecord], *, slots: Json, promises: Iterable[Json] = (), note: str | None = None
) -> Packet:
    """The packet of a conversation from its last turns, oldest first."""
    turns = turns[-LAST_TURNS:]
    asked = [(turn, found) for turn in turns for found in turn.outcome.get("questions", [])]
    answered = [turn for turn in turns if turn.outcome.get("replies") or turn.outcome.get("commands")]
    return Packet(
        summary=[_describe_question(turn, found) for turn, found in asked],
        facts=_list_facts(turns),
        tried=[_describe_try(turn) for turn in answered],
        promised=list(promises),
        known=_list_known(turns, slots),
        note=note,
    )


def _describe_question(turn: TurnRecord, found: Json) -> Json:
    return {"text": found.get("text"), "intent": found.get("intent"), "decision": turn.decision}


def _list_facts(turns: Sequence[TurnRecord]) -> list[Json]:
    """Every figure the customer was told, the newest reading of each."""
    newest: dict[tuple[str, str], Json] = {}
    for turn in turns:
        for reply in turn.outcome.get("replies", []):
            for fact in reply.get("facts", []):
                newest[fact["source"], fact["name"]] = fact
    return list(newest.values())


def _describe_try(turn: TurnRecord) -> Json:
    return {
        "words": turn.words,
        "decision": turn.decision,
        "replies": [reply.get("text") for reply in turn.outcome.get("replies", [])],
        "commands": [
            {"name": command.get("name"), "state": command.get("state")}
            for command in turn.outcome.get("commands", [])
        ],
    }


def _list_known(turns: Sequence[TurnRecord], slots: Json) -> list[Json]:
    """What the customer said of themselves or the matter: entities, and what the bot keeps."""
    known: dict[str, Any] = {}
    for turn in turns:
        for question in turn.outcome.get("questions", []):
            for entity in question.get("entities", []):
                known[entity["entity"]] = entity.get("value")
    for name, value in slots.items():
        if isinstance(value, str | int | float) and not isinstance(value, bool) and value != "":
            known.setdefault(name, value)
    return [{"name": name, "value": value} for name, value in known.items()]
