"""Figures of the policy as facts: `policy:<section>` gives the section's plain values."""

from typing import Any

from pydantic import BaseModel

from shop.errors import NotFound
from shop.facts import Reading, source


@source("policy")
async def read_section(reading: Reading, key: str) -> dict[str, Any]:
    """Every figure of one section of the policy; money stays Decimal."""
    section = getattr(reading.policy, key, None) if key in type(reading.policy).model_fields else None
    if not isinstance(section, BaseModel):
        raise NotFound(f"the policy has no section {key!r}")
    return {name: getattr(section, name) for name in type(section).model_fields}
