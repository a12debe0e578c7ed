"""`xiaoer channel`: where customers write from, with its secret and callback address."""

from pathlib import Path
from typing import Annotated, Any

import typer

from desk.cli.shared import MISUSED, fail, get_console, load_settings, open_sessions, print_json, run_async

app = typer.Typer(help="Channels: where customers write from.", no_args_is_help=True)


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="letters, digits, - and _")],
    callback: Annotated[
        str | None, typer.Option(help="where answers are posted to, or where the channel's API is")
    ] = None,
    kind: Annotated[str, typer.Option(help="http (signed webhook), wecom or chatwoot")] = "http",
    settings: Annotated[
        Path | None, typer.Option(help="YAML with what a wecom or chatwoot channel needs (docs/channels.md)")
    ] = None,
    secret: Annotated[
        str | None, typer.Option(envvar="XIAOER_CHANNEL_SECRET", help="one that the other side made")
    ] = None,
) -> None:
    """Make a channel; prints its secret once, unless it was given."""
    from desk.channel_settings import ADDRESSES, ChannelMisconfigured, check_settings
    from desk.secret import make_secret

    if not name.replace("-", "").replace("_", "").isalnum() or not name.isascii():
        fail("a channel's name has letters, digits, - and _ only", MISUSED)
    try:
        told = check_settings(kind, _read_settings(settings))
    except ChannelMisconfigured as error:
        fail(str(error), MISUSED)
    made = secret or make_secret()
    if not run_async(_add(name, kind, made, callback or ADDRESSES.get(kind), told)):
        fail(f"there is a channel {name!r} already")
    typer.echo(name if secret else f"{name}  {made}")


def _read_settings(path: Path | None) -> dict[str, Any]:
    import yaml

    if path is None:
        return {}
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        fail(f"{path}: cannot be read: {error}", MISUSED)
    if not isinstance(found, dict):
        fail(f"{path}: must be a mapping of names to values", MISUSED)
    return found


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


async def _add(name: str, kind: str, secret: str, callback: str | None, settings: dict[str, Any]) -> bool:
    from desk.models import Channel
    from shop.clock import system_clock
    from shop.db import transaction

    async with open_sessions(load_settings()) as sessions, transaction(sessions) as session:
        if await session.get(Channel, name):
            return False
        session.add(
            Channel(
                name=name,
                kind=kind,
                secret=secret,
                callback_url=callback,
                settings=settings,
                created_at=system_clock(),
            )
        )
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
