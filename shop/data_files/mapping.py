"""Mapping files: how a shop's own export names things, and what to make of its rows.

    columns   export column → ours, of several the first that is not blank; what is not named is left out
    values    our column → {word of the export: our word}
    derive    our column → {from: export column, find: regular expression whose first group is the value}
    defaults  our column → value where the export gives none
    needs     our columns; a row that lacks one of them is left out (no parcel number yet)
    last_of   our columns; of several rows that agree in them the last counts (a buyer with three orders)

Mappings of usual exports lie in `shop/data_files/mappings/` and are known by their names.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from shop.data_files.records import Record, load_yaml
from shop.errors import ImportFileError

FOLDER = Path(__file__).parent / "mappings"


def _one_group(pattern: str) -> str:
    try:
        groups = re.compile(pattern).groups
    except re.error as error:
        raise ValueError(f"is no regular expression: {error}") from None
    if groups != 1:
        raise ValueError("needs exactly one group in brackets")
    return pattern


class Derived(BaseModel):
    """A value cut out of a column of the export."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str = Field(alias="from")
    find: Annotated[str, AfterValidator(_one_group)]

    def of(self, values: Mapping[str, object]) -> str | None:
        """The first group of the first match, or None."""
        found = re.search(self.find, str(values.get(self.source) or ""))
        return found[1] if found else None


class ExportMapping(BaseModel):
    """A mapping file; see the module."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    columns: dict[str, str] = {}
    values: dict[str, dict[str, str]] = {}
    derive: dict[str, Derived] = {}
    defaults: dict[str, str] = {}
    needs: list[str] = []
    last_of: list[str] = []

    def apply(self, records: Iterable[Record]) -> list[Record]:
        """The records under our names."""
        mapped = [record for record in self._map(records) if all(record.values.get(n) for n in self.needs)]
        if not self.last_of:
            return mapped
        return list(
            {tuple(record.values.get(name) for name in self.last_of): record for record in mapped}.values()
        )

    def _map(self, records: Iterable[Record]) -> Iterator[Record]:
        for record in records:
            values: dict[str, object] = {}
            for name, ours in self.columns.items():
                if name in record.values and values.get(ours) in (None, ""):
                    values[ours] = record.values[name]
            derived = {name: rule.of(record.values) for name, rule in self.derive.items()}
            values |= {name: cell for name, cell in derived.items() if cell is not None}
            for name, cell in values.items():
                if isinstance(cell, str):
                    values[name] = self.values.get(name, {}).get(cell, cell)
            for name, default in self.defaults.items():
                values[name] = default if values.get(name) in (None, "") else values[name]
            yield Record(record.line, values)


def list_mappings() -> list[str]:
    """The names of the mappings that come with Xiaoer."""
    return sorted(path.stem for path in FOLDER.glob("*.yml"))


def find_mapping(name_or_path: str) -> Path:
    """A mapping that comes with Xiaoer by its name, else the file of that path. Raises ImportFileError."""
    if name_or_path in list_mappings():
        return FOLDER / f"{name_or_path}.yml"
    path = Path(name_or_path)
    if not path.is_file():
        raise ImportFileError(
            f"no mapping {name_or_path!r}: give a file, or one of {', '.join(list_mappings())}"
        )
    return path


def read_mapping(path: Path) -> ExportMapping:
    """The mapping of a file. Raises ImportFileError that names the section."""
    data = load_yaml(path)[0]
    try:
        return ExportMapping.model_validate({} if data is None else data)
    except ValidationError as error:
        faults = (
            f"{'.'.join(map(str, fault['loc'])) or 'mapping'}: {fault['msg']}" for fault in error.errors()
        )
        raise ImportFileError(f"{path}: {'; '.join(faults)}") from error
