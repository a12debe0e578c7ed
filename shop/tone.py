"""The tone check (A3–A7, A9): what a sentence to a customer should not say, and what to say instead.

Pure. It works on words, not on substrings: 不错 and 能不能 refuse nothing, 不能 and 到不了 do. What it
listens for is data (`tone.yml`). Applying every better wording gives a sentence that passes (`improve`).
"""

import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jieba
import yaml

TONE = Path(__file__).with_name("tone.yml")
SENTENCE_ENDS = "。!?!?~;;\n"
CLAUSE_ENDS = SENTENCE_ENDS + ",,、::"
MOST_ROUNDS = 4
"""How often `improve` looks again: a better wording may need an apology before it."""
APOLOGY = "apology"
TWICE = re.compile(r"^(?:非常抱歉[,,])(?:非常抱歉)")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to say otherwise: `text[start:end]` may be replaced by `better`. `why` is for the agent."""

    kind: str
    rule: str
    start: int
    end: int
    text: str
    better: str
    why: str


@dataclass(frozen=True, slots=True)
class Listening:
    """One kind of finding with the phrases it is known by."""

    kind: str
    rule: str
    why: str
    phrases: tuple[tuple[re.Pattern[str], str], ...]
    declines: bool  # refuses a wish, so that an apology comes first
    unless_pinned: bool  # allowed where the sentence states a pinned fact
    whole: str | None  # replace the whole clause or sentence, not only the phrase


@dataclass(frozen=True, slots=True)
class Words:
    """Everything the check listens for."""

    tokenizer: Any
    harmless: frozenset[str]
    listening: tuple[Listening, ...]
    declined: tuple[re.Pattern[str], ...]
    opening: re.Pattern[str]
    weak_opening: re.Pattern[str]


def check_tone(text: str, *, pinned: Iterable[str] = ()) -> list[Finding]:
    """Findings in the order of the text, none overlapping. `pinned` are the facts' values as written."""
    words = get_words()
    edges, protected = _cut(text, words)
    stated = tuple(value for value in pinned if value)
    found = []
    for listening in words.listening:
        for pattern, better in listening.phrases:
            for match in pattern.finditer(text):
                start, end = match.span()
                if not listening.whole and (start not in edges or end not in edges):
                    continue  # part of a longer word
                if start == end or any(a <= start and end <= b for a, b in protected):
                    continue
                if listening.unless_pinned and _states(
                    sentence_around(text, start, SENTENCE_ENDS)[2], stated
                ):
                    continue
                found.append(_make(listening, text, start, end, better))
    return sorted(
        _keep_apart(found) + _check_apology(text, words, found), key=lambda one: (one.start, one.end)
    )


def improve(text: str, *, pinned: Iterable[str] = ()) -> str:
    """The text with every better wording put in its place."""
    stated = tuple(pinned)
    for _ in range(MOST_ROUNDS):
        found = check_tone(text, pinned=stated)
        if not found:
            break
        for one in reversed(found):
            text = text[: one.start] + one.better + text[one.end :]
        text = TWICE.sub("非常抱歉", text)
    return text


def sentence_around(text: str, at: int, ends: str) -> tuple[int, int, str]:
    """Start, end and words of the sentence (or clause, by `ends`) in which a place lies, without its end."""
    start = max((text.rfind(mark, 0, at) for mark in ends), default=-1) + 1
    stops = [stop for mark in ends if (stop := text.find(mark, at)) >= 0]
    end = min(stops, default=len(text))
    return start, end, text[start:end]


def _cut(text: str, words: Words) -> tuple[set[int], list[tuple[int, int]]]:
    """Where words begin and end, and the spans of harmless words."""
    edges, protected = {0}, []
    for word, start, end in words.tokenizer.tokenize(text, HMM=False):
        edges |= {start, end}
        if word in words.harmless:
            protected.append((start, end))
    return edges, protected


def _make(listening: Listening, text: str, start: int, end: int, better: str) -> Finding:
    if listening.whole:
        ends = SENTENCE_ENDS if listening.whole == "sentence" else CLAUSE_ENDS
        start, stop, _ = sentence_around(text, start, ends)
        end = max(stop, end)
    return Finding(listening.kind, listening.rule, start, end, text[start:end], better, listening.why)


def _keep_apart(found: list[Finding]) -> list[Finding]:
    """Of findings that overlap the longest, so that each may be replaced by itself."""
    kept: list[Finding] = []
    for one in sorted(found, key=lambda one: (one.start - one.end, one.start)):
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return kept


def _states(sentence: str, values: tuple[str, ...]) -> bool:
    return any(value in sentence for value in values)


def _check_apology(text: str, words: Words, found: list[Finding]) -> list[Finding]:
    """A4: where a wish is declined, 非常抱歉 opens the text or that sentence."""
    refused = {one.kind: one for one in words.listening if one.declines}
    places = [one.start for one in found if one.kind in refused]
    places += [match.start() for pattern in words.declined for match in pattern.finditer(text)]
    if not places:
        return []
    at, _, _ = sentence_around(text, min(places), SENTENCE_ENDS)
    openings = (words.opening.match(text, begin) for begin in (0, at))
    if any(opening is not None and opening.end() <= min(places) for opening in openings):
        return []
    weak = words.weak_opening.match(text)
    start, end = weak.span("sorry") if weak else (0, 0)
    better = "非常抱歉" if weak else "非常抱歉,"
    why = "没有满足客户的愿望时,先说“非常抱歉”"
    if any(one.start < end and start < one.end for one in found):
        return []
    return [Finding(APOLOGY, "A4", start, end, text[start:end], better, why)]


@cache
def get_words() -> Words:
    """What the check listens for, read and given to a tokenizer of its own at first use."""
    data = yaml.safe_load(TONE.read_text(encoding="utf-8"))
    harmless = frozenset(data["harmless"])
    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    for word in sorted(harmless):
        tokenizer.add_word(word)
    greeting = f"(?:(?:{'|'.join(data['greetings'])})[,,!!~ ]*)*"
    return Words(
        tokenizer=tokenizer,
        harmless=harmless,
        listening=tuple(_read_listening(kind, entry) for kind, entry in data["findings"].items()),
        declined=tuple(re.compile(pattern) for pattern in data["declined"]),
        opening=re.compile(f"\\s*{greeting}(?:[^,,。!?]{{0,12}}[,,]?)?(?:{'|'.join(data['apologies'])})"),
        weak_opening=re.compile(f"\\s*{greeting}(?P<sorry>{'|'.join(data['weak_apologies'])})"),
    )


def _read_listening(kind: str, entry: dict[str, Any]) -> Listening:
    return Listening(
        kind=kind,
        rule=entry["rule"],
        why=entry["why"],
        phrases=tuple((re.compile(pattern), better) for pattern, better in entry["phrases"].items()),
        declines=bool(entry.get("declines")),
        unless_pinned=bool(entry.get("unless_pinned")),
        whole=entry.get("whole"),
    )
