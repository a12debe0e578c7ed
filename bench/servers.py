"""Starts the systems under test as their own processes, and measures start-up and memory."""

import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

ROOT = Path(__file__).parents[1]
BOT_PYTHON = ROOT / "bot/.venv/bin/python"
MAIN_PYTHON = ROOT / ".venv/bin/python"
SECRET = "bench"  # loopback only, for the length of one run
START_LIMIT_S = 240.0
QUIET_RASA = {"RASA_TELEMETRY_ENABLED": "false", "PYTHONPATH": str(ROOT)}
"""Our components are found, nothing is reported."""


def free_port() -> int:
    """A TCP port on loopback that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(slots=True)
class Server:
    """A running system: where it listens, how long it took until its first answer."""

    url: str
    process: subprocess.Popen[bytes]
    cold_start_s: float

    def memory_mb(self) -> float:
        """Resident memory of the process and its children, in MB."""
        parent = psutil.Process(self.process.pid)
        return sum(p.memory_info().rss for p in [parent, *parent.children(recursive=True)]) / 1e6


@contextmanager
def start(
    command: list[str | Path],
    *,
    url: str,
    ready: Callable[[], bool],
    cwd: Path,
    env: dict[str, str],
    log: Path,
) -> Iterator[Server]:
    """Run `command` until the block ends; ready when `ready()` first holds."""
    started = time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env={**os.environ, **QUIET_RASA, **env},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        while not ready():
            if process.poll() is not None or time.monotonic() - started > START_LIMIT_S:
                raise RuntimeError(f"{command[0]} did not start; see {log}")
            time.sleep(0.1)
        yield Server(url, process, time.monotonic() - started)
    finally:
        stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process and all its children."""
    try:
        family = psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        family = []
    process.terminate()
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        process.kill()
    for child in family:
        if child.is_running():
            child.kill()


def answers(url: str, headers: dict[str, str] | None = None) -> Callable[[], bool]:
    """A check that a GET on `url` gives 200."""

    def check() -> bool:
        try:
            return httpx.get(url, headers=headers, timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    return check


@contextmanager
def run_action_server(port: int, log: Path) -> Iterator[Server]:
    """rasa_sdk with the benchmark's one action."""
    command: list[str | Path] = [MAIN_PYTHON, "-m", "rasa_sdk", "--actions", "bench.actions", "-p", str(port)]
    url = f"http://127.0.0.1:{port}"
    with start(command, url=url, ready=answers(f"{url}/health"), cwd=ROOT, env={}, log=log) as server:
        yield server


@contextmanager
def run_stock_rasa(project: Path, model: Path, log: Path) -> Iterator[Server]:
    """`rasa run` with the REST channel."""
    port = free_port()
    command: list[str | Path] = [
        ROOT / "bot/.venv/bin/rasa", "run", "-p", str(port), "-i", "127.0.0.1", "-m", model,
        "--endpoints", "endpoints.yml", "--credentials", "credentials.yml",
    ]  # fmt: skip
    url = f"http://127.0.0.1:{port}"

    def first_answer() -> bool:
        try:
            reply = httpx.post(
                f"{url}/webhooks/rest/webhook", json={"sender": "start", "message": "你好"}, timeout=60
            )
        except httpx.HTTPError:
            return False
        return reply.status_code == 200

    with start(command, url=url, ready=first_answer, cwd=project, env={}, log=log) as server:
        yield server


@contextmanager
def run_worker(project: Path, model: Path, action_port: int, log: Path, workers: int = 1) -> Iterator[Server]:
    """Our bot worker on the same action server; it loads only models of the project it is started in."""
    port = free_port()
    env = {
        "XIAOER_BOT_PORT": str(port),
        "XIAOER_BOT_WORKERS": str(workers),
        "XIAOER_BOT_MODEL": model.name,
        "XIAOER_ACTIONS_URL": f"http://127.0.0.1:{action_port}/webhook",
        "XIAOER_INTERNAL_SECRET": SECRET,
    }
    url = f"http://127.0.0.1:{port}"
    command: list[str | Path] = [BOT_PYTHON, "-m", "bot.server"]
    ready = answers(f"{url}/healthz", {"X-Xiaoer-Internal": SECRET})
    with start(command, url=url, ready=ready, cwd=project, env=env, log=log) as server:
        yield server
