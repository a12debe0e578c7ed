"""Bulk orders: from how many pieces the group price holds, and which tier (B13)."""

from collections.abc import Sequence
from typing import Any

from shop.facts import Reading, source
from shop.keys import split_key
from shop.promotions import tenths


def find_tier(pieces: int, tiers: Sequence[tuple[int, float]]) -> tuple[int, float] | None:
    """The highest tier that so many pieces reach: (from pieces, share of the price)."""
    return max((tier for tier in tiers if pieces >= tier[0]), default=None)


@source("bulk")
async def read_bulk(reading: Reading, key: str) -> dict[str, Any]:
    """The group price's tiers, and the one that `?pieces=30` reaches."""
    _, asked = split_key(key)
    pieces = int(asked["pieces"]) if "pieces" in asked else None
    rules = reading.policy.bulk
    reached = find_tier(pieces, rules.tiers) if pieces is not None else None
    return {
        "pieces": pieces,
        "from_pieces": rules.from_pieces,
        "tiers": [{"pieces": count, "tenths": tenths(share)} for count, share in rules.tiers],
        "reached": reached[0] if reached else None,
        "tenths": tenths(reached[1]) if reached else None,
    }
