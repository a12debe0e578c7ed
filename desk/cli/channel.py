"""`xiaoer channel`: where customers write from, with its secret and callback address."""

from typing import Annotated, Any

import typer

from desk.cli.shared import MISUSED, fail, get_console, load_settings, open_sessions, print_json, run_async

app = typer.Typer(help="Channels: where customers write from.", no_args_is_help=True)


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="letters, digits, - and _")],
    callback: Annotated[str | None, typer.Option(help="where answers are posted to")] = None,
) -> None:
    """Make a channel; prints its secret once."""
    from desk.secret import make_secret

    if not name.replace("-", "").replace("_", "").isalnum() or not name.isascii():
        fail("a channel's name has letters, digits, - and _ only", MISUSED)
    secret = make_secret()
    if not run_async(_add(name, secret, callback)):
        fail(f"there is a channel {name!r} already")
    typer.echo(f"{name}  {secret}")


@app.command("list")
def list_(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """List the channels, without their secrets."""
    from rich.table import Table

    rows = run_async(_list())
    if as_json:
        print_json(rows)
        return
    table = Table("name", "kind", "callback", box=None)
    for row in rows:
        table.add_row(row["name"], row["kind"], row["callback_url"] or "")
    get_console().print(table)


async def _add(name: str, secret: str, callback: str | None) -> bool:
    from desk.models import Channel
    from shop.clock import system_clock
    from shop.db import transaction

    async with open_sessions(load_settings()) as sessions, transaction(sessions) as session:
        if await session.get(Channel, name):
            return False
        session.add(Channel(name=name, secret=secret, callback_url=callback, created_at=system_clock()))
    return True


async def _list() -> list[dict[str, Any]]:
    from sqlalchemy import select

    from desk.models import Channel

    async with open_sessions(load_settings()) as sessions, sessions() as session:
        channels = await session.scalars(select(Channel).order_by(Channel.name))
        return [
            {"name": channel.name, "kind": channel.kind, "callback_url": channel.callback_url}
            for channel in channels
        ]
