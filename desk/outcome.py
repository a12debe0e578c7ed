"""What became of a turn, in the API's shape, and waiting for it."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from desk import live
from desk.base import Desk
from desk.decision import Kind
from desk.models import Json, Turn, TurnState
from shop.errors import NotFound


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a turn. `decision`: auto | suggest | handoff; see DESIGN 5."""

    conversation_id: str
    turn_id: str
    decision: str
    questions: tuple[Json, ...]
    severity: str
    replies: tuple[Json, ...]
    commands: tuple[Json, ...]
    handoff: Json | None
    latency_ms: int
    policy_version: str = ""

    def to_json(self) -> Json:
        """The outcome as the API gives it."""
        return {
            "conversation_id": self.conversation_id,
            "turn_id": self.turn_id,
            "decision": self.decision,
            "questions": list(self.questions),
            "severity": self.severity,
            "replies": list(self.replies),
            "commands": list(self.commands),
            "handoff": self.handoff,
            "latency_ms": self.latency_ms,
            "policy_version": self.policy_version,
        }

    @classmethod
    def from_json(cls, data: Json) -> "Outcome":
        """The outcome that `to_json` gave."""
        lists: dict[str, Any] = {name: tuple(data[name]) for name in ("questions", "replies", "commands")}
        return cls(**{**data, **lists})


def describe_question(found: Json) -> Json:
    """A question of the bot as the outcome shows it: text, intent, confidence, entities."""
    return {name: found.get(name) for name in ("text", "intent", "confidence")} | {
        "entities": [
            {name: entity.get(name) for name in ("entity", "value", "raw", "start", "end")}
            for entity in found.get("entities") or []
        ]
    }


def make_empty(turn: Turn, now: datetime) -> Outcome:
    """The outcome of a turn that a person settled by closing the conversation."""
    latency = round((now - turn.opened_at).total_seconds() * 1000)
    return Outcome(turn.conversation_id, turn.id, Kind.SUGGEST.value, (), "none", (), (), None, latency)


def read_outcome(turn: Turn) -> Outcome | None:
    """The outcome of a turn; None while it is not done."""
    if turn.state is not TurnState.DONE or turn.outcome is None:
        return None
    return Outcome.from_json(turn.outcome)


async def find_outcome(desk: Desk, turn_id: str) -> Outcome | None:
    """The outcome of a turn; None while it is not done. Raises NotFound."""
    async with desk.reads() as session:
        turn = await session.get(Turn, turn_id)
    if turn is None:
        raise NotFound(f"no turn {turn_id}")
    return read_outcome(turn)


async def wait_for_outcome(desk: Desk, turn_id: str, seconds: float) -> Outcome | None:
    """The outcome once the turn is done, whichever process does it; None after so many seconds."""
    async with desk.reads() as session:
        turn = await session.get(Turn, turn_id)
    if turn is None:
        raise NotFound(f"no turn {turn_id}")
    end = asyncio.get_running_loop().time() + seconds
    with desk.live.watching(live.conversation_topic(turn.conversation_id)) as woken:
        while True:
            woken.clear()
            found = await find_outcome(desk, turn_id)
            left = end - asyncio.get_running_loop().time()
            if found is not None or left <= 0:
                return found
            await live.wait_for(woken, left)
