"""`xiaoer shop`: the shop's own data."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from desk.cli.shared import FAILED, fail, load_settings, open_sessions, run_async, tell_bot

if TYPE_CHECKING:
    from shop.data_files.importing import ImportSummary

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
        str | None,
        typer.Option(help="what translates your export: a name of `xiaoer shop mappings`, or a YAML file"),
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="only say what is wrong; write nothing")] = False,
) -> None:
    """Import a file: all of it, or a list of `file:line: column: reason` and nothing."""
    with telling_faults():
        summary = run_async(_import(kind, file, mapping, check=check))
    if check:
        typer.echo(f"{file}: fine, {summary.records} records")
        return
    typer.echo(f"{file}: {summary.created} new, {summary.updated} changed, {summary.unchanged} as before")


@app.command("export")
def export(
    kind: Annotated[str, typer.Argument(help="as for import")],
    file: Annotated[Path, typer.Argument(help="to be written: .csv, .xlsx or .yml")],
) -> None:
    """Write all records of a kind to a file that `import` reads back."""
    with telling_faults():
        count = run_async(_export(kind, file))
    typer.echo(f"{file}: {count} records")


@app.command("mappings")
def mappings() -> None:
    """List the mappings of usual exports."""
    from shop.data_files.mapping import FOLDER, list_mappings

    for name in list_mappings():
        first = (FOLDER / f"{name}.yml").read_text(encoding="utf-8").splitlines()[0]
        typer.echo(f"{name:20} {first.removeprefix('# ')}")


@contextmanager
def telling_faults() -> Iterator[None]:
    """End with the faults of a file, or the reason why it cannot be written, on stderr."""
    from shop.errors import ShopError

    try:
        yield
    except ShopError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(FAILED) from None
    except OSError as error:
        fail(f"{error.filename}: {error.strerror}")


async def _export(kind: str, file: Path) -> int:
    from shop.data_files.exporting import export_file
    from shop.policy_file import load_policy

    settings = load_settings()
    async with open_sessions(settings) as sessions:
        return await export_file(sessions, kind, file, zone=load_policy(settings.policy).zone)


async def _import(kind: str, file: Path, mapping: str | None, *, check: bool) -> "ImportSummary":
    from shop.data_files.importing import import_file
    from shop.data_files.mapping import find_mapping
    from shop.policy_file import load_policy

    settings = load_settings()
    zone = load_policy(settings.policy).zone
    found = find_mapping(mapping) if mapping else None
    async with open_sessions(settings) as sessions:
        summary = await import_file(sessions, kind, file, found, zone=zone, check_only=check)
        if kind == "products" and not check:
            await tell_bot(sessions)
        return summary
