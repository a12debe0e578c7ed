"""`xiaoer shop`: the shop's own data."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from desk.cli.shared import FAILED, load_settings, open_sessions, run_async, tell_bot

if TYPE_CHECKING:
    from shop.importing import ImportSummary

app = typer.Typer(help="The shop's data.", no_args_is_help=True)


@app.callback()
def callback() -> None:
    """The shop's data."""


@app.command("import")
def import_(
    kind: Annotated[
        str,
        typer.Argument(help="sizes, products, skus, customers, coupons, promotions, orders or shipments"),
    ],
    file: Annotated[Path, typer.Argument(help="CSV, XLSX or YAML")],
    mapping: Annotated[
        Path | None, typer.Option(help="YAML that translates the shop's own column names and values")
    ] = None,
) -> None:
    """Import a file: all of it, or a list of `file:line: column: reason` and nothing."""
    from shop.errors import ShopError

    try:
        summary = run_async(_import(kind, file, mapping))
    except ShopError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(FAILED) from None
    typer.echo(f"{file}: {summary.created} new, {summary.updated} changed, {summary.unchanged} as before")


async def _import(kind: str, file: Path, mapping: Path | None) -> "ImportSummary":
    from shop.importing import import_file
    from shop.policy_file import load_policy

    settings = load_settings()
    zone = load_policy(settings.policy).zone
    async with open_sessions(settings) as sessions:
        summary = await import_file(sessions, kind, file, mapping, zone=zone)
        if kind == "products":
            await tell_bot(sessions)
        return summary
