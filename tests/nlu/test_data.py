"""The training data: complete, unambiguous, not repetitive, free of broken characters."""

import re
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest
import yaml

NLU = sorted(Path("data/nlu").glob("*.yml"))
# What real chats hold (docs/growing.md): statements, riddles and the open classes need the most.
LEAST_EXAMPLES = {
    "inform": 3000,
    "unclear": 2500,
    "ask_product": 1500,
    "complain": 1500,
    "report_quality_issue": 1500,
    "ask_bot": 200,  # there are few ways to say it
    "express_self_harm": 140,
}
LEAST_OF_OTHERS = 250
MOST_SHARE = 0.1
LEAST_TRIGRAMS = 6


def _plain(text):
    return re.sub(r"[\s,，.。!！?？~～、…;；:：]+", "", text.lower())


@pytest.fixture(scope="module")
def examples():
    """Intent → its examples, over all files."""
    found = {}
    for file in NLU:
        for entry in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
            lines = [line.removeprefix("- ") for line in entry["examples"].splitlines()]
            found.setdefault(entry["intent"], []).extend(lines)
    return found


def test_every_intent_of_the_domain_has_examples(examples):
    intents = yaml.safe_load(Path("domain.yml").read_text(encoding="utf-8"))["intents"]
    assert set(examples) == set(intents)


def test_the_intents_are_balanced(examples):
    total = sum(len(lines) for lines in examples.values())
    assert total >= 30_000
    few = {
        intent: len(lines)
        for intent, lines in examples.items()
        if len(lines) < LEAST_EXAMPLES.get(intent, LEAST_OF_OTHERS)
    }
    assert few == {}
    assert {intent for intent, lines in examples.items() if len(lines) > MOST_SHARE * total} == set()


def test_turns_that_are_nearly_the_same_stand_under_one_intent(examples):
    homes = [(line, intent) for intent, lines in examples.items() for line in lines]
    intents = dict(homes)
    lines = [line for line, _ in homes if len(_trigrams(line)) >= LEAST_TRIGRAMS]
    conflicts = [
        (one, intents[one], other, intents[other])
        for one, other in _near_duplicates(lines, overlap=0.9)
        if intents[one] != intents[other]
    ]
    assert conflicts == []


def test_an_intent_stands_in_the_file_of_its_rule():
    def homes(folder, key, start):
        return {
            start(entry)["intent"]: file.stem
            for file in Path(folder).glob("*.yml")
            for entry in yaml.safe_load(file.read_text(encoding="utf-8"))[key]
            if "intent" in start(entry)  # the rule that ends a form starts with the form
        }

    assert homes("data/nlu", "nlu", lambda entry: entry) == homes(
        "data/rules", "rules", lambda rule: rule["steps"][0]
    )


def test_no_turn_stands_twice(examples):
    homes = Counter()
    where = {}
    for intent, lines in examples.items():
        for line in lines:
            homes[_plain(line) or line] += 1
            where.setdefault(_plain(line) or line, set()).add(intent)
    assert {line: sorted(where[line]) for line, count in homes.items() if count > 1} == {}


def test_turns_hold_no_broken_or_marking_characters(examples):
    odd = re.compile(r"[\[\]{}�\x00-\x1f\ue000-\uf8ff]|^\s|\s$|\s\s|^/")
    assert [line for lines in examples.values() for line in lines if odd.search(line) or not line] == []


@pytest.mark.parametrize("share", [0.02])
def test_near_duplicates_inside_an_intent_are_rare(examples, share):
    total = sum(len(lines) for lines in examples.values())
    near = [pair for lines in examples.values() for pair in _near_duplicates(lines)]
    assert len(near) / total < share, near[:20]


def _near_duplicates(lines, overlap=0.8):
    """Pairs whose character trigrams overlap by more than that (Jaccard)."""
    grams = [_trigrams(line) for line in lines]
    holders = {}
    for at, found in enumerate(grams):
        for gram in found:
            holders.setdefault(gram, []).append(at)
    pairs = {pair for held in holders.values() if len(held) < 200 for pair in combinations(held, 2)}
    return [
        (lines[one], lines[other])
        for one, other in pairs
        if len(grams[one] & grams[other]) > overlap * len(grams[one] | grams[other])
    ]


def _trigrams(line):
    plain = _plain(line) or line
    return {plain[at : at + 3] for at in range(max(1, len(plain) - 2))}
