"""The shape of every custom action: read the turn, look up in shop, answer with scripts, facts, proposals.

Actions never write: their database session refuses it. What should happen is proposed; the desk executes.
"""

import re
from dataclasses import dataclass, field
from typing import Any, ClassVar

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.wiring import open_reading
from shop import facts
from shop.facts import Fact, Reading

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entity:
    """A value found in the customer's text. `value` is normalised, `raw` as written."""

    name: str
    value: Any
    raw: str


@dataclass(frozen=True, slots=True)
class Question:
    """What one action call may see of the turn."""

    text: str
    intent: str
    entities: tuple[Entity, ...]
    slots: Json
    item_id: str | None
    sku_id: str | None
    order_no: str | None
    reading: Reading

    def find(self, name: str) -> Any | None:
        """The value of the first entity of that name in this text, or of the slot that kept it."""
        for entity in self.entities:
            if entity.name == name:
                return entity.value
        return self.slots.get(name)

    def find_all(self, name: str) -> list[Any]:
        """Every value of that name in this text, each once; where there is none, what the slot kept."""
        named = [entity.value for entity in self.entities if entity.name == name]
        kept = self.slots.get(name)
        return list(dict.fromkeys(named)) or ([] if kept is None else [kept])

    def names(self, name: str) -> bool:
        """Whether this very text holds such an entity."""
        return any(entity.name == name for entity in self.entities)

    async def read(self, scheme: str, key: str) -> dict[str, Fact]:
        """All facts at an address (shop.facts)."""
        return await facts.read(self.reading, scheme, key)


@dataclass(frozen=True, slots=True)
class Reply:
    """A script and the facts its sentence states."""

    script: str
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """A command the desk may execute (shop.commands)."""

    name: str
    args: Json


@dataclass(frozen=True, slots=True)
class Answer:
    """What an action says. `handoff` is a reason to bring in people whatever the policy's autonomy."""

    replies: tuple[Reply, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    slots: Json = field(default_factory=dict)
    handoff: str | None = None
    hold: str | None = None  # a reason why this answer must not go out by itself (becomes a draft)


class ShopAction(Action):
    """Base of the shop's actions: `answer` is the topic's work, `run` the frame around it.

    `takes` names the entities that renew this answer when they come later on their own (actions/inform.py).
    """

    takes: ClassVar[frozenset[str]] = frozenset()

    def name(self) -> str:
        """Rasa's name of the action: `ActionTrackOrder` is `action_track_order`."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", type(self).__name__).lower()

    async def answer(self, question: Question) -> Answer:
        """Look up and answer. Raises ShopError for what the shop refuses, anything else is a failure."""
        raise NotImplementedError

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Json) -> list[EventType]:
        """Rasa's entry: one reading, one answer, sent as data for the desk to render."""
        context = tracker.get_slot("context") or {}
        async with open_reading(context) as reading:
            question = _question(tracker, context, reading)
            answer = await self.answer(question)
        dispatcher.utter_message(json_message=_to_json(answer))
        slots = {"last_intent": question.intent} | answer.slots
        return [SlotSet(name, value) for name, value in slots.items()]


def _question(tracker: Tracker, context: Json, reading: Reading) -> Question:
    message = tracker.latest_message
    entities = tuple(
        Entity(item["entity"], item.get("value"), item.get("raw", str(item.get("value"))))
        for item in message.get("entities", [])
    )
    slots = tracker.current_slot_values()
    return Question(
        text=message.get("text") or "",
        intent=(message.get("intent") or {}).get("name") or "",
        entities=entities,
        slots=slots,
        item_id=context.get("item_id"),
        sku_id=context.get("sku_id"),
        order_no=context.get("order_no"),
        reading=reading,
    )


def _to_json(answer: Answer) -> Json:
    return {
        "replies": [
            {"script": reply.script, "facts": [fact.to_json() for fact in reply.facts]}
            for reply in answer.replies
        ],
        "proposals": [{"name": proposal.name, "args": proposal.args} for proposal in answer.proposals],
        "handoff": answer.handoff,
        "hold": answer.hold,
    }
