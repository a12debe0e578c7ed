"""The policy file: a broken one is named by file, line and reason, and a service keeps the old one."""

from collections.abc import Callable
from pathlib import Path

import pytest

from shop.errors import PolicyError
from shop.policy_file import PolicyFile, load_policy

Break = Callable[[Path], None]


@pytest.fixture
def path(tmp_path: Path, policy_path: Path) -> Path:
    """A good policy file of the test's own."""
    copy = tmp_path / "policy.yml"
    copy.write_bytes(policy_path.read_bytes())
    return copy


def replaced(old: str, new: str) -> Break:
    def write(path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), encoding="utf-8")

    return write


def with_bytes(old: bytes, new: bytes) -> Break:
    def write(path: Path) -> None:
        content = path.read_bytes()
        assert content.count(old) == 1
        path.write_bytes(content.replace(old, new))

    return write


def as_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def filled(text: str) -> Break:
    def write(path: Path) -> None:
        path.write_text(text, encoding="utf-8")

    return write


def line_of(path: Path, part: str) -> int:
    """The line, from 1, of the only line that holds a text."""
    lines = path.read_text(encoding="utf-8").splitlines()
    (line,) = [number for number, text in enumerate(lines, 1) if part in text]
    return line


STOCK = "  low_below: 5 "
"""A line of the file that the faults below are put into; `None`: the line is not known, so 1."""
BREAKS = [
    pytest.param(with_bytes(b"low_below: 5", b"low_below: \xff"), STOCK, "this is not UTF-8", id="not utf-8"),
    pytest.param(as_folder, None, "cannot be read: Is a directory", id="directory"),
    pytest.param(Path.unlink, None, "cannot be read: No such file", id="gone"),
    pytest.param(filled(""), None, "the file must hold sections", id="empty"),
    pytest.param(filled("- 1\n"), None, "the file must hold sections", id="list"),
    pytest.param(filled("[" * 20_000), None, "nested too deeply", id="deep"),
    pytest.param(
        with_bytes(b"low_below: 5", b"low_below: \x07"), STOCK, "the control character U+0007", id="control"
    ),
    pytest.param(
        with_bytes(b"low_below: 5", b"low_below: 2026-02-30"), STOCK, "impossible value: day", id="date"
    ),
    pytest.param(with_bytes(b"low_below: 5", b"low_below: !!int x"), STOCK, "impossible value", id="tag"),
    pytest.param(replaced("  low_below: 5 ", "  low_below: few "), STOCK, "stock.low_below: ", id="figure"),
    pytest.param(replaced("  low_below: 5 ", "  low_blow: 5 "), STOCK, "stock.low_blow: ", id="key"),
    pytest.param(replaced("stock:  ", "stocks: "), None, "stock: Field required", id="section"),
    pytest.param(replaced("  low_below: 5 ", "  low_below: @5 "), STOCK, "found character '@'", id="syntax"),
]


@pytest.mark.parametrize(("break_it", "place", "reason"), BREAKS)
def test_a_broken_file_keeps_the_old_policy_until_it_is_good_again(
    path: Path, break_it: Break, place: str | None, reason: str
) -> None:
    good = path.read_bytes()
    line = 1 if place is None else line_of(path, place)
    file = PolicyFile(path)
    version = file.current().version
    assert (len(version), file.error) == (12, None)

    break_it(path)
    assert file.current().version == version
    assert file.error is not None
    faults = file.error.splitlines()
    assert [fault for fault in faults if fault.startswith(f"{path}:{line}: {reason}")], faults
    with pytest.raises(PolicyError):
        PolicyFile(path)

    if path.is_dir():
        path.rmdir()
    path.write_bytes(good.replace(b"low_below: 5 ", b"low_below: 12 "))
    assert file.current().stock.low_below == 12
    assert file.error is None
    path.write_bytes(good)
    assert (file.current().version, file.error) == (version, None)


def test_lines_are_exact_for_a_figure_a_key_and_a_missing_section(path: Path) -> None:
    place = line_of(path, STOCK)
    replaced("  low_below: 5 ", "  low_below: few\n  low_blow: 5 ")(path)
    replaced("authenticity:  ", "authentic:  ")(path)
    section = line_of(path, "authentic:  ")
    with pytest.raises(PolicyError) as caught:
        load_policy(path)
    assert [fault.rsplit(": ", 1)[0] for fault in str(caught.value).splitlines()] == [
        f"{path}:{place}: stock.low_below",
        f"{path}:{place + 1}: stock.low_blow",
        f"{path}:1: authenticity",
        f"{path}:{section}: authentic",
    ]


def test_a_missing_figure_is_told_at_its_section(path: Path) -> None:
    section = line_of(path, "stock:  ")
    replaced("  low_below: 5 ", "  # ")(path)
    with pytest.raises(PolicyError, match=rf"^{path}:{section}: stock\.low_below: Field required$"):
        load_policy(path)
