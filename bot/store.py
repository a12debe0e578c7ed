"""A tracker store that holds the tracker of the current run and nothing else."""

from __future__ import annotations

from collections.abc import Iterable

from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

from bot.run import current_run


class HandedInStore(TrackerStore):  # type: ignore[misc]
    """Gives Rasa the tracker that came with the request; a save puts it back into the run."""

    def __init__(self) -> None:
        super().__init__(Domain.empty())

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The tracker of the current run."""
        return current_run().tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep the tracker in the run."""
        current_run().tracker = tracker

    async def keys(self) -> Iterable[str]:
        """No conversation is stored here."""
        return ()
