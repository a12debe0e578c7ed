"""How many questions a turn holds: pure functions from the text's pieces and their parses.

A text is cut wherever a new question may begin: at bubbles and sentence ends, at commas and blanks, before
words that lead on (另外, 还有 …), after the particles that end a question (吗, 呢 …), before the words
that begin one (什么时候, 多少钱 …). Every stretch between two cuts is parsed; the way through the text that
explains it best wins. A cut costs the more the weaker its sign is, and a stretch pays for each need that
stands in it and is not its own. So a statement stays with its question, and two needs in one breath come
apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import log

from bot.parse import UNCLEAR, Entity, Parse
from bot.text import has_words

# What people say around a need; never a question of its own next to one.
REMARKS = frozenset({"greet", "goodbye", "thank", "affirm", "deny", "inform"})
NO_NEED = frozenset({UNCLEAR, "out_of_scope"})
KEEP_APART = 0.4  # confidence from which a stretch counts as a need of its own
SURE_REMARK = 0.6  # confidence from which a stretch is a remark that goes with its neighbour
REMARK_COST = 0.1  # what leaving a remark beside its question costs
MAX_PIECES = 12  # the rest of a longer text stays in the last piece
MAX_STRETCHES = 45  # stretches parsed beside the whole: all of nine pieces, the shorter ones of more
MAX_STRETCH_CHARS = 80  # no question is longer that has a cut in it
UNEXPLAINED = 1.2  # what a stretch pays for a sure need in it that is not its own
KIN_UNEXPLAINED = 1.0  # … when that need is near its own
COMPLAIN = "complain"
REPROACH_FROM = 0.02  # share of the complaint among the readings of a turn with a fault or a delay in it
PLAIN_MATTERS = ("fault:", "delay:", "intent:report_")  # evidence of what happened, not of blame
MATTER_FROM = 0.05  # share of a need among the readings of a complaint
REPORTS = ("report_quality_issue", "report_wrong_item", "report_delivery_problem")
REPORT_WEIGHT = 3.0  # complaints are about these most often; their share counts three times
FAULT = "fault:"  # evidence that names one
WRONG_GOODS = re.compile("发错|寄错|[少漏][发寄]|不对")
THREATS = ("platform:", "complaint:", "regulator:", "review:", "law:", "ultimatum:")
SECOND_FROM = 0.2  # share from which a far reading is a second need rather than another view of the first
DISPLEASED = frozenset(
    {COMPLAIN, "abuse", "threaten_escalation", "report_safety_incident", "express_self_harm"}
)

# What a cut costs, in log-confidence, by its sign.
BUBBLE, SENTENCE, LEAD, COMMA, PARTICLE, BLANK, OPENING = 0.15, 0.25, 0.3, 0.45, 0.4, 0.45, 0.8

# Needs so near that one piece of a turn may read as the other without a second question being asked.
FAMILIES = (
    {"ask_dispatch", "track_order", "ask_delivery_time", "report_delivery_problem", "complain"},
    {"ask_return_policy", "request_return", "request_exchange", "ask_return_process", "ask_return_fee"},
    {"ask_refund", "request_return", "ask_return_process", "complain"},
    {"request_exchange", "change_order_item", "report_wrong_item", "ask_size"},
    {"bargain", "ask_promotion", "ask_coupon", "ask_price", "ask_price_protection", "ask_gift"},
    {"report_quality_issue", "report_wrong_item", "report_delivery_problem", "complain"},
    {"report_quality_issue", "request_return", "request_exchange", "ask_warranty", "ask_product", "ask_care"},
    {"ask_invoice", "request_invoice"},
    {"cancel_order", "request_return", "change_order_item", "ask_payment"},
    {
        "ask_product",
        "ask_authenticity",
        "ask_color_difference",
        "ask_care",
        "ask_recommendation",
        "ask_stock",
    },
    {"ask_size", "ask_product", "ask_recommendation"},
    {"change_address", "add_order_note"},
    {"threaten_escalation", "complain", "abuse", "request_human"},
)

_LEADS = (
    r"另外|顺带|顺手|顺便|(?<!而且)(?<!但)还有(?!货|吗|没|多|\d|[a-z])"
    "|然后|对了|再就是|再问|以及|还想问|还要问"
)
_ASKS = "能|可以|有没有|什么时候|啥时候|多少|几|怎么|运费|包邮|发|送"
_OPENINGS = (
    "什么时候|啥时候?|几时|几天|几号|多久|多少钱|发什么|走什么|包邮|邮费|运费|怎么[退换寄洗]|可不可以|有没有"
    r"|([\u4e00-\u9fff])不\1"  # 能不能, 会不会, 开不开 …
)
_SIGNS: tuple[tuple[float, re.Pattern[str]], ...] = (
    (BUBBLE, re.compile(r"\n+")),
    (SENTENCE, re.compile(r"[。！？!?；;…]+[”』」）)\"'’]*")),
    (COMMA, re.compile(r"[，,、~～]+")),
    (BLANK, re.compile(r"[ \u3000]+")),
    (LEAD, re.compile(rf"(?<=.)(?={_LEADS})", re.IGNORECASE)),
    (PARTICLE, re.compile(r"(?<=[吗呢嘛])(?=[^\W_]{2})")),
    (PARTICLE, re.compile(rf"(?<=[\u4e00-\u9fff]{{2}}[么吧呀啊])(?={_ASKS}|退)")),
    (PARTICLE, re.compile(rf"(?<=[^\W_能是可行][^\W_能是可行好]不)(?={_ASKS})")),
    (OPENING, re.compile(rf"(?<=[^\W_]{{4}})(?=(?:{_OPENINGS})[^\W_])")),
)


@dataclass(frozen=True)
class Span:
    """A stretch of the cleaned text, without blanks at its ends.

    `cut`: what it costs that a question begins here. `is_sentence`: it is one bubble or sentence as sent.
    """

    start: int
    end: int
    cut: float = 0.0
    is_sentence: bool = False


@dataclass(frozen=True)
class Question:
    """A stretch of the text and what it asks; entities are relative to `start`.

    `is_aside`: it goes along with another question of the turn, and no fragment will follow it.
    """

    start: int
    end: int
    parse: Parse
    is_aside: bool = False


@dataclass(frozen=True)
class Piece:
    """A span with its own parse."""

    span: Span
    parse: Parse

    @property
    def is_remark(self) -> bool:
        """Whether the piece surely states no need of its own."""
        return self.parse.intent in REMARKS and self.parse.confidence >= SURE_REMARK

    @property
    def is_need(self) -> bool:
        """Whether the piece is confidently a need of its own."""
        known = self.parse.intent not in REMARKS and self.parse.intent not in NO_NEED
        return known and self.parse.confidence >= KEEP_APART


def split(text: str) -> list[Span]:
    """Every stretch of the text that may be a question, shortest first; none when there is no cut in it."""
    pieces = _pieces(text)
    spans: list[Span] = []
    for length in range(1, len(pieces)):
        for at in range(len(pieces) - length + 1):
            if length > 1 and len(spans) >= MAX_STRETCHES:
                return spans
            first, last = pieces[at], pieces[at + length - 1]
            if length > 1 and last.end - first.start > MAX_STRETCH_CHARS:
                continue
            follows = pieces[at + length].cut if at + length < len(pieces) else 0.0
            inner = [piece.cut for piece in pieces[at + 1 : at + length]]
            edges = max(first.cut, follows) <= SENTENCE and all(cut > SENTENCE for cut in inner)
            spans.append(Span(first.start, last.end, first.cut, is_sentence=edges))
    return spans


def _pieces(text: str) -> list[Span]:
    """The shortest stretches, with the sign before each; what holds no word goes with the piece before it."""
    cuts = dict(sorted(_cuts(text), key=lambda cut: -cut[1]))  # where two signs meet, the stronger
    edges = [0, *sorted(place for place in cuts if 0 < place < len(text)), len(text)]
    pieces: list[Span] = []
    for start, end in pairwise(edges):
        span = trimmed(text, start, end)
        cost = cuts.get(start, 0.0)
        if span.start == span.end:
            continue
        is_rest = len(pieces) == MAX_PIECES
        if pieces and (is_rest or _is_wordless(text, span) or _is_wordless(text, pieces[-1])):
            pieces[-1] = replace(pieces[-1], end=span.end)
        else:
            pieces.append(replace(span, cut=cost if pieces else 0.0))
    return pieces


def _is_wordless(text: str, span: Span) -> bool:
    return not has_words(text[span.start : span.end])


def _cuts(text: str) -> list[tuple[int, float]]:
    return [(match.end(), cost) for cost, sign in _SIGNS for match in sign.finditer(text)]


def trimmed(text: str, start: int, end: int) -> Span:
    """The span without blanks at its ends."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def choose(whole: Piece, pieces: Sequence[Piece]) -> list[Question]:
    """The questions of a turn, in order, from the parses of the whole text and of its stretches.

    What goes along with them and no stretch states alone comes last, aside: the complaint in which another
    need is put, the matter of a complaint, a second need that shares the words of the first.
    """
    chosen = _choose_stretches(whole, pieces)
    found = {question.parse.intent for question in chosen}
    if found <= NO_NEED | REMARKS:
        return chosen
    heard = [one.parse for one in (whole, *pieces) if one is whole or one.span.is_sentence]
    upset = [parse for parse in heard if parse.severity == "general"]
    if _shows(heard, THREATS) and found.isdisjoint(DISPLEASED - {COMPLAIN}):
        aside: Question | None = _aside(whole, "threaten_escalation")
    elif upset and DISPLEASED.isdisjoint(found):
        aside = _aside(whole, COMPLAIN) if _is_reproach(whole, upset) else None
    elif upset and found == {COMPLAIN}:
        aside = _matter_of_complaint(whole, pieces, upset)
    else:
        aside = _second_need(whole, found)
    return [*chosen, aside] if aside else chosen


