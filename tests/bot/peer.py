"""A small real action server: the worker's peer, speaking the action protocol over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

Json = dict[str, Any]


def spoken(script: str, **more: Any) -> Json:
    """An action's answer that says one script."""
    custom = {"replies": [{"script": script, "facts": []}], "proposals": [], "handoff": None, "hold": None}
    return {"events": [], "responses": [{"custom": {**custom, **more}}]}


class Peer:
    """Answers every action with a script of its name, unless told otherwise in `answers`.

    An answer is JSON, or a coroutine function of the request body that returns a response.
    """

    def __init__(self) -> None:
        self.url = ""
        self.answers: dict[str, Any] = {}
        self.calls: list[Json] = []
        self.headers: list[dict[str, str]] = []
        self.connections: set[int] = set()
        self._held: list[Any] = []

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.calls.append(body)
        self.headers.append(dict(request.headers))
        self._held.append(request.transport)  # kept, so that no later connection gets the same id
        self.connections.add(id(request.transport))
        action = body["next_action"]
        answer = self.answers.get(action, spoken(action.removeprefix("action_")))
        return await answer(body) if callable(answer) else web.json_response(answer)


def status(code: int, text: str = "") -> Any:
    async def answer(_: Json) -> web.Response:
        return web.Response(status=code, text=text)

    return answer


def slow(seconds: float) -> Any:
    async def answer(body: Json) -> web.Response:
        await asyncio.sleep(seconds)
        return web.json_response(spoken("late"))

    return answer


def raw(text: str) -> Any:
    async def answer(_: Json) -> web.Response:
        return web.Response(text=text, content_type="application/json")

    return answer


def echo_slots() -> Any:
    """Says the slots it was given, as facts."""

    async def answer(body: Json) -> web.Response:
        facts = [{"name": name, "value": value} for name, value in body["tracker"]["slots"].items()]
        return web.json_response(spoken("slots", replies=[{"script": "slots", "facts": facts}]))

    return answer


@asynccontextmanager
async def serving(peer: Peer, port: int = 0) -> AsyncIterator[Peer]:
    app = web.Application(client_max_size=10_000_000)
    app.router.add_post("/webhook", peer.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    host, bound = runner.addresses[0][:2]
    peer.url = f"http://{host}:{bound}/webhook"
    try:
        yield peer
    finally:
        await runner.cleanup()
