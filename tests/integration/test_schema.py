"""Migrations give exactly the tables of the models, and may be run by several processes at once."""

import asyncio
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from shop.db import create_engine, create_sessions
from shop.demo.fill import load_demo
from shop.schema import alembic_config, downgrade, upgrade

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


async def list_tables(url: str) -> set[str]:
    engine = create_engine(url)
    async with engine.connect() as connection:
        names = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    await engine.dispose()
    return set(names)


async def run_sql(url: str, statement: str) -> list[tuple[object, ...]]:
    engine = create_engine(url)
    async with engine.begin() as connection:
        result = await connection.execute(text(statement))
        rows = [tuple(row) for row in result] if result.returns_rows else []
    await engine.dispose()
    return rows


async def test_an_upgraded_database_is_exactly_what_the_models_say(empty_database_url: str) -> None:
    await upgrade(empty_database_url)
    await asyncio.to_thread(command.check, alembic_config(empty_database_url))  # raises on any difference
    assert {"products", "orders", "scans", "conversations", "alembic_version"} <= await list_tables(
        empty_database_url
    )


async def test_upgrading_twice_keeps_revision_and_data(empty_database_url: str) -> None:
    await upgrade(empty_database_url)
    first = await run_sql(empty_database_url, "SELECT version_num FROM alembic_version")
    await run_sql(
        empty_database_url, "INSERT INTO size_charts (id, name, kind, rows) VALUES ('s', 'n', 'shoes', '[]')"
    )
    await upgrade(empty_database_url)
    assert await run_sql(empty_database_url, "SELECT version_num FROM alembic_version") == first
    assert await run_sql(empty_database_url, "SELECT id FROM size_charts") == [("s",)]


async def test_going_back_to_base_leaves_no_table_and_can_be_undone(empty_database_url: str) -> None:
    await upgrade(empty_database_url)
    before = await list_tables(empty_database_url)
    await downgrade(empty_database_url)
    assert await list_tables(empty_database_url) == {"alembic_version"}
    await upgrade(empty_database_url)
    assert await list_tables(empty_database_url) == before


async def run_python(*arguments: str, folder: Path = ROOT) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, output.decode()


async def test_processes_that_upgrade_at_once_all_succeed(empty_database_url: str) -> None:
    code = "import asyncio, sys; from shop.schema import upgrade; asyncio.run(upgrade(sys.argv[1]))"
    results = await asyncio.gather(*(run_python("-c", code, empty_database_url) for _ in range(3)))
    assert [status for status, _ in results] == [0, 0, 0], results
    await asyncio.to_thread(command.check, alembic_config(empty_database_url))


async def test_upgrades_at_once_in_one_process_all_succeed(empty_database_url: str) -> None:
    await asyncio.gather(*(upgrade(empty_database_url) for _ in range(3)))
    await asyncio.to_thread(command.check, alembic_config(empty_database_url))


async def test_an_upgrade_that_fails_half_way_leaves_nothing_behind(empty_database_url: str) -> None:
    await run_sql(
        empty_database_url, "CREATE TABLE scans (id INTEGER)"
    )  # the last table of the first migration
    with pytest.raises(DBAPIError, match="scans"):
        await upgrade(empty_database_url)
    assert await list_tables(empty_database_url) == {"scans"}


async def test_the_shop_works_on_an_upgraded_database(empty_database_url: str) -> None:
    await upgrade(empty_database_url)
    engine = create_engine(empty_database_url)
    summary = await load_demo(create_sessions(engine), ROOT / "examples/shop", NOW)
    await engine.dispose()
    assert (summary.orders, summary.shipments) == (300, 242)


async def test_the_folder_of_a_sqlite_database_is_made(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/var/deep/shop.db"
    await upgrade(url)
    assert "products" in await list_tables(url)


async def test_the_alembic_command_takes_another_database_from_any_folder(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/other.db"
    ini = str(ROOT / "alembic.ini")
    status, output = await run_python(
        "-m", "alembic", "-c", ini, "-x", f"url={url}", "upgrade", "head", folder=tmp_path
    )
    assert status == 0, output
    assert "products" in await list_tables(url)


async def test_the_sql_can_be_printed_for_an_administrator(tmp_path: Path) -> None:
    ini = str(ROOT / "alembic.ini")
    status, output = await run_python(
        "-m", "alembic", "-c", ini, "-x", "url=postgresql://nobody@nowhere/x", "upgrade", "head", "--sql"
    )
    assert status == 0, output
    assert "CREATE TABLE products" in output
