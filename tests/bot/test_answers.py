"""What a run's messages and failures make of a reading, and what a conversation was about."""

from __future__ import annotations

from rasa.shared.core.trackers import DialogueStateTracker

from bot.answers import reading_of
from bot.engine import MOST_TOPICS, with_topic
from bot.run import Run

GREETING = {"custom": {"replies": [{"script": "greet", "facts": []}]}}


def run_with(*failed: str) -> Run:
    run = Run(DialogueStateTracker("c1", []))
    run.messages.append(("utter_greet", GREETING))
    for action in failed:
        run.fail(action, "unreachable", "away")
    return run


def test_a8_a_piece_of_sales_talk_that_fails_leaves_the_greeting() -> None:
    reading = reading_of(run_with("action_lead_talk"), "greet", 0.9)
    assert (reading["replies"], reading["failures"]) == (GREETING["custom"]["replies"], [])


def test_any_other_action_that_fails_is_told() -> None:
    reading = reading_of(run_with("action_ask_stock"), "greet", 0.9)
    assert [failure["action"] for failure in reading["failures"]] == ["action_ask_stock"]


def test_a8_a_conversation_keeps_each_topic_once_and_no_more_than_so_many() -> None:
    topics: list[str] = []
    for intent in ("ask_stock", "bargain", "ask_stock"):
        topics = with_topic(topics, intent)
    assert topics == ["bargain", "ask_stock"]
    many: list[str] = []
    for number in range(MOST_TOPICS + 5):
        many = with_topic(many, f"topic{number}")
    assert (len(many), many[-1]) == (MOST_TOPICS, f"topic{MOST_TOPICS + 4}")
