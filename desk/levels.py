"""The level of each intent, with its history. What holds is the lower of policy and level."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import Index, String, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from desk import reviews
from desk.autonomy import ORDER, Evidence, judge, least
from desk.base import Desk
from desk.models import Json, new_id
from shop.db import Base, JsonType, UtcDateTime
from shop.errors import NotFound, Refused
from shop.policy import Autonomy, Policy

log = structlog.get_logger(__name__)

BY_EVIDENCE = "evidence"
"""Who changed a level when no person did."""


class AutonomyLevel(Base):
    """The level of an intent; one without a row has the policy's."""

    __tablename__ = "autonomy_levels"

    intent: Mapped[str] = mapped_column(String(60), primary_key=True)
    level: Mapped[str] = mapped_column(String(10))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AutonomyChange(Base):
    """One change of a level: by whom, why, on what evidence."""

    __tablename__ = "autonomy_history"
    __table_args__ = (Index("ix_autonomy_history_intent", "intent", "at"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=new_id)
    intent: Mapped[str] = mapped_column(String(60))
    was: Mapped[str] = mapped_column(String(10))
    level: Mapped[str] = mapped_column(String(10))
    by: Mapped[str] = mapped_column(String(60))
    reason: Mapped[str] = mapped_column(String(300))
    evidence: Mapped[Json] = mapped_column(JsonType)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True, slots=True)
class Step:
    """A change of one intent's level."""

    intent: str
    was: Autonomy
    level: Autonomy


async def read_levels(session: AsyncSession) -> dict[str, Autonomy]:
    """The levels that were set."""
    rows = await session.execute(select(AutonomyLevel.intent, AutonomyLevel.level))
    return {intent: Autonomy(level) for intent, level in rows.all()}


def apply(policy: Policy, levels: dict[str, Autonomy]) -> Policy:
    """The policy as it holds: each route's autonomy is the more careful of policy and level."""
    lowered = {
        intent: policy.route(intent).model_copy(
            update={"autonomy": least(policy.route(intent).autonomy, level)}
        )
        for intent, level in levels.items()
    }
    return policy.model_copy(update={"routes": {**policy.routes, **lowered}}) if lowered else policy


async def read_policy(desk: Desk) -> Policy:
    """The policy with the levels as they are now."""
    async with desk.reads() as session:
        return apply(desk.policy.current(), await read_levels(session))


async def set_level(desk: Desk, intent: str, level: Autonomy, by: str, reason: str) -> AutonomyChange | None:
    """A supervisor's word on an intent: confirms a proposal or overrides it. None when nothing changes.

    Raises NotFound for an intent the policy does not name, Refused above the policy and for raising an
    intent of money, liability or safety.
    """
    policy, now = desk.policy.current(), desk.clock()
    if intent not in policy.routes:
        raise NotFound(f"the policy has no intent {intent!r}")
    most = policy.route(intent).autonomy
    if ORDER.index(level) > ORDER.index(most):
        raise Refused(
            f"the policy allows {intent} no more than {most}; change the policy file first",
            because="policy_limit",
        )
    async with desk.transaction() as session:
        evidence = await reviews.read_evidence(session, now, policy.autonomy.window_days)
        was = (await read_levels(session)).get(intent, most)
        if ORDER.index(level) > ORDER.index(least(was, most)) and intent in policy.autonomy.never:
            raise Refused(
                f"{intent} is about money, liability or safety and is never promoted",
                because="never_promoted",
            )
        seen = evidence.get(intent, Evidence())
        return await _change(session, Step(intent, was, level), by, reason, evidence=seen, now=now)


async def demote_at_fault(desk: Desk, now: datetime) -> None:
    """Take `auto` from intents whose answers went wrong; a person may give it back."""
    policy = desk.policy.current()
    async with desk.reads() as session:
        if not await reviews.has_fresh_faults(session, now):
            return
        faults = await reviews.list_faults(session, now, policy.autonomy.window_days)
        if not await _list_faults(session, policy, faults):
            return
    async with desk.transaction() as session:
        evidence = await reviews.read_evidence(session, now, policy.autonomy.window_days)
        for step, reason in await _list_faults(session, policy, faults):
            seen = evidence.get(step.intent, Evidence())
            await _change(session, step, BY_EVIDENCE, reason, evidence=seen, now=now)
            desk.counters.add("autonomy", "demoted")
            log.warning("autonomy.demoted", intent=step.intent, reason=reason)


async def _list_faults(
    session: AsyncSession, policy: Policy, faults: Sequence[reviews.Fault]
) -> list[tuple[Step, str]]:
    """What must be demoted: only what went wrong after the level was last set counts."""
    set_levels = await read_levels(session)
    settled = await _list_settled(session)
    steps = []
    for intent in {fault.intent for fault in faults} & policy.routes.keys():
        allowed = policy.route(intent).autonomy
        level = least(set_levels.get(intent, allowed), allowed)
        since = settled.get(intent)
        fresh = [fault for fault in faults if fault.intent == intent and (since is None or fault.at > since)]
        proposal = judge(intent, level, reviews.count_faults(fresh), policy.autonomy)
        if proposal is not None and proposal.kind == "demote":
            steps.append((Step(intent, level, proposal.level), proposal.reason))
    return steps


async def _list_settled(session: AsyncSession) -> dict[str, datetime]:
    """When each intent's level was last set."""
    query = select(AutonomyChange.intent, func.max(AutonomyChange.at)).group_by(AutonomyChange.intent)
    return dict((await session.execute(query)).all())


async def _change(
    session: AsyncSession, step: Step, by: str, reason: str, *, evidence: Evidence, now: datetime
) -> AutonomyChange | None:
    row = await session.get(AutonomyLevel, step.intent)
    if step.was is step.level and row is not None:
        return None
    if row is None:
        session.add(AutonomyLevel(intent=step.intent, level=step.level.value, changed_at=now))
    else:
        row.level, row.changed_at = step.level.value, now
    change = AutonomyChange(
        id=new_id(),
        intent=step.intent,
        was=step.was.value,
        level=step.level.value,
        by=by,
        reason=reason[:300],
        evidence=describe_evidence(evidence),
        at=now,
    )
    session.add(change)
    await session.flush()
    return change


def describe_evidence(evidence: Evidence) -> Json:
    """The evidence as it is kept and shown."""
    return {
        "reviews": evidence.reviews,
        "accepted": evidence.accepted,
        "edited": evidence.edited,
        "rejected": evidence.rejected,
        "fact_edits": evidence.fact_edits,
        "recalls": evidence.recalls,
        "complaints": evidence.complaints,
        "lower_bound": round(evidence.lower_bound, 4),
    }


async def list_history(session: AsyncSession, intent: str, limit: int = 100) -> Sequence[AutonomyChange]:
    """An intent's changes, the newest first."""
    query = select(AutonomyChange).where(AutonomyChange.intent == intent)
    return (await session.scalars(query.order_by(AutonomyChange.at.desc()).limit(limit))).all()
