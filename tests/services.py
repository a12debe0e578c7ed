"""Real PostgreSQL and Redis servers for tests, each on a free port in a temporary folder.

`scripts/test` installs them where apt-get is at hand. Where they cannot be had, tests that need them are
skipped with a loud line; in CI (CI=true) that is a failure.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

START_TIMEOUT_S = 30.0


class ServiceMissing(Exception):
    """The server's program is not on this machine."""


def free_port() -> int:
    """A TCP port on loopback that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def find_postgres() -> Path:
    """The folder of PostgreSQL's programs; the newest version where there are several."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))  # Debian keeps it off the PATH
    on_path = shutil.which("postgres")
    if on_path:
        found.append(Path(on_path).resolve())
    if not found:
        raise ServiceMissing("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    return found[-1].parent


@contextmanager
def run_postgres() -> Iterator[str]:
    """A PostgreSQL server; gives a URL with the database name left off."""
    programs = find_postgres()
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="xiaoer-pg-") as folder:
        drop = _drop_root(folder)
        data = f"{folder}/data"
        subprocess.run(
            [
                *drop,
                programs / "initdb",
                "-D",
                data,
                "-U",
                "xiaoer",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C",
            ],
            check=True,
            capture_output=True,
            cwd=folder,
        )
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
        server = subprocess.Popen(
            [*drop, programs / "postgres", "-D", data, *options.split(), "-c", "max_connections=200"],
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait_until(
                lambda: (
                    subprocess.run(
                        [programs / "pg_isready", "-h", "127.0.0.1", "-p", str(port), "-U", "xiaoer"],
                        capture_output=True,
                    ).returncode
                    == 0
                ),
                "PostgreSQL",
            )
            yield f"postgresql://xiaoer@127.0.0.1:{port}"
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=START_TIMEOUT_S)


@contextmanager
def run_redis() -> Iterator[str]:
    """A Redis server without persistence; gives its URL."""
    program = shutil.which("redis-server")
    if program is None:
        raise ServiceMissing("Redis is not installed (Debian: apt-get install redis-server)")
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="xiaoer-redis-") as folder:
        server = subprocess.Popen(
            [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder],
            stdout=subprocess.DEVNULL,
        )
        try:
            _wait_until(lambda: _accepts(port), "Redis")
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.terminate()
            server.wait(timeout=START_TIMEOUT_S)


def _drop_root(folder: str) -> list[str]:
    """PostgreSQL refuses to run as root: hand the folder to its own user and run as that."""
    if os.geteuid() != 0:
        return []
    user = pwd.getpwnam("postgres")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _wait_until(ready: Callable[[], bool], name: str) -> None:
    end = time.monotonic() + START_TIMEOUT_S
    while not ready():
        if time.monotonic() > end:
            raise TimeoutError(f"{name} did not start within {START_TIMEOUT_S:.0f} s")
        time.sleep(0.05)
