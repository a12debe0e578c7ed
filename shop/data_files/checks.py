"""Checking parsed records against the database before anything is written."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Column, Table, UniqueConstraint, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from shop.data_files.kinds import CHUNK, Fault, Kind, Shape
from shop.data_files.parsing import child_records
from shop.data_files.records import Record


def chunked(items: list[Any], size: int = CHUNK) -> Iterator[list[Any]]:
    """The items in runs of at most `size`."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def key_of(columns: Iterable[str], values: dict[str, Any]) -> tuple[Any, ...]:
    """The values of the key columns."""
    return tuple(values[column] for column in columns)


async def load_rows(
    session: AsyncSession, table: Table, key: tuple[str, ...], keys: list[tuple[Any, ...]]
) -> dict[tuple[Any, ...], dict[str, Any]]:
    """The stored rows by key, each as column → value."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for chunk in chunked(keys):
        for row in await session.execute(select(table).where(_in_keys(table, key, chunk))):
            values = dict(row._mapping)
            found[key_of(key, values)] = values
    return found


def _in_keys(table: Table, key: tuple[str, ...], keys: list[tuple[Any, ...]]) -> Any:
    if len(key) == 1:
        return table.c[key[0]].in_([value for (value,) in keys])
    return tuple_(*(table.c[column] for column in key)).in_(keys)


async def check_records(session: AsyncSession, kind: Kind, records: list[Record]) -> list[Fault]:
    """Everything that would make the database refuse a record, or make it incomplete."""
    keys = [key_of(kind.key, record.values) for record in records]
    columns = [kind.shape.table.c[name] for name in kind.key]
    known = await _list_known(session, columns, keys)
    faults: list[Fault] = []
    for record, key in zip(records, keys, strict=True):
        if key not in known:
            faults.extend(_check_required(kind.shape, record))
        for nested in child_records(kind.child, record):
            faults.extend(_check_required(kind.child.shape, nested, kind.child.prefix) if kind.child else ())
    faults += await _check_references(session, kind.shape, records)
    if kind.child:
        nested_records = [nested for record in records for nested in child_records(kind.child, record)]
        faults += await _check_references(session, kind.child.shape, nested_records, kind.child.prefix)
        faults += _check_children(kind, records)
    for column, model in kind.lists.items():
        faults += await _check_lists(session, Shape(model), column, records)
    return faults + await _check_unique(session, kind, records)


def _check_required(shape: Shape, record: Record, prefix: str = "") -> Iterator[Fault]:
    for column in shape.required:
        if record.get(column) is None:
            yield record.line, prefix + column, "is needed for a new record"


def _check_children(kind: Kind, records: list[Record]) -> Iterator[Fault]:
    assert kind.child
    for record in records:
        seen: set[tuple[Any, ...]] = set()
        for nested in child_records(kind.child, record) if kind.child.key else ():
            key = tuple(nested.get(column) for column in kind.child.key)
            if key in seen:
                yield nested.line, kind.child.prefix + kind.child.key[0], "is there twice"
            seen.add(key)


async def _list_known(
    session: AsyncSession, columns: list[Column[Any]], keys: Iterable[tuple[Any, ...]]
) -> set[tuple[Any, ...]]:
    """The keys that are in the database."""
    names = tuple(column.name for column in columns)
    known: set[tuple[Any, ...]] = set()
    for chunk in chunked(list(dict.fromkeys(keys))):
        rows = await session.execute(select(*columns).where(_in_keys(columns[0].table, names, chunk)))
        known |= {tuple(row) for row in rows}
    return known


async def _check_references(
    session: AsyncSession, shape: Shape, records: list[Record], prefix: str = ""
) -> list[Fault]:
    faults: list[Fault] = []
    for name, column in shape.columns.items():
        for foreign in column.foreign_keys:
            named = {(value,) for record in records if (value := record.values.get(name)) is not None}
            known = await _list_known(session, [foreign.column], named)
            missing = {value for (value,) in named} - {value for (value,) in known}
            faults += [
                (record.line, prefix + name, f"{record.values[name]!r} is not in {foreign.column.table.name}")
                for record in records
                if record.values.get(name) in missing
            ]
    return faults


async def _check_lists(session: AsyncSession, target: Shape, name: str, records: list[Record]) -> list[Fault]:
    named = {(value,) for record in records for value in record.values.get(name) or []}
    known = await _list_known(session, [target.table.c["id"]], named)
    return [
        (record.line, name, f"{value!r} is not in {target.table.name}")
        for record in records
        for value in record.values.get(name) or []
        if (value,) not in known
    ]


async def _check_unique(session: AsyncSession, kind: Kind, records: list[Record]) -> list[Fault]:
    """Rows that would break a unique constraint beside the key, in the file or with the database."""
    faults: list[Fault] = []
    table = kind.shape.table
    for rule in (rule for rule in table.constraints if isinstance(rule, UniqueConstraint)):
        names = tuple(column.name for column in rule.columns)
        if set(names) == set(kind.key):
            continue
        full = [record for record in records if all(record.get(name) is not None for name in names)]
        stored = await load_rows(session, table, names, [tuple(r.get(n) for n in names) for r in full])
        taken = {key: key_of(kind.key, row) for key, row in stored.items()}
        for record in full:
            own = key_of(kind.key, record.values)
            holder = taken.setdefault(tuple(record.get(name) for name in names), own)
            if holder != own:
                faults.append((record.line, names[-1], f"{' + '.join(names)} is that of {holder[0]!r}"))
    return faults
