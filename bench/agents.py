"""`python -m bench.agents`: fifty agents' pages at one desk, twenty customers' messages a second.

The desk is real, on PostgreSQL; the bot answers in fixed words, for its speed is measured elsewhere. Every
page holds the live stream and reads again what the real page does (web/src/desk/conversations): its list when
an event concerns it, and its open conversation. Measured is the time from the moment a customer's message is
posted until a page hears of it, for every message on every page.
"""

import argparse
import asyncio
import json
import os
import platform
import random
import re
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import psutil
from rich.console import Console
from sqlalchemy import select

from bench import servers
from bench.load import Load, summarise
from bench.servers import answers, free_port
from desk.models import Channel, Conversation, Owner
from desk.secret import make_secret
from desk.signing import sign_headers
from desk.users import Role, User, hash_password
from shop.clock import system_clock
from shop.db import create_engine, create_sessions, transaction
from shop.schema import upgrade
from tests.services import run_postgres

ROOT = Path(__file__).parents[1]
REPORT = ROOT / "docs/load.md"
CHANNEL = "load"
PASSWORD = "only-for-this-run"
GATHER_S, GATHER_ALL_S = 0.12, 0.5
"""What the page waits for further events before it reads again (useLoaded.ts, concerns.ts)."""
MOVES = (b"owner", b"transfer", b"offer")
"""Events by which a conversation comes into one's list (concerns.ts)."""
MARK = re.compile(rb'"text":\s*"(?:[^"]*)#(\d+)"')
EVENT = re.compile(rb"event: (\w+)")
ABOUT = re.compile(rb'"conversation_id":\s*"(\w+)"')
WORDS = ("在吗", "在吗", "在吗", "也许")
"""Three of four are answered by the bot, one waits as a draft."""

console = Console()


@dataclass
class Run:
    """What is common to the customers and the pages of one run."""

    url: str
    secret: str
    sent_at: dict[int, float] = field(default_factory=dict)
    heard: list[float] = field(default_factory=list)
    first_heard: dict[int, float] = field(default_factory=dict)
    lists: list[float] = field(default_factory=list)
    receipts: list[float] = field(default_factory=list)
    faults: int = 0
    desk_cpu_s: float = 0.0


class Page:
    """An agent's page: the stream, the list of its view, one open conversation."""

    def __init__(self, run: Run, name: str, view: str) -> None:
        self._run = run
        self._name = name
        self._view = view
        self._http = httpx.AsyncClient(
            base_url=run.url, timeout=30, trust_env=False, headers={"X-Xiaoer-Csrf": "1"}
        )
        self._ids: set[bytes] = set()
        self._list_due = asyncio.Event()
        self._open_due = asyncio.Event()
        self._open: bytes | None = None

    async def sign_in(self) -> None:
        """As a person does."""
        answered = await self._http.post(
            "/api/v1/auth/login", json={"name": self._name, "password": PASSWORD}
        )
        answered.raise_for_status()

    async def take(self, conversation_id: str) -> None:
        """Take a conversation over and leave it open on the screen."""
        path = f"/api/v1/desk/conversations/{conversation_id}/take-over"
        (await self._http.post(path)).raise_for_status()
        self._open = conversation_id.encode()

    async def show(self) -> None:
        """Until cancelled."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._watch())
                gather = GATHER_S if self._view == "mine" else GATHER_ALL_S
                group.create_task(self._again(self._list_due, gather, self._read_list))
                group.create_task(self._again(self._open_due, GATHER_S, self._read_open))
        finally:
            await self._http.aclose()

    async def _watch(self) -> None:
        self._list_due.set()
        async with self._http.stream("GET", "/api/v1/desk/events", timeout=None) as answered:
            answered.raise_for_status()
            rest = b""
            async for chunk in answered.aiter_raw():
                *events, rest = (rest + chunk).split(b"\n\n")
                for event in events:
                    self._hear(event, time.perf_counter())

    def _hear(self, event: bytes, now: float) -> None:
        kind, about = EVENT.search(event), ABOUT.search(event)
        if kind is None or about is None:
            return
        if kind[1] == b"message" and b'"author":"customer"' in event.replace(b": ", b":"):
            mark = MARK.search(event)
            if mark and (began := self._run.sent_at.get(int(mark[1]))):
                self._run.heard.append((now - began) * 1000)
                self._run.first_heard.setdefault(int(mark[1]), now)
        if self._view != "mine" or about[1] in self._ids or kind[1] in MOVES:
            self._list_due.set()
        if about[1] == self._open:
            self._open_due.set()

    async def _again(self, due: asyncio.Event, gather_s: float, read: Any) -> None:
        """What useLoaded.ts does: gather, read, and once more if something came meanwhile."""
        while True:
            await due.wait()
            await asyncio.sleep(gather_s)
            due.clear()
            try:
                await read()
            except httpx.HTTPError:
                self._run.faults += 1

    async def _read_list(self) -> None:
        began = time.perf_counter()
        answered = await self._http.get("/api/v1/desk/conversations", params={"view": self._view})
        answered.raise_for_status()
        self._run.lists.append((time.perf_counter() - began) * 1000)
        self._ids = {row["id"].encode() for row in answered.json()}

    async def _read_open(self) -> None:
        assert self._open is not None
        path = f"/api/v1/desk/conversations/{self._open.decode()}"
        (await self._http.get(path)).raise_for_status()
        (await self._http.get(f"{path}/messages")).raise_for_status()


async def send_all(run: Run, *, seconds: float, per_second: float, buyers: int) -> None:
    """Customers' messages at an even pace, whatever becomes of the ones before."""
    async with httpx.AsyncClient(
        base_url=run.url, timeout=30, trust_env=False, limits=httpx.Limits(max_connections=64)
    ) as http:
        began, tasks = time.perf_counter(), []
        for number in range(1, round(seconds * per_second) + 1):
            await asyncio.sleep(max(0.0, began + number / per_second - time.perf_counter()))
            buyer = f"load-{random.randrange(buyers)}"
            text = f"{random.choice(WORDS)}#{number}"
            tasks.append(asyncio.create_task(_send(run, http, buyer, text, number)))
        await asyncio.gather(*tasks)


