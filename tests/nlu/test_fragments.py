"""What the question before gains: fragments read with it, and what is said in full left alone."""

import asyncio
import csv
from pathlib import Path

import pytest
from rasa.core.agent import Agent

from bot.fragments import load_forms, read_after
from bot.parse import Entity, Parse, parse_from

LINES = Path("tests/nlu/fragments.tsv").read_text(encoding="utf-8").splitlines()
TURNS = list(csv.DictReader(LINES, delimiter="\t"))
IN_FULL = ("inform", "thank", "greet", "bargain", "request_human", "affirm", "report_quality_issue")
SIZE = Entity("size", "39", "39", 1, 3)


def _parse(intent, confidence=0.3, *entities):
    return Parse(intent, confidence, ((intent, confidence), ("ask_size", 0.2)), entities)


@pytest.fixture(scope="module")
def parses():
    """The parses of all turns by the newest model in models/ (`make train`), without their context."""
    models = sorted(Path("models").glob("*.tar.gz"), key=lambda file: file.stat().st_mtime)
    assert models, "no model in models/: run `make train`"
    agent = Agent.load(str(models[-1]))

    async def read_all():
        return [parse_from(await agent.parse_message(turn["text"]), turn["text"]) for turn in TURNS]

    return asyncio.run(read_all())


def test_the_question_before_makes_fragments_readable(parses):
    alone = sum(parse.intent == turn["intent"] for turn, parse in zip(TURNS, parses, strict=True))
    read = [
        read_after(turn["before"], turn["text"], parse) for turn, parse in zip(TURNS, parses, strict=True)
    ]
    together = sum(parse.intent == turn["intent"] for turn, parse in zip(TURNS, read, strict=True))
    assert together / len(TURNS) >= 0.95
    assert (together - alone) / len(TURNS) >= 0.3


def test_a_reading_by_its_context_is_right_as_often_as_it_says(parses):
    pairs = [
        (turn, read_after(turn["before"], turn["text"], p), p) for turn, p in zip(TURNS, parses, strict=True)
    ]
    changed = [(turn, read) for turn, read, parse in pairs if read is not parse]
    right = [turn["intent"] == read.intent for turn, read in changed]
    assert len(changed) >= 50
    assert sum(right) / len(right) >= load_forms().confidence


@pytest.mark.parametrize(
    "turn", [turn for turn in TURNS if turn["intent"] in IN_FULL], ids=lambda t: t["text"]
)
def test_what_is_said_in_full_is_read_as_without_context(parses, turn):
    parse = parses[TURNS.index(turn)]
    assert read_after(turn["before"], turn["text"], parse) is parse


def test_a_fragment_without_a_question_before_it_stays_as_it_was_read():
    parse = _parse("ask_stock", 0.3, SIZE)
    assert read_after(None, "那39呢", parse) is parse
    assert read_after("greet", "那39呢", parse) is parse


def test_a_value_takes_the_intent_of_the_question_before():
    found = read_after("ask_price", "那39呢", _parse("unclear", 0.4, SIZE))
    assert (found.intent, found.confidence) == ("ask_price", load_forms().confidence)
    assert [name for name, _ in found.ranking] == ["ask_price", "unclear", "ask_size"]
    assert found.entities == (SIZE,)


def test_a_budget_goes_on_haggling_and_else_begins_a_search():
    assert read_after("bargain", "预算只有200", _parse("inform", 0.6)).intent == "bargain"
    assert read_after("ask_stock", "预算只有200", _parse("inform", 0.6)).intent == "ask_recommendation"


def test_a_long_text_is_no_fragment():
    parse = _parse("ask_delivery_time")
    assert read_after("ask_refund", "我就想问一下你们到底要多久才能给我处理好", parse) is parse


def test_every_intent_of_the_forms_is_one_of_the_domain():
    domain = Path("domain.yml").read_text(encoding="utf-8")
    named = {name for form in load_forms().forms for pair in form.after.items() for name in pair}
    assert named
    assert not [name for name in named if f"\n  - {name}\n" not in domain]
