"""From a customer's text to its questions: clean, split, parse once, choose."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bot import questions
from bot.parse import Parse, worst_severity
from bot.questions import Piece, Question, Span
from bot.text import Cleaned, clean

Json = dict[str, Any]
ParseTexts = Callable[[Sequence[str]], list[Parse]]


class Splitter(Protocol):
    """How a text is divided: `bot.questions`, or a better one with the same two functions."""

    def split(self, text: str) -> list[Span]:
        """The stretches to classify beside the whole."""
        ...

    def choose(self, whole: Piece, pieces: Sequence[Piece]) -> list[Question]:
        """The questions, at least one, in order."""
        ...


@dataclass(frozen=True)
class Understanding:
    """What a turn asks, and how grave it is as a whole."""

    cleaned: Cleaned
    questions: tuple[Question, ...]
    severity: str
    evidence: list[Any]

    def text_of(self, question: Question) -> str:
        """The question's own text, without unseen characters."""
        return self.cleaned.text[question.start : question.end]

    def to_json(self, question: Question) -> Json:
        """The question as the protocol has it, still without readings."""
        start, end = self.cleaned.original_span(question.start, question.end)
        parse = question.parse
        return {
            "text": self.text_of(question),
            "start": start,
            "end": end,
            "intent": parse.intent,
            "confidence": parse.confidence,
            "ranking": [{"intent": name, "confidence": value} for name, value in parse.ranking],
            "entities": [entity.to_json() for entity in parse.entities],
            **({"aside": True} if question.is_aside else {}),
        }


def understand(text: str, parse_texts: ParseTexts, splitter: Splitter = questions) -> Understanding:
    """The questions of a text; each stretch and the whole are parsed exactly once, in one pass.

    The severity is that of the whole, of its sentences and of the questions: what stands in half a sentence
    alone may have lost the word that takes it back.
    """
    cleaned = clean(text)
    whole = questions.trimmed(cleaned.text, 0, len(cleaned.text))
    spans = splitter.split(cleaned.text)
    parses = parse_texts([cleaned.text[span.start : span.end] for span in [whole, *spans]])
    pieces = [Piece(span, parse) for span, parse in zip([whole, *spans], parses, strict=True)]
    chosen = splitter.choose(pieces[0], pieces[1:])
    sentences = [piece.parse for piece in pieces[1:] if piece.span.is_sentence]
    severity, evidence = worst_severity([parses[0], *sentences, *(one.parse for one in chosen)])
    return Understanding(cleaned, tuple(chosen), severity, evidence)
