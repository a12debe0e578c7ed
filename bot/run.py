"""What belongs to one run of the dialogue, kept apart between concurrent requests.

Rasa passes no object of ours through its calls: the tracker store, the action endpoint and the processor
find the run they serve here. A ContextVar is per task, so two requests never see each other's.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from rasa.core.channels.channel import OutputChannel
from rasa.shared.core.trackers import DialogueStateTracker

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Failure:
    """An action that gave no answer. `reason`: timeout | unreachable | error."""

    action: str
    reason: str
    detail: str

    def to_json(self) -> dict[str, str]:
        """The failure as the protocol has it."""
        return {"action": self.action, "reason": self.reason, "detail": self.detail}


@dataclass
class Run:
    """One question's way through the dialogue: the tracker in use, what was said, what failed."""

    tracker: DialogueStateTracker
    messages: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    def fail(self, action: str, reason: str, detail: str) -> None:
        """Note a failure; the answer it leaves is never sent by itself."""
        logger.warning("%s gave no answer: %s, %s", action, reason, detail[:200])
        self.failures.append(Failure(action, reason, detail[:200]))


_current: ContextVar[Run] = ContextVar("bot_run")


def current_run() -> Run:
    """The run of this task. Raises LookupError outside of one."""
    return _current.get()


@contextmanager
def running(run: Run) -> Iterator[Run]:
    """Make `run` the current one."""
    token = _current.set(run)
    try:
        yield run
    finally:
        _current.reset(token)


class Collector(OutputChannel):  # type: ignore[misc]
    """Collects what actions say, each with the action that said it, into the current run."""

    @classmethod
    def name(cls) -> str:
        """The channel's name in Rasa's events."""
        return "xiaoer"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keep the message as data; the desk renders it."""
        run = current_run()
        run.messages.append((run.tracker.latest_action_name or "", message))
