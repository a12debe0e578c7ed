"""`xiaoer understand`: a line in, a JSON line out, without any effect on the shop."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from desk.cli.database import prepare
from desk.cli.idle import open_idle_desk
from desk.cli.run import check_built
from desk.cli.shared import fail, load_settings, run_async

if TYPE_CHECKING:
    from desk.base import Desk
    from desk.settings import DeskSettings

AT_ONCE = 8
START_LIMIT_S = 120.0
LOOK_EVERY_S = 0.25
MOST_TRIES = 5


def understand(
    file: Annotated[Path, typer.Option("--file", "-f", help="a text a line; - reads standard input")],
) -> None:
    """Print what the assistant understands of each line, and the decision it would get.

    Uses the running system; starts an assistant of its own for the time where none runs.
    """
    try:
        source = sys.stdin if str(file) == "-" else file.open(encoding="utf-8", errors="replace")
    except OSError as error:
        fail(f"{file}: {error.strerror}")
    with source:
        run_async(_understand_all(load_settings(), source))


async def _understand_all(settings: "DeskSettings", source: TextIO) -> None:
    async with _find_bot(settings) as reachable, open_idle_desk(reachable) as desk:
        async for found in _in_order(desk, (line.rstrip("\r\n") for line in source)):
            sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")


async def _in_order(desk: "Desk", texts: Iterable[str]) -> AsyncIterator[dict[str, Any]]:
    """Results in the order of the lines, a few asked at once."""
    running: list[asyncio.Task[dict[str, Any]]] = []
    for text in texts:
        running.append(asyncio.create_task(_understand_one(desk, text)))
        if len(running) >= AT_ONCE:
            yield await running.pop(0)
    for task in running:
        yield await task


async def _understand_one(desk: "Desk", text: str) -> dict[str, Any]:
    from desk import processing
    from desk.api.schemas import clean_text
    from desk.errors import BotRefused, BotUnavailable

    for attempt in range(1, MOST_TRIES + 1):
        try:
            return {"text": text, **await processing.preview(desk, clean_text(text))}
        except BotRefused:  # too long for the assistant: people would get it
            return {"text": text, "questions": [], "severity": "none", "decision": "handoff"}
        except BotUnavailable as error:
            if attempt == MOST_TRIES:
                fail(f"the assistant is not there: {error}")
            await asyncio.sleep(LOOK_EVERY_S * attempt)
    raise AssertionError("unreachable")


@asynccontextmanager
async def _find_bot(settings: "DeskSettings") -> "AsyncIterator[DeskSettings]":
    """Settings that reach an assistant: the running one, else one started for this command."""
    if await _is_running(settings):
        yield settings
        return
    from desk.secret import ensure_internal_secret

    check_built()
    await prepare(settings.database_url)
    own = settings.model_copy(
        update={
            "bot_url": f"http://127.0.0.1:{free_port()}",
            "actions_port": free_port(),
            "internal_secret": ensure_internal_secret(settings),
        }
    )
    typer.echo("xiaoer: no assistant runs; starting one for this command", err=True)
    async with _started(own):
        yield own


@asynccontextmanager
async def _started(settings: "DeskSettings") -> AsyncIterator[None]:
    from desk.run import make_parts
    from desk.supervisor import Supervisor

    parts = tuple(part for part in make_parts(settings) if part.name != "desk")
    said: list[str] = []
    supervisor = Supervisor(parts, lambda name, line: said.append(f"{name}: {line}"))
    running = asyncio.create_task(supervisor.run())
    try:
        end = asyncio.get_running_loop().time() + START_LIMIT_S
        while not await _is_running(settings):
            if running.done() or asyncio.get_running_loop().time() > end:
                fail(f"the assistant did not start: {said[-1] if said else 'it said nothing'}")
            await asyncio.sleep(LOOK_EVERY_S)
        yield
    finally:
        supervisor.stop()
        await asyncio.wait({running})


async def _is_running(settings: "DeskSettings") -> bool:
    """Whether bot and actions answer under our secret."""
    import httpx

    from desk.bot_client import BotClient
    from desk.errors import BotRefused, BotUnavailable

    actions = f"http://{settings.actions_host}:{settings.actions_port}/health"
    async with httpx.AsyncClient(trust_env=False, timeout=2.0) as http:
        try:
            bot = BotClient(http, settings.bot_url, settings.internal_secret, timeout_s=2.0)
            await bot.health()
            return (await http.get(actions)).is_success
        except (BotUnavailable, BotRefused, httpx.HTTPError):
            return False


def free_port() -> int:
    """A TCP port on loopback that was free a moment ago."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
