"""Reading a data file into records with line numbers: CSV (UTF-8, with BOM or not, or GB18030), XLSX, YAML.

Nothing here knows what the columns mean. A record is a mapping of column to raw value with the line of the
file it begins on; nested records (order lines, scans) are records too.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import yaml
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from shop.errors import ImportFileError

ENCODINGS = ("utf-8-sig", "gb18030")
DELIMITERS = ",\t;"


class _Loader(yaml.SafeLoader):
    """YAML in which only true and false are truth values: `off`, `no`, `Y` stay words, and so do sizes."""


_Loader.yaml_implicit_resolvers = {
    first: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:bool" or first in "tTfF"]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@dataclass(slots=True)
class Record:
    """Raw or parsed values of one record. `fallbacks` count only when the record is new."""

    line: int
    values: dict[str, Any]
    fallbacks: dict[str, Any] = field(default_factory=dict)

    def get(self, column: str) -> Any:
        """The value of a column, else its fallback, else None."""
        value = self.values.get(column)
        return self.fallbacks.get(column) if value is None else value


def read_records(path: Path) -> list[Record]:
    """The records of a file, by its ending."""
    suffix = path.suffix.lower()
    if suffix in {".yml", ".yaml"}:
        return _read_yaml(path)
    if suffix in {".csv", ".tsv", ".txt"}:
        return list(_read_csv(path))
    if suffix in {".xlsx", ".xlsm"}:
        return list(_read_workbook(path))
    raise ImportFileError(f"{path}: only .csv, .xlsx and .yml files can be read")


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ImportFileError(f"{path}: cannot be read: {error.strerror}") from error


def _decode(path: Path) -> str:
    data = _read_bytes(path)
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ImportFileError(f"{path}: neither UTF-8 nor GB18030; save it as UTF-8")


def _read_csv(path: Path) -> Iterator[Record]:
    text = _decode(path)
    head = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(DELIMITERS, key=head.count), strict=True)
    try:
        headers = [_clean(cell) for cell in next(reader, [])]
        _check_headers(path, headers)
        start = reader.line_num + 1
        for cells in reader:
            cleaned = [_clean(cell) for cell in cells]
            if any(cleaned):
                if len(cleaned) > len(headers) and any(cleaned[len(headers) :]):
                    raise _fault(path, start, "", f"{len(cleaned)} cells, but {len(headers)} columns")
                yield Record(start, dict(zip(headers, cleaned, strict=False)))
            start = reader.line_num + 1
    except csv.Error as error:
        raise _fault(path, reader.line_num, "", str(error)) from error


def _read_workbook(path: Path) -> Iterator[Record]:
    """The rows of a workbook's first sheet; formulas by the values they had when it was saved."""
    try:
        book = load_workbook(io.BytesIO(_read_bytes(path)), read_only=True, data_only=True)
        rows = book.worksheets[0].iter_rows(values_only=True)
        headers = [_clean(str(cell)) if cell is not None else "" for cell in next(rows, ())]
        _check_headers(path, headers)
        for line, cells in enumerate(rows, 2):
            cleaned = [_clean(cell) if isinstance(cell, str) else cell for cell in cells]
            if any(cell not in (None, "") for cell in cleaned):
                yield Record(line, {name: cell for name, cell in zip(headers, cleaned, strict=False) if name})
    except (BadZipFile, KeyError, IndexError, ValueError, InvalidFileException) as error:
        raise ImportFileError(f"{path}: is no workbook that can be read: {error}") from error


def _check_headers(path: Path, headers: list[str]) -> None:
    if not any(headers):
        raise _fault(path, 1, "", "the first line must name the columns")
    double = sorted({name for name in headers if name and headers.count(name) > 1})
    if double:
        raise _fault(path, 1, double[0], "the column is named twice")


def _clean(cell: str) -> str:
    """A cell without blanks and without the `="…"` that keeps spreadsheets from spoiling long numbers."""
    cell = cell.strip()
    if cell.startswith('="') and cell.endswith('"') and len(cell) > 2:
        cell = cell[2:-1]
    return cell.removeprefix("'").strip()


def load_yaml(path: Path) -> tuple[Any, yaml.Node | None]:
    """The data of a YAML file with its nodes, which know their lines."""
    text = _decode(path)
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        return (loader.construct_document(node) if node else None), node
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise _fault(path, line, "", str(error.problem)) from error
    except (yaml.YAMLError, ValueError) as error:
        raise ImportFileError(f"{path}: {error}") from error


def _read_yaml(path: Path) -> list[Record]:
    data, node = load_yaml(path)
    if data is None:
        return []
    if not isinstance(data, list) or not isinstance(node, yaml.SequenceNode):
        raise _fault(path, 1, "", "the file must be a list of records, each beginning with `-`")
    for item, child in zip(data, node.value, strict=True):
        if not isinstance(item, dict):
            raise _fault(path, child.start_mark.line + 1, "", "a record must be a mapping of column to value")
    return [
        Record(child.start_mark.line + 1, {str(key): value for key, value in item.items()})
        for item, child in zip(data, node.value, strict=True)
    ]


def _fault(path: Path, line: int, column: str, reason: str) -> ImportFileError:
    return ImportFileError(
        f"{path}:{line}: {column + ': ' if column else ''}{reason}", [(line, column, reason)]
    )
