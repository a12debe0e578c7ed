"""What people did with drafts and what went wrong with answers, per intent: autonomy's evidence."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Index, String, UniqueConstraint, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from desk.autonomy import Evidence
from desk.models import Draft, DraftState, new_id
from desk.ownership import Held
from desk.review import changes_figures, edit_distance
from shop.db import Base, UtcDateTime

ACCEPTED, EDITED, REJECTED = "accepted", "edited", "rejected"
RECALL, COMPLAINT = "recall", "complaint"
NAMES = {RECALL: "recalls", COMPLAINT: "complaints"}
FRESH = timedelta(hours=1)
BEST = 1
"""The rank of the bot's best reading: only it tells how good the bot would have been alone."""


class DraftReview(Base):
    """One decision of a person on the draft of an intent."""

    __tablename__ = "draft_reviews"
    __table_args__ = (
        UniqueConstraint("draft_id", "intent"),
        Index("ix_draft_reviews_intent", "intent", "at"),
        Index("ix_draft_reviews_at", "at"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=new_id)
    draft_id: Mapped[str] = mapped_column(String(40))
    intent: Mapped[str] = mapped_column(String(60))
    rank: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(10))  # accepted | edited | rejected
    distance: Mapped[float] = mapped_column(default=0.0)
    figures_changed: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(String(300), default="")
    agent: Mapped[str] = mapped_column(String(60))
    shown_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class AutonomySignal(Base):
    """Something that went wrong with an answer the bot gave by itself."""

    __tablename__ = "autonomy_signals"
    __table_args__ = (
        UniqueConstraint("kind", "ref", "intent"),
        Index("ix_autonomy_signals_intent", "intent", "at"),
        Index("ix_autonomy_signals_at", "at"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=new_id)
    intent: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(10))  # recall | complaint
    ref: Mapped[str] = mapped_column(String(60))  # what it rests on: message:42, turn:01J…
    at: Mapped[datetime] = mapped_column(UtcDateTime)


def record(held: Held, draft: Draft, agent: str) -> None:
    """Keep what a person did with a draft; the draft is decided already."""
    outcome, distance, figures = REJECTED, 0.0, False
    if draft.state is DraftState.ACCEPTED:
        drafted = "\n".join(str(reply["text"]) for reply in draft.replies)
        sent = draft.sent_text or ""
        distance, figures = edit_distance(drafted, sent), changes_figures(drafted, sent)
        outcome = EDITED if draft.edited else ACCEPTED
    for intent in dict.fromkeys(draft.intents):
        held.session.add(
            DraftReview(
                id=new_id(),
                draft_id=draft.id,
                intent=intent,
                rank=draft.rank,
                outcome=outcome,
                distance=distance if draft.edited else 0.0,
                figures_changed=figures and draft.edited,
                reason=draft.reject_reason or "",
                agent=agent,
                shown_at=draft.shown_at,
                at=held.now,
            )
        )


async def signal(session: AsyncSession, intents: Iterable[str], kind: str, ref: str, now: datetime) -> None:
    """Keep that answers of these intents went wrong, once per occasion."""
    known = set(
        await session.scalars(
            select(AutonomySignal.intent).where(AutonomySignal.kind == kind, AutonomySignal.ref == ref)
        )
    )
    for intent in dict.fromkeys(intents):
        if intent not in known:
            session.add(AutonomySignal(id=new_id(), intent=intent, kind=kind, ref=ref, at=now))


async def has_fresh_faults(session: AsyncSession, now: datetime) -> bool:
    """Whether anything spoke against an answer lately: else there is nothing to reckon."""
    since = now - FRESH
    corrected = select(DraftReview.id).where(DraftReview.at > since, DraftReview.figures_changed)
    went_wrong = select(AutonomySignal.id).where(AutonomySignal.at > since)
    found = [await session.scalar(query.limit(1)) for query in (went_wrong, corrected)]
    return any(one is not None for one in found)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that went wrong: a recall, a complaint, or a figure that a person corrected."""

    intent: str
    name: str  # as Evidence counts it
    at: datetime


async def list_faults(session: AsyncSession, now: datetime, window_days: int) -> list[Fault]:
    """Everything that went wrong in the last days."""
    since = now - timedelta(days=window_days)
    signals = select(AutonomySignal).where(AutonomySignal.at > since)
    corrected = select(DraftReview).where(
        DraftReview.at > since, DraftReview.figures_changed, DraftReview.rank == BEST
    )
    return [Fault(one.intent, NAMES[one.kind], one.at) for one in await session.scalars(signals)] + [
        Fault(one.intent, "fact_edits", one.at) for one in await session.scalars(corrected)
    ]


def count_faults(faults: Iterable[Fault]) -> Evidence:
    """The faults as evidence, without the reviews."""
    return Evidence(**Counter(fault.name for fault in faults))


async def read_evidence(session: AsyncSession, now: datetime, window_days: int) -> dict[str, Evidence]:
    """The evidence of every intent that has any, from the last days."""
    since = now - timedelta(days=window_days)
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    reviewed = (
        select(DraftReview.intent, DraftReview.outcome, DraftReview.figures_changed, func.count())
        .where(DraftReview.at > since, DraftReview.rank == BEST)
        .group_by(DraftReview.intent, DraftReview.outcome, DraftReview.figures_changed)
    )
    for intent, outcome, figures, count in (await session.execute(reviewed)).all():
        counts[intent][outcome] += count
        counts[intent]["fact_edits"] += count if figures else 0
    signals = (
        select(AutonomySignal.intent, AutonomySignal.kind, func.count())
        .where(AutonomySignal.at > since)
        .group_by(AutonomySignal.intent, AutonomySignal.kind)
    )
    for intent, kind, count in (await session.execute(signals)).all():
        counts[intent][NAMES[kind]] += count
    return {intent: Evidence(**found) for intent, found in counts.items()}
