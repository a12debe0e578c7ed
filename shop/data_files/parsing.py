"""From raw records to parsed ones: lines of a table folded into records, cells parsed, faults collected."""

from typing import Any

from shop.data_files.kinds import Child, Fault, Kind, Shape
from shop.data_files.records import Record
from shop.data_files.values import Moment

BLANK = (None, "")


def parse_records(kind: Kind, raws: list[Record], moment: Moment) -> tuple[list[Record], list[Fault]]:
    """The parsed records of a file, and everything wrong with its cells."""
    records, faults = _fold(kind, raws)
    for record in records:
        before = len(faults)
        _parse(kind.shape, record, moment, faults, skip=kind.child.field if kind.child else None)
        if kind.child:
            for nested in record.values.get(kind.child.field) or []:
                _parse(kind.child.shape, nested, moment, faults, prefix=kind.child.prefix)
        if kind.check and len(faults) == before:
            faults.extend((record.line, column, reason) for column, reason in kind.check(record))
    return records, faults


def _fold(kind: Kind, raws: list[Record]) -> tuple[list[Record], list[Fault]]:
    """Raw records by their key; lines of a table with the same key become one record."""
    faults: list[Fault] = []
    unknown: set[str] = set()
    by_key: dict[tuple[str, ...], Record] = {}
    for raw in raws:
        own, nested, strange = _split(kind, raw)
        for column in [name for name in strange if name not in unknown]:
            unknown.add(column)
            faults.append((raw.line, column, f"is no column of {kind.name}"))
        key = tuple(str(own.get(column) or "").strip() for column in kind.key)
        if not all(key):
            column = kind.key[key.index("")]
            if column in own:
                faults.append((raw.line, column, "is empty"))
            elif column not in unknown:
                unknown.add(column)
                faults.append((raw.line, column, "is missing: records are known by it"))
        elif key not in by_key:
            by_key[key] = Record(raw.line, own | nested)
        else:
            faults += _join(kind, by_key[key], raw.line, own, nested)
    return list(by_key.values()), faults


def _split(kind: Kind, raw: Record) -> tuple[dict[str, Any], dict[str, Any], list[str]]:
    """Own values, nested values (`lines: […]`), and the columns that are neither."""
    own: dict[str, Any] = {}
    nested: dict[str, Any] = {}
    parts: dict[str, Any] = {}  # what a table spreads over columns: attributes.upper, sizes of a chart
    child: dict[str, Any] = {}
    strange: list[str] = []
    for column, value in raw.values.items():
        head, _, tail = column.partition(".")
        if kind.child and column == kind.child.field:
            nested[column] = _nested(raw.line, value)
        elif column in kind.shape.columns:
            own[column] = value
        elif tail and head in kind.shape.columns:
            parts.setdefault(head, {}).update({} if value in BLANK else {tail: value})
        elif kind.child and column.removeprefix(kind.child.prefix) in kind.child.shape.columns:
            child[column.removeprefix(kind.child.prefix)] = value
        elif kind.free_rows:
            parts.setdefault(kind.free_rows, [{}])[0][column] = value
        elif column:
            strange.append(column)
    if kind.child and any(value not in BLANK for value in child.values()):
        nested.setdefault(kind.child.field, []).append(Record(raw.line, child))
    strange += parts.keys() & own.keys()  # given twice: as a whole and in parts
    own |= parts
    return own, nested, strange


def _nested(line: int, value: Any) -> list[Record]:
    """The nested records of a YAML list; what is none has a column that no table knows, and is found so."""
    items = value if isinstance(value, list) else [value]
    return [Record(line, item if isinstance(item, dict) else {str(item): item}) for item in items]


def _join(kind: Kind, first: Record, line: int, own: dict[str, Any], nested: dict[str, Any]) -> list[Fault]:
    """Add a further line of the same record; what it repeats must be the same or blank."""
    if not kind.is_grouped:
        return [(line, kind.key[0], f"is already on line {first.line}")]
    faults: list[Fault] = []
    for column, value in own.items():
        if column == kind.free_rows and isinstance(value, list):
            first.values[column] = [*(first.values.get(column) or []), *value]
        elif value not in BLANK and first.values.get(column) != value:
            faults.append((line, column, f"differs from line {first.line}"))
    for name, items in nested.items():
        first.values.setdefault(name, []).extend(items)
    return faults


def _parse(
    shape: Shape,
    record: Record,
    moment: Moment,
    faults: list[Fault],
    *,
    skip: str | None = None,
    prefix: str = "",
) -> None:
    """Replace raw values by parsed ones. A blank cell clears what may be empty and else says nothing."""
    parsed: dict[str, Any] = {}
    for column, value in record.values.items():
        if column == skip:
            parsed[column] = value
        elif column not in shape.columns:
            faults.append((record.line, column, "is no column here"))
        elif value in BLANK:
            if shape.columns[column].nullable:
                parsed[column] = None
        else:
            try:
                parsed[column] = shape.parsers[column](value, moment)
            except ValueError as error:
                faults.append((record.line, prefix + column, str(error)))
    record.values = parsed


def child_records(child: Child | None, record: Record) -> list[Record]:
    """The nested records that the file gave for this one."""
    return (record.values.get(child.field) or []) if child else []
