"""Autonomy per intent: what the evidence of reviews allows. Pure rules; levels only rise with people's word.

A promotion is proposed when the lower bound of the share that people sent unedited passes the policy's mark;
a demotion happens at once when answers were recalled, their figures corrected or complained about.
"""

import math
from dataclasses import dataclass
from typing import Literal

from shop.policy import Autonomy, AutonomySection

ORDER = (Autonomy.OFF, Autonomy.SHADOW, Autonomy.SUGGEST, Autonomy.AUTO)
Z_95 = 1.96


@dataclass(frozen=True, slots=True)
class Evidence:
    """What became of the drafts of an intent in the policy's window, and what went wrong with its answers."""

    accepted: int = 0  # sent as they were
    edited: int = 0
    rejected: int = 0
    fact_edits: int = 0  # among the edited: a figure was corrected
    recalls: int = 0
    complaints: int = 0

    @property
    def reviews(self) -> int:
        """Drafts that people decided on."""
        return self.accepted + self.edited + self.rejected

    @property
    def lower_bound(self) -> float:
        """The share sent unedited that is at least to be expected, at 95 per cent."""
        return wilson_lower(self.accepted, self.reviews)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the evidence says should become of an intent's level."""

    kind: Literal["promote", "demote"]
    level: Autonomy
    reason: str


def wilson_lower(successes: int, trials: int, z: float = Z_95) -> float:
    """The lower end of Wilson's score interval; 0 without a success."""
    if successes == 0:
        return 0.0
    share, square = successes / trials, z * z
    middle = share + square / (2 * trials)
    spread = z * math.sqrt(share * (1 - share) / trials + square / (4 * trials * trials))
    return max((middle - spread) / (1 + square / trials), 0.0)


def least(first: Autonomy, second: Autonomy) -> Autonomy:
    """The more careful of two levels."""
    return min(first, second, key=ORDER.index)


def judge(intent: str, level: Autonomy, evidence: Evidence, rules: AutonomySection) -> Proposal | None:
    """What should become of an intent at this level; None when it may stay.

    Intents of money, liability and safety (`never`) are not proposed for promotion whatever the evidence.
    """
    fault = find_fault(evidence, rules)
    if fault is not None:
        lower = least(level, Autonomy.SUGGEST)
        return Proposal("demote", lower, fault) if lower is not level else None
    if intent in rules.never or level in (Autonomy.AUTO, Autonomy.OFF):
        return None
    if evidence.reviews < rules.reviews or evidence.lower_bound < rules.promote_at:
        return None
    above = ORDER[ORDER.index(level) + 1]
    share = f"{evidence.accepted} of {evidence.reviews} sent unedited"
    return Proposal("promote", above, f"{share}, at least {evidence.lower_bound:.2f} to be expected")


def find_fault(evidence: Evidence, rules: AutonomySection) -> str | None:
    """Why an intent must not answer by itself; None when nothing speaks against it."""
    counts = {
        "recalls": (evidence.recalls, rules.demote.recalls),
        "fact edits": (evidence.fact_edits, rules.demote.fact_edits),
        "complaints": (evidence.complaints, rules.demote.complaints),
    }
    faults = [f"{count} {name}" for name, (count, most) in counts.items() if count >= most]
    return ", ".join(faults) or None
