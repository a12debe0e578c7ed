"""`xiaoer policy`: check a policy file, show the one in force."""

from pathlib import Path
from typing import Annotated

import typer

from desk.cli.shared import FAILED, get_console, load_settings, print_json

app = typer.Typer(help="The shop's policy file.", no_args_is_help=True)


@app.command()
def check(file: Annotated[Path, typer.Argument(help="the policy file")]) -> None:
    """Check a policy file; every fault is one line `file:line: key: reason`."""
    from shop.errors import PolicyError
    from shop.policy_file import load_policy

    try:
        policy = load_policy(file)
    except PolicyError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(FAILED) from None
    typer.echo(f"{file}: fine (version {policy.version}, {len(policy.routes)} routes)")


@app.command()
def show(
    as_json: Annotated[bool, typer.Option("--json", help="all of it as JSON")] = False,
) -> None:
    """Show the policy in force: the figures, and what the assistant may do by itself."""
    from rich.table import Table

    from shop.errors import PolicyError
    from shop.policy_file import load_policy

    settings = load_settings()
    try:
        policy = load_policy(settings.policy)
    except PolicyError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(FAILED) from None
    data = policy.model_dump(mode="json")
    if as_json:
        print_json(data)
        return
    console = get_console()
    console.print(f"{settings.policy} (version {policy.version})")
    figures = Table("section", "figure", "value", box=None)
    for section, values in data.items():
        if isinstance(values, dict) and section != "routes":
            for name, value in values.items():
                figures.add_row(section, name, str(value))
    console.print(figures)
    routes = Table("intent", "autonomy", "team", "sure from", box=None)
    for intent, route in policy.routes.items():
        sure = policy.confidence.auto if route.threshold is None else route.threshold
        routes.add_row(intent, route.autonomy, route.team, f"{sure:.2f}")
    console.print(routes)
