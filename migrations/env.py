"""How Alembic reaches the database, and which tables it must find there: all of shop and desk."""

import importlib
import importlib.util
from typing import Any

from alembic import context
from sqlalchemy import Connection, DateTime, Engine, NullPool, create_engine, event

import shop.models
import shop.return_models
import shop.work_models  # noqa: F401
from shop.db import Base, UtcDateTime
from shop.schema import LOCK_WAIT_S, MIGRATION_LOCK, sync_url
from shop.settings import load_settings

if importlib.util.find_spec("desk"):
    importlib.import_module("desk.tables")


def find_url() -> str:
    """The database: `-x url=…`, else what shop.schema says, else the settings."""
    asked = context.get_x_argument(as_dictionary=True).get("url")
    url: str = asked or context.config.attributes.get("url") or load_settings().database_url
    return sync_url(url)


def open_engine(url: str) -> Engine:
    """An engine for one connection. On SQLite its transaction takes the write lock at once."""
    if not url.startswith("sqlite"):
        return create_engine(url, poolclass=NullPool)
    engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": LOCK_WAIT_S})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def render_item(kind: str, item: Any, _autogen: Any) -> str | bool:
    """Write our time type as plain SQLAlchemy, so that old migrations do not depend on our code."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


def compare_type(_context: Any, _inspected: Any, _column: Any, found: Any, wanted: Any) -> bool | None:
    """Our time type is a plain timestamp to the database; everything else Alembic compares itself."""
    return False if isinstance(wanted, UtcDateTime) and isinstance(found, DateTime) else None


def configure(**how: Any) -> None:
    """Set what holds online and offline."""
    context.configure(
        target_metadata=Base.metadata,
        render_as_batch=True,  # SQLite cannot alter a column in place
        render_item=render_item,
        compare_type=compare_type,
        **how,
    )


def run_online() -> None:
    """Run the migrations in one transaction, and only one process at a time."""
    engine = open_engine(find_url())
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")
            configure(connection=connection)
            context.run_migrations()
    finally:
        engine.dispose()


def run_offline() -> None:
    """Print the SQL instead of running it (`--sql`)."""
    configure(url=find_url(), literal_binds=True, dialect_opts={"paramstyle": "named"})
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    run_offline()
else:
    run_online()
