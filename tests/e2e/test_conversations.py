"""The scripted conversations of tests/conversations, said to the whole running system.

Customers talk at the same time, so several are played at once; one buyer's own follow each other, in the
order of the files, since they would meet in the shop's memory of that buyer.
"""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import yaml

from shop.figures import find_unpinned, list_forms
from shop.tone import check_tone
from tests.e2e.harness import System

pytestmark = [pytest.mark.system, pytest.mark.timeout(600)]
FOLDER = Path(__file__).parents[1] / "conversations"
AT_ONCE = 4
Json = dict[str, Any]


def list_conversations() -> Iterator[Any]:
    for path in sorted(FOLDER.glob("*.yml")):
        for conversation in yaml.safe_load(path.read_text(encoding="utf-8")):
            yield pytest.param(conversation, id=f"{path.stem}: {conversation['name']}")


@pytest.fixture(scope="module")
def played(system: System, request: pytest.FixtureRequest) -> Iterator[dict[str, Future[list[Json]]]]:
    """What was answered in each conversation chosen for this run, under its name."""
    chosen: list[Any] = [
        item.callspec.params["conversation"]
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.originalname == PLAYED
    ]
    found: dict[str, Future[list[Json]]] = {one["name"]: Future() for one in chosen}
    assert len(found) == len(chosen), "each conversation has a name of its own"
    of_buyers: dict[str, list[Json]] = {}
    for one in chosen:
        of_buyers.setdefault(one["buyer"], []).append(one)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for conversations in of_buyers.values():
            pool.submit(play_all, system, conversations, found)
        yield found


def play_all(system: System, conversations: list[Json], found: dict[str, Future[list[Json]]]) -> None:
    """One buyer's conversations; one that breaks off does not keep the others from being played."""
    for one in conversations:
        try:
            found[one["name"]].set_result(play(system, one))
        except Exception as error:
            found[one["name"]].set_exception(error)


def play(system: System, conversation: Json) -> list[Json]:
    """The outcome of every turn."""
    context = {name: conversation[key] for key, name in IN_VIEW.items() if key in conversation}
    return [
        system.say(
            turn["say"],
            buyer=conversation["buyer"],
            new=number == 0 or turn.get("new", False),
            **context,
        )
        for number, turn in enumerate(conversation["turns"])
    ]


IN_VIEW = {"item": "item_id", "sku": "sku_id"}


@pytest.mark.parametrize("conversation", list(list_conversations()))
def test_a_conversation_goes_as_written(conversation: Json, played: dict[str, Future[list[Json]]]) -> None:
    outcomes = played[conversation["name"]].result()
    for turn, outcome in zip(conversation["turns"], outcomes, strict=True):
        found = describe(outcome)
        for reply in outcome["replies"]:
            values = [fact["value"] for fact in reply["facts"]]
            assert find_unpinned(reply["text"], values) == [], reply  # A9: no figure but a fact's
            assert not check_tone(reply["text"], pinned=[f for v in values for f in list_forms(v)]), reply
        for name, wanted in turn.items():
            if name not in ("say", "new"):
                assert fits(wanted, found[name]), f"{turn['say']}: {name}: {found[name]}, not {wanted}"


PLAYED = test_a_conversation_goes_as_written.__name__


def test_every_chapter_is_said_at_length() -> None:
    """120 conversations, ten or more of each chapter, half of them in several turns."""
    said = [parameter.values[0] for parameter in list_conversations()]
    assert len(said) >= 120
    assert 2 * sum(len(one["turns"]) > 1 for one in said) >= len(said)
    chapters = [one["name"][0] for one in said if one["name"][1:2].isdigit()]
    assert {chapter for chapter in "ABCDE" if chapters.count(chapter) < 10} == set()


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
