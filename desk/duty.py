"""Who is at the desk and how long a customer waits: service hours, presence, place in the queue (G2)."""

import math
import statistics
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from desk import roster
from desk.base import Desk
from desk.models import Handoff, HandoffState, Presence
from shop.hours import find_next_opening, is_open

__all__ = [
    "OFFLINE",
    "ONLINE",
    "Duty",
    "Wait",
    "beat",
    "count_on_duty",
    "estimate_wait",
    "find_next_opening",
    "find_wait",
    "is_open",
    "measure_handling",
    "read_duty",
    "set_presence",
]

ONLINE = "online"
OFFLINE = "offline"
MEASURED_CASES = 20
FEWEST_MEASURED = 5


@dataclass(frozen=True, slots=True)
class Duty:
    """What a waiting time rests on: who is at the desk, how long cases take, when somebody is next there."""

    on_duty: int
    handling_s: float
    opening: datetime | None  # read only when nobody is there; not after `now` when somebody should be

    def wait_at(self, position: int, now: datetime) -> "Wait":
        """How long the entry at this position waits."""
        if self.on_duty:
            return Wait(estimate_wait(position, self.on_duty, self.handling_s), None, self.on_duty)
        if self.opening is None or self.opening <= now:
            return Wait(None, None, 0)
        until = (self.opening - now).total_seconds()
        return Wait(round(until) + estimate_wait(position, 1, self.handling_s), self.opening, 0)


@dataclass(frozen=True, slots=True)
class Wait:
    """How long the customer waits. `call_back_at` is set when nobody is at the desk until then.

    `seconds` is None when people should be there and nobody has signed in: no honest figure exists.
    """

    seconds: int | None
    call_back_at: datetime | None
    on_duty: int


def estimate_wait(position: int, on_duty: int, handling_s: float) -> int:
    """Seconds until the entry at this position is taken, when each case takes `handling_s`."""
    return math.ceil(position / on_duty) * round(handling_s)


async def set_presence(
    desk: Desk, agent: str, *, status: str = ONLINE, teams: list[str] | None = None
) -> None:
    """Note that an agent is online, away or offline; also their heartbeat."""
    async with desk.transaction() as session:
        found = await session.get(Presence, agent)
        if found is None:
            found = Presence(agent=agent, teams=teams or [])
            session.add(found)
        found.status, found.seen_at = status, desk.clock()
        if teams is not None:
            found.teams = teams


async def beat(desk: Desk, agent: str, *, teams: list[str], opening: bool) -> None:
    """Note that an agent's page is still open. What they said of themselves stands, away or offline.

    `opening`: the page was opened just now, which ends being offline.
    """
    async with desk.transaction() as session:
        found = await session.get(Presence, agent)
        if found is None:
            found = Presence(agent=agent, status=ONLINE)
            session.add(found)
        elif opening and found.status == OFFLINE:
            found.status = ONLINE
        # The status is left out otherwise: a beat cannot undo one that is being set at the same moment.
        found.seen_at, found.teams = desk.clock(), teams


async def count_on_duty(session: AsyncSession, desk: Desk, team: str, now: datetime) -> int:
    """How many people of a team are really at the desk now."""
    since = now - timedelta(seconds=desk.settings.presence_s)
    query = select(Presence).where(Presence.status == ONLINE, Presence.seen_at > since)
    return sum(team in person.teams for person in await session.scalars(query))


async def measure_handling(session: AsyncSession, desk: Desk) -> float:
    """The median time of the last cases in seconds; the setting until there are enough of them."""
    query = (
        select(Handoff.claimed_at, Handoff.closed_at)
        .where(Handoff.state == HandoffState.CLOSED, Handoff.claimed_at.is_not(None))
        .order_by(Handoff.closed_at.desc())
        .limit(MEASURED_CASES)
    )
    times = [
        (closed - claimed).total_seconds()
        for claimed, closed in (await session.execute(query)).all()
        if claimed is not None and closed is not None
    ]
    return statistics.median(times) if len(times) >= FEWEST_MEASURED else desk.settings.handling_s


async def read_duty(session: AsyncSession, desk: Desk, team: str, now: datetime) -> Duty:
    """Who of a team is really on duty now, and what else its waiting times rest on."""
    policy = desk.policy.current()
    on_duty = await count_on_duty(session, desk, team, now)
    opening = None
    if not on_duty:
        # A planned shift is more honest than the shop's hours, which say nothing of this team.
        opening = await roster.find_next_presence(session, team, now)
        opening = opening or find_next_opening(policy.hours, policy.zone, now)
    return Duty(on_duty, await measure_handling(session, desk), opening)


async def find_wait(session: AsyncSession, desk: Desk, team: str, position: int, now: datetime) -> Wait:
    """How long the entry at this position of a team's queue waits, from who is really on duty."""
    return (await read_duty(session, desk, team, now)).wait_at(position, now)