def _is_reproach(whole: Piece, upset: Sequence[Parse]) -> bool:
    """Whether the customer blames, rather than only tells of a fault or a delay."""
    is_told = any(not sign.startswith(PLAIN_MATTERS) for sign in _evidence(upset))
    return is_told or dict(whole.parse.ranking).get(COMPLAIN, 0.0) >= REPROACH_FROM


def _evidence(parses: Iterable[Parse]) -> list[str]:
    return [str(sign) for parse in parses for sign in parse.evidence]


def _shows(parses: Iterable[Parse], kinds: tuple[str, ...]) -> bool:
    return any(sign.startswith(kinds) for sign in _evidence(parses))


def _matter_of_complaint(whole: Piece, pieces: Sequence[Piece], upset: Sequence[Parse]) -> Question | None:
    """The need that a complaint is about: stated by a part, named by a word, or read in the whole too."""
    stated = [piece for piece in pieces if piece.is_need and piece.parse.intent not in DISPLEASED]
    if stated:
        best = max(stated, key=lambda piece: piece.parse.confidence)
        return Question(best.span.start, best.span.end, best.parse, is_aside=True)
    for sign in _evidence(upset):
        if sign.startswith(FAULT):
            return _aside(whole, REPORTS[1] if WRONG_GOODS.search(sign) else REPORTS[0])
    weighed = [
        (name, share * (REPORT_WEIGHT if name in REPORTS else 1.0))
        for name, share in whole.parse.ranking
        if name not in DISPLEASED | REMARKS | NO_NEED
    ]
    name, weight = max(weighed, key=lambda one: one[1], default=(None, 0.0))
    return _aside(whole, name) if name and weight >= MATTER_FROM else None


