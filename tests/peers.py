"""Real HTTP peers on free ports: a bot that speaks docs/bot-protocol.md, a channel that takes callbacks."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import uvicorn

Json = dict[str, Any]
Handle = Callable[[str, str, Json, dict[str, str], bytes], Awaitable[tuple[int, Json]]]
"""Takes method, path, parsed body, headers and raw body; gives status and JSON."""


class Server:
    """A small HTTP server in the test's event loop that can be killed and started again on its port."""

    def __init__(self, handle: Handle) -> None:
        self._handle = handle
        self._server: uvicorn.Server | None = None
        self._task: asyncio.Task[None] | None = None
        self.port = 0
        self.query: dict[str, str] = {}  # of the request at hand

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        self.port = listener.getsockname()[1]
        config = uvicorn.Config(
            self._app, interface="asgi3", lifespan="off", ws="none", log_level="error", access_log=False
        )
        self._server = uvicorn.Server(config)
        self._task = asyncio.create_task(self._server.serve(sockets=[listener]))
        while not self._server.started:
            await asyncio.sleep(0.005)

    async def stop(self) -> None:
        if self._server is not None and self._task is not None:
            self._server.should_exit = self._server.force_exit = True
            await self._task
            self._server = self._task = None

    async def _app(self, scope: Any, receive: Any, send: Any) -> None:
        raw = b""
        while True:
            message = await receive()
            raw += message.get("body", b"")
            if not message.get("more_body"):
                break
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        self.query = dict(parse_qsl(scope["query_string"].decode()))
        body = json.loads(raw) if raw else {}
        status, answer = await self._handle(scope["method"], scope["path"], body, headers, raw)
        head = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": status, "headers": head})
        await send({"type": "http.response.body", "body": json.dumps(answer).encode()})


def fact(name: str, value: Any, source: str = "test:1") -> Json:
    return {"name": name, "value": value, "source": source, "read_at": "2026-03-02T10:00:00+08:00"}


def reply(script: str, *facts: Json) -> Json:
    return {"script": script, "facts": list(facts)}


def reading(intent: str, confidence: float = 0.97, *replies: Json, **more: Any) -> Json:
    """One reading; `more`: proposals, handoff, hold, failures."""
    empty: Json = {"proposals": [], "handoff": None, "hold": None, "failures": []}
    return {"intent": intent, "confidence": confidence, "replies": list(replies), **empty, **more}


def question(*readings: Json, text: str = "在吗") -> Json:
    best = readings[0]
    return {
        "text": text,
        "start": 0,
        "end": len(text),
        "intent": best["intent"],
        "confidence": best["confidence"],
        "ranking": [{"intent": item["intent"], "confidence": item["confidence"]} for item in readings],
        "entities": [],
        "readings": list(readings),
    }


def greeting() -> Json:
    """A sure greeting, allowed to go out by itself."""
    return question(reading("greet", 0.99, reply("greet")))


def answer(*questions: Json, severity: str = "none", state: Json | None = None) -> Json:
    return {
        "questions": list(questions),
        "severity": severity,
        "severity_evidence": [],
        "state": state or {"version": 1, "slots": {}, "active_loop": None, "events": []},
        "model": "test",
        "took_ms": 1,
    }


@dataclass
class BotPeer:
    """A bot that answers by text: `answers[text]`, else a sure greeting. Knows nothing between calls."""

    secret: str = "s3cret"
    answers: dict[str, Json] = field(default_factory=dict)
    status: int = 200
    body: Json | None = None  # said in place of an answer when the status is not 200
    delay_s: float = 0.0
    gate: asyncio.Event | None = None  # answers wait for it
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    calls: list[Json] = field(default_factory=list)
    server: Server = field(init=False)

    def __post_init__(self) -> None:
        self.server = Server(self._handle)

    async def _handle(
        self, method: str, path: str, body: Json, headers: dict[str, str], raw: bytes
    ) -> tuple[int, Json]:
        if headers.get("x-xiaoer-internal") != self.secret:
            return 401, {"error": "unauthorised"}
        if path == "/healthz":
            return self.status, self.body or {"status": "ready", "model": "test", "loaded_in_s": 0.1}
        if path == "/understand":
            return self.status, {"results": [{"questions": [], "severity": "none"} for _ in body["texts"]]}
        self.calls.append(body)
        self.asked.set()
        if self.gate is not None:
            await self.gate.wait()
        await asyncio.sleep(self.delay_s)
        if self.status != 200:
            return self.status, self.body or {"error": "no"}
        return 200, self.answers.get(body["text"], answer(greeting()))


@dataclass
class ChannelPeer:
    """A channel's callback address. `statuses` are given in turn, then 200."""

    statuses: list[int] = field(default_factory=list)
    delay_s: float = 0.0
    taken: list[tuple[Json, dict[str, str], bytes]] = field(default_factory=list)
    refused: list[Json] = field(default_factory=list)
    server: Server = field(init=False)

    def __post_init__(self) -> None:
        self.server = Server(self._handle)

    @property
    def texts(self) -> list[str]:
        return [body["text"] for body, _, _ in self.taken]

    async def _handle(
        self, method: str, path: str, body: Json, headers: dict[str, str], raw: bytes
    ) -> tuple[int, Json]:
        await asyncio.sleep(self.delay_s)
        status = self.statuses.pop(0) if self.statuses else 200
        if status == 200:
            self.taken.append((body, headers, raw))
        else:
            self.refused.append(body)
        return status, {}


@asynccontextmanager
async def running(peer: BotPeer | ChannelPeer) -> AsyncIterator[None]:
    await peer.server.start()
    try:
        yield
    finally:
        await peer.server.stop()
