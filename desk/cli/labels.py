"""`xiaoer labels`: what agents decided on drafts becomes training data, by way of a reviewer."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from desk.cli.shared import fail, load_settings, open_sessions, run_async

if TYPE_CHECKING:
    from desk.labels import Label

app = typer.Typer(
    help="Training examples from the decisions at the desk (docs/growing.md).", no_args_is_help=True
)


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="where to write the lines for review")],
    since: Annotated[datetime | None, typer.Option(help="only decisions from this day on, UTC")] = None,
) -> None:
    """Write what customers asked, what was read and what agents accepted; personal data is masked."""
    from desk.label_files import write_labels

    labels = run_async(_list(since))
    write_labels(file, labels)
    typer.echo(f"{len(labels)} lines in {file}; write yes into the column review of those to learn from")


@app.command()
def apply(
    file: Annotated[Path, typer.Argument(help="a reviewed file of `xiaoer labels export`", exists=True)],
    data: Annotated[Path, typer.Option(help="the folder of the training data")] = Path("data/nlu"),
) -> None:
    """Append the lines marked yes to the training data; all or none."""
    from desk.label_files import LabelError, apply_labels

    try:
        applied = apply_labels(file, data)
    except LabelError as error:
        typer.echo(str(error), err=True)
        fail("nothing was written: mend these lines and apply the file again")
    for intent, count in applied.added.items():
        typer.echo(f"{intent}  +{count}")
    typer.echo(f"{sum(applied.added.values())} new, {applied.known} there before; `make train` learns them")


async def _list(since: datetime | None) -> "list[Label]":
    from datetime import UTC

    from desk.labels import list_labels
    from shop.db import reading

    async with open_sessions(load_settings()) as sessions, reading(sessions) as session:
        return await list_labels(session, since=since.replace(tzinfo=UTC) if since else None)
