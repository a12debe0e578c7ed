"""A dialogue as the bot leads it: the form hears first, what it rejects is answered, then it asks again.

The loop and the slots travel from turn to turn, as they do through bot/engine.py; the intents are given, so
that a test shows what the form does with a reading, right or wrong.
"""

from typing import Any

from rasa_sdk.interfaces import ActionExecutionRejection

from actions.dialogue import Form, find_form
from actions.inform import ActionInform, find_action
from tests.asking import Asker, Said


class Talk:
    """One conversation of one buyer."""

    def __init__(self, ask: Asker, buyer: str = "b001", item: str | None = None) -> None:
        self.ask, self.buyer, self.item = ask, buyer, item
        self.slots: dict[str, Any] = {}
        self.loop: str | None = None

    async def say(
        self, text: str, intent: str = "inform", confidence: float = 0.9, **more: Any
    ) -> list[Said]:
        """What is answered to a text read as this intent."""
        given = {"intent": intent, "confidence": confidence, "buyer": self.buyer, "item": self.item} | more
        if self.loop is not None:
            try:
                return [await self._run(self._form(self.loop), text, **given)]
            except ActionExecutionRejection:
                rejected = self.loop
                answered = await self._answer(text, **given)
                if self.loop == rejected and answered:
                    answered.append(await self._run(self._form(rejected), text, rejected=True, **given))
                return answered
        return await self._answer(text, **given)

    async def _answer(self, text: str, **given: Any) -> list[Said]:
        """By the rule of the intent; a form that another one opened goes on at once, as Rasa's loop does."""
        intent = given["intent"]
        action = find_form(intent) or (ActionInform() if intent == "inform" else find_action(intent))
        if action is None:
            return []
        before = self.loop
        said = [await self._run(action, text, **given)]
        if self.loop is not None and self.loop not in (before, action.name()):
            said.append(await self._run(self._form(self.loop), text, **given))
        return said

    async def _run(self, action: Any, text: str, **given: Any) -> Said:
        said = await self.ask(action, text, slots=self.slots, loop=self.loop, **given)
        self.slots |= said.slots | (given.get("entities") or {})
        if said.loops:
            self.loop = said.loops[-1]
        return said

    @staticmethod
    def _form(name: str) -> Any:
        pending = list(Form.__subclasses__())
        while pending:
            kind = pending.pop()
            pending += kind.__subclasses__()
            if kind.__name__.endswith("Form") and kind().name() == name:
                return kind()
        raise AssertionError(name)