async def _send(run: Run, http: httpx.AsyncClient, buyer: str, text: str, number: int) -> None:
    message = {"message_id": f"m-{number}-{buyer}", "buyer_id": buyer, "text": text}
    body = json.dumps(message, ensure_ascii=False).encode()
    head = {"Content-Type": "application/json", **sign_headers(run.secret, body, system_clock())}
    run.sent_at[number] = began = time.perf_counter()
    try:
        answered = await http.post(f"/api/v1/channels/{CHANNEL}/messages", content=body, headers=head)
        answered.raise_for_status()
        run.receipts.append((time.perf_counter() - began) * 1000)
    except httpx.HTTPError:
        run.faults += 1


async def prepare(database_url: str, secret: str, agents: int) -> None:
    """Tables, a channel, and the people at the desk."""
    await upgrade(database_url)
    engine = create_engine(database_url)
    now, hashed = system_clock(), hash_password(PASSWORD)
    async with transaction(create_sessions(engine)) as session:
        session.add(Channel(name=CHANNEL, kind="http", secret=secret, created_at=now))
        for number in range(agents):
            name = f"agent-{number}"
            session.add(
                User(name=name, display_name=name, role=Role.PRESALES, password_hash=hashed, created_at=now)
            )
    await engine.dispose()


async def measure(
    url: str,
    secret: str,
    database_url: str,
    *,
    agents: int,
    per_second: float,
    seconds: float,
    buyers: int,
    desk: psutil.Process,
) -> tuple[Run, int]:
    """One run; the second figure is how many messages were sent."""
    run = Run(url, secret)
    # Four of five look at their own conversations, the others at everybody's.
    pages = [Page(run, f"agent-{n}", "mine" if n % 5 else "all") for n in range(agents)]
    for page in pages:  # a password takes a tenth of a second of a core, on purpose
        await page.sign_in()
    warm = Run(url, secret)
    await send_all(warm, seconds=buyers / 40, per_second=40, buyers=buyers)
    await asyncio.sleep(3)
    engine = create_engine(database_url, read_only=True)
    async with create_sessions(engine)() as session:
        owned = select(Conversation.id).where(Conversation.owner != Owner.CLOSED).limit(agents)
        found = list(await session.scalars(owned))
    await engine.dispose()
    for page, number in zip(pages, found, strict=False):
        await page.take(number)
    showing = [asyncio.create_task(page.show()) for page in pages]
    await asyncio.sleep(3)
    run.lists.clear()
    before = desk.cpu_times()
    await send_all(run, seconds=seconds, per_second=per_second, buyers=buyers)
    await asyncio.sleep(3)
    after = desk.cpu_times()
    run.desk_cpu_s = after.user + after.system - before.user - before.system
    ended = [task for task in showing if task.done()]
    for task in showing:
        task.cancel()
    await asyncio.gather(*showing, return_exceptions=True)
    run.faults += len(ended)
    return run, len(run.sent_at)


