"""Writers of export files. Each takes columns first (tables), then rows, then the end."""

import csv
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, ClassVar

import yaml
from openpyxl import Workbook

from shop.errors import ImportFileError


class Writer(ABC):
    """A file that is being written; blocking, so call it in a thread."""

    is_table: ClassVar[bool] = True

    def __init__(self, path: Path) -> None:
        self._path = path

    @abstractmethod
    def begin(self, columns: list[str]) -> None:
        """Write the head of a table."""

    @abstractmethod
    def write(self, rows: list[dict[str, Any]]) -> None:
        """Add rows."""

    @abstractmethod
    def end(self) -> None:
        """Finish the file."""


class CsvWriter(Writer):
    """UTF-8 with the mark that spreadsheets look for."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._file = path.open("w", encoding="utf-8-sig", newline="")

    def begin(self, columns: list[str]) -> None:
        """Write the head."""
        self._csv = csv.DictWriter(self._file, columns, restval="")
        self._csv.writeheader()

    def write(self, rows: list[dict[str, Any]]) -> None:
        """Add rows."""
        self._csv.writerows(rows)

    def end(self) -> None:
        """Close the file."""
        self._file.close()


class WorkbookWriter(Writer):
    """A workbook of one sheet; every cell is text, so that no long number is rounded."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._book = Workbook(write_only=True)
        self._sheet = self._book.create_sheet("export")

    def begin(self, columns: list[str]) -> None:
        """Write the head."""
        self._columns = columns
        self._sheet.append(columns)

    def write(self, rows: list[dict[str, Any]]) -> None:
        """Add rows."""
        for row in rows:
            self._sheet.append([_bare(row.get(name, "")) for name in self._columns])

    def end(self) -> None:
        """Save the book."""
        self._book.save(self._path)


def _bare(cell: str) -> str:
    """A cell without the tricks that only a text file needs."""
    return cell[2:-1] if cell.startswith('="') else cell


class YamlWriter(Writer):
    """A list of records."""

    is_table = False

    def begin(self, columns: list[str]) -> None:
        """Nothing: a record names its own columns."""

    def write(self, rows: list[dict[str, Any]]) -> None:
        """Add records."""
        with self._path.open("a", encoding="utf-8") as file:
            yaml.dump(rows, file, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)

    def end(self) -> None:
        """Nothing is left to do."""


WRITERS: dict[str, type[Writer]] = {
    ".csv": CsvWriter,
    ".xlsx": WorkbookWriter,
    ".yml": YamlWriter,
    ".yaml": YamlWriter,
}


def open_writer(suffix: str, path: Path) -> Writer:
    """The writer of an ending. Raises ImportFileError."""
    if suffix not in WRITERS:
        raise ImportFileError(f"{suffix or 'no ending'}: only .csv, .xlsx and .yml files can be written")
    return WRITERS[suffix](path)
