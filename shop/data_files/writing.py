"""Writing checked records: batches of inserts and updates, one transaction a batch, only what differs."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, bindparam, delete, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from shop.data_files.checks import chunked, key_of, load_rows
from shop.data_files.kinds import Child, Kind
from shop.data_files.parsing import child_records
from shop.data_files.records import Record
from shop.db import Sessions, transaction

IMPORT_LOCK = 0x51A0_0E01
"""PostgreSQL advisory lock that makes imports write one after the other; SQLite does so anyway."""


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """How many records of a file were new, changed something, or were there already."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0

    @property
    def records(self) -> int:
        """How many records the file had."""
        return self.created + self.updated + self.unchanged

    def __add__(self, other: "ImportSummary") -> "ImportSummary":
        return ImportSummary(
            self.created + other.created,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
        )


@dataclass(slots=True)
class _ChildWork:
    inserts: list[dict[str, Any]] = field(default_factory=list)
    changes: list[tuple[dict[str, Any], dict[str, Any]]] = field(default_factory=list)
    surplus: list[int] = field(default_factory=list)

    @property
    def size(self) -> int:
        return len(self.inserts) + len(self.changes) + len(self.surplus)


async def lock_imports(session: AsyncSession) -> None:
    """Hold back other imports until this transaction ends."""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": IMPORT_LOCK})


async def write_records(sessions: Sessions, kind: Kind, records: list[Record]) -> ImportSummary:
    """Write checked records batch by batch, so that a large import does not lock out a running desk.

    A batch is a transaction. An import that is cut short is completed by running it again.
    """
    summary = ImportSummary()
    for batch in chunked(records):
        async with transaction(sessions) as session:
            await lock_imports(session)
            summary += await _write_batch(session, kind, batch)
    return summary


async def _write_batch(session: AsyncSession, kind: Kind, batch: list[Record]) -> ImportSummary:
    table = kind.shape.table
    by_key = {key_of(kind.key, record.values): record for record in batch}
    stored = await load_rows(session, table, kind.key, list(by_key))
    new = [record for key, record in by_key.items() if key not in stored]
    changed: set[tuple[Any, ...]] = set()
    changes = []
    for key, row in stored.items():
        if differing := _differing(_own(kind, by_key[key].values), row):
            changes.append((row, differing))
            changed.add(key)
    if new:
        filled = [
            kind.shape.defaults() | _own(kind, record.fallbacks) | _own(kind, record.values) for record in new
        ]
        await session.execute(insert(table), filled)
    await _update(session, table, changes)
    if kind.child:
        changed |= await _write_children(session, kind, kind.child, by_key)
    updated = len(changed & stored.keys())
    return ImportSummary(len(new), updated, len(stored) - updated)


def _own(kind: Kind, values: dict[str, Any]) -> dict[str, Any]:
    return {column: value for column, value in values.items() if column in kind.shape.columns}


def _differing(values: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    return {column: value for column, value in values.items() if row[column] != value}


async def _update(
    session: AsyncSession, table: Table, changes: list[tuple[dict[str, Any], dict[str, Any]]]
) -> None:
    """Update rows by primary key; rows with the same changed columns go in one statement."""
    primary = [column.name for column in table.primary_key]
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for row, differing in changes:
        groups[tuple(sorted(differing))].append({f"old_{name}": row[name] for name in primary} | differing)
    for columns, rows in groups.items():
        statement = update(table).values({column: bindparam(column) for column in columns})
        for name in primary:
            statement = statement.where(table.c[name] == bindparam(f"old_{name}"))
        connection = await session.connection()
        await connection.execute(statement, rows)


async def _write_children(
    session: AsyncSession, kind: Kind, child: Child, by_key: dict[tuple[Any, ...], Record]
) -> set[tuple[Any, ...]]:
    """Write nested records; the keys of the parents for which something differed."""
    given = {key: nested for key, record in by_key.items() if (nested := child_records(child, record))}
    if not given:
        return set()
    (primary,) = kind.shape.table.primary_key
    parents = await load_rows(session, kind.shape.table, kind.key, list(given))
    ids = {key: row[primary.name] for key, row in parents.items()}
    stored = await load_children(session, child, list(ids.values()))
    work = _ChildWork()
    changed = {
        key for key, nested in given.items() if _compare(child, ids[key], nested, stored[ids[key]], work)
    }
    table = child.shape.table
    if work.inserts:
        await session.execute(insert(table), work.inserts)
    await _update(session, table, work.changes)
    for chunk in chunked(work.surplus):
        await session.execute(delete(table).where(table.c["id"].in_(chunk)))
    return changed


async def load_children(
    session: AsyncSession, child: Child, parent_ids: list[Any]
) -> dict[Any, list[dict[str, Any]]]:
    """The stored nested rows of records, by the record they belong to."""
    table = child.shape.table
    found: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for chunk in chunked(parent_ids):
        query = select(table).where(table.c[child.parent].in_(chunk)).order_by(table.c["id"])
        for row in await session.execute(query):
            found[row._mapping[child.parent]].append(dict(row._mapping))
    return found


def _compare(
    child: Child, parent_id: Any, nested: list[Record], rows: list[dict[str, Any]], work: _ChildWork
) -> bool:
    """Add to the work what a parent's nested records need; whether they need anything."""
    before = work.size
    by_key = {key_of(child.key, row): row for row in rows}
    for position, record in enumerate(nested):
        if child.key:
            row = by_key.get(tuple(record.get(column) for column in child.key))
        else:
            row = rows[position] if position < len(rows) else None
        if row is None:
            filled = child.shape.defaults() | record.fallbacks | record.values
            work.inserts.append(filled | {child.parent: parent_id})
        elif _differing(record.values, row):
            work.changes.append((row, _differing(record.fallbacks | record.values, row)))
    if not child.key:
        work.surplus += [row["id"] for row in rows[len(nested) :]]
    return work.size != before
