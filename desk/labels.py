"""What people at the desk decided on drafts, as lines of which a reviewer makes training examples."""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from desk.models import Draft, DraftState, Json, Turn

DECIDED = (DraftState.ACCEPTED, DraftState.REJECTED)
# Each personal value gives way to one of the same shape that is nobody's.
_STAND_INS = {
    "name": "某某",
    "address": "某某市某某区某某路1号",
    "invoice_title": "某某有限公司",
    "email": "someone@example.com",
}
_NUMBERS = {"phone", "order_no", "tracking_no", "tax_no"}
LONG_NUMBER = re.compile(r"\d(?:[ -]?\d){5,}")
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_BLANK = re.compile(r"\s+")


@dataclass(frozen=True)
class Label:
    """A question of a turn, the intent the bot read, the one that was accepted, and what the agent did.

    `accepted` is empty where the agent's deed does not tell it; `review` is for the reviewer to fill.
    """

    text: str
    read: str
    accepted: str
    verdict: str
    review: str = ""


async def list_labels(session: AsyncSession, *, since: datetime | None = None) -> list[Label]:
    """The labels of all decided drafts, the oldest decision first, each once."""
    query = (
        select(Draft, Turn)
        .join(Turn, Turn.id == Draft.turn_id)
        .where(Draft.state.in_(DECIDED))
        .order_by(Draft.decided_at, Draft.id)
    )
    if since is not None:
        query = query.where(Draft.decided_at >= since)
    labels = [
        _label(question, draft)
        for draft, turn in (await session.execute(query)).all()
        for question in _questions_meant(turn.outcome or {}, draft)
    ]
    return list(dict.fromkeys(label for label in labels if label.text))


def _questions_meant(outcome: Json, draft: Draft) -> list[Json]:
    """The questions a draft answers: of the best reading those it names, of the second all."""
    questions: list[Json] = outcome.get("questions", [])
    return [one for one in questions if one["intent"] in draft.intents] or questions


def _label(question: Json, draft: Draft) -> Label:
    accepted = ""
    if draft.state is DraftState.ACCEPTED:
        named = question["intent"] in draft.intents
        accepted = question["intent"] if named else draft.intents[0] if len(draft.intents) == 1 else ""
    return Label(
        mask(question["text"], question.get("entities", [])), question["intent"], accepted, _verdict(draft)
    )


def _verdict(draft: Draft) -> str:
    if draft.state is DraftState.REJECTED:
        return "rejected"
    as_drafted = "\n".join(reply["text"] for reply in draft.replies)
    return "accepted" if draft.sent_text == as_drafted else "edited"


def mask(text: str, entities: list[Json]) -> str:
    """A customer's words on one line without personal data: numbers become zeros, names nobody's."""
    for entity in entities:
        name, raw = entity["entity"], entity.get("raw") or ""
        if raw and name in _STAND_INS:
            text = text.replace(raw, _STAND_INS[name])
        elif raw and name in _NUMBERS:
            text = text.replace(raw, re.sub(r"[0-9A-Za-z]", "0", raw))
    text = EMAIL.sub(_STAND_INS["email"], text)
    text = LONG_NUMBER.sub(lambda match: re.sub(r"\d", "0", match[0]), text)
    return _BLANK.sub(" ", text).strip()
