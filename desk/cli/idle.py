"""A desk for one command: it reads and writes, and runs nothing by itself."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import typer

from desk.cli.shared import FAILED, database_errors

if TYPE_CHECKING:
    from desk.base import Desk
    from desk.settings import DeskSettings


@asynccontextmanager
async def open_idle_desk(settings: "DeskSettings") -> "AsyncIterator[Desk]":
    """The desk without its loops. Ends the command when policy, scripts or database are broken."""
    from desk.wiring import open_desk
    from shop.errors import PolicyError, ScriptError

    try:
        async with open_desk(settings, run=False) as desk:
            with database_errors():
                yield desk
    except (PolicyError, ScriptError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(FAILED) from None
