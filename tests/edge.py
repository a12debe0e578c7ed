"""A real desk on a real database behind its API, with a bot that speaks the protocol in fixed words.

The real bot needs a trained model and half a minute; tests/e2e talks to it.
"""

import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from httpx import ASGITransport
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from desk.app import create_app
from desk.base import Desk
from desk.bot_client import BotClient
from desk.models import Channel
from desk.seed import ensure_channels
from desk.settings import DeskSettings
from desk.signing import sign_headers
from desk.users import Role, User, hash_password
from desk.wiring import open_desk
from shop.db import transaction
from tests.small_shop import list_records

SECRET = "s3cret-of-the-channel"
INTERNAL = "s3cret-of-the-house"
PASSWORD = "a-long-password"
SKU = "P1-黑色-39"
CSRF = {"X-Xiaoer-Csrf": "1"}
Json = dict[str, Any]


def daytime() -> Callable[[], datetime]:
    """A clock that runs from Monday, 2 March 2026, 10:00 in Shanghai: inside the service hours."""
    began = time.monotonic()
    return lambda: datetime(2026, 3, 2, 2, tzinfo=UTC) + timedelta(seconds=time.monotonic() - began)


@dataclass
class ScriptedBot:
    """Says what it was told to say; counts the turns it was asked."""

    turns: list[Json] = field(default_factory=list)
    down: bool = False

    def transport(self) -> ASGITransport:
        routes = [
            Route("/turn", self._turn, methods=["POST"]),
            Route("/healthz", self._health, methods=["GET"]),
        ]
        return ASGITransport(Starlette(routes=routes))

    async def _turn(self, request: Request) -> JSONResponse:
        body = await request.json()
        self.turns.append(body)
        if self.down:
            return JSONResponse({"error": {"code": "loading"}, "status": "loading"}, status_code=503)
        return JSONResponse(answer(body["text"]))

    async def _health(self, _request: Request) -> JSONResponse:
        if self.down:
            return JSONResponse({"status": "loading", "reason": "loading"}, status_code=503)
        return JSONResponse({"status": "ready", "model": "scripted"})


def answer(text: str) -> Json:
    """A sure stock answer, unless the text asks for doubt (也许) or complains (投诉)."""
    confidence = 0.4 if "也许" in text else 0.97
    facts = [
        {"name": name, "value": value, "source": f"stock:{SKU}", "read_at": "2026-03-02T02:00:00+00:00"}
        for name, value in {"item": "晨风跑鞋", "color": "黑色", "size": "39"}.items()
    ]
    reading = {
        "intent": "ask_stock",
        "confidence": confidence,
        "replies": [{"script": "stock_in", "facts": facts}],
        "proposals": [],
        "handoff": None,
        "hold": None,
        "failures": [],
    }
    question = {
        "text": text,
        "intent": "ask_stock",
        "confidence": confidence,
        "entities": [{"entity": "size", "value": "39", "raw": "39", "start": 0, "end": 2}],
        "readings": [reading],
    }
    severity = "major" if "投诉" in text else "none"
    return {"questions": [question], "severity": severity, "severity_evidence": [], "state": {"version": 1}}


@dataclass
class Edge:
    """The desk, its application and a client; `shop` is the signing channel."""

    desk: Desk
    app: FastAPI
    client: httpx.AsyncClient
    bot: ScriptedBot

    async def post(
        self,
        body: Json | bytes,
        *,
        wait: float | None = None,
        path: str = "messages",
        secret: str = SECRET,
        now: datetime | None = None,
    ) -> httpx.Response:
        """Post to the channel `shop`, signed."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return await self.client.post(
            f"/api/v1/channels/shop/{path}",
            content=raw,
            params={} if wait is None else {"wait": wait},
            headers={"Content-Type": "application/json"}
            | sign_headers(secret, raw, now or self.desk.clock()),
        )

    async def say(self, text: str, *, message_id: str = "m1", buyer_id: str = "b1") -> Json:
        """The outcome of a message."""
        answered = await self.post({"message_id": message_id, "buyer_id": buyer_id, "text": text}, wait=20)
        assert answered.status_code == 200, answered.text
        outcome: Json = answered.json()
        return outcome

    async def read(self, conversation_id: str, after: int = 0) -> list[Json]:
        """The messages as the channel reads them."""
        answered = await self.client.get(
            f"/api/v1/channels/shop/conversations/{conversation_id}/messages",
            params={"after": after},
            headers=sign_headers(SECRET, b"", self.desk.clock()),
        )
        assert answered.status_code == 200, answered.text
        found: list[Json] = answered.json()["messages"]
        return found

    def browser(self) -> httpx.AsyncClient:
        """Another client with cookies of its own."""
        return httpx.AsyncClient(transport=ASGITransport(self.app), base_url="http://desk", headers=CSRF)

    @asynccontextmanager
    async def signed_in(self, name: str) -> AsyncIterator[httpx.AsyncClient]:
        """A browser in which that person is signed in."""
        async with self.browser() as browser:
            answered = await browser.post("/api/v1/auth/login", json={"name": name, "password": PASSWORD})
            assert answered.status_code == 200, answered.text
            yield browser


@asynccontextmanager
async def open_edge(
    database_url: str, folder: Path, clock: Callable[[], datetime], **settings: Any
) -> AsyncIterator[Edge]:
    """A desk with the channel `shop`, a person of each role named as the role, and the small shop."""
    given = {"quiet_gap_s": 0.05, "demo": True, "web": folder / "dist", "home": folder} | settings
    policy = Path(__file__).parents[1] / "examples/shop/policy.yml"
    wanted = DeskSettings(database_url=database_url, internal_secret=INTERNAL, policy=policy, **given)
    bot = ScriptedBot()
    async with open_desk(wanted, clock) as desk, httpx.AsyncClient(transport=bot.transport()) as to_bot:
        desk.bot = BotClient(to_bot, "http://bot", INTERNAL, timeout_s=5)
        await _fill(desk)
        app = create_app(wanted, desk)
        async with httpx.AsyncClient(transport=ASGITransport(app), base_url="http://desk") as client:
            yield Edge(desk, app, client, bot)


@cache
def _hash() -> str:
    """Argon2 is slow on purpose: once is enough."""
    return hash_password(PASSWORD)


async def _fill(desk: Desk) -> None:
    now = desk.clock()
    await ensure_channels(desk.sessions)
    async with transaction(desk.sessions) as session:
        session.add_all(list_records())
        session.add(Channel(name="shop", kind="http", secret=SECRET, created_at=now))
        for role in Role:
            session.add(
                User(name=role, display_name=f"小{role}", role=role, password_hash=_hash(), created_at=now)
            )
