"""Asking an action as the bot does: a real tracker and dispatcher, a read-only database, rendered replies."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import ShopAction
from actions.server import list_action_classes
from actions.wiring import get_wiring
from shop import readers
from shop.facts import Fact, Reading, reread
from shop.settings import PACKAGED_SCRIPTS
from shop.wording import Scripts

assert readers.TOPICS, "the desk renders and re-reads with every topic registered"


@dataclass(frozen=True, slots=True)
class Said:
    """What an action answered, with the sentences the desk would render."""

    scripts: list[str]
    texts: list[str]
    facts: dict[str, Any]
    sources: dict[str, str]
    proposals: list[dict[str, Any]]
    handoff: str | None
    hold: str | None
    slots: dict[str, Any]
    pinned: list[Fact] = field(default_factory=list)
    loops: list[str | None] = field(default_factory=list)  # forms opened (a name) or closed (None)
    reads_as: str | None = None
    takes_photos: bool = False

    @property
    def text(self) -> str:
        return "\n".join(self.texts)


class Asker:
    """Runs actions for one buyer at the clock's moment."""

    def __init__(self, clock: Any) -> None:
        self.clock = clock
        list_action_classes()  # imports every topic, as the server does at start
        self.scripts = Scripts(PACKAGED_SCRIPTS)

    async def __call__(
        self,
        action: ShopAction,
        text: str = "",
        *,
        intent: str | None = None,
        entities: dict[str, Any] | None = None,
        slots: dict[str, Any] | None = None,
        buyer: str = "b001",
        item: str | None = None,
        sku: str | None = None,
        order: str | None = None,
        confidence: float = 1.0,
        loop: str | None = None,
        rejected: bool = False,
        photos: list[str] | None = None,
    ) -> Said:
        """What the action says to this text; `loop` is the form that is open."""
        found = [
            {"entity": name, "value": value, "raw": str(value), "start": text.find(str(value))}
            for name, values in (entities or {}).items()
            for value in (values if isinstance(values, list) else [values])
        ]
        now = self.clock().isoformat()
        context = {"buyer_id": buyer, "channel": "web", "now": now, "item_id": item, "sku_id": sku}
        named = intent or action.name().removeprefix("action_")
        read = {"name": named, "confidence": confidence}
        message = {"text": text, "intent": read, "entities": found}
        kept = {"context": context | {"order_no": order, "photos": photos}} | {
            e["entity"]: e["value"] for e in found
        }
        active = {"name": loop, "rejected": rejected} if loop else {}
        tracker = Tracker("c1", (slots or {}) | kept, message, [], False, None, active, None)
        dispatcher = CollectingDispatcher()
        events = await action.run(dispatcher, tracker, {})
        return self._said(dispatcher.messages[0]["custom"], events)

    def _said(self, answer: dict[str, Any], events: list[Any]) -> Said:
        replies = answer["replies"]
        facts = [Fact.from_json(fact) for reply in replies for fact in reply["facts"]]
        return Said(
            scripts=[reply["script"] for reply in replies],
            texts=[text for reply in replies for text in self._render_all(reply)[:1]],
            facts={fact.name: fact.value for fact in facts},
            sources={fact.name: fact.source for fact in facts},
            proposals=answer["proposals"],
            handoff=answer["handoff"],
            hold=answer["hold"],
            slots={event["name"]: event["value"] for event in events if event["event"] == "slot"},
            pinned=facts,
            loops=[event["name"] for event in events if event["event"] == "active_loop"],
            reads_as=answer.get("reads_as"),
            takes_photos=answer.get("takes_photos", False),
        )

    def _render_all(self, reply: dict[str, Any]) -> list[str]:
        """Every variant of a reply rendered: a name that a template misses fails here."""
        values = {fact["name"]: fact["value"] for fact in reply["facts"]}
        return self.scripts.render_all(reply["script"], values)

    async def reread(self, said: Said, buyer: str = "b001") -> list[str]:
        """The names of the facts that read otherwise now, as the desk finds them before sending."""
        wiring = get_wiring()
        async with wiring.sessions() as session:
            reading = Reading(session, wiring.policy.current(), self.clock(), buyer)
            fresh = await reread(reading, said.pinned)
        pairs = zip(said.pinned, fresh, strict=True)
        return [old.name for old, new in pairs if (old.name, old.value) != (new.name, new.value)]


@pytest.fixture
async def ask(sessions: Any, database_url: str, clock: Any, monkeypatch: Any) -> AsyncIterator[Asker]:
    """Ask actions on the test's database, through their own read-only engine."""
    monkeypatch.setenv("XIAOER_DATABASE_URL", database_url)
    get_wiring.cache_clear()
    yield Asker(clock)
    await get_wiring().sessions.kw["bind"].dispose()
    get_wiring.cache_clear()
