"""`xiaoer user`: the accounts of the people at the desk."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from desk.cli.shared import MISUSED, fail, get_console, load_settings, open_sessions, print_json, run_async

if TYPE_CHECKING:
    from desk.users import Role

app = typer.Typer(help="Accounts of the people at the desk.", no_args_is_help=True)


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="what they sign in with")],
    role: Annotated[str, typer.Option(help="presales, aftersales, warehouse, supervisor or admin")],
    display_name: Annotated[str, typer.Option("--display-name", help="what colleagues read")] = "",
) -> None:
    """Make an account; prints its fresh password once, to be changed at the first sign-in."""
    from desk.users import Role

    if role not in list(Role):
        fail(f"no role {role!r}: take one of {', '.join(Role)}", MISUSED)
    password = run_async(_add(name, Role(role), display_name))
    typer.echo(f"{name.strip().lower()}  {password}")


@app.command("list")
def list_(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """List the accounts."""
    from rich.table import Table

    rows = run_async(_list())
    if as_json:
        print_json(rows)
        return
    table = Table("name", "shown as", "role", "active", box=None)
    for row in rows:
        table.add_row(row["name"], row["display_name"], row["role"], "yes" if row["active"] else "no")
    get_console().print(table)


@app.command()
def reset(name: Annotated[str, typer.Argument(help="whose password")]) -> None:
    """Give an account a fresh password, lift its lock and sign it out everywhere."""
    typer.echo(f"{name.strip().lower()}  {run_async(_reset(name))}")


async def _add(name: str, role: "Role", display_name: str) -> str:
    from desk import users
    from shop.clock import system_clock
    from shop.db import transaction
    from shop.errors import Refused

    password = users.make_password()
    async with open_sessions(load_settings()) as sessions, transaction(sessions) as session:
        try:
            await users.add_user(
                session,
                name=name,
                role=role,
                password=password,
                now=system_clock(),
                display_name=display_name,
                must_change=True,
            )
        except Refused as error:
            fail(str(error))
    return password


async def _list() -> list[dict[str, Any]]:
    from desk import users

    async with open_sessions(load_settings()) as sessions, sessions() as session:
        return [
            {"name": user.name, "display_name": user.display_name, "role": user.role, "active": user.active}
            for user in await users.list_users(session)
        ]


async def _reset(name: str) -> str:
    from desk import auth, users
    from shop.db import transaction
    from shop.errors import NotFound

    password = users.make_password()
    async with open_sessions(load_settings()) as sessions, transaction(sessions) as session:
        try:
            user = await users.set_password(session, name, password, must_change=True)
        except NotFound as error:
            fail(str(error))
        await auth.close_sessions_of(session, user.name)
    return password
