"""`xiaoer outbox`: answers that could not be delivered to their channel."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from desk.cli.shared import fail, get_console, load_settings, open_sessions, print_json, run_async

if TYPE_CHECKING:
    from desk.models import Delivery

app = typer.Typer(help="Deliveries to the channels.", no_args_is_help=True)


@app.command()
def dead(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """List the deliveries that were given up."""
    from rich.table import Table

    rows = run_async(_list_dead())
    if as_json:
        print_json(rows)
        return
    table = Table("id", "channel", "conversation", "tries", "last error", "since", box=None)
    for row in rows:
        table.add_row(*(str(value) for value in row.values()))
    get_console().print(table)


@app.command()
def retry(delivery_id: Annotated[int, typer.Argument(help="its id, from `xiaoer outbox dead`")]) -> None:
    """Try a dead delivery again; the running desk takes it up."""
    from shop.errors import ShopError

    try:
        run_async(_retry(delivery_id))
    except ShopError as error:
        fail(str(error))
    typer.echo(f"delivery {delivery_id} waits to be tried again")


async def _list_dead() -> list[dict[str, Any]]:
    from desk import outbox

    async with open_sessions(load_settings()) as sessions, sessions() as session:
        return [_show(found) for found in await outbox.list_dead(session)]


def _show(delivery: "Delivery") -> dict[str, Any]:
    return {
        "id": delivery.id,
        "channel": delivery.channel,
        "conversation_id": delivery.conversation_id,
        "attempts": delivery.attempts,
        "last_error": delivery.last_error or "",
        "created_at": delivery.created_at.isoformat(timespec="seconds"),
    }


async def _retry(delivery_id: int) -> None:
    from desk import outbox
    from desk.cli.idle import open_idle_desk

    async with open_idle_desk(load_settings()) as desk:
        await outbox.retry(desk, delivery_id)
