"""What the commands share. Nothing heavy is imported here: `xiaoer say` must start quickly."""

import asyncio
import json
import sys
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from desk.settings import DeskSettings
    from shop.db import Sessions

Result = TypeVar("Result")

FAILED = 1
MISUSED = 2
CONNECTION_END_S = 1.0
UNPREPARED = "the database is not prepared: run `xiaoer db upgrade` (or `make demo` for a demo shop)"


def fail(message: str, code: int = FAILED) -> NoReturn:
    """End the command with one line on stderr that says what is wrong and what to do."""
    typer.echo(f"xiaoer: {message}", err=True)
    raise typer.Exit(code)


def load_settings() -> "DeskSettings":
    """The settings with the shared secret filled in. Ends the command when a setting is wrong."""
    from pydantic import ValidationError

    from desk.secret import find_internal_secret
    from desk.settings import load_desk_settings

    try:
        settings = load_desk_settings()
    except ValidationError as error:
        fault = error.errors()[0]
        name = "_".join(str(part) for part in fault["loc"])
        fail(f"the setting XIAOER_{name.upper()} is wrong: {fault['msg']}")
    settings.internal_secret = find_internal_secret(settings) or ""
    return settings


def desk_address(settings: "DeskSettings") -> str:
    """Where this machine reaches the desk; one that listens everywhere is reached on loopback."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.host, settings.host)  # noqa: S104
    return f"http://{host}:{settings.port}"


def run_async(work: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine to its end, and the database's threads with it."""
    return asyncio.run(_finish(work))


async def _finish(work: Coroutine[Any, Any, Result]) -> Result:
    """A thread of aiosqlite whose connect failed reports once more: the loop must still be there."""
    before = set(threading.enumerate())
    try:
        return await work
    finally:
        for thread in set(threading.enumerate()) - before:
            if "_connection_worker_thread" in thread.name:
                await asyncio.to_thread(thread.join, CONNECTION_END_S)


@asynccontextmanager
async def open_sessions(settings: "DeskSettings") -> "AsyncIterator[Sessions]":
    """Sessions on the shop's database, closed at the end. Ends the command when there is none."""
    from shop.db import create_engine, create_sessions

    engine = create_engine(settings.database_url)
    try:
        with database_errors():
            yield create_sessions(engine)
    finally:
        await engine.dispose()


async def tell_bot(sessions: "Sessions") -> None:
    """Write the names of the goods where the bot looks for them; warns when that fails."""
    from shop import catalogue_terms

    path = catalogue_terms.CATALOGUE_TERMS
    try:
        await catalogue_terms.write_catalogue_terms(sessions, path)
    except OSError as error:
        typer.echo(
            f"xiaoer: warning: the bot does not learn the names of the goods: {path}: {error.strerror}",
            err=True,
        )


@contextmanager
def database_errors() -> Iterator[None]:
    """End the command with one line when the database cannot be used."""
    from sqlalchemy.exc import DBAPIError

    try:
        yield
    except DBAPIError as error:
        if is_unprepared(error):
            fail(UNPREPARED)
        fail(f"the database cannot be used: {first_line(error.orig)} (XIAOER_DATABASE_URL)")


def is_unprepared(error: Exception) -> bool:
    """Whether a database error says that the tables or the file are not there."""
    text = str(error).lower()
    return any(sign in text for sign in ("no such table", "does not exist", "unable to open database file"))


def first_line(value: object) -> str:
    """The first line of a message."""
    return (str(value).strip() or type(value).__name__).splitlines()[0]


def print_json(value: Any, *, indent: int | None = 2) -> None:
    """JSON on stdout, Chinese readable."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=indent) + "\n")


def get_console() -> "Console":
    """A Rich console on stdout."""
    from rich.console import Console

    return Console(highlight=False)
