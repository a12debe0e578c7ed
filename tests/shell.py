"""The command line in this process, in a home of its own; and a desk with a bot for it to talk to."""

import asyncio
import contextlib
import io
import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import structlog
import uvicorn

from desk.app import create_app
from desk.cli import app
from desk.settings import DeskSettings
from tests.fixtures import ROOT
from tests.peers import BotPeer, Server, running
from tests.services import free_port

POLICY = ROOT / "examples/shop/policy.yml"
SECRET = "s3cret-of-the-house"


@dataclass(frozen=True)
class Done:
    """What a command left: its exit code and what it printed."""

    returncode: int
    stdout: str
    stderr: str


class Shell:
    """Runs `xiaoer` on one database, through the same entry as the installed command."""

    def __init__(self, home: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.home = home
        self.port = free_port()
        self._monkeypatch = monkeypatch
        chosen = {
            "XIAOER_HOME": str(home),
            "XIAOER_DATABASE_URL": database_url,
            "XIAOER_POLICY": str(POLICY),
            "XIAOER_PORT": str(self.port),
            "XIAOER_BOT_URL": f"http://127.0.0.1:{free_port()}",
            "XIAOER_ACTIONS_PORT": str(free_port()),
            "COLUMNS": "200",
        }
        plain = {name: value for name, value in os.environ.items() if not name.startswith("XIAOER_")}
        self.env = plain | chosen

    def run(self, *arguments: str, stdin: str = "", **env: str) -> Done:
        out, err = io.StringIO(), io.StringIO()
        with self._monkeypatch.context() as patch:
            for name in [name for name in os.environ if name.startswith("XIAOER_")]:
                patch.delenv(name)
            for name, value in (self.env | env).items():
                patch.setenv(name, value)
            patch.setattr("sys.stdin", io.StringIO(stdin))
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                try:
                    app(list(arguments), prog_name="xiaoer")
                    code: Any = 0
                except SystemExit as end:
                    code = end.code
        return Done(int(code or 0), out.getvalue(), err.getvalue())

    def succeed(self, *arguments: str, **more: str) -> str:
        done = self.run(*arguments, **more)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def fail(self, *arguments: str, code: int = 1, **env: str) -> str:
        """The one line on stderr."""
        done = self.run(*arguments, **env)
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        if code == 1:
            assert len(done.stderr.strip().splitlines()) == 1, done.stderr
        return done.stderr.strip()

    def say_in_a_process(self, text: str) -> int:
        """The exit code of the installed `xiaoer say`, for a moment at which this process runs a command."""
        words = [ROOT / ".venv/bin/xiaoer", "say", "--buyer", "b1", text]
        return subprocess.run(words, env=self.env, capture_output=True, check=False).returncode

    @contextmanager
    def desk(self, bot: BotPeer, **settings: Any) -> Iterator[None]:
        """A desk that runs on this shell's settings and database, with that bot, in a thread of its own."""
        self.env["XIAOER_INTERNAL_SECRET"] = bot.secret = SECRET
        wanted = DeskSettings(
            home=self.home,
            database_url=self.env["XIAOER_DATABASE_URL"],
            policy=POLICY,
            port=self.port,
            bot_url=self.env["XIAOER_BOT_URL"],
            internal_secret=SECRET,
            quiet_gap_s=0.02,
            web=self.home / "none",
            **settings,
        )
        served = ServedDesk(wanted, bot, int(self.env["XIAOER_ACTIONS_PORT"]))
        with served:
            yield


class ServedDesk:
    """A desk, its bot and an action server that only says it is well, on loopback until the end."""

    def __init__(self, settings: DeskSettings, bot: BotPeer, actions_port: int) -> None:
        self._settings = settings
        self._bot = bot
        bot.server.port = int(settings.bot_url.rpartition(":")[2])
        self._actions = Server(_well)
        self._actions.port = actions_port
        config = uvicorn.Config(
            create_app(settings), host="127.0.0.1", port=settings.port, log_config=None, access_log=False
        )
        self._server = uvicorn.Server(config)
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    def __enter__(self) -> None:
        structlog.configure(logger_factory=structlog.ReturnLoggerFactory())  # a command's output is its own
        self._thread.start()
        assert self._ready.wait(30), "the desk did not start"

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(30)
        structlog.reset_defaults()

    async def _serve(self) -> None:
        async with running(self._bot):
            await self._actions.start()
            serving = asyncio.create_task(self._server.serve())
            while not self._server.started and not serving.done():
                await asyncio.sleep(0.01)
            self._ready.set()
            await serving
            await self._actions.stop()


async def _well(*_: Any) -> tuple[int, dict[str, Any]]:
    return 200, {"status": "ok"}
