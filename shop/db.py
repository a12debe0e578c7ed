"""Database engine, session factory and column types shared by shop and desk.

SQLite (WAL) by default, PostgreSQL (psycopg 3) by URL; the same code runs on both. Claims are
compare-and-set updates, so no code here or above needs row locks.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, MetaData, Numeric, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect, ExceptionContext
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

SQLITE_BUSY_MS = 5_000
"""How long a SQLite connection waits for a lock before it fails."""

READS_ONLY = "xiaoer_reads_only"
"""Execution option of a connection that writes nothing: on SQLite it holds no writer back."""

JsonType = JSON().with_variant(JSONB(), "postgresql")
Money = Numeric(10, 2)
"""Yuan with two decimals, Decimal in Python."""

Sessions = async_sessionmaker[AsyncSession]


class UtcDateTime(TypeDecorator[datetime]):
    """Aware datetime, stored in UTC, read back aware on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times, store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime: take the time from shop.clock")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the time back aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


CONSTRAINT_NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""Names of constraints, so that a later migration can name what it changes on either database."""


class Base(DeclarativeBase):
    """Declarative base of every table of shop and desk."""

    metadata = MetaData(naming_convention=CONSTRAINT_NAMES)


def normalise_url(url: str) -> str:
    """The URL with the async driver that Xiaoer uses: aiosqlite or psycopg."""
    for plain, driven in (
        ("sqlite://", "sqlite+aiosqlite://"),
        ("postgresql://", "postgresql+psycopg://"),
        ("postgres://", "postgresql+psycopg://"),
    ):
        if url.startswith(plain):
            return driven + url.removeprefix(plain)
    return url


def create_engine(url: str, *, read_only: bool = False, pool_size: int = 10) -> AsyncEngine:
    """An async engine. With `read_only` the database itself refuses every write (actions).

    Its errors name no parameters: customers' words and secrets must not reach the logs.
    """
    url = normalise_url(url)
    if url.startswith("sqlite"):
        return _create_sqlite_engine(url, read_only=read_only)
    engine = create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=10,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"options": "-c default_transaction_read_only=on" if read_only else ""},
        # READ COMMITTED sees the same in a transaction and without one: readers spare its two round trips.
        **({"isolation_level": "AUTOCOMMIT"} if read_only else {}),
    )
    event.listen(engine.sync_engine, "handle_error", _forget_details)
    return engine


def _forget_details(context: ExceptionContext) -> None:
    """Keep only the first line of PostgreSQL's errors: the others quote the row."""
    for error in (context.original_exception, context.sqlalchemy_exception):
        if isinstance(error, Exception):
            error.args = tuple(
                part.partition("\n")[0] if isinstance(part, str) else part for part in error.args
            )


def _create_sqlite_engine(url: str, *, read_only: bool) -> AsyncEngine:
    engine = create_async_engine(url, hide_parameters=True, connect_args={"timeout": SQLITE_BUSY_MS / 1000})

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, see below
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute(f"PRAGMA busy_timeout={SQLITE_BUSY_MS}")
        if read_only:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Any) -> None:
        # A writer takes the write lock at once: a deferred transaction that reads first and
        # writes later fails with "database is locked" instead of waiting.
        only_reads = read_only or connection.get_execution_options().get(READS_ONLY)
        connection.exec_driver_sql("BEGIN" if only_reads else "BEGIN IMMEDIATE")

    return engine


def create_sessions(engine: AsyncEngine) -> Sessions:
    """A session factory whose objects stay readable after commit."""
    return async_sessionmaker(engine, expire_on_commit=False)


@asynccontextmanager
async def transaction(sessions: Sessions) -> AsyncIterator[AsyncSession]:
    """One session, one transaction: commit at the end, roll back on error."""
    async with sessions() as session, session.begin():
        yield session


@asynccontextmanager
async def reading(sessions: Sessions) -> AsyncIterator[AsyncSession]:
    """One session that only reads, of a factory that may write; on SQLite it holds no writer back."""
    async with sessions() as session:
        await session.connection(execution_options={READS_ONLY: True})
        yield session
