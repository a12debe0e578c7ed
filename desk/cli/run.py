"""`xiaoer run`: the whole system for production, and the frame `xiaoer demo` uses, too."""

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import typer

from desk.cli.database import prepare
from desk.cli.shared import (
    FAILED,
    desk_address,
    fail,
    get_console,
    load_settings,
    open_sessions,
    run_async,
    tell_bot,
)

if TYPE_CHECKING:
    from rich.console import Console

    from desk.settings import DeskSettings

LOOK_EVERY_S = 0.2
DEMO_DATA = (
    "xiaoer: warning: this database holds the demo shop's invented data; "
    "set XIAOER_DATABASE_URL to a database of your own"
)


def run() -> None:
    """Start everything with the shop's own data: desk, action server, bot. Ctrl-C stops all of it."""
    settings = load_settings()
    check(settings)
    run_async(_run(settings))


async def _run(settings: "DeskSettings") -> None:
    await prepare_run(settings)
    await supervise(settings, get_console(), lambda: None)


async def prepare_run(settings: "DeskSettings") -> None:
    """Tables, the desk's own channels, the names of the goods; warns when they are the demo's."""
    from desk.seed import ensure_channels
    from shop.demo.fill import DEMO_FOLDER, holds_demo

    await prepare(settings.database_url)
    async with open_sessions(settings) as sessions:
        await ensure_channels(sessions)
        await tell_bot(sessions)
        if await holds_demo(sessions, DEMO_FOLDER):
            typer.echo(DEMO_DATA, err=True)


def check(settings: "DeskSettings") -> None:
    """End the command with one line if something would keep the system from starting."""
    from desk.run import CannotStart, check_ports
    from shop.errors import PolicyError
    from shop.policy_file import load_policy

    check_built()
    try:
        load_policy(settings.policy)
        check_ports(settings)
    except CannotStart as error:
        fail(str(error))
    except PolicyError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(FAILED) from None


def check_built() -> None:
    """End the command with one line if the bot's environment or the model is missing."""
    from desk.run import CannotStart
    from desk.run import check_built as check_parts

    try:
        check_parts()
    except CannotStart as error:
        fail(str(error))


async def supervise(settings: "DeskSettings", console: "Console", when_ready: Callable[[], None]) -> None:
    """Keep the parts running until stopped; tell how far the start is and call back once it accepts."""
    from desk.run import make_parts, make_speaker
    from desk.supervisor import Supervisor

    say = make_speaker(console)
    supervisor = Supervisor(make_parts(settings), say)
    progress = asyncio.create_task(_report(settings, say, when_ready))
    try:
        await supervisor.run()
    finally:
        progress.cancel()
        say("xiaoer", "stopped")


async def _report(
    settings: "DeskSettings", say: Callable[[str, str], None], when_ready: Callable[[], None]
) -> None:
    """Follow /readyz: first the desk accepts messages, then the assistant answers them."""
    import httpx

    began = time.monotonic()
    told = False
    async with httpx.AsyncClient(base_url=desk_address(settings), trust_env=False) as http:
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            parts = await _look(http)
            if parts is None:
                continue
            seconds = time.monotonic() - began
            if not told:
                say("xiaoer", f"desk ready after {seconds:.1f} s: messages are accepted")
                when_ready()
                told = True
            waiting = [name for name, part in parts.items() if not part["ready"]]
            if not waiting:
                say("xiaoer", f"assistant ready after {seconds:.1f} s: messages are answered")
                return


async def _look(http: Any) -> dict[str, Any] | None:
    """The parts as /readyz shows them once the desk accepts messages."""
    import httpx

    try:
        answer = await http.get("/readyz")
    except httpx.TransportError:
        return None
    if answer.is_error:
        return None
    parts: dict[str, Any] = answer.json()["parts"]
    return parts
