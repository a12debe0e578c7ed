"""How many questions a turn holds: pure functions from the text's pieces and their parses.

Conservative: pieces are kept apart only when at least two of them are confidently needs of different
intents. In all other cases the text stays together, because an answer to half a sentence is worse than a
draft for the whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.parse import UNCLEAR, Entity, Parse
from bot.text import has_words

# What people say around a need; never a question of its own next to one.
REMARKS = frozenset({"greet", "goodbye", "thank", "affirm", "deny", "inform"})
NO_NEED = frozenset({UNCLEAR, "out_of_scope"})
KEEP_APART = 0.6  # confidence from which a piece counts as a need of its own
MAX_PIECES = 12  # the rest of a longer text stays in the last piece

_ENDS = re.compile(r"[\n。！？!?；;]+[”』」）)\"'’]*")


@dataclass(frozen=True)
class Span:
    """A stretch of the cleaned text, without blanks at its ends."""

    start: int
    end: int


@dataclass(frozen=True)
class Question:
    """A stretch of the text and what it asks; entities are relative to `start`."""

    start: int
    end: int
    parse: Parse


@dataclass(frozen=True)
class Piece:
    """A span with its own parse."""

    span: Span
    parse: Parse

    @property
    def is_remark(self) -> bool:
        """Whether the piece surely states no need of its own."""
        return self.parse.intent in REMARKS and self.parse.confidence >= KEEP_APART

    @property
    def is_need(self) -> bool:
        """Whether the piece is confidently a need of its own."""
        known = self.parse.intent not in REMARKS and self.parse.intent not in NO_NEED
        return known and self.parse.confidence >= KEEP_APART


def split(text: str) -> list[Span]:
    """The bubbles and sentences of a text; what holds no word goes with the piece before it."""
    spans: list[Span] = []
    start = 0
    ends = [match.end() for match in _ENDS.finditer(text)]
    for end in [*ends, len(text)]:
        span = trimmed(text, start, end)
        start = end
        if span.start == span.end:
            continue
        if spans and (len(spans) == MAX_PIECES or not has_words(text[span.start : span.end])):
            spans[-1] = Span(spans[-1].start, span.end)
        else:
            spans.append(span)
    return _joined_wordless_head(text, spans)


def trimmed(text: str, start: int, end: int) -> Span:
    """The span without blanks at its ends."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def _joined_wordless_head(text: str, spans: list[Span]) -> list[Span]:
    if len(spans) > 1 and not has_words(text[spans[0].start : spans[0].end]):
        return [Span(spans[0].start, spans[1].end), *spans[2:]]
    return spans


def choose(whole: Piece, pieces: Sequence[Piece]) -> list[Question]:
    """The questions of a turn from the parse of the whole text and of its pieces, in order."""
    needs = [piece for piece in pieces if piece.is_need]
    if len({piece.parse.intent for piece in needs}) > 1:
        return [_question(group) for group in _groups(pieces)]
    if needs and all(piece.is_remark or piece.is_need for piece in pieces):
        return [_question(pieces)]
    return [Question(whole.span.start, whole.span.end, whole.parse)]


def _groups(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """One group a question: a new need opens one, everything else goes with the need before it."""
    groups: list[list[Piece]] = [[]]
    for piece in pieces:
        current = next((member.parse.intent for member in groups[-1] if member.is_need), None)
        if piece.is_need and current is not None and piece.parse.intent != current:
            groups.append([])
        groups[-1].append(piece)
    return groups


def _question(group: Sequence[Piece]) -> Question:
    """One question over adjoining pieces: the need's intent, the entities of all of them.

    A piece that was not understood lowers the confidence: the answer may miss it.
    """
    start, end = group[0].span.start, group[-1].span.end
    need = max((piece for piece in group if piece.is_need), key=lambda piece: piece.parse.confidence)
    doubts = [piece.parse.confidence for piece in group if not (piece.is_need or piece.is_remark)]
    entities: tuple[Entity, ...] = tuple(
        entity.shifted(piece.span.start - start) for piece in group for entity in piece.parse.entities
    )
    confidence = min([need.parse.confidence, *doubts])
    ranking = ((need.parse.intent, confidence), *need.parse.ranking[1:])
    return Question(
        start, end, replace(need.parse, confidence=confidence, ranking=ranking, entities=entities)
    )
