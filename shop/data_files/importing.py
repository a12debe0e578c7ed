"""Importing a shop's data from its own exports: a call a file, all of it or a list of what is wrong.

    kind        key                    nested in YAML, columns in a table
    sizes       id                     rows: size and measures (`foot_mm` as `243-247`)
    products    id                     attributes: `attributes.upper` …
    skus        id
    customers   id                     the channel's buyer id
    coupons     id                     holders: `holder_buyer_id`, `holder_state`, `holder_claimed_at`
    promotions  id
    orders      no                     lines: `sku_id`, `quantity`, `unit_price` …, one line of the table each
    shipments   courier, tracking_no   scans: `scan_at`, `scan_place`, `scan_text`, one line of the table each

Columns are named as in shop.models. A file may leave columns out: then they keep their value, and new records
take the default. A blank cell clears what may be empty. The same file twice changes nothing.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path

from sqlalchemy.exc import IntegrityError

from shop.data_files.checks import check_records
from shop.data_files.kinds import KINDS, Fault, Kind
from shop.data_files.mapping import read_mapping
from shop.data_files.parsing import parse_records
from shop.data_files.records import Record, read_records
from shop.data_files.values import Moment
from shop.data_files.writing import ImportSummary, write_records
from shop.db import Sessions, reading
from shop.errors import ImportFileError

__all__ = ["KINDS", "ImportSummary", "Sample", "import_file", "read_sample"]

FAULTS_SHOWN = 5
"""Faults the message of an ImportFileError quotes; its `rows` hold all of them."""
LONGEST_CELL = 80


@dataclass(frozen=True, slots=True)
class Sample:
    """The first records of a file under our own names, as texts."""

    columns: list[str]
    rows: list[list[str]]


async def read_sample(path: Path, mapping: Path | None = None, limit: int = 5) -> Sample:
    """How the first records of a file are understood. Raises ImportFileError for what cannot be read."""
    return await asyncio.to_thread(_read_sample, path, mapping, limit)


def _read_sample(path: Path, mapping: Path | None, limit: int) -> Sample:
    first = _read_raw(path, mapping)[:limit]
    texts = [{str(name): _to_cell(value) for name, value in record.values.items()} for record in first]
    columns = list(dict.fromkeys(name for values in texts for name in values))
    return Sample(columns, [[values.get(name, "") for name in columns] for values in texts])


def _to_cell(value: object) -> str:
    return "" if value is None else str(value)[:LONGEST_CELL]


async def import_file(
    sessions: Sessions,
    kind: str,
    path: Path,
    mapping: Path | None = None,
    *,
    zone: tzinfo | None = None,
    now: datetime | None = None,
    check_only: bool = False,
) -> ImportSummary:
    """Import a CSV, XLSX or YAML file. Raises ImportFileError, with nothing written, if any of it is faulty.

    `mapping`: a YAML file that translates the shop's own column names and values. `zone`: the zone of times
    that carry none; without it they are faults. `now`: allows relative times such as `now-3d`.
    `check_only`: writes nothing and counts the records as unchanged.
    """
    if kind not in KINDS:
        raise ImportFileError(f"unknown kind {kind!r}; one of {', '.join(KINDS)}")
    # In a thread: a large file must not hold up the event loop.
    records, faults = await asyncio.to_thread(_read, KINDS[kind], path, mapping, Moment(zone, now))
    if not faults:
        faults = await _check(sessions, KINDS[kind], records)
    if faults:
        raise _broken(path, faults)
    if check_only:
        return ImportSummary(unchanged=len(records))
    try:
        return await write_records(sessions, KINDS[kind], records)
    except IntegrityError as error:
        raise ImportFileError(f"{path}: the database refused a record: {error.orig}") from error


def _read(kind: Kind, path: Path, mapping: Path | None, moment: Moment) -> tuple[list[Record], list[Fault]]:
    return parse_records(kind, _read_raw(path, mapping), moment)


def _read_raw(path: Path, mapping: Path | None) -> list[Record]:
    raws = read_records(path)
    return read_mapping(mapping).apply(raws) if mapping else raws


async def _check(sessions: Sessions, kind: Kind, records: list[Record]) -> list[Fault]:
    async with reading(sessions) as session:
        if kind.complete:
            await kind.complete(session, records)
        return await check_records(session, kind, records)


def _broken(path: Path, faults: list[Fault]) -> ImportFileError:
    faults = sorted(faults)
    lines = [f"{path}:{line}: {column}: {reason}" for line, column, reason in faults[:FAULTS_SHOWN]]
    if len(faults) > FAULTS_SHOWN:
        lines.append(f"… and {len(faults) - FAULTS_SHOWN} more")
    return ImportFileError("\n".join(lines), faults)
