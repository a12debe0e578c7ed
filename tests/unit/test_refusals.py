"""Every refusal has a ground of its own, and the pages have a sentence for each in both languages."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from desk.api.errors import CODE_OF_STATUS, STATUS_OF_CODE

ROOT = Path(__file__).parents[2]
SENTENCES = ROOT / "web" / "src" / "shared" / "refusals.ts"
REFUSALS = {"Refused", "Conflict", "NotYours", "PhotoRefused", "PassRefused"}
NOT_FOR_PAGES = {"shop/demo/fill.py"}
MACHINES = {"bad_signature", "bot_fault", "bot_refused", "proof_failed", "bad_request", "method_not_allowed"}
MACHINES |= {"wrong_content_type"}
"""Codes that no page of people ever gets, or that one of them has words of its own for."""


def list_refusals() -> Iterator[tuple[str, str | None]]:
    """Where something is refused, and the ground that is given for it."""
    for room in ("desk", "shop"):
        for path in sorted((ROOT / room).rglob("*.py")):
            where = str(path.relative_to(ROOT))
            if where in NOT_FOR_PAGES:
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in REFUSALS:
                    grounds = [one.value for one in node.keywords if one.arg == "because"]
                    ground = grounds[0].value if grounds and isinstance(grounds[0], ast.Constant) else None
                    yield f"{where}:{node.lineno}", str(ground) if ground is not None else None


def read_sentences(name: str) -> dict[str, tuple[str, str]]:
    """The sentences of the pages by ground or code, Chinese and English."""
    text = SENTENCES.read_text(encoding="utf-8")
    block = text.split(f"export const {name}", 1)[1].split("\n};", 1)[0]
    found = re.findall(r'^  (\w+): \[\s*"([^"]+)",\s*"([^"]+)",?\s*\],', block, re.MULTILINE)
    return {key: (chinese, english) for key, chinese, english in found}


def test_every_refusal_names_its_ground() -> None:
    assert [where for where, ground in list_refusals() if ground is None] == []


def test_every_ground_has_its_sentence_and_no_sentence_is_left_over() -> None:
    assert {ground for _, ground in list_refusals()} == set(read_sentences("REASONS"))


def test_every_code_a_page_may_get_has_its_sentence() -> None:
    codes = (set(STATUS_OF_CODE) | set(CODE_OF_STATUS.values())) - MACHINES - {"refused"}
    assert codes - set(read_sentences("CODES")) == set()


def test_the_sentences_are_in_the_language_they_are_for() -> None:
    for chinese, english in [*read_sentences("REASONS").values(), *read_sentences("CODES").values()]:
        assert re.search(r"[\u4e00-\u9fff]", chinese), chinese
        assert not re.search(r"[\u4e00-\u9fff]", english), english
