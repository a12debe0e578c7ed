"""Pinned facts: typed figures with the address they were read from.

A source is a readable address, `scheme:key` (`stock:SKU-1`, `order:2026…`, `policy:returns`). Each
scheme has one reader, registered with `@source`, that reads every figure of that record at once. Actions
read through it, and so does the desk when it reads a draft's facts again before sending: one code path.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from shop.errors import NotFound, ShopError
from shop.policy import Policy


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure an answer rests on. Money and dates are strings (`"238.00"`, ISO 8601)."""

    name: str
    value: Any
    source: str
    read_at: datetime

    def to_json(self) -> dict[str, Any]:
        """The fact as the API shows it: name, value, source, read_at."""
        return {
            "name": self.name,
            "value": self.value,
            "source": self.source,
            "read_at": self.read_at.isoformat(),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Fact":
        """The fact that `to_json` gave."""
        return cls(data["name"], data["value"], data["source"], datetime.fromisoformat(data["read_at"]))


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader may use: a session, the policy, the moment, and who is asking.

    `buyer_id` is vouched for by the channel; a reader of an order or a customer must raise NotFound for
    another buyer's record. An agent's re-read passes the conversation's buyer, never None.
    """

    session: AsyncSession
    policy: Policy
    now: datetime
    buyer_id: str


Reader = Callable[[Reading, str], Awaitable[dict[str, Any]]]

_readers: dict[str, Reader] = {}


def source(scheme: str) -> Callable[[Reader], Reader]:
    """Register the reader of a scheme. Its result maps fact names to plain values."""

    def register(reader: Reader) -> Reader:
        if scheme in _readers:
            raise ShopError(f"two readers for the fact source {scheme!r}")
        _readers[scheme] = reader
        return reader

    return register


async def read(reading: Reading, scheme: str, key: str) -> dict[str, Fact]:
    """All facts of one record by name. Raises NotFound when it is missing or not this buyer's."""
    if scheme not in _readers:
        raise NotFound(f"no reader for the fact source {scheme!r}")
    values = await _readers[scheme](reading, key)
    address = f"{scheme}:{key}"
    return {name: Fact(name, _plain(value), address, reading.now) for name, value in values.items()}


async def reread(reading: Reading, facts: Iterable[Fact]) -> list[Fact]:
    """The same facts as they are now. A record that is gone gives the value None."""
    fresh: dict[str, dict[str, Fact]] = {}
    result = []
    for fact in facts:
        if fact.source not in fresh:
            scheme, _, key = fact.source.partition(":")
            try:
                fresh[fact.source] = await read(reading, scheme, key)
            except NotFound:
                fresh[fact.source] = {}
        now = fresh[fact.source].get(fact.name)
        result.append(now or replace(fact, value=None, read_at=reading.now))
    return result


def _plain(value: Any) -> Any:
    """A value as JSON carries it: Decimal and dates become strings."""
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value
