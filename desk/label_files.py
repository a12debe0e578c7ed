"""Files of labels: written for review, and applied to the training data once they are reviewed."""

import csv
import re
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import yaml

from desk.labels import LONG_NUMBER, Label
from shop.replacing import replacing

COLUMNS = [field.name for field in fields(Label)]
YES = "yes"
_MARKS = re.compile(r"[\[\]{}�\x00-\x1f]|^/")
_INTENT = re.compile(r"\s*- intent:\s*(\S+)\s*$")
_ALIKE = re.compile(r"[\s,，.。!！?？~～、…;；:：]+")


class LabelError(ValueError):
    """A file of labels that cannot be taken; one fault a line, each with its place."""


@dataclass(frozen=True)
class Applied:
    """How many examples each intent got, and how many stood there before."""

    added: dict[str, int]
    known: int


def write_labels(path: Path, labels: Iterable[Label]) -> None:
    """Write labels as tab-separated values; the file appears whole."""
    with replacing(path, mode=0o600) as draft, draft.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, delimiter="\t", lineterminator="\n")
        rows.writerow(COLUMNS)
        rows.writerows(astuple(label) for label in labels)


def read_labels(path: Path) -> list[tuple[int, Label]]:
    """Read labels with the lines they stand in. Raises LabelError when the columns are not those written."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        if rows.fieldnames != COLUMNS:
            raise LabelError(
                f"{path}: the first line must name the columns {', '.join(COLUMNS)}, tab-separated"
            )
        return [
            (rows.line_num, Label(**{name: (row[name] or "").strip() for name in COLUMNS})) for row in rows
        ]


def apply_labels(path: Path, folder: Path) -> Applied:
    """Append the lines whose `review` is `yes` to their intents' files; again it changes nothing.

    Raises LabelError, before anything is written, for an unknown intent, a text which another intent has,
    and a text that still holds personal data or marks.
    """
    homes, holders = _read_data(folder)
    chosen: dict[str, dict[str, str]] = {}
    known, faults = 0, []
    for line, label in read_labels(path):
        if label.review.lower() != YES:
            continue
        fault = _find_fault(label, homes, holders)
        if fault:
            faults.append(f"line {line}: {fault}")
        elif holders.get(alike(label.text)) == label.accepted:
            known += 1
        else:
            holders[alike(label.text)] = label.accepted
            chosen.setdefault(label.accepted, {})[alike(label.text)] = label.text
    if faults:
        raise LabelError("\n".join(faults))
    for file in sorted({homes[intent] for intent in chosen}):
        _append(file, {name: list(new.values()) for name, new in chosen.items() if homes[name] == file})
    return Applied({intent: len(new) for intent, new in sorted(chosen.items())}, known)


def alike(text: str) -> str:
    """A text without what does not tell two examples apart: blanks, marks, case."""
    return _ALIKE.sub("", text.lower()) or text


def _read_data(folder: Path) -> tuple[dict[str, Path], dict[str, str]]:
    """The file of every intent, and the intent of every text."""
    homes, holders = {}, {}
    for file in sorted(folder.glob("*.yml")):
        for entry in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
            homes[entry["intent"]] = file
            lines = (line.removeprefix("- ") for line in entry["examples"].splitlines())
            holders.update({alike(line): entry["intent"] for line in lines})
    if not homes:
        raise LabelError(f"{folder} holds no training data; run this in the checkout or name the folder")
    return homes, holders


def _find_fault(label: Label, homes: dict[str, Path], holders: dict[str, str]) -> str:
    if not label.accepted:
        return "no intent is accepted: fill the column or clear `review`"
    if label.accepted not in homes:
        return f"no intent {label.accepted!r}: take one of data/nlu"
    holder = holders.get(alike(label.text), label.accepted)
    if holder != label.accepted:
        return f"{label.text!r} stands under {holder} already, not under {label.accepted}"
    if not label.text or _MARKS.search(label.text):
        return "the text is empty or holds one of [ ] { }"
    if any(set(match[0]) - set("0 -") for match in LONG_NUMBER.finditer(label.text)):
        return "the text holds a long number: write zeros"
    return ""


def _append(file: Path, examples: dict[str, list[str]]) -> None:
    """Write the file anew with the examples at the end of their intents; every other line stays as it is."""
    written: list[str] = []
    intent = ""
    for line in file.read_text(encoding="utf-8").splitlines():
        if found := _INTENT.match(line):
            _add(written, examples.get(intent, ()))
            intent = found[1]
        written.append(line)
    _add(written, examples.get(intent, ()))
    with replacing(file) as draft:
        draft.write_text("\n".join(written) + "\n", encoding="utf-8")


def _add(written: list[str], texts: Iterable[str]) -> None:
    """Put examples behind the last one, as far in as it stands; blank lines stay where they are."""
    end = len(written)
    while end and not written[end - 1].strip():
        end -= 1
    depth = len(written[end - 1]) - len(written[end - 1].lstrip()) if end else 0
    written[end:end] = [f"{' ' * depth}- {text}" for text in texts]
