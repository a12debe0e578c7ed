"""A dialogue goes on only from what the customer heard."""

from typing import Any

import pytest

from desk.bot_client import BotReply
from desk.decision import Decision, Kind
from desk.settle import keep_state

IDLE: dict[str, Any] = {"version": 1, "active_loop": None, "slots": {}, "events": []}
ASKED = {
    "version": 1,
    "active_loop": "invoice_form",
    "slots": {"size": "39", "dialogue": "invoice"},
    "events": [{"event": "user"}],
}
TOLD = {"version": 1, "active_loop": None, "slots": {"size": "39"}, "events": []}
SAID = (BotReply("greet"),)


@pytest.mark.parametrize(
    ("before", "after", "decision", "kept"),
    [
        (IDLE, ASKED, Decision(Kind.AUTO), ASKED),
        (IDLE, ASKED, Decision(Kind.HANDOFF, replies=SAID), ASKED),
        (IDLE, ASKED, Decision(Kind.SUGGEST), TOLD),
        (None, ASKED, Decision(Kind.HANDOFF), TOLD),
        (ASKED, ASKED, Decision(Kind.SUGGEST), ASKED),
        (ASKED, IDLE, Decision(Kind.SUGGEST), IDLE),
        (None, None, Decision(Kind.SUGGEST), None),
    ],
)
def test_a_form_whose_first_question_nobody_heard_is_not_open(
    before: Any, after: Any, decision: Decision, kept: Any
) -> None:
    assert keep_state(before, after, decision) == kept


def test_the_form_that_was_open_before_stays_open() -> None:
    other = {**ASKED, "active_loop": "return_form", "slots": {"dialogue": "return", "size": "40"}}
    kept = keep_state(ASKED, other, Decision(Kind.SUGGEST))
    assert kept is not None
    assert (kept["active_loop"], kept["slots"]) == ("invoice_form", {"dialogue": "invoice", "size": "40"})
