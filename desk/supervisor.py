"""Keeps the processes of one Xiaoer running: starts, restarts with back-off, stops all of them together."""

import asyncio
import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
STEADY_AFTER_S = 30.0
"""A part that lived this long starts again without a pause that grew."""
STOP_TIMEOUT_S = 10.0
LINE_LIMIT = 256 * 1024
_PR_SET_PDEATHSIG = 1

Say = Callable[[str, str], None]
"""Takes the part's name and one line of its output."""


@dataclass(frozen=True, slots=True)
class Part:
    """One process to keep: its command, extra environment and working folder."""

    name: str
    command: tuple[str, ...]
    env: Mapping[str, str]
    cwd: Path


@dataclass(slots=True)
class Supervisor:
    """Runs parts until `stop` is called. `pids` holds the process of each living part."""

    parts: tuple[Part, ...]
    say: Say
    first_pause_s: float = FIRST_PAUSE_S
    pids: dict[str, int] = field(default_factory=dict)
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)

    def stop(self) -> None:
        """Ask for the end; `run` returns once every part is gone."""
        self._stopping.set()

    async def run(self) -> None:
        """Keep every part alive until stopped."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self.stop)
        async with asyncio.TaskGroup() as group:
            for part in self.parts:
                group.create_task(self._keep(part))

    async def _keep(self, part: Part) -> None:
        """Start a part again whenever it ends, slower each time it ends soon."""
        pause = self.first_pause_s
        while not self._stopping.is_set():
            began = time.monotonic()
            code = await self._run_once(part)
            if self._stopping.is_set():
                return
            if time.monotonic() - began > STEADY_AFTER_S:
                pause = self.first_pause_s
            self.say(part.name, f"{_describe_end(code)}; starting again in {pause:g} s")
            await _wait(self._stopping, pause)
            pause = min(pause * 2, LONGEST_PAUSE_S)

    async def _run_once(self, part: Part) -> int:
        """One life of a part: its exit code, negative for a signal."""
        process = await asyncio.create_subprocess_exec(
            *part.command,
            cwd=part.cwd,
            env={**os.environ, **part.env},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            limit=LINE_LIMIT,
            start_new_session=True,  # Ctrl-C reaches only us; we stop the parts in order
            preexec_fn=_die_with_parent(),
        )
        self.pids[part.name] = process.pid
        ended = asyncio.create_task(process.wait())
        asked = asyncio.create_task(self._stopping.wait())
        pump = asyncio.create_task(self._pump(part, process))
        try:
            await asyncio.wait({ended, asked}, return_when=asyncio.FIRST_COMPLETED)
            _signal_group(process.pid, signal.SIGTERM)
            await asyncio.wait({ended}, timeout=STOP_TIMEOUT_S)
            _signal_group(process.pid, signal.SIGKILL)
            return await ended
        finally:
            _signal_group(process.pid, signal.SIGKILL)  # also when this task is cancelled
            asked.cancel()
            self.pids.pop(part.name, None)
            await asyncio.wait({pump}, timeout=1.0)
            pump.cancel()

    async def _pump(self, part: Part, process: asyncio.subprocess.Process) -> None:
        """Pass on the part's output line by line."""
        assert process.stdout is not None
        while True:
            try:
                line = await process.stdout.readline()
            except ValueError:  # longer than LINE_LIMIT: asyncio dropped it, the stream goes on
                line = b"(a line too long to show)\n"
            if not line:
                return
            self.say(part.name, line.decode(errors="replace").rstrip())


def _die_with_parent() -> Callable[[], None] | None:
    """What a new child runs so that the kernel ends it when the supervisor dies, however that happens.

    By SIGTERM: a part with processes of its own must be able to end them.
    """
    if sys.platform != "linux":
        return None
    library = ctypes.CDLL(None)  # loaded before the fork: afterwards only prctl itself is safe
    return lambda: library.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _signal_group(pid: int, number: signal.Signals) -> None:
    """Signal a part and whatever it started; a group that is gone is fine."""
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        return


def _describe_end(code: int) -> str:
    if code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"ended with code {code}"


async def _wait(event: asyncio.Event, seconds: float) -> None:
    """Wait for the event, at most so long."""
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return
