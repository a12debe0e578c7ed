"""How one message is sent to each of the systems that are compared."""

import uuid
from typing import Any

import httpx

from bench.load import Send
from bench.servers import SECRET

NOW = "2026-11-22T10:00:00+08:00"
TIMEOUT_S = 120.0


def open_client() -> httpx.AsyncClient:
    """A client with connections enough for every conversation of a run."""
    return httpx.AsyncClient(timeout=TIMEOUT_S, limits=httpx.Limits(max_connections=64))


def talk_to_stock(client: httpx.AsyncClient, url: str) -> Send:
    """Rasa's REST channel: the tracker is kept by Rasa under the sender's name."""

    async def send(conversation: str, text: str) -> None:
        reply = await client.post(
            f"{url}/webhooks/rest/webhook", json={"sender": conversation, "message": text}
        )
        reply.raise_for_status()

    return send


def talk_to_worker(client: httpx.AsyncClient, url: str) -> Send:
    """Our worker: the state goes in with the turn and comes back, as the desk does it."""
    states: dict[str, Any] = {}

    async def send(conversation: str, text: str) -> None:
        body = {
            "conversation": conversation,
            "text": text,
            "state": states.get(conversation),
            "context": {"buyer_id": conversation, "channel": "bench", "now": NOW},
        }
        reply = await client.post(f"{url}/turn", json=body, headers={"X-Xiaoer-Internal": SECRET})
        reply.raise_for_status()
        states[conversation] = reply.json()["state"]

    return send


def new_names(send: Send) -> Send:
    """The same sender under conversation names that no earlier run has used."""
    run = uuid.uuid4().hex[:8]

    async def renamed(conversation: str, text: str) -> None:
        await send(f"{run}-{conversation}", text)

    return renamed
