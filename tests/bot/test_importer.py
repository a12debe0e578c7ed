"""Our importer gives what Rasa's own gives, sooner."""

from __future__ import annotations

import copy
import os
from pathlib import Path

import pytest
from rasa.shared.exceptions import YamlException
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data import loading
from rasa.shared.nlu.training_data.message import Message

from bot.components.importer import FileImporter, Turn

NLU = """version: "3.1"
nlu:
- intent: ask_stock
  examples: |
    - 还有货吗
    - 还有货吗
    - [39码](size)还有吗
- intent: "faq/care "
  examples: |
    - 能机洗吗
- intent: ask_size
  examples:
  - text: 穿多大码
    metadata: {{from: chat}}
- synonym: 黑色
  examples: |
    - 纯黑
- regex: order_no
  examples: |
    - \\d{{18}}
- lookup: colour
  examples: |
    - 黑色
    - {colour}
"""
OURS = "bot.components.importer.FileImporter"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with two files of turns."""
    (tmp_path / "shop.yml").write_text(NLU.format(colour="白色"), encoding="utf-8")
    (tmp_path / "more.yml").write_text(
        'version: "3.1"\nnlu:\n- intent: greet\n  examples: |\n    - 你好\n', encoding="utf-8"
    )
    return tmp_path


def whole(name: str, folder: Path) -> TrainingDataImporter:
    """The importer as `rasa train` makes it, with Rasa's own around it."""
    return TrainingDataImporter.load_from_dict({"importers": [{"name": name}]}, None, None, [str(folder)])


def test_the_turns_are_those_of_rasas_own_importer(files):
    ours, theirs = whole(OURS, files).get_nlu_data(), whole("RasaFileImporter", files).get_nlu_data()
    assert [example.data for example in ours.training_examples] == [
        example.data for example in theirs.training_examples
    ]
    assert len(ours.nlu_examples) == 5
    assert ours.fingerprint() == theirs.fingerprint()
    assert ours.label_fingerprint() == theirs.label_fingerprint()


def test_a_broken_file_is_refused_in_the_words_of_rasas_own_importer(files):
    (files / "shop.yml").write_text('version: "3.1"\nnlu:\n- intent: 7\n  exmples: 1\n', encoding="utf-8")
    said = []
    for importer in (FileImporter, RasaFileImporter):
        with pytest.raises(YamlException) as error:
            importer(training_data_paths=[str(files)]).get_nlu_data()
        said.append(str(error.value))
    assert said[0] == said[1]
    assert "shop.yml" in said[0]


def test_a_file_is_read_once_however_often_and_by_whomever_it_is_asked_for(files, monkeypatch):
    read = []
    load = loading.load_data
    monkeypatch.setattr(loading, "load_data", lambda file: read.append(Path(file).name) or load(file))
    first = whole(OURS, files)
    first.get_nlu_data()
    first.get_nlu_data(language="zh")
    first.get_domain()
    whole(OURS, files).get_nlu_data("zh")
    assert sorted(read) == ["more.yml", "shop.yml"]


def test_a_changed_file_is_read_again(files):
    assert _colours(FileImporter(training_data_paths=[str(files)])) == ["黑色", "白色"]
    (files / "shop.yml").write_text(NLU.format(colour="米色"), encoding="utf-8")
    os.utime(files / "shop.yml", ns=(1, 1))
    assert _colours(FileImporter(training_data_paths=[str(files)])) == ["黑色", "米色"]


def _colours(importer: FileImporter) -> list[str]:
    return list(importer.get_nlu_data().lookup_tables[0]["elements"])


def test_what_is_done_to_the_turns_stays_with_who_does_it(files):
    importer = FileImporter(training_data_paths=[str(files)])
    for example in importer.get_nlu_data().training_examples:
        example.set(INTENT, "changed")
        example.set("note", 1, add_to_output=True)
        for entity in example.get("entities", []):
            entity["value"] = "changed"
    again = importer.get_nlu_data().training_examples
    assert {example.get(INTENT) for example in again} == {"ask_stock", "faq", "ask_size", "greet"}
    assert [example.get("entities") for example in again if example.get("entities")] == [
        [{"start": 0, "end": 3, "value": "39码", "entity": "size"}]
    ]
    assert all(example.output_properties == {TEXT} for example in again)


def test_a_turn_has_the_hash_of_the_message_before_and_after_a_change():
    message = Message({TEXT: "还有货吗", INTENT: "ask_stock"})
    turn = Turn.of(message)
    assert turn == message
    assert hash(turn) == hash(message)
    turn.set(INTENT, "ask_stock")
    assert turn == message
    turn.set(INTENT, "ask_size")
    assert turn != message
    assert turn == Message({TEXT: "还有货吗", INTENT: "ask_size"})
    assert copy.deepcopy(turn) == turn
