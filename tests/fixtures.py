"""Fixtures every test may use: real databases, a clock that is set, the demo shop's policy."""

import asyncio
import os
import shutil
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings
from sqlalchemy.ext.asyncio import AsyncEngine

from shop.db import Base, Sessions, create_engine, create_sessions
from tests import services

ROOT = Path(__file__).parents[1]

# A slow machine is no fault of what is tested. In CI the same examples every time: what a search finds anew
# is found where somebody can look at it.
settings.register_profile("xiaoer", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("xiaoer")


class SetClock:
    """A clock that stands still until a test moves it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        """Move forward, e.g. `clock.advance(seconds=5)`."""
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> SetClock:
    """Monday, 2 March 2026, 10:00 in Shanghai."""
    return SetClock(datetime(2026, 3, 2, 2, 0, tzinfo=UTC))


@pytest.fixture(scope="session")
def policy_path() -> Path:
    return ROOT / "examples/shop/policy.yml"


def start_or_skip(stack: ExitStack, service: str) -> str:
    """The URL of a real server, or a loud skip; in CI a missing server is a failure."""
    try:
        return stack.enter_context(
            {"postgresql": services.run_postgres, "redis": services.run_redis}[service]()
        )
    except services.ServiceMissing as missing:
        if os.environ.get("CI"):
            pytest.fail(f"{service} must run in CI: {missing}")
        pytest.skip(f"NOT TESTED on {service}: {missing}")


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """One PostgreSQL server for the whole run; its URL without a database name."""
    with ExitStack() as stack:
        yield start_or_skip(stack, "postgresql")


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """One Redis server for the whole run."""
    with ExitStack() as stack:
        yield start_or_skip(stack, "redis")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with every table, to be copied."""
    path = tmp_path_factory.mktemp("template") / "tables.db"
    asyncio.run(make_tables(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres: str) -> str:
    """The name of a database with every table, to be copied: a tenth of the time of making them."""
    with psycopg.connect(f"{postgres}/postgres", autocommit=True) as admin:
        admin.execute("CREATE DATABASE template_tables STRATEGY file_copy")
    asyncio.run(make_tables(f"{postgres}/template_tables"))
    return "template_tables"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of its own on each kind of server, with every table of shop and desk."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "test.db")
        yield f"sqlite:///{tmp_path}/test.db"
        return
    template = request.getfixturevalue("postgres_template")
    with new_postgres_database(request.getfixturevalue("postgres"), template) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of its own on each kind of server, for tests of the migrations."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/test.db"
        return
    with new_postgres_database(request.getfixturevalue("postgres"), "template0") as url:
        yield url


@contextmanager
def new_postgres_database(server: str, template: str) -> Iterator[str]:
    """A copy of a database, dropped at the end."""
    name = f"t_{uuid.uuid4().hex}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        yield f"{server}/{name}"
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


async def make_tables(url: str) -> None:
    """Every table of shop and desk, by the models; test_schema compares them with the migrations."""
    import shop.models
    import shop.return_models
    import shop.work_models  # noqa: F401

    engine = create_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    await engine.dispose()


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    """An engine on a database that has every table."""
    engine = create_engine(database_url)
    yield engine
    await engine.dispose()


@pytest.fixture
def sessions(engine: AsyncEngine) -> Sessions:
    """A session factory on the fresh database."""
    return create_sessions(engine)
