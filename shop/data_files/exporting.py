"""Exporting a shop's data to files that the import reads back: CSV, XLSX or YAML.

An export imported again changes nothing. The file appears whole or not at all.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import tzinfo
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shop.data_files.cells import to_cells, to_plain
from shop.data_files.kinds import CHUNK, KINDS, Kind
from shop.data_files.writers import Writer, open_writer
from shop.data_files.writing import load_children
from shop.db import Sessions, reading
from shop.errors import ImportFileError
from shop.replacing import replacing

Json = dict[str, Any]


async def export_file(sessions: Sessions, kind: str, path: Path, *, zone: tzinfo | None = None) -> int:
    """Write all records of a kind; how many. `zone`: the zone times are written in, with their offset.

    Raises ImportFileError for an unknown kind or ending, OSError when the file cannot be written.
    """
    if kind not in KINDS:
        raise ImportFileError(f"unknown kind {kind!r}; one of {', '.join(KINDS)}")
    with replacing(path) as draft:
        writer = open_writer(path.suffix.lower(), draft)
        try:
            async with reading(sessions) as session:
                return await _write(session, KINDS[kind], writer, zone)
        finally:
            await asyncio.to_thread(writer.end)


async def _write(session: AsyncSession, kind: Kind, writer: Writer, zone: tzinfo | None) -> int:
    count = 0
    if writer.is_table:
        await asyncio.to_thread(writer.begin, await _list_columns(session, kind))
    async for records in _list_records(session, kind):
        rows = [row for record in records for row in _to_rows(kind, record, zone, flat=writer.is_table)]
        await asyncio.to_thread(writer.write, rows)
        count += len(records)
    return count


async def _list_records(session: AsyncSession, kind: Kind) -> AsyncIterator[list[Json]]:
    """All records by primary key, a chunk at a time; nested ones stand under the child's field."""
    table = kind.shape.table
    (primary,) = table.primary_key
    last: Any = None
    while True:
        query = select(table).order_by(primary).limit(CHUNK)
        if last is not None:
            query = query.where(primary > last)
        records = [dict(row._mapping) for row in await session.execute(query)]
        if not records:
            return
        last = records[-1][primary.name]
        if kind.child:
            nested = await load_children(session, kind.child, [record[primary.name] for record in records])
            for record in records:
                record[kind.child.field] = nested[record[primary.name]]
        yield records


def _to_rows(kind: Kind, record: Json, zone: tzinfo | None, *, flat: bool) -> Iterator[Json]:
    """A record as the file has it: nested in YAML; in a table a line for each nested record or size."""
    own = {name: to_plain(record[name], zone) for name in kind.shape.columns}
    children = (
        [_child_values(kind, row, zone) for row in record.get(kind.child.field, ())] if kind.child else []
    )
    if not flat:
        yield own | ({kind.child.field: children} if kind.child and children else {})
        return
    if kind.free_rows:
        children = own.pop(kind.free_rows) or []
    cells = to_cells(own)
    prefix = kind.child.prefix if kind.child else ""
    for number, child in enumerate(children or [{}]):
        further = {name: cells[name] for name in kind.key}
        yield (further if number else cells) | to_cells(
            {prefix + name: value for name, value in child.items()}
        )


def _child_values(kind: Kind, row: Json, zone: tzinfo | None) -> Json:
    assert kind.child
    return {name: to_plain(row[name], zone) for name in kind.child.shape.columns}


async def _list_columns(session: AsyncSession, kind: Kind) -> list[str]:
    """The columns of a table in order; a mapping has columns of its own (`attributes.upper`)."""
    columns: dict[str, None] = {}
    spread = kind.shape.spread | ({kind.free_rows} if kind.free_rows else set())
    for name, column in kind.shape.columns.items():
        if name not in spread:
            columns[name] = None
            continue
        for value in await session.scalars(select(column)):
            for part in value if isinstance(value, list) else [value]:
                columns |= dict.fromkeys(
                    part if name == kind.free_rows else (f"{name}.{key}" for key in part or ())
                )
    if kind.child:
        columns |= dict.fromkeys(kind.child.prefix + name for name in kind.child.shape.columns)
    return list(columns)