def _second_need(whole: Piece, found: set[str]) -> Question | None:
    """A reading of the whole that is far from every need found and likely all the same."""
    for name, share in whole.parse.ranking:
        is_far = not any(name == one or is_kin(name, one) for one in found)
        if share >= SECOND_FROM and is_far and name not in DISPLEASED | REMARKS | NO_NEED:
            return _aside(whole, name)
    return None


def _aside(whole: Piece, intent: str) -> Question:
    share = dict(whole.parse.ranking).get(intent, 0.0)
    others = [reading for reading in whole.parse.ranking if reading[0] != intent]
    parse = replace(whole.parse, intent=intent, confidence=share, ranking=((intent, share), *others))
    return Question(whole.span.start, whole.span.end, parse, is_aside=True)


def _choose_stretches(whole: Piece, pieces: Sequence[Piece]) -> list[Question]:
    one = [Question(whole.span.start, whole.span.end, whole.parse)]
    if not pieces:
        return one
    starts = sorted({piece.span.start for piece in pieces})
    ends = sorted({piece.span.end for piece in pieces})
    stretches = {(starts.index(piece.span.start), ends.index(piece.span.end)): piece for piece in pieces}
    stretches[0, len(ends) - 1] = whole
    way = _best_way(stretches, len(ends))
    return [_question(group) for group in _groups(way)] if any(piece.is_need for piece in way) else one


