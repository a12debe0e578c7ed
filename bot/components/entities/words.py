"""Values that are words: colours, materials, couriers, kinds of goods, regions, names of the catalogue."""

import re
from collections.abc import Iterator
from pathlib import Path

from bot.components.entities.found import Found
from bot.components.phrases import PhraseTable, read_phrases

FOLDER = Path("data/lexicon/entities")
FILES = {
    "region": "regions.tsv",
    "courier": "couriers.tsv",
    "product_kind": "product_kinds.tsv",
    "material": "materials.tsv",
    "color": "colors.tsv",
}
# The line of a list whose words only look like the others: 鞋盒 is no 鞋.
NONE_OF_THEM = "-"
CATALOGUE = Path("var/catalogue_terms.txt")
# A colour of one character counts only where it stands for the goods, not inside a word like 红包 or 黑店.
SINGLE_COLOR_END = re.compile(r"(?=[的款双件裤鞋裙衣一各]|有|没|还|\d|[,.!?;~\s/和跟与]|呢|吗|$)")
SINGLE_COLOR_START = re.compile(r"(?:^|[,.!?;~\s/\d码号要选拍发换成是买款双件的和跟与])$")


class WordFinder:
    """Finds the words of the entity lists."""

    def __init__(self, lists: dict[str, dict[str, str]]) -> None:
        self.lists = lists
        self._tables = {entity: PhraseTable(phrases) for entity, phrases in lists.items()}

    @classmethod
    def read(cls, folder: Path = FOLDER) -> "WordFinder":
        """Read the lists of the folder."""
        return cls({entity: read_phrases(folder / name) for entity, name in FILES.items()})

    def find(self, text: str) -> Iterator[Found]:
        """Yield the words of a lower-case text."""
        for entity, table in self._tables.items():
            for start, end, value in table.find(text):
                if value == NONE_OF_THEM:
                    continue
                if entity != "color" or end - start > 1 or _stands_alone(text, start, end):
                    yield Found(entity, value, start, end)


class Catalogue:
    """Names of the shop's goods, one a line in a file that the desk writes; read again when it changes."""

    def __init__(self, file: Path = CATALOGUE) -> None:
        self._file = file
        self._stamp: tuple[int, int] | None = None
        self._table: PhraseTable[str] = PhraseTable({})

    def find(self, text: str) -> Iterator[Found]:
        """Yield the goods named in a lower-case text."""
        self._refresh()
        for start, end, name in self._table.find(text):
            yield Found("product", name, start, end)

    def _refresh(self) -> None:
        if not self._file.is_file():
            return
        about = self._file.stat()
        stamp = (about.st_mtime_ns, about.st_size)
        if stamp != self._stamp:
            names = (line.strip() for line in self._file.read_text(encoding="utf-8").splitlines())
            self._table = PhraseTable({name: name for name in names if name})
            self._stamp = stamp


def _stands_alone(text: str, start: int, end: int) -> bool:
    return bool(SINGLE_COLOR_START.search(text[:start]) and SINGLE_COLOR_END.match(text, end))
