"""The signed webhook: the message is posted to the channel's callback address (docs/api.md)."""

import asyncio
import json

import httpx

from desk.base import Desk
from desk.carriers.parcel import Json, Outcome, Parcel, answered, failed
from desk.signing import sign_headers


async def carry(desk: Desk, parcel: Parcel) -> Outcome:
    """Post the message, signed with the channel's secret."""
    body = json.dumps(describe(parcel), ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json", **sign_headers(parcel.secret, body, desk.clock())}
    try:
        async with asyncio.timeout(desk.settings.outbox_timeout_s):
            return answered(await desk.http.post(parcel.url, content=body, headers=headers))
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
        return failed(error)


def describe(parcel: Parcel) -> Json:
    """The body of a callback; `message_id` is stable over retries, for the receiver to tell doubles."""
    shown = {name: value for name, value in parcel.message.items() if name not in ("id", "agent")}
    head = {"message_id": str(parcel.message["id"]), "channel": parcel.channel, "buyer_id": parcel.buyer_id}
    return head | shown
