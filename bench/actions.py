"""The custom action of the benchmark: the same small answer for every system that is compared."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher


class ActionBench(Action):
    """Answers at once, so that what is measured is the way to it and back."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_bench"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """One data message, as our own actions send it."""
        dispatcher.utter_message(
            json_message={"replies": [{"script": "bench", "facts": []}], "proposals": []}
        )
        return []