def _groups(way: Sequence[Piece]) -> list[list[Piece]]:
    """One group a need; remarks go with the need before them, the first ones with the first."""
    groups: list[list[Piece]] = [[]]
    for piece in way:
        if piece.is_need and any(member.is_need for member in groups[-1]):
            groups.append([])
        groups[-1].append(piece)
    return groups


def _question(group: Sequence[Piece]) -> Question:
    """One question over adjoining pieces: the need's reading, the entities of all of them."""
    start, end = group[0].span.start, group[-1].span.end
    need = next(piece for piece in group if piece.is_need)
    entities: tuple[Entity, ...] = tuple(
        entity.shifted(piece.span.start - start) for piece in group for entity in piece.parse.entities
    )
    return Question(start, end, replace(need.parse, entities=entities))


def _best_way(stretches: dict[tuple[int, int], Piece], length: int) -> list[Piece]:
    """The needs, one beside the other, that explain all pieces best; neighbours ask different things."""
    singles = [stretches[at, at] for at in range(length)]
    best: list[dict[str, tuple[float, list[Piece]]]] = [{} for _ in range(length + 1)]
    best[0][""] = (0.0, [])
    for (first, last), piece in sorted(stretches.items(), key=lambda item: item[0]):
        is_whole = (first, last) == (0, length - 1)
        if not (piece.is_need or piece.is_remark or is_whole):
            continue
        intent, gain = piece.parse.intent, _gain(piece, singles[first : last + 1])
        for before, (score, way) in list(best[first].items()):
            after = intent if piece.is_need or is_whole else before
            if before == intent or score + gain <= best[last + 1].get(after, (-1e9, []))[0]:
                continue
            best[last + 1][after] = (score + gain, [*way, piece])
    return max(best[length].values(), key=lambda found: found[0], default=(0.0, []))[1]


def _gain(piece: Piece, inside: Sequence[Piece]) -> float:
    """What a stretch adds to the way it stands in: never more than nothing."""
    if piece.is_remark:
        return -REMARK_COST - UNEXPLAINED * max(
            (one.parse.confidence for one in inside if one.is_need), default=0.0
        )
    return log(max(piece.parse.confidence, 1e-6)) - piece.span.cut - _unexplained(piece, inside)


def _unexplained(piece: Piece, inside: Sequence[Piece]) -> float:
    """What a stretch pays for the needs that stand in it and are not its own; each need once."""
    others: dict[str, float] = {}
    for one in inside:
        if one.is_need and one.parse.intent != piece.parse.intent:
            weight = KIN_UNEXPLAINED if is_kin(one.parse.intent, piece.parse.intent) else UNEXPLAINED
            others[one.parse.intent] = max(others.get(one.parse.intent, 0.0), weight * one.parse.confidence)
    return sum(others.values())


def is_kin(one: str, other: str) -> bool:
    """Whether two intents stand in one family of near needs."""
    return any(one in family and other in family for family in FAMILIES)
