"""Bringing a database to the newest tables. Safe when several processes start at once."""

import asyncio
from pathlib import Path
from threading import Lock

from alembic import command
from alembic.config import Config
from sqlalchemy import make_url

from shop.db import normalise_url

MIGRATIONS = Path(__file__).parents[1] / "migrations"
MIGRATION_LOCK = 0x51A0_0D0B
"""PostgreSQL advisory lock under which migrations run; on SQLite the write lock does the same."""

LOCK_WAIT_S = 60
"""How long a second process waits on SQLite until the first has migrated."""

_one_at_a_time = Lock()  # Alembic keeps its context in module globals


def sync_url(url: str) -> str:
    """The URL with the blocking driver: pysqlite or psycopg."""
    return normalise_url(url).replace("sqlite+aiosqlite:", "sqlite:", 1)


async def upgrade(url: str) -> None:
    """Create or migrate every table of shop and desk to the newest revision. A second call does nothing."""
    await asyncio.to_thread(_run, url, "head")


async def downgrade(url: str, revision: str = "base") -> None:
    """Go back to a revision; `base` removes every table and with it all data."""
    await asyncio.to_thread(_run, url, revision, back=True)


def alembic_config(url: str) -> Config:
    """What Alembic's commands need to work on this database."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["url"] = url
    return config


def _run(url: str, revision: str, *, back: bool = False) -> None:
    database = make_url(url).database
    if url.startswith("sqlite") and database and database != ":memory:":
        Path(database).parent.mkdir(parents=True, exist_ok=True)
    with _one_at_a_time:
        (command.downgrade if back else command.upgrade)(alembic_config(url), revision)
