"""Autonomy per intent: level, evidence, what it suggests, history; a supervisor confirms or overrides."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import AfterValidator, BaseModel, Field

from desk import levels, reviews
from desk.api.access import OurDesk
from desk.api.alarms import Supervisor
from desk.api.errors import describe
from desk.api.schemas import PathId, clean_text, example
from desk.autonomy import Evidence, judge, least
from shop.policy import Autonomy

router = APIRouter(prefix="/api/v1/desk/autonomy", tags=["supervisor"])
EVIDENCE = {
    "reviews": 60,
    "accepted": 59,
    "edited": 1,
    "rejected": 0,
    "fact_edits": 0,
    "recalls": 0,
    "complaints": 0,
    "lower_bound": 0.9114,
}


class EvidenceBody(BaseModel):
    """What people did with the drafts of an intent in the policy's window."""

    reviews: int
    accepted: int
    edited: int
    rejected: int
    fact_edits: int
    recalls: int
    complaints: int
    lower_bound: float = Field(description="share sent unedited that is at least to be expected")


class ProposalBody(BaseModel):
    """What the evidence says should become of it."""

    kind: str
    level: str
    reason: str


class IntentBody(BaseModel):
    """An intent: `effective` is the more careful of policy and level."""

    model_config = example(
        {
            "intent": "ask_care",
            "policy": "auto",
            "level": "suggest",
            "effective": "suggest",
            "never_promoted": False,
            "evidence": EVIDENCE,
            "proposal": {"kind": "promote", "level": "auto", "reason": "59 of 60 sent unedited"},
        }
    )

    intent: str
    policy: str
    level: str
    effective: str
    never_promoted: bool
    evidence: EvidenceBody
    proposal: ProposalBody | None


class LevelIn(BaseModel):
    """The level from now on, and why."""

    model_config = example({"level": "auto", "reason": "一个月无误"})

    level: Autonomy
    reason: Annotated[str, Field(max_length=300), AfterValidator(clean_text)] = ""


class ChangeBody(BaseModel):
    """One change of a level."""

    model_config = example(
        {
            "was": "suggest",
            "level": "auto",
            "by": "zhou",
            "reason": "一个月无误",
            "evidence": EVIDENCE,
            "at": "2026-03-02T02:00:00Z",
        }
    )

    was: str
    level: str
    by: str = Field(description="a person, or `evidence`")
    reason: str
    evidence: EvidenceBody
    at: datetime


@router.get("", responses=describe(401, 403))
async def list_intents(_supervisor: Supervisor, desk: OurDesk) -> list[IntentBody]:
    """Every intent of the policy with level, evidence and what it suggests."""
    policy = desk.policy.current()
    async with desk.reads() as session:
        set_levels = await levels.read_levels(session)
        evidence = await reviews.read_evidence(session, desk.clock(), policy.autonomy.window_days)
    shown = []
    for intent, route in policy.routes.items():
        level = set_levels.get(intent, route.autonomy)
        effective = least(level, route.autonomy)
        seen = evidence.get(intent, Evidence())
        proposal = judge(intent, effective, seen, policy.autonomy)
        if proposal is not None and proposal.kind == "promote" and effective is route.autonomy:
            proposal = None  # the policy allows no more
        shown.append(
            IntentBody(
                intent=intent,
                policy=route.autonomy,
                level=level,
                effective=effective,
                never_promoted=intent in policy.autonomy.never,
                evidence=EvidenceBody(**levels.describe_evidence(seen)),
                proposal=ProposalBody.model_validate(proposal, from_attributes=True) if proposal else None,
            )
        )
    return shown


@router.post("/{intent}", responses=describe(401, 403, 404, 409, 422))
async def set_level(intent: PathId, body: LevelIn, supervisor: Supervisor, desk: OurDesk) -> list[ChangeBody]:
    """Confirm a proposal or override it; gives the history. 409 `refused` above the policy."""
    await levels.set_level(desk, intent, body.level, supervisor.name, body.reason)
    return await list_history(intent, supervisor, desk)


@router.get("/{intent}/history", responses=describe(401, 403))
async def list_history(intent: PathId, _supervisor: Supervisor, desk: OurDesk) -> list[ChangeBody]:
    """An intent's changes, the newest first."""
    async with desk.reads() as session:
        found = await levels.list_history(session, intent)
        return [ChangeBody.model_validate(change, from_attributes=True) for change in found]
