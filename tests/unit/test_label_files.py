"""Labels on their way into the training data: reviewed, checked whole, written once."""

from pathlib import Path

import pytest

from desk.label_files import Applied, LabelError, apply_labels, read_labels, write_labels
from desk.labels import Label, mask

STOCK = """version: "3.1"

nlu:
  - intent: ask_stock
    examples: |
      - 39有吗
      - 还有没有货
  - intent: ask_restock
    examples: |
      - 什么时候补货
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    data = tmp_path / "nlu"
    data.mkdir()
    (data / "stock.yml").write_text(STOCK, encoding="utf-8")
    return data


def write(tmp_path: Path, *labels: Label) -> Path:
    file = tmp_path / "labels.tsv"
    write_labels(file, labels)
    return file


def test_reviewed_lines_join_their_intent_and_nothing_else_changes(tmp_path: Path, folder: Path) -> None:
    file = write(
        tmp_path,
        Label("黑的还剩几双", "ask_restock", "ask_stock", "rejected", "yes"),
        Label("下周有货没", "ask_restock", "ask_restock", "accepted", "yes"),
        Label("没人看过的一句", "ask_stock", "ask_stock", "accepted"),
    )
    assert apply_labels(file, folder) == Applied({"ask_restock": 1, "ask_stock": 1}, known=0)
    grown = (
        STOCK.replace("      - 还有没有货\n", "      - 还有没有货\n      - 黑的还剩几双\n")
        + "      - 下周有货没\n"
    )
    assert (folder / "stock.yml").read_text(encoding="utf-8") == grown


def test_applying_again_adds_nothing(tmp_path: Path, folder: Path) -> None:
    file = write(
        tmp_path,
        Label("黑的还剩几双", "ask_stock", "ask_stock", "edited", "yes"),
        Label("黑的还剩几双?", "ask_stock", "ask_stock", "accepted", "YES"),
        Label("39 有吗", "ask_stock", "ask_stock", "accepted", "yes"),
    )
    assert apply_labels(file, folder) == Applied({"ask_stock": 1}, known=2)
    once = (folder / "stock.yml").read_text(encoding="utf-8")
    assert apply_labels(file, folder) == Applied({}, known=3)
    assert (folder / "stock.yml").read_text(encoding="utf-8") == once


@pytest.mark.parametrize(
    ("label", "fault"),
    [
        (Label("多大码", "ask_stock", "ask_sise", "rejected", "yes"), "no intent 'ask_sise'"),
        (Label("多大码", "ask_stock", "", "rejected", "yes"), "no intent is accepted"),
        (Label("39有吗?", "ask_restock", "ask_restock", "edited", "yes"), "stands under ask_stock already"),
        (Label("打13900001234", "ask_stock", "ask_stock", "accepted", "yes"), "long number"),
        (Label("[39](size)", "ask_stock", "ask_stock", "accepted", "yes"), "holds one of"),
    ],
)
def test_one_bad_line_keeps_all_out(tmp_path: Path, folder: Path, label: Label, fault: str) -> None:
    good = Label("黑的还剩几双", "ask_stock", "ask_stock", "accepted", "yes")
    with pytest.raises(LabelError, match="line 3: .*" + fault.replace("[", r"\[")):
        apply_labels(write(tmp_path, good, label), folder)
    assert (folder / "stock.yml").read_text(encoding="utf-8") == STOCK


def test_two_intents_for_one_text_in_the_file_are_refused(tmp_path: Path, folder: Path) -> None:
    file = write(
        tmp_path,
        Label("还来货吗", "ask_stock", "ask_stock", "accepted", "yes"),
        Label("还来货吗", "ask_stock", "ask_restock", "rejected", "yes"),
    )
    with pytest.raises(LabelError, match="stands under ask_stock already, not under ask_restock"):
        apply_labels(file, folder)


def test_a_file_of_other_columns_is_refused(tmp_path: Path, folder: Path) -> None:
    file = tmp_path / "labels.tsv"
    file.write_text("text\tintent\n你好\tgreet\n", encoding="utf-8")
    with pytest.raises(LabelError, match="must name the columns text, read, accepted, verdict, review"):
        apply_labels(file, folder)


def test_a_folder_without_data_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LabelError, match="holds no training data"):
        apply_labels(write(tmp_path), tmp_path / "nowhere")


def test_labels_come_back_as_they_were_written(tmp_path: Path) -> None:
    label = Label('他说"好"的', "inform", "", "rejected")
    assert read_labels(write(tmp_path, label)) == [(2, label)]


def test_personal_data_gives_way_to_nobodys() -> None:
    text = "收件人林小满\n电话139 0000 1234 寄云溪市望月区文溪路9号,邮箱 a.b@shop.cn 订单 202611230001"
    entities = [
        {"entity": "name", "raw": "林小满"},
        {"entity": "phone", "raw": "139 0000 1234"},
        {"entity": "address", "raw": "云溪市望月区文溪路9号"},
        {"entity": "size", "raw": "39"},
    ]
    assert mask(text, entities) == (
        "收件人某某 电话000 0000 0000 寄某某市某某区某某路1号,邮箱 someone@example.com 订单 000000000000"
    )


def test_numbers_are_masked_where_nothing_was_recognised() -> None:
    assert mask("13900001234 打给我,39码的", []) == "00000000000 打给我,39码的"
