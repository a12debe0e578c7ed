"""Who should take a waiting entry: a pure rule on team, presence, capacity, skill and load (G2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """What the rule looks at of an entry: its team, what it is about, and who served this buyer last."""

    team: str
    topics: frozenset[str] = frozenset()  # intents of the turn
    last_agent: str | None = None
    passed: frozenset[str] = frozenset()  # agents it was offered to in vain


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person who might take it. `online`: at the desk and seen just now."""

    name: str
    teams: frozenset[str]
    online: bool
    load: int  # conversations they have now
    capacity: int
    skills: frozenset[str] = frozenset()
    idle_since: datetime | None = None  # their last claim; None: none yet


def route(entry: Entry, agents: Iterable[Candidate]) -> str | None:
    """The agent an entry should go to; None when nobody of the team is free.

    Who served the buyer last comes first, then the most fitting skills, then the lightest load by share of
    capacity, then who has waited longest. Equal ones are taken by name, so that the rule is stable.
    """
    free = [agent for agent in agents if _is_free(entry, agent)]
    return min(free, key=lambda agent: _rank(entry, agent)).name if free else None


def _is_free(entry: Entry, agent: Candidate) -> bool:
    return (
        agent.online
        and entry.team in agent.teams
        and agent.load < agent.capacity
        and agent.name not in entry.passed
    )


def _rank(entry: Entry, agent: Candidate) -> tuple[bool, int, float, float, str]:
    return (
        agent.name != entry.last_agent,
        -len(entry.topics & agent.skills),
        agent.load / agent.capacity,
        agent.idle_since.timestamp() if agent.idle_since else 0.0,
        agent.name,
    )
