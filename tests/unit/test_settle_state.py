"""A dialogue goes on only from what the customer heard."""

import pytest

from desk.bot_client import BotReply
from desk.decision import Decision, Kind
from desk.settle import keep_state

IDLE, ASKED = {"active_loop": None, "slots": {}}, {"active_loop": "invoice_form", "slots": {"size": "39"}}
SAID = (BotReply("greet"),)


@pytest.mark.parametrize(
    ("before", "after", "decision", "kept"),
    [
        (IDLE, ASKED, Decision(Kind.AUTO), ASKED),
        (IDLE, ASKED, Decision(Kind.HANDOFF, replies=SAID), ASKED),
        (IDLE, ASKED, Decision(Kind.SUGGEST), IDLE),
        (None, ASKED, Decision(Kind.HANDOFF), None),
        (ASKED, ASKED, Decision(Kind.SUGGEST), ASKED),
        (ASKED, IDLE, Decision(Kind.SUGGEST), IDLE),
        (None, IDLE, Decision(Kind.SUGGEST), IDLE),
    ],
)
def test_a_form_whose_first_question_nobody_heard_is_not_open(before, after, decision, kept) -> None:
    assert keep_state(before, after, decision) == kept
