"""Rasa's message processor with its silent failures made loud and its sessions taken out."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rasa.core.actions.action import Action, ActionExecutionRejection
from rasa.core.channels.channel import UserMessage
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
from rasa.engine.storage.storage import ModelMetadata
from rasa.shared.core.domain import SessionConfig
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker

from bot.parse import UNCLEAR_PARSE, Parse, parse_from
from bot.run import Collector, current_run
from bot.runner import DirectRunner
from bot.text import has_words, without_command

logger = logging.getLogger(__name__)


class TurnProcessor(MessageProcessor):  # type: ignore[misc]
    """Parses several texts at once, and notes what goes wrong in an action."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(on_circuit_break=_note_endless_dialogue, **kwargs)
        # The desk owns sessions. Whatever the domain says: none expires, no slot is copied into a new one.
        self.domain.session_config = SessionConfig(session_expiration_time=0, carry_over_slots=False)

    @staticmethod
    def _load_model(model_path: Path) -> tuple[str, ModelMetadata, DirectRunner]:
        name, metadata, runner = MessageProcessor._load_model(model_path)
        return name, metadata, DirectRunner(runner)

    def parse_texts(self, texts: Sequence[str]) -> list[Parse]:
        """The parses of `texts`, in one pass through the pipeline.

        A text without words is never shown to the model: the classifiers crash on it.
        """
        bare = [without_command(text) for text in texts]
        known = [index for index, (text, _) in enumerate(bare) if has_words(text)]
        parses = [UNCLEAR_PARSE] * len(texts)
        for index, data in zip(known, self._run_pipeline([bare[index][0] for index in known]), strict=True):
            text, skipped = bare[index]
            parses[index] = parse_from(data, text).shifted(skipped)
        return parses

    def _run_pipeline(self, texts: Sequence[str]) -> list[dict[str, Any]]:
        if not texts:
            return []
        target = self.model_metadata.nlu_target
        inputs = {
            PLACEHOLDER_MESSAGE: [UserMessage(text) for text in texts],
            PLACEHOLDER_TRACKER: DialogueStateTracker.from_events("", []),
        }
        messages = self.graph_runner.run(inputs=inputs, targets=[target])[target]
        return [message.as_dict(only_output_properties=True) for message in messages]

    def predict_next_with_tracker_if_should(
        self, tracker: DialogueStateTracker
    ) -> tuple[Action, PolicyPrediction]:
        """The next action, watched: Rasa logs its exceptions and goes on as if nothing were."""
        action, prediction = super().predict_next_with_tracker_if_should(tracker)
        return WatchedAction(action), prediction

    async def execute_side_effects(
        self, events: list[Event], tracker: DialogueStateTracker, output_channel: Collector
    ) -> None:
        """Collect what was said, and no more: a worker that keeps nothing holds no reminders."""
        await self._send_bot_messages(events, tracker, output_channel)

    @staticmethod
    def _should_handle_message(tracker: DialogueStateTracker) -> bool:
        """Always: who owns a conversation, and whether the bot may speak, is the desk's to know."""
        return True


class WatchedAction(Action):  # type: ignore[misc]
    """An action whose failure is noted in the run before Rasa swallows it."""

    def __init__(self, action: Action) -> None:
        self._action = action

    def name(self) -> str:
        """The watched action's name."""
        return str(self._action.name())

    def event_for_successful_execution(self, prediction: PolicyPrediction) -> Event:
        """The watched action's own event."""
        return self._action.event_for_successful_execution(prediction)

    async def run(self, *args: Any, **kwargs: Any) -> list[Event]:
        """Run the action; a failure the endpoint has not noted already is noted here."""
        run = current_run()
        noted = len(run.failures)
        try:
            events: list[Event] = await self._action.run(*args, **kwargs)
        except ActionExecutionRejection:
            # A form rejects what does not answer its question: that is dialogue. Else it is no answer.
            if run.tracker.active_loop_name != self.name():
                run.fail(self.name(), "error", "rejected to run")
            raise
        except Exception as error:
            if len(run.failures) == noted:
                logger.exception("%s failed", self.name())
                run.fail(self.name(), "error", type(error).__name__)
            raise
        return events


def _note_endless_dialogue(tracker: DialogueStateTracker, *_: Any) -> None:
    current_run().fail(tracker.latest_action_name or "", "error", "the dialogue came to no end")
