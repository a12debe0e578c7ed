"""How grave a turn is, by pattern (E1)."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.components.text import half_width

FILE = Path("data/lexicon/severity.yml")
CALM_FROM = 0.6
LEVELS = ("none", "general", "major", "crisis")
_CLAUSE_END = re.compile(r"[,.!?;~…\s]")


@dataclass(frozen=True)
class Pattern:
    """One kind of trouble: what shows it, and what in the same clause takes it back."""

    level: str
    name: str
    shows: re.Pattern[str]
    unless: re.Pattern[str] | None
    not_with: frozenset[str]  # intents which, read with CALM_FROM, take it back


@dataclass(frozen=True)
class Severity:
    """A level of LEVELS and what told it, each as `name:words`."""

    level: str
    evidence: tuple[str, ...]


class SeverityRules:
    """The patterns of the severity file, gravest first."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data
        self._harmless = re.compile(_any_of(data["harmless"]))
        self._patterns = [
            Pattern(
                level,
                name,
                re.compile(_any_of(kind["any"])),
                _compile(kind.get("unless")),
                frozenset(kind.get("not_with", ())),
            )
            for level in ("crisis", "major", "general")
            for name, kind in data["levels"][level].items()
        ]
        self._intents: dict[str, tuple[float, str]] = {
            intent: (float(least), level) for intent, (least, level) in data["intents"].items()
        }

    @classmethod
    def read(cls, file: Path = FILE) -> "SeverityRules":
        """Read the severity file."""
        return cls(yaml.safe_load(file.read_text(encoding="utf-8")))

    def judge(self, said: str, intent: str, confidence: float) -> Severity:
        """Return the gravest level that a text or its intent shows."""
        text = self._harmless.sub(lambda match: "·" * len(match[0]), half_width(said).lower())
        calm = intent if confidence >= CALM_FROM else ""
        patterns = [one for one in self._patterns if calm not in one.not_with]
        found = [(one.level, f"{one.name}:{hit}") for one in patterns if (hit := _hit(one, text))]
        least, level = self._intents.get(intent, (2.0, "none"))
        if confidence >= least:
            found.append((level, f"intent:{intent}"))
        worst = max((level for level, _ in found), key=LEVELS.index, default="none")
        return Severity(worst, tuple(words for level, words in found if level == worst))


def _hit(pattern: Pattern, text: str) -> str | None:
    for match in pattern.shows.finditer(text):
        if pattern.unless is None or not pattern.unless.search(_clause(text, match)):
            return match[0]
    return None


def _clause(text: str, match: re.Match[str]) -> str:
    start = max((end.end() for end in _CLAUSE_END.finditer(text, 0, match.start())), default=0)
    after = _CLAUSE_END.search(text, match.end())
    return text[start : after.end() if after else len(text)].rstrip()


def _any_of(sources: list[str]) -> str:
    return "|".join(f"(?:{source})" for source in sources)


def _compile(sources: list[str] | None) -> re.Pattern[str] | None:
    return re.compile(_any_of(sources)) if sources else None
