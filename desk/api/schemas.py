"""Shapes that several routes share, with the examples the OpenAPI shows."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field

FACT = {
    "name": "stock_state",
    "value": "in",
    "source": "stock:P1001?size=39",
    "read_at": "2026-03-02T10:00:00+08:00",
}
REPLY = {"text": "亲,39码有货的,现在下单按付款顺序发出。", "script": "stock_in", "facts": [FACT]}
QUESTION = {
    "text": "这款39码还有货吗",
    "intent": "ask_stock",
    "confidence": 0.97,
    "entities": [{"entity": "size", "value": "39", "raw": "39码", "start": 2, "end": 5}],
}
HANDOFF = {
    "team": "supervisor",
    "priority": 1,
    "reason": "major_complaint",
    "position": 1,
    "eta_seconds": 180,
}
HANDOFF_ENTRY = {
    "id": "01JNB3K4B7",
    "team": "supervisor",
    "priority": 1,
    "reason": "major_complaint",
    "severity": "major",
    "state": "waiting",
    "waiting_since": "2026-03-02T02:00:01Z",
    "claimed_by": None,
    "position": 2,
    "eta_seconds": 240,
}
OUTCOME = {
    "conversation_id": "01JNB3K2W6Q8Y7T5R4E3W2Q1A0",
    "turn_id": "01JNB3K3D0F9G8H7J6K5M4N3P2",
    "decision": "auto",
    "questions": [QUESTION],
    "severity": "none",
    "replies": [REPLY],
    "commands": [],
    "handoff": None,
    "latency_ms": 1140,
    "policy_version": "90c9492ef509",
}
MESSAGE = {
    "id": 42,
    "conversation_id": OUTCOME["conversation_id"],
    "turn_id": OUTCOME["turn_id"],
    "author": "bot",
    "agent": None,
    "text": REPLY["text"],
    "script": "stock_in",
    "facts": [FACT],
    "attachments": [],
    "created_at": "2026-03-02T02:00:01+00:00",
}


LONGEST_EVENT_ID = 18
FIRST_YEAR, LAST_YEAR = 2000, 2100
_PRINTABLE = r"^[^\s\x00-\x1f\x7f]+$"
Id = Annotated[str, Field(min_length=1, pattern=_PRINTABLE)]
"""An id from outside: no blanks, no control characters, so that it can be stored and shown anywhere."""
PathId = Annotated[str, Path(min_length=1, max_length=60, pattern=_PRINTABLE)]
"""The same as a part of an address."""


def clean_text(text: str) -> str:
    """A customer's text without what no database stores: NUL and halves of surrogate pairs."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def check_year(moment: datetime) -> datetime:
    """A moment of our time: another cannot be told in every time zone. Raises ValueError."""
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(f"the year must be {FIRST_YEAR} to {LAST_YEAR}")
    return moment


def read_event_id(header: str | None) -> int | None:
    """The event a watcher saw last; None when it says nothing usable."""
    usable = header is not None and header.isascii() and header.isdigit() and len(header) < LONGEST_EVENT_ID
    return int(header) if header is not None and usable else None


def example(value: Any) -> ConfigDict:
    """A model's configuration with one example."""
    return ConfigDict(json_schema_extra={"examples": [value]})


class Fact(BaseModel):
    """One figure a sentence rests on, with the record it was read from."""

    name: str
    value: Any
    source: str
    read_at: datetime


class Reply(BaseModel):
    """A sentence to the customer, the script it comes from and its facts."""

    text: str
    script: str | None
    facts: list[Fact]


class Question(BaseModel):
    """One question found in the turn."""

    text: str
    intent: str
    confidence: float
    entities: list[dict[str, Any]]


class Command(BaseModel):
    """Something done, or proposed to be done, in the shop."""

    name: str
    args: dict[str, Any]
    state: str


class Place(BaseModel):
    """The place in the queue of people. Lower priority is more urgent."""

    team: str
    priority: int
    reason: str
    position: int | None
    eta_seconds: int | None


class OutcomeBody(BaseModel):
    """What became of a turn."""

    model_config = example(OUTCOME)

    conversation_id: str
    turn_id: str
    decision: str = Field(description="auto | suggest | handoff")
    questions: list[Question]
    severity: str = Field(description="none | general | major | crisis")
    replies: list[Reply]
    commands: list[Command]
    handoff: Place | None
    latency_ms: int
    policy_version: str = ""


class MessageBody(BaseModel):
    """One bubble of a conversation."""

    model_config = example(MESSAGE)

    id: int = Field(description="rises; the next call's `after`")
    conversation_id: str
    turn_id: str | None
    author: str = Field(description="customer | bot | agent | system")
    agent: str | None
    text: str
    script: str | None
    facts: list[dict[str, Any]]
    attachments: list[dict[str, Any]]
    created_at: datetime
    recalled_by: str | None = Field(None, description="who took it back; customers see it no more")


class MessageList(BaseModel):
    """Messages after the one asked for, oldest first."""

    model_config = example({"messages": [MESSAGE]})

    messages: list[MessageBody]
