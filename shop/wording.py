"""Scripts (话术): every sentence the shop says, as data, rendered from facts.

A folder of YAML files, one a topic: `key: [variant, variant]` or `key: {plain: […], warm: […]}` by tone.
Variants are Jinja templates over fact names; a missing fact is an error, never an empty gap.
"""

import hashlib
import re
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from jinja2 import StrictUndefined, Template, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from shop.errors import ScriptError

WEEKDAYS = "一二三四五六日"
SENTENCE = re.compile(r"(?:^\d\. [^\n]*\n?)+|[^。!?~\n]*[。!?~\n]+|[^。!?~\n]+$", re.MULTILINE)
"""A sentence, or a numbered list as a whole."""


def format_money(value: str | Decimal) -> str:
    """`"238.00"` → `¥238`, `"12.50"` → `¥12.50`."""
    amount = Decimal(value)
    return f"¥{amount:.0f}" if amount == amount.to_integral_value() else f"¥{amount:.2f}"


def format_day(value: str | date) -> str:
    """ISO date → `11月23日(周一)`."""
    day = date.fromisoformat(value[:10]) if isinstance(value, str) else value
    return f"{day.month}月{day.day}日(周{WEEKDAYS[day.weekday()]})"


def format_moment(value: str) -> str:
    """ISO time → `11月23日 15:04`, in the zone it carries."""
    moment = datetime.fromisoformat(value)
    return f"{moment.month}月{moment.day}日 {moment:%H:%M}"


def split_parts(text: str, longest: int) -> list[str]:
    """A long answer in parts of whole sentences and lists, none over `longest` where that can be (A2)."""
    parts: list[str] = []
    for piece in SENTENCE.findall(text):
        if parts and len(parts[-1]) + len(piece.rstrip()) <= longest:
            parts[-1] += piece
        else:
            parts.append(piece)
    return [part.strip() for part in parts if part.strip()] or [text]


class Scripts:
    """All scripts of a folder, parsed once."""

    def __init__(self, folder: Path) -> None:
        self._environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
        self._environment.filters |= {"money": format_money, "day": format_day, "moment": format_moment}
        self._variants: dict[tuple[str, str], list[str]] = {}
        self._compiled: dict[str, Template] = {}  # at first use: compiling all would slow the start
        for path in sorted(folder.glob("*.yml")):
            self._load(path)
        if not self._variants:
            raise ScriptError(f"{folder}: no scripts (*.yml) there")

    def _load(self, path: Path) -> None:
        try:
            data = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        except yaml.YAMLError as error:
            raise ScriptError(f"{path}: {error}") from error
        for key, body in data.items():
            by_tone = body if isinstance(body, dict) else {"plain": body}
            for tone, variants in by_tone.items():
                texts = [variants] if isinstance(variants, str) else list(variants)
                for text in texts:
                    self._check(path, key, text)
                if (key, tone) in self._variants:
                    raise ScriptError(f"{path}: script {key!r} is defined twice")
                self._variants[key, tone] = texts

    def _check(self, path: Path, key: str, text: Any) -> None:
        if not isinstance(text, str):
            raise ScriptError(f"{path}: script {key!r}: {text!r} is no text; put it in quotes")
        try:
            self._environment.parse(text)
        except TemplateError as error:
            raise ScriptError(f"{path}: script {key!r}: {error}") from error

    @property
    def keys(self) -> set[str]:
        """The names of all scripts."""
        return {key for key, _ in self._variants}

    def list_variants(self, key: str) -> list[str]:
        """Every variant of a script, all tones, unrendered."""
        return [text for (name, _), texts in self._variants.items() if name == key for text in texts]

    def render(
        self, key: str, values: dict[str, Any], *, tone: str = "plain", seed: str = "", nth: int = 0
    ) -> str:
        """The text of a script from its facts.

        `seed` picks the first variant: equal seeds, equal text. The `nth` time it is the next one, so that
        nobody reads the same sentence again before all variants were used.
        """
        variants = self._in_tone(key, tone)
        first = hashlib.sha256(f"{seed}|{key}".encode()).digest()[0]
        return self._render(key, variants[(first + nth) % len(variants)], values)

    def render_tone(self, key: str, values: dict[str, Any], *, tone: str) -> list[str]:
        """Every variant of a script that `render` may pick in that tone."""
        return [self._render(key, text, values) for text in self._in_tone(key, tone)]

    def _in_tone(self, key: str, tone: str) -> list[str]:
        variants = self._variants.get((key, tone)) or self._variants.get((key, "plain"))
        if not variants:
            raise ScriptError(f"no script {key!r}")
        return variants

    def render_all(self, key: str, values: dict[str, Any]) -> list[str]:
        """Every variant of a script in every tone, from the same facts."""
        return [self._render(key, text, values) for text in self.list_variants(key)]

    def _render(self, key: str, text: str, values: dict[str, Any]) -> str:
        try:
            if text not in self._compiled:
                self._compiled[text] = self._environment.from_string(text)
            return self._compiled[text].render(values).strip()
        except (TemplateError, TypeError, ValueError, ArithmeticError) as error:  # or a fact of a wrong shape
            raise ScriptError(f"script {key!r}: {error}") from error
