"""`xiaoer db`: the database's tables."""

import typer

from desk.cli.shared import fail, first_line, load_settings, run_async

app = typer.Typer(help="The database.", no_args_is_help=True)


@app.callback()
def callback() -> None:
    """The database."""


@app.command()
def upgrade() -> None:
    """Bring the tables up to this version; makes the database file where there is none."""
    settings = load_settings()
    run_async(prepare(settings.database_url))
    typer.echo(f"the database is up to date: {without_password(settings.database_url)}")


async def prepare(url: str) -> None:
    """Run the migrations. Ends the command with one line when the database cannot be reached."""
    from sqlalchemy.exc import DBAPIError

    from shop.schema import upgrade as run_migrations

    try:
        await run_migrations(url)
    except DBAPIError as error:
        fail(f"the database cannot be prepared: {first_line(error.orig)} (XIAOER_DATABASE_URL)")


def without_password(url: str) -> str:
    """The address as it may be shown."""
    from sqlalchemy import make_url

    return make_url(url).render_as_string(hide_password=True)
