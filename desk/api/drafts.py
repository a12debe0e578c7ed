"""Drafts: take one, with other words if need be, or reject it."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import AfterValidator, BaseModel, Field

from desk import drafts, permissions, speech
from desk.api.access import Allowed, OurDesk
from desk.api.errors import describe
from desk.api.schemas import REPLY, MessageBody, PathId, clean_text, example
from desk.models import Draft
from desk.permissions import Permission
from desk.users import Role, User
from shop.commands import Authority

router = APIRouter(prefix="/api/v1/desk/drafts", tags=["desk"])
LONGEST_TEXT = 5_000
LONGEST_REASON = 300
Words = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT), AfterValidator(clean_text)]
Answerer = Annotated[User, Depends(Allowed(Permission.ANSWER))]


class DraftBody(BaseModel):
    """A proposed answer: its sentences with their facts, and the commands it takes."""

    model_config = example(
        {
            "id": "01JNB3K4A0",
            "turn_id": "01JNB3K3D0F9G8H7J6K5M4N3P2",
            "rank": 1,
            "state": "open",
            "intents": ["ask_refund"],
            "confidence": 0.71,
            "reasons": ["unsure"],
            "replies": [REPLY],
            "proposals": [],
            "created_at": "2026-03-02T02:00:01Z",
        }
    )

    id: str
    turn_id: str
    rank: int
    state: str
    intents: list[str]
    confidence: float
    reasons: list[str]
    replies: list[dict[str, Any]]
    proposals: list[dict[str, Any]]
    created_at: datetime


class AcceptIn(BaseModel):
    """How to send it."""

    model_config = example(
        {"text": "您好,退款会在1-3个工作日原路退回。", "accept_changed": False, "with_commands": True}
    )

    text: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT), AfterValidator(clean_text)] | None = (
        Field(None, description="other words in place of the draft's")
    )
    accept_changed: bool = Field(False, description="send although figures changed")
    with_commands: bool = Field(True, description="let the draft's commands happen")


class RejectIn(BaseModel):
    """Why it is not to be sent."""

    model_config = example({"reason": "没有回答客户的问题"})

    reason: Annotated[str, Field(max_length=LONGEST_REASON), AfterValidator(clean_text)] = ""


@router.post("/{draft_id}/accept", responses=describe(401, 403, 404, 409, 422))
async def accept(
    draft_id: PathId, agent: Answerer, desk: OurDesk, body: AcceptIn | None = None
) -> list[MessageBody]:
    """Send a draft. 409 `facts_changed` with `changes: [{name, source, was, now}]` if its figures are old."""
    how = body or AcceptIn()
    sent = await drafts.accept(
        desk,
        draft_id,
        agent.name,
        text=how.text,
        accept_changed=how.accept_changed,
        with_commands=how.with_commands and permissions.can(agent.role, Permission.RUN_COMMANDS),
        authority=_authority(agent),
    )
    return [MessageBody.model_validate(speech.describe(message)) for message in sent]


@router.post("/{draft_id}/reject", responses=describe(401, 403, 404, 409, 422))
async def reject(draft_id: PathId, agent: Answerer, desk: OurDesk, body: RejectIn | None = None) -> DraftBody:
    """Mark a draft as not to be sent."""
    return show_draft(await drafts.reject(desk, draft_id, agent.name, body.reason if body else ""))


@router.post("/{draft_id}/shown", status_code=204, responses=describe(401, 403, 404))
async def mark_shown(draft_id: PathId, _agent: Answerer, desk: OurDesk) -> None:
    """Say that a draft is on somebody's screen; the first time counts."""
    await drafts.mark_shown(desk, draft_id)


def show_draft(draft: Draft) -> DraftBody:
    """A draft as agents see it."""
    return DraftBody.model_validate(draft, from_attributes=True)


def _authority(agent: User) -> Authority:
    return "supervisor" if agent.role in (Role.SUPERVISOR, Role.ADMIN) else "agent"
