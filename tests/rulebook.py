"""Where each rule of the rule book lives: its figures, its code, its tests, found by its id."""

import re
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from shop.policy_explain import list_figures

TITLES = {
    "A1": "First greeting within seconds",
    "A2": "Later answers in time, long ones in parts",
    "A3": "您, warm, the shop's tone",
    "A4": "A declined wish begins with 非常抱歉",
    "A5": "No bare filler, no “don't know”",
    "A6": "No refusal built on 不",
    "A7": "Ten don'ts: blame, command, jargon, boast …",
    "A8": "Sales talk in order, farewell with a wish",
    "A9": "Repeat, be definite, promise only facts",
    "A10": "Confirmed order is confirmed with its address",
    "A11": "Calm an upset customer first",
    "A12": "Not understood: ask, do not guess",
    "A13": "Beyond the assistant: say so, give a time",
    "B1": "Live stock, restock, alternatives",
    "B2": "Size advice and what it rests on",
    "B3": "Authenticity",
    "B4": "Material and feel, comparison",
    "B5": "Colour difference",
    "B6": "Care",
    "B7": "Promotions, total of a cart",
    "B8": "Coupons, why one did not apply",
    "B9": "Price and bargaining",
    "B10": "Gifts",
    "B11": "Free shipping",
    "B12": "Payment and unpaid orders",
    "B13": "Bulk orders",
    "B14": "Recommending",
    "B15": "Invoices",
    "B16": "A competitor's price",
    "C1": "When it ships",
    "C2": "Couriers",
    "C3": "Transit days",
    "C4": "Where is my parcel",
    "C5": "Watch over parcels",
    "C6": "Changes by stage",
    "C7": "Wishes as notes, flags",
    "C8": "Cancelling by stage",
    "C9": "Manual payments",
    "C10": "Out of stock after the order",
    "C11": "Written tasks for the warehouse",
    "D1": "Return and exchange windows",
    "D2": "Who pays a return",
    "D3": "Quality fault with photos",
    "D4": "The return slip and its number",
    "D5": "The return register",
    "D6": "Refund, once, in working days",
    "D7": "Wear and damage",
    "D8": "Wrong or missing item",
    "D9": "After a refund",
    "D10": "Warranty",
    "D11": "Price protection",
    "D12": "Daily sweep of refunds and disputes",
    "E1": "Classes of complaints",
    "E2": "Complaint tickets",
    "E3": "Remedies inside limits",
    "E4": "Major and crisis",
    "E5": "Bad reviews",
    "E6": "Rude customers",
}
HEAD = """# The rule book: where each rule lives
A rule is found by its id: in the comments of the policy file, in the words of the code, in the name or the
words of a test (`test_b9_…`). Made by `.venv/bin/python scripts/rulebook > docs/rulebook.md`;
`xiaoer policy explain B9` shows the figures of one rule. `tests/unit/test_rulebook.py` fails when a rule
lacks code or a test; none is left out.
"""
CODE = ("shop", "actions", "desk", "bot")
NAMES = (".py", ".yml", ".tsv")
MOST_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Traces:
    """The policy keys, code files and test files that name a rule."""

    policy: list[str]
    code: list[str]
    tests: list[str]


def list_rules() -> list[str]:
    """A1 to A13, B1 to B16, C1 to C11, D1 to D12, E1 to E6."""
    last = {"A": 13, "B": 16, "C": 11, "D": 12, "E": 6}
    return [f"{chapter}{number}" for chapter, end in last.items() for number in range(1, end + 1)]


def find_traces(root: Path) -> dict[str, Traces]:
    """Where every rule is named. A test names its rule in its words or in its name (`test_b9_…`)."""
    figures = list_figures((root / "examples/shop/policy.yml").read_text(encoding="utf-8"))
    code = _read(root, CODE)
    tests = {path: text for path, text in _read(root, ("tests",)).items() if path != "tests/rulebook.py"}
    return {
        rule: Traces(
            policy=_shorten([figure.key for figure in figures if rule in figure.rules]),
            code=[path for path, text in code.items() if _names(text, rule)],
            tests=[path for path, text in tests.items() if _names(text, rule) or _is_tested(text, rule)],
        )
        for rule in list_rules()
    }


def _read(root: Path, rooms: tuple[str, ...]) -> dict[str, str]:
    paths = (path for room in rooms for path in sorted((root / room).rglob("*")) if path.suffix in NAMES)
    kept = (path for path in paths if ".venv" not in path.parts and "data" not in path.parts)
    return {str(path.relative_to(root)): path.read_text(encoding="utf-8") for path in kept}


def _names(text: str, rule: str) -> bool:
    chapter, number = rule[0], int(rule[1:])
    if re.search(rf"\b{rule}\b", text):
        return True
    spans = re.findall(rf"\b{chapter}(\d+)[-–]{chapter}(\d+)\b", text)
    return any(int(low) <= number <= int(high) for low, high in spans)


def _is_tested(text: str, rule: str) -> bool:
    return re.search(rf"def test_(?:[a-h]\d+_)*{rule.lower()}_", text) is not None


def _shorten(keys: list[str]) -> list[str]:
    """`bargaining.*` for many figures of a section."""
    grouped = [(section, list(some)) for section, some in groupby(keys, key=lambda key: key.split(".")[0])]
    return [key for section, some in grouped for key in ([f"{section}.*"] if len(some) > 3 else some)]


def render(root: Path) -> str:
    """The page docs/rulebook.md."""
    rows = [
        f"| {rule} | {TITLES[rule]} | {_show(found.policy)} | {_show(found.code)} | {_show(found.tests)} |"
        for rule, found in find_traces(root).items()
    ]
    return "\n".join([HEAD, "| rule | what | policy | code | tests |", "|---|---|---|---|---|", *rows, ""])


def _show(names: list[str]) -> str:
    shown = " ".join(f"`{name}`" for name in names[:MOST_SHOWN])
    return f"{shown} +{len(names) - MOST_SHOWN}" if len(names) > MOST_SHOWN else shown or "–"
