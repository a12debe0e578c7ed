"""Data without a question renews the answer that lacked it."""

import pytest

from actions.dialogue import Form, find_form
from actions.inform import ActionInform, find_action
from actions.server import list_action_classes
from actions.sizing import SizeForm
from tests.small_shop import open_shop


@pytest.fixture
async def shop(sessions):
    await open_shop(sessions)


async def test_b2_a_foot_length_that_comes_later_corrects_the_advice(shop, ask):
    asked = await ask(SizeForm(), "脚长25穿多大", entities={"foot_mm": 250}, item="P1")
    assert (asked.scripts, asked.slots["last_intent"]) == (["size_shoes"], "ask_size")
    said = await ask(ActionInform(), "脚长245", entities={"foot_mm": 245}, slots=asked.slots, item="P1")
    assert (said.scripts, said.loops) == ([], ["size_form"])  # it listens again: the loop goes on at once


async def test_a_size_after_a_stock_question_asks_for_that_size(shop, ask):
    slots = {"last_intent": "ask_stock", "color": "黑色"}
    said = await ask(ActionInform(), "那40呢", entities={"size": "40"}, slots=slots, item="P1")
    assert (said.scripts, said.facts["state"]) == (["stock_out"], "out")


@pytest.mark.parametrize(
    ("last", "entities"),
    [(None, {"region": "湖北"}), ("ask_stock", {"region": "湖北"}), ("greet", {"size": "40"})],
)
async def test_data_that_concerns_no_open_question_is_noted_as_a_draft(shop, ask, last, entities):
    said = await ask(ActionInform(), entities=entities, slots={"last_intent": last}, item="P1")
    assert (said.scripts, said.hold, said.slots) == (["inform_noted"], "noted_only", {"last_intent": last})


def test_every_action_is_found_by_its_intent_and_inform_never_by_itself():
    names = {kind().name() for kind in list_action_classes() if not issubclass(kind, Form)} - {
        "action_inform"
    }
    assert {find_action(name.removeprefix("action_")).name() for name in names} == names
    assert find_action("inform") is None


def test_every_form_is_found_by_the_intent_that_opens_it():
    forms = {kind().name(): kind.intent for kind in list_action_classes() if issubclass(kind, Form)}
    assert {find_form(intent).name(): intent for intent in forms.values()} == forms
    assert find_form("inform") is None


async def test_b1_a_bare_size_from_an_items_page_asks_whether_it_is_there(shop, ask):
    said = await ask(ActionInform(), "39码", entities={"size": "39"}, item="P1")
    assert (said.scripts, said.reads_as) == (["stock_colors_of_size"], "ask_stock")
    unsure = await ask(ActionInform(), "39码", entities={"size": "39"}, item="P1", confidence=0.4)
    assert (unsure.scripts, unsure.reads_as) == (["stock_colors_of_size"], None)
    assert (await ask(ActionInform(), "39码", entities={"size": "39"})).scripts == ["inform_noted"]
