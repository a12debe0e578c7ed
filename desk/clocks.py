"""SLA clocks of a conversation that people have: first answer, next answer, resolution (A2; pure)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from shop.policy import SlaSection

SEVERE = ("major", "crisis")
ClockKind = Literal["first", "next", "resolution"]


@dataclass(frozen=True, slots=True)
class Clock:
    """One running clock."""

    kind: ClockKind
    started_at: datetime
    due_at: datetime

    def is_breached(self, now: datetime) -> bool:
        """Whether the time is over."""
        return now > self.due_at


def list_clocks(
    rules: SlaSection,
    *,
    severity: str,
    waiting_since: datetime,
    answered_at: datetime | None,
    unanswered_since: datetime | None,
) -> list[Clock]:
    """The clocks that run, the one about to be lost first.

    `answered_at`: the last answer of a person since the entry was made; `unanswered_since`: the customer's
    first words after it.
    """
    clocks = [Clock("resolution", waiting_since, waiting_since + timedelta(minutes=rules.resolution_minutes))]
    if answered_at is None:
        first = rules.severe_first_s if severity in SEVERE else rules.first_s
        clocks.append(Clock("first", waiting_since, waiting_since + timedelta(seconds=first)))
    elif unanswered_since is not None:
        clocks.append(Clock("next", unanswered_since, unanswered_since + timedelta(seconds=rules.next_s)))
    return sorted(clocks, key=lambda clock: clock.due_at)
