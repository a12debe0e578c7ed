"""A whole Xiaoer for tests: real bot, action server and desk on free ports, with a demo shop of its own.

Each part is a process that a test may kill and start again; what it said lies in `<home>/<part>.log`.
"""

import asyncio
import json
import os
import signal
import subprocess
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
from sqlalchemy import make_url

from desk.cli.client import find_channel_secret
from desk.cli.demo import prepare_demo
from desk.run import BOT_PYTHON, MODELS, make_parts
from desk.seed import SignIn
from desk.settings import DeskSettings
from desk.signing import sign_headers
from shop.clock import system_clock
from tests.services import free_port

ROOT = Path(__file__).parents[2]
CHANNEL = "cli"
READY_LIMIT_S = 120.0
STOP_LIMIT_S = 15.0
WAIT_S = 30
Json = dict[str, Any]


class System:
    """One running system. `parts`: desk, actions, bot."""

    def __init__(self, home: Path, **settings: Any) -> None:
        self.home = home
        given: Json = {
            "home": home,
            "database_url": f"sqlite:///{home}/var/xiaoer.db",
            "policy": ROOT / "examples/shop/policy.yml",
            "port": free_port(),
            "bot_url": f"http://127.0.0.1:{free_port()}",
            "actions_port": free_port(),
            "demo": True,
        }
        self.settings = DeskSettings(**(given | settings))
        self.sign_ins: dict[str, SignIn] = {}
        self.secret = ""
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._http = httpx.Client(base_url=self.url, timeout=WAIT_S + 10, trust_env=False)

    @property
    def url(self) -> str:
        """Where the desk answers."""
        return f"http://127.0.0.1:{self.settings.port}"

    def prepare(self) -> None:
        """Tables, the demo shop, channels and accounts."""
        sign_ins = asyncio.run(prepare_demo(self.settings))
        self.sign_ins = {sign_in.name: sign_in for sign_in in sign_ins}
        self.secret = find_channel_secret(self.settings, CHANNEL)

    def start(self, *names: str) -> None:
        """Start parts, all of them without names."""
        for part in make_parts(self.settings):
            if names and part.name not in names:
                continue
            with (self.home / f"{part.name}.log").open("ab") as output:
                self._processes[part.name] = subprocess.Popen(
                    part.command,
                    cwd=part.cwd,
                    env={**os.environ, **self._extra_env(), **part.env},
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )

    def _extra_env(self) -> dict[str, str]:
        """Settings that make_parts leaves to the environment."""
        chosen = self.settings.model_dump(mode="json", exclude_defaults=True, exclude_none=True)
        return {f"XIAOER_{name.upper()}": str(value) for name, value in chosen.items()}

    def kill(self, *names: str) -> None:
        """End parts at once, without a chance to tidy up."""
        for name in names:
            process = self._processes.pop(name)
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(STOP_LIMIT_S)

    def stop(self) -> None:
        """End everything."""
        for process in self._processes.values():
            process.terminate()
        for process in self._processes.values():
            try:
                process.wait(STOP_LIMIT_S)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(STOP_LIMIT_S)
        self._processes.clear()
        self._http.close()

    def wait_ready(self, *names: str) -> None:
        """Wait until the desk accepts messages and these parts are ready; all of them without names."""
        end = time.monotonic() + READY_LIMIT_S
        while True:
            parts = self.find_parts()
            wanted = names or tuple(parts)
            if parts and all(parts[name]["ready"] for name in wanted):
                return
            dead = [name for name, process in self._processes.items() if process.poll() is not None]
            if dead or time.monotonic() > end:
                raise RuntimeError(f"not ready: {parts}; ended: {dead}; {self.read_logs()}")
            time.sleep(0.1)

    def find_parts(self) -> Json:
        """The parts as /readyz tells them; empty while the desk does not answer."""
        try:
            parts: Json = self._http.get("/readyz").json()["parts"]
        except (httpx.TransportError, ValueError, KeyError):
            return {}
        return parts

    def read_logs(self) -> str:
        """The last lines of every part."""
        logs = (path for path in sorted(self.home.glob("*.log")))
        return "\n".join(f"--- {path.name}\n{path.read_text(errors='replace')[-2000:]}" for path in logs)

    def post(self, body: Json, *, wait: int = WAIT_S, path: str = "messages") -> httpx.Response:
        """Post to the channel, signed."""
        raw = json.dumps(body, ensure_ascii=False).encode()
        return self._http.post(
            f"/api/v1/channels/{CHANNEL}/{path}",
            content=raw,
            params={"wait": wait} if wait else {},
            headers={"Content-Type": "application/json", **sign_headers(self.secret, raw, system_clock())},
        )

    def say(
        self,
        text: str,
        *,
        buyer: str = "b001",
        message_id: str | None = None,
        new: bool = True,
        **context: str,
    ) -> Json:
        """The outcome of a message, in a new conversation unless told otherwise.

        `context`: item_id, sku_id, order_no.
        """
        if new:
            closed = self.post({"buyer_id": buyer}, wait=0, path="conversations/close")
            if closed.status_code != httpx.codes.CONFLICT:  # a severe complaint stays open
                closed.raise_for_status()
        body: Json = {"message_id": message_id or uuid.uuid4().hex, "buyer_id": buyer, "text": text}
        answered = self.post({**body, "context": context} if context else body)
        if answered.status_code != 200:
            raise RuntimeError(f"{answered.status_code} {answered.text}\n{self.read_logs()}")
        outcome: Json = answered.json()
        return outcome

    def query(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Rows straight from the database; `?` stands for a value."""
        url = self.settings.database_url
        if url.startswith("sqlite"):
            import sqlite3

            connection = sqlite3.connect(str(make_url(url).database), timeout=10)
            try:
                rows = connection.execute(sql, values).fetchall()
                connection.commit()
                return rows
            finally:
                connection.close()
        with psycopg.connect(url) as postgres:
            return postgres.execute(sql.replace("?", "%s"), values).fetchall()


def run_cli(system: System, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command line, on the system's settings."""
    env = {
        **os.environ,
        "XIAOER_HOME": str(system.home),
        "XIAOER_POLICY": str(system.settings.policy),
        "XIAOER_PORT": str(system.settings.port),
        "XIAOER_BOT_URL": system.settings.bot_url,
        "XIAOER_ACTIONS_PORT": str(system.settings.actions_port),
    }
    return subprocess.run(
        [ROOT / ".venv/bin/xiaoer", *arguments], env=env, capture_output=True, text=True, timeout=120
    )


@contextmanager
def run_system(home: Path, **settings: Any) -> Iterator[System]:
    """A prepared and running system, ready in all its parts; gone at the end."""
    if not BOT_PYTHON.exists():
        raise RuntimeError("the bot's environment is missing: run `make setup`")
    if not any(MODELS.glob("*.tar.gz")):
        raise RuntimeError("there is no trained model: run `make train`")
    system = System(home, **settings)
    try:
        system.prepare()
        system.start()
        system.wait_ready()
        yield system
    finally:
        system.stop()
