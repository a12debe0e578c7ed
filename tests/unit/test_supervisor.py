"""The supervisor: parts come back, stop together, and never outlive it."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from desk.supervisor import Part, Supervisor

ROOT = Path(__file__).parents[2]


class Lines:
    """What the parts said, to be waited for."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str]] = []
        self._news = asyncio.Event()

    def __call__(self, name: str, line: str) -> None:
        self.said.append((name, line))
        self._news.set()

    async def wait_for(self, part: str, text: str, times: int = 1) -> None:
        async with asyncio.timeout(20):
            while sum(name == part and text in line for name, line in self.said) < times:
                self._news.clear()
                await self._news.wait()


def make_part(name: str, code: str, tmp_path: Path) -> Part:
    return Part(name, (sys.executable, "-u", "-c", code), {"SAY": "hello"}, tmp_path)


async def test_a_killed_part_starts_again_while_the_other_keeps_running(tmp_path: Path) -> None:
    lines = Lines()
    code = "import os, time; print(os.environ['SAY'], os.getcwd()); time.sleep(60)"
    parts = (make_part("one", code, tmp_path), make_part("two", code, tmp_path))
    supervisor = Supervisor(parts, lines, first_pause_s=0.01)
    running = asyncio.create_task(supervisor.run())
    await lines.wait_for("one", f"hello {tmp_path}")
    await lines.wait_for("two", f"hello {tmp_path}")
    first, other = supervisor.pids["one"], supervisor.pids["two"]
    os.kill(first, signal.SIGKILL)
    await lines.wait_for("one", "hello", times=2)
    assert supervisor.pids["one"] != first
    assert supervisor.pids["two"] == other
    assert ("one", "was ended by SIGKILL; starting again in 0.01 s") in lines.said
    supervisor.stop()
    await asyncio.wait_for(running, 20)
    assert supervisor.pids == {}
    assert not psutil.pid_exists(other)


async def test_a_part_that_ends_at_once_is_started_slower_each_time(tmp_path: Path) -> None:
    lines = Lines()
    supervisor = Supervisor((make_part("one", "raise SystemExit(3)", tmp_path),), lines, first_pause_s=0.01)
    running = asyncio.create_task(supervisor.run())
    await lines.wait_for("one", "starting again", times=3)
    supervisor.stop()
    await asyncio.wait_for(running, 20)
    pauses = [line for _, line in lines.said][:3]
    assert pauses == [f"ended with code 3; starting again in {pause:g} s" for pause in (0.01, 0.02, 0.04)]


async def test_stopping_ends_also_what_a_part_started(tmp_path: Path) -> None:
    lines = Lines()
    code = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print('child', child.pid); time.sleep(60)"
    )
    supervisor = Supervisor((make_part("one", code, tmp_path),), lines)
    running = asyncio.create_task(supervisor.run())
    await lines.wait_for("one", "child")
    child = int(lines.said[0][1].split()[1])
    supervisor.stop()
    await asyncio.wait_for(running, 20)
    await asyncio.to_thread(_wait_until_gone, child)


async def test_a_part_whose_program_is_missing_takes_the_others_down(tmp_path: Path) -> None:
    lines = Lines()
    missing = Part("two", (str(tmp_path / "missing"),), {}, tmp_path)
    supervisor = Supervisor((make_part("one", "import time; time.sleep(60)", tmp_path), missing), lines)
    with pytest.RaisesGroup(FileNotFoundError):
        await asyncio.wait_for(supervisor.run(), 20)
    assert supervisor.pids == {}


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel ends the parts on Linux only")
def test_no_part_outlives_a_killed_supervisor(tmp_path: Path) -> None:
    code = (
        "import asyncio, sys; from pathlib import Path; from desk.supervisor import Part, Supervisor\n"
        "work = 'import os, time; print(os.getpid()); time.sleep(60)'\n"
        "part = Part('one', (sys.executable, '-u', '-c', work), {}, Path.cwd())\n"
        "asyncio.run(Supervisor((part,), lambda name, line: print(line, flush=True)).run())"
    )
    process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    child = int(process.stdout.readline())
    assert _is_running(child)
    process.kill()
    process.wait(timeout=10)
    process.stdout.close()
    _wait_until_gone(child)


def _wait_until_gone(pid: int) -> None:
    """Fails when the process still lives after 10 s; the kernel takes a moment to end what was signalled."""
    end = time.monotonic() + 10
    while _is_running(pid):
        assert time.monotonic() < end, f"process {pid} lives on"
        time.sleep(0.02)


def _is_running(pid: int) -> bool:
    """Whether a process lives; one that waits to be reaped does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
