"""What a rule of the rule book says in this shop: its figures in the policy file, and where they are used.

The file's comments name the rules (`# [C1] paid by then …`); a comment on a section holds for all of it,
unless a line of the section names rules of its own.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
ROOMS = ("shop", "actions", "desk")
RULE = re.compile(r"\b([A-H]\d{1,2})\b")
BRACKETS = re.compile(r"\[([^\]]+)\]")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of the policy under a rule: `shipping.cutoff`, its value, what its comment says."""

    key: str
    value: Any
    rules: tuple[str, ...]
    comment: str
    line: int


def list_figures(text: str) -> list[Figure]:
    """Every figure of a policy file in the file's order, with the rules that its comment or section names."""
    lines = text.splitlines()
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    if not isinstance(node, yaml.MappingNode):
        return []
    return [figure for name, section in node.value for figure in _list_section(lines, name, section)]


def _list_section(lines: list[str], name: yaml.Node, section: yaml.Node) -> Iterator[Figure]:
    at = name.start_mark.line
    rules, comment = _read_comment(lines, at)
    if not isinstance(section, yaml.MappingNode):
        return
    for key, value in section.value:
        line = key.start_mark.line
        own, said = _read_comment(lines, line)
        yield Figure(
            key=f"{name.value}.{key.value}",
            value=yaml.safe_load("\n".join(_cut(lines, value))),
            rules=own or rules,
            comment=said or comment,
            line=line + 1,
        )


def _cut(lines: list[str], value: yaml.Node) -> list[str]:
    """The lines of a value as a document of its own."""
    start, end = value.start_mark, value.end_mark
    cut = lines[start.line : end.line + 1]
    if start.line == end.line:
        return [cut[0][start.column : end.column]]
    if end.line < len(lines):
        cut[-1] = cut[-1][: end.column]
    cut[0] = " " * start.column + cut[0][start.column :]
    return cut


def _read_comment(lines: list[str], at: int) -> tuple[tuple[str, ...], str]:
    """The rules in brackets and the words of the comment at the end of a line, or alone above it."""
    said = _comment_of(lines[at])
    if not said and at and lines[at - 1].lstrip().startswith("#"):
        said = _comment_of(lines[at - 1])
    rules = tuple(rule for inside in BRACKETS.findall(said) for rule in RULE.findall(inside))
    return rules, BRACKETS.sub("", said).strip()


def _comment_of(line: str) -> str:
    found = re.search(r"(?:^|\s)#\s*(.*)$", line)
    return found.group(1) if found else ""


def find_figures(text: str, rule: str) -> list[Figure]:
    """The figures of one rule."""
    return [figure for figure in list_figures(text) if rule in figure.rules]


def list_uses(figure: Figure, root: Path = ROOT) -> list[str]:
    """Where the code reads a figure, as `shop/shipping.py:120`."""
    section, name = figure.key.split(".", 1)
    return [
        f"{path.relative_to(root)}:{line}"
        for path, tree in _trees(root).items()
        if _knows_section(tree, section)
        for line in sorted(
            {n.lineno for n in ast.walk(tree) if isinstance(n, ast.Attribute) and n.attr == name}
        )
    ]


def _trees(root: Path) -> Mapping[Path, ast.Module]:
    paths = (path for room in ROOMS for path in sorted((root / room).glob("**/*.py")))
    own = {"policy.py", "policy_explain.py"}
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in paths if path.name not in own}


def _knows_section(tree: ast.Module, section: str) -> bool:
    """Whether a module reads the section (`policy.shipping`) or is handed it (`ShippingSection`)."""
    handed = f"{section.title().replace('_', '')}Section"
    handed = {"bargaining": "BargainSection", "hours": "Hours", "shop": "ShopSection"}.get(section, handed)
    return any(
        (isinstance(node, ast.Attribute) and node.attr == section and _is_policy(node.value))
        or (isinstance(node, ast.Name) and node.id == handed)
        for node in ast.walk(tree)
    )


def _is_policy(node: ast.expr) -> bool:
    called = node.func if isinstance(node, ast.Call) else node
    named = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    return named in ("policy", "current", "rules", "_policy")


def list_scripts(rule: str, folder: Path) -> list[str]:
    """The files of sentences whose comments name the rule."""
    named = re.compile(rf"^#.*\b{rule}\b", re.MULTILINE)
    found = (path for path in sorted(folder.glob("*.yml")) if named.search(path.read_text(encoding="utf-8")))
    return [path.name for path in found]


def list_mentions(rule: str, root: Path = ROOT) -> list[str]:
    """The modules whose own words (docstrings, comments) name the rule."""
    named = re.compile(rf"\b{rule}\b")
    paths = (path for room in ROOMS for path in sorted((root / room).glob("**/*.py")))
    return [str(path.relative_to(root)) for path in paths if named.search(path.read_text(encoding="utf-8"))]
