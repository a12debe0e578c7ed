"""Reads the project's files as Rasa does, and the training turns once.

Rasa's own importer reads all of data/nlu anew for the validation and for each way of asking (without a
language, with one, by keyword), and copies and hashes every turn some twenty times on the way to the
pipeline: with 60,000 turns more than a minute. What comes of it is the same here, errors included: Rasa's
reader does the reading.
"""

from __future__ import annotations

import copy
from functools import lru_cache
from pathlib import Path
from typing import Any

from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data import loading
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData


class FileImporter(RasaFileImporter):  # type: ignore[misc]
    """Rasa's importer of files, for data of one language."""

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """Return the training turns; `language` matters only to formats that no file of ours has."""
        changed = tuple((file, Path(file).stat().st_mtime_ns) for file in self._nlu_files)
        return TrainingData().merge(*_read(changed))


@lru_cache(maxsize=1)
def _read(files: tuple[tuple[str, int], ...]) -> list[TrainingData]:
    """The turns of each file (path, time of its last change); kept, since Rasa makes several importers."""
    read = [loading.load_data(file) for file, _ in files]
    for data in read:
        data.training_examples = [Turn.of(example) for example in data.training_examples]
    return read


class Turn(Message):  # type: ignore[misc]
    """A training turn that is quickly copied, and hashed once as long as it is not changed."""

    @classmethod
    def of(cls, message: Message) -> Turn:
        """Return the message as a turn; both share their values."""
        turn = cls(message.data, message.output_properties, message.time, message.features)
        turn._cached_fingerprint = message._cached_fingerprint
        return turn

    def set(self, prop: str, info: Any, add_to_output: bool = False) -> None:
        """Set a property; the text it holds already changes nothing (Rasa strips every intent again)."""
        held = self.data.get(prop)
        if add_to_output or not isinstance(info, str) or held != info:
            super().set(prop, info, add_to_output)

    def __deepcopy__(self, memo: dict[int, Any]) -> Turn:
        """Return a copy; texts need none of their own."""
        texts_only = all(isinstance(value, str) for value in self.data.values())
        turn = type(self)(
            self.data if texts_only else copy.deepcopy(self.data, memo),
            set(self.output_properties),
            self.time,
            copy.deepcopy(self.features, memo) if self.features else None,
        )
        turn._cached_fingerprint = self._cached_fingerprint
        return turn
