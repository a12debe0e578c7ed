"""The shape of every custom action: read the turn, look up in shop, answer with scripts, facts, proposals.

Actions never write: their database session refuses it. What should happen is proposed; the desk executes.
"""

import re
from dataclasses import dataclass, field
from typing import Any, ClassVar

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.wiring import open_reading
from shop import facts
from shop.facts import Fact, Reading

Json = dict[str, Any]

KEEP_LOOP = "keep"
"""The open dialogue stays as it is: what every answer but a form's leaves."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A value found in the customer's text. `value` is normalised, `raw` as written, at `start`."""

    name: str
    value: Any
    raw: str
    start: int = -1


@dataclass(frozen=True, slots=True)
class Question:
    """What one action call may see of the turn.

    `loop` is the form that is open, `rejected` whether it has passed on this very text; `photos` are the ids
    of the pictures sent with the turn.
    """

    text: str
    intent: str
    entities: tuple[Entity, ...]
    slots: Json
    item_id: str | None
    sku_id: str | None
    order_no: str | None
    reading: Reading
    confidence: float = 1.0
    loop: str | None = None
    rejected: bool = False
    photos: tuple[str, ...] = ()

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
    """What an action says. `handoff` is a reason to bring in people whatever the policy's autonomy.

    `reads_as` is the intent under which a form took the text: an answer to its question is read as such,
    whatever the text alone sounds like. `takes_photos`: the photos of the turn were part of that answer.
    """

    replies: tuple[Reply, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    slots: Json = field(default_factory=dict)
    handoff: str | None = None
    hold: str | None = None  # a reason why this answer must not go out by itself (becomes a draft)
    loop: str | None = KEEP_LOOP  # the form to open, None to close the one that is open
    reads_as: str | None = None
    takes_photos: bool = False
    again: bool = False  # a form asks once more, after something else was answered


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
        slots = {"last_intent": answer.reads_as or question.intent} | answer.slots
        events = [SlotSet(name, value) for name, value in slots.items()]
        return events if answer.loop == KEEP_LOOP else [*events, ActiveLoop(answer.loop)]


def is_action_name(name: str) -> bool:
    """Whether a class of this name is one that the bot may call: an action or the form of a dialogue."""
    return name.startswith("Action") or (name.endswith("Form") and name != "Form")


def _question(tracker: Tracker, context: Json, reading: Reading) -> Question:
    message = tracker.latest_message
    entities = tuple(
        Entity(
            item["entity"],
            item.get("value"),
            item.get("raw", str(item.get("value"))),
            item.get("start", -1),
        )
        for item in message.get("entities", [])
    )
    intent = message.get("intent") or {}
    slots = tracker.current_slot_values()
    return Question(
        text=message.get("text") or "",
        intent=intent.get("name") or "",
        entities=entities,
        slots=slots,
        item_id=context.get("item_id"),
        sku_id=context.get("sku_id"),
        order_no=context.get("order_no"),
        reading=reading,
        confidence=float(intent.get("confidence", 1.0)),
        loop=tracker.active_loop.get("name"),
        rejected=bool(tracker.active_loop.get("rejected")),
        photos=tuple(context.get("photos") or ()),
    )


def _to_json(answer: Answer) -> Json:
    data: Json = {
        "replies": [
            {"script": reply.script, "facts": [fact.to_json() for fact in reply.facts]}
            for reply in answer.replies
        ],
        "proposals": [{"name": proposal.name, "args": proposal.args} for proposal in answer.proposals],
        "handoff": answer.handoff,
        "hold": answer.hold,
    }
    if answer.reads_as:
        data["reads_as"] = answer.reads_as
    for name in ("takes_photos", "again"):
        if getattr(answer, name):
            data[name] = True
    return data