def describe(run: Run, sent: int, load: Load, choice: argparse.Namespace) -> str:
    """The figures as the page shows them."""
    expected = sent * choice.agents
    lists = summarise(choice.agents, choice.seconds, run.lists or [0.0])
    receipts = summarise(1, choice.seconds, run.receipts or [0.0])
    before = ", ".join(f"{value:.1f}" for value in choice.busy)
    words = f"--agents {choice.agents} --per-second {choice.per_second:g} --seconds {choice.seconds:g}"
    day, machine = datetime.now(UTC).date().isoformat(), f"{os.cpu_count()} cores ({platform.machine()})"
    return f"""# Load: many agents, many customers
`python -m bench.agents {words}`
on {day}, {machine}, Python {platform.python_version()}. Desk, PostgreSQL, the bot in fixed words,
customers and pages share this machine; its load average before the run was {before}.

{choice.agents} agents' pages each hold the live stream, their list (four in five their own, the rest all)
and an open conversation. {choice.per_second:g} customers' messages a second came for {choice.seconds:g} s
from {choice.buyers} buyers; a quarter of them are doubtful and wait as drafts.

| from the customer's message to an agent's page | |
|---|---|
| heard, of {expected} expected ({sent} messages on {choice.agents} pages) | {len(run.heard)} |
| p50 | {load.p50:.0f} ms |
| p95 | {load.p95:.0f} ms |
| p99 | {load.p99:.0f} ms |
| p95 of a receipt to the channel | {receipts.p95:.0f} ms |
| lists read again, p95 | {len(run.lists)}, {lists.p95:.0f} ms |
| processor time of the desk, per message | {1000 * run.desk_cpu_s / max(1, sent):.1f} ms |
| failed requests and ended streams | {run.faults} |
"""


def main() -> None:
    """Run it and write docs/load.md; fails when an agent waits longer than a second (p95)."""
    parser = argparse.ArgumentParser(prog="python -m bench.agents", description=__doc__)
    parser.add_argument("--agents", type=int, default=50)
    parser.add_argument("--per-second", type=float, default=20.0)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--buyers", type=int, default=200)
    parser.add_argument("--report", type=Path, default=REPORT)
    choice = parser.parse_args()
    choice.busy = os.getloadavg()
    folder = ROOT / "var/bench"
    folder.mkdir(parents=True, exist_ok=True)
    secret, port, bot_port = make_secret(), free_port(), free_port()
    url = f"http://127.0.0.1:{port}"
    python = servers.MAIN_PYTHON
    with ExitStack() as stack:
        database_url = stack.enter_context(run_postgres()) + "/postgres"
        env = {
            "XIAOER_DATABASE_URL": database_url,
            "XIAOER_PORT": str(port),
            "XIAOER_BOT_URL": f"http://127.0.0.1:{bot_port}",
            "XIAOER_BOT_PORT": str(bot_port),
            "XIAOER_INTERNAL_SECRET": servers.SECRET,
            "XIAOER_POLICY": str(ROOT / "examples/shop/policy.yml"),
        }
        asyncio.run(prepare(database_url, secret, choice.agents))
        bot_url, head = f"http://127.0.0.1:{bot_port}/healthz", {"X-Xiaoer-Internal": servers.SECRET}
        for module, ready, log in (
            ("tests.bot_process", answers(bot_url, head), "agents-bot.log"),
            ("desk.app", answers(f"{url}/healthz"), "agents-desk.log"),
        ):
            command: list[str | Path] = [python, "-m", module]
            server = stack.enter_context(
                servers.start(command, url=url, ready=ready, cwd=ROOT, env=env, log=folder / log)
            )
        figures = {name: getattr(choice, name) for name in ("agents", "per_second", "seconds", "buyers")}
        desk = psutil.Process(server.process.pid)
        run, sent = asyncio.run(measure(url, secret, database_url, desk=desk, **figures))
    load = summarise(choice.agents, choice.seconds, run.heard or [float("inf")])
    text = describe(run, sent, load, choice)
    console.print(text, markup=False)
    choice.report.write_text(text, encoding="utf-8")
    if load.p95 >= 1000 or run.faults or len(run.heard) < sent * choice.agents:
        sys.exit("an agent waits too long, or something was lost")


if __name__ == "__main__":
    main()
