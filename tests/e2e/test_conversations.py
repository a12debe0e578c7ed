"""The scripted conversations of tests/conversations, said to the whole running system."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from shop.figures import find_unpinned, list_forms
from shop.tone import check_tone
from tests.e2e.harness import System

pytestmark = [pytest.mark.system, pytest.mark.timeout(300)]
FOLDER = Path(__file__).parents[1] / "conversations"
Json = dict[str, Any]


def list_conversations() -> Iterator[Any]:
    for path in sorted(FOLDER.glob("*.yml")):
        for conversation in yaml.safe_load(path.read_text(encoding="utf-8")):
            yield pytest.param(conversation, id=f"{path.stem}: {conversation['name']}")


@pytest.mark.parametrize("conversation", list(list_conversations()))
def test_a_conversation_goes_as_written(system: System, conversation: Json) -> None:
    context = {"item_id": conversation["item"]} if "item" in conversation else {}
    for number, turn in enumerate(conversation["turns"]):
        new = number == 0 or turn.get("new", False)
        outcome = system.say(turn["say"], buyer=conversation["buyer"], new=new, **context)
        found = describe(outcome)
        for reply in outcome["replies"]:
            values = [fact["value"] for fact in reply["facts"]]
            assert find_unpinned(reply["text"], values) == [], reply  # A9: no figure but a fact's
            assert not check_tone(reply["text"], pinned=[f for v in values for f in list_forms(v)]), reply
        for name, wanted in turn.items():
            if name not in ("say", "new"):
                assert fits(wanted, found[name]), f"{turn['say']}: {name}: {found[name]}, not {wanted}"


def describe(outcome: Json) -> Json:
    """What may be asserted of an outcome. A fact that was pinned with several values keeps all of them."""
    facts: dict[str, list[Any]] = {}
    for reply in outcome["replies"]:
        for fact in reply["facts"]:
            facts.setdefault(fact["name"], []).append(fact["value"])
    return {
        "decision": outcome["decision"],
        "severity": outcome["severity"],
        "intents": [question["intent"] for question in outcome["questions"]],
        "scripts": [reply["script"] for reply in outcome["replies"]],
        "facts": facts,
        "commands": {command["name"]: command["state"] for command in outcome["commands"]},
        "handoff": outcome["handoff"] or {},
    }


def fits(wanted: Any, found: Any) -> bool:
    """Mappings must hold what is wanted, lists must begin with it; an empty one must be empty."""
    if isinstance(wanted, dict):
        return (
            (not found)
            if not wanted
            else all(name in found and fits(v, found[name]) for name, v in wanted.items())
        )
    if isinstance(found, list) and not isinstance(wanted, list):
        return wanted in found
    if isinstance(wanted, list):
        return bool(found[: len(wanted)] == wanted) if wanted else not found
    return bool(wanted == found)
