"""How an answer reaches its customer: one carrier a kind of channel, `async (desk, parcel) -> Outcome`."""

from collections.abc import Awaitable, Callable

from desk.base import Desk
from desk.carriers import chatwoot, signed, wecom
from desk.carriers.parcel import Outcome, Parcel

__all__ = ["Outcome", "Parcel", "carry"]

CARRIERS: dict[str, Callable[[Desk, Parcel], Awaitable[Outcome]]] = {
    "http": signed.carry,
    "web": signed.carry,
    "wecom": wecom.carry,
    "chatwoot": chatwoot.carry,
}


async def carry(desk: Desk, parcel: Parcel) -> Outcome:
    """Try to deliver a message once; it never raises for what the other side does."""
    return await CARRIERS[parcel.kind](desk, parcel)
