"""What the command line shows of a turn."""

from typing import Any

import pytest

from desk.cli.outcome import print_outcome

OUTCOME: dict[str, Any] = {
    "decision": "auto",
    "severity": "none",
    "latency_ms": 120,
    "questions": [
        {
            "text": "39有吗",
            "intent": "ask_stock",
            "confidence": 0.97,
            "entities": [{"entity": "size", "value": "39"}],
        }
    ],
    "replies": [
        {
            "text": "39码有货",
            "script": "stock_in",
            "facts": [
                {"name": "size", "value": "39", "source": "stock:P1"},
                {"name": "colors", "value": ["黑色", "白色"], "source": "stock:P1"},
                {"name": "restock_on", "value": None, "source": "stock:P1"},
            ],
        }
    ],
    "commands": [{"name": "grant_offer", "args": {"round": 1}, "state": "executed"}],
    "handoff": None,
}
PLACE = {"team": "supervisor", "priority": 1, "reason": "major_complaint", "position": 2, "eta_seconds": 180}


def show(capsys: pytest.CaptureFixture[str], **more: object) -> str:
    print_outcome(OUTCOME | more)
    return " ".join(capsys.readouterr().out.split())


def test_an_answer_is_shown_with_its_readings_facts_by_source_and_commands(
    capsys: pytest.CaptureFixture[str],
) -> None:
    shown = show(capsys)
    assert shown.startswith("auto · 120 ms ? 39有吗 → ask_stock 0.97 size=39 39码有货 (stock_in)")
    assert "stock:P1 size=39 colors=黑色/白色" in shown
    assert "restock_on" not in shown
    assert "! grant_offer {'round': 1}: executed" in shown


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (PLACE, "place 2 · about 180 s"),
        (PLACE | {"position": None, "eta_seconds": None}, "no place known · nobody on duty"),
    ],
)
def test_a_place_in_the_queue_is_told_with_the_waiting_time(
    capsys: pytest.CaptureFixture[str], place: dict[str, Any], words: str
) -> None:
    shown = show(capsys, decision="handoff", severity="major", replies=[], handoff=place)
    assert "handoff · severity major" in shown
    assert f"queue supervisor · priority 1 · major_complaint · {words}" in shown


def test_a_draft_says_that_it_waits(capsys: pytest.CaptureFixture[str]) -> None:
    assert "waits for a person" in show(capsys, decision="suggest", replies=[])
