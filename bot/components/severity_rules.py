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
GRAVE = ("major", "crisis")
_CLAUSE_END = re.compile(r"[,.!?;~…\s]")


@dataclass(frozen=True)
class Pattern:
    """One kind of trouble: what shows it, and what in the same clause takes it back."""

    level: str
    name: str
    shows: re.Pattern[str]
    unless: re.Pattern[str] | None
    denied: re.Pattern[str] | None  # what right before it takes it back
    not_with: frozenset[str]  # intents which, read with CALM_FROM, take it back


@dataclass(frozen=True)
class Severity:
    """A level of LEVELS and what told it, each as `name:words`.

    `kinds` of trouble seen, in the order of the file. `is_harmless`: grave words were there, and an idiom, a
    denial or a question explains them.
    """

    level: str
    evidence: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    is_harmless: bool = False
    by_intent: bool = False  # the intent alone tells the level


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
                None if name in data["except_denied"] else re.compile(data["denied"]),
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
        looks = [(one, _look(one, text)) for one in patterns]
        found = [(one.level, f"{one.name}:{look.hit}") for one, look in looks if look.hit]
        explained = "·" in text or any(look.is_taken_back for one, look in looks if one.level in GRAVE)
        least, level = self._intents.get(intent, (2.0, "none"))
        speaks = confidence >= least and not (explained and level in GRAVE)
        if speaks:
            found.append((level, f"intent:{intent}"))
        worst = max((level for level, _ in found), key=LEVELS.index, default="none")
        evidence = tuple(words for level, words in found if level == worst)
        kinds = tuple(one.name for one, look in looks if look.hit)
        return Severity(
            worst,
            evidence,
            kinds,
            is_harmless=explained and worst not in GRAVE,
            by_intent=speaks and level == worst,
        )


@dataclass(frozen=True)
class _Look:
    hit: str | None
    is_taken_back: bool = False


def _look(pattern: Pattern, text: str) -> _Look:
    taken_back = False
    for match in pattern.shows.finditer(text):
        start, end = _clause(text, match)
        if _is_taken_back(pattern, text[start:end].rstrip(), text[start : match.start()]):
            taken_back = True
        else:
            return _Look(match[0])
    return _Look(None, taken_back)


def _is_taken_back(pattern: Pattern, clause: str, before: str) -> bool:
    if pattern.unless is not None and pattern.unless.search(clause):
        return True
    return pattern.denied is not None and pattern.denied.search(before) is not None


def _clause(text: str, match: re.Match[str]) -> tuple[int, int]:
    start = max((end.end() for end in _CLAUSE_END.finditer(text, 0, match.start())), default=0)
    after = _CLAUSE_END.search(text, match.end())
    return start, after.end() if after else len(text)


def _any_of(sources: list[str]) -> str:
    return "|".join(f"(?:{source})" for source in sources)


def _compile(sources: list[str] | None) -> re.Pattern[str] | None:
    return re.compile(_any_of(sources)) if sources else None
