"""`xiaoer policy`: check a file, put it in force, show and explain the one in force, list its versions."""

from pathlib import Path
from typing import Annotated

import typer

from desk.cli.idle import open_idle_desk
from desk.cli.shared import FAILED, fail, get_console, load_settings, print_json, run_async

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
def explain(rule: Annotated[str, typer.Argument(help="a rule of the rule book, such as C1")]) -> None:
    """Show what a rule says in this shop: its figures, what they are for, and where they are used."""
    from rich.table import Table

    from shop.policy_explain import find_figures, list_mentions, list_scripts, list_uses
    from shop.policy_file import load_policy_text

    settings = load_settings()
    wanted = rule.upper()
    figures = find_figures(load_policy_text(settings.policy), wanted)
    mentions = list_mentions(wanted)
    if not figures and not mentions:
        fail(f"no figure and no module names the rule {wanted}; rules are called A1 to H3")
    table = Table("figure", "value", "what for", "used in", box=None)
    for figure in figures:
        table.add_row(figure.key, str(figure.value), figure.comment, "\n".join(list_uses(figure)))
    console = get_console()
    console.print(f"{wanted} in {settings.policy}")
    if figures:
        console.print(table)
    else:
        console.print("no figure of its own")
    console.print(f"code: {', '.join(mentions) or '-'}")
    console.print(f"sentences: {', '.join(list_scripts(wanted, settings.scripts)) or '-'}")


@app.command()
def install(
    file: Annotated[Path, typer.Argument(help="the changed policy file")],
    by: Annotated[str, typer.Option("--by", help="who answers for the change")],
    why: Annotated[str, typer.Option("--why", help="what it is for")] = "",
) -> None:
    """Put a policy file in force: checked, moved into place in one step, kept with author and date."""
    from desk.policy_versions import install_policy
    from shop.errors import PolicyError

    settings = load_settings()

    async def run() -> str:
        async with open_idle_desk(settings) as desk:
            return (await install_policy(desk, file, author=by, reason=why)).version

    try:
        version = run_async(run())
    except PolicyError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(FAILED) from None
    typer.echo(f"{settings.policy}: version {version} by {by}; a running desk takes it up by itself")


@app.command()
def history(
    as_json: Annotated[bool, typer.Option("--json", help="all of it as JSON")] = False,
) -> None:
    """List the versions of the policy that were in force, the newest first."""
    from rich.table import Table

    from desk.policy_versions import list_versions

    settings = load_settings()

    async def run() -> list[dict[str, str]]:
        async with open_idle_desk(settings) as desk, desk.reads() as session:
            return [
                {
                    "version": row.version,
                    "author": row.author,
                    "since": desk.local(row.loaded_at).isoformat(timespec="seconds"),
                    "reason": row.reason,
                }
                for row in await list_versions(session)
            ]

    rows = run_async(run())
    if as_json:
        print_json(rows)
        return
    table = Table("version", "author", "since", "reason", box=None)
    for row in rows:
        table.add_row(*row.values())
    get_console().print(table)


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
