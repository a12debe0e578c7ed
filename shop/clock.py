"""The one clock. Tests set it; everything else asks it."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""A function that gives the present moment as an aware datetime."""


def system_clock() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)
