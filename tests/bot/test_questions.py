"""The splitter alone: pieces and parses in, questions out."""

from __future__ import annotations

import pytest

from bot.parse import UNCLEAR, Entity, Parse
from bot.questions import MAX_PIECES, Piece, Span, choose, split
from bot.understanding import Understanding, understand

# Text of a piece → what a model would make of it.
KNOWN = {
    "你好": Parse("greet", 0.97),
    "在吗": Parse("greet", 0.9),
    "谢谢": Parse("thank", 0.97),
    "好的": Parse("affirm", 0.9),
    "39还有吗": Parse("ask_stock", 0.95, entities=(Entity("size", "39", "39", 0, 2),)),
    "40呢有吗": Parse("ask_stock", 0.8, entities=(Entity("size", "40", "40", 0, 2),)),
    "什么时候发": Parse("ask_dispatch", 0.9),
    "身高172": Parse("inform", 0.9, entities=(Entity("height_cm", 172, "172", 2, 5),)),
    "穿多大": Parse("ask_size", 0.9),
    "我买的鞋开胶了": Parse("report_quality_issue", 0.9),
    "我买的鞋开胶了,怎么办": Parse("report_quality_issue", 0.85),
    "怎么办": Parse(UNCLEAR, 0.3),
    "那个啥": Parse("ask_care", 0.4),
    "你好,39还有吗": Parse("ask_stock", 0.9),
}


def asked(text: str, whole: Parse | None = None) -> list[tuple[str, str, float]]:
    found = found_in(text, whole)
    return [
        (found.text_of(question), question.parse.intent, question.parse.confidence)
        for question in found.questions
    ]


def found_in(text: str, whole: Parse | None = None) -> Understanding:
    def parse_texts(texts: list[str]) -> list[Parse]:
        first = whole or KNOWN.get(texts[0].rstrip("?？。!"), Parse("whole", 0.5))
        return [first, *(KNOWN[piece.rstrip("?？。!\n …~")] for piece in texts[1:])]

    return understand(text, parse_texts)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("39还有吗", [("39还有吗", "ask_stock", 0.95)]),
        ("你好,39还有吗", [("你好,39还有吗", "ask_stock", 0.9)]),
        ("我买的鞋开胶了,怎么办", [("我买的鞋开胶了,怎么办", "report_quality_issue", 0.85)]),
        ("你好\n39还有吗", [("你好\n39还有吗", "ask_stock", 0.95)]),
        ("39还有吗？谢谢", [("39还有吗？谢谢", "ask_stock", 0.95)]),
        ("39还有吗\n什么时候发", [("39还有吗", "ask_stock", 0.95), ("什么时候发", "ask_dispatch", 0.9)]),
        (
            "39还有吗？\n\n什么时候发？",
            [("39还有吗？", "ask_stock", 0.95), ("什么时候发？", "ask_dispatch", 0.9)],
        ),
        ("39还有吗\n40呢有吗", [("39还有吗\n40呢有吗", "ask_stock", 0.95)]),
        (
            "你好\n39还有吗\n谢谢\n什么时候发\n好的",
            [("你好\n39还有吗\n谢谢", "ask_stock", 0.95), ("什么时候发\n好的", "ask_dispatch", 0.9)],
        ),
        ("身高172\n穿多大", [("身高172\n穿多大", "ask_size", 0.9)]),
    ],
)
def test_questions_of_a_turn(text: str, expected: list[tuple[str, str, float]]):
    assert asked(text) == expected


def test_a_piece_not_understood_keeps_the_text_together():
    whole = Parse("report_quality_issue", 0.7)
    text = "我买的鞋开胶了。怎么办"
    assert asked(text, whole) == [(text, "report_quality_issue", 0.7)]


def test_a_piece_not_understood_lowers_the_question_it_goes_with():
    assert asked("39还有吗\n那个啥\n什么时候发") == [
        ("39还有吗\n那个啥", "ask_stock", 0.4),
        ("什么时候发", "ask_dispatch", 0.9),
    ]


def test_only_remarks_stay_one():
    assert asked("你好\n在吗", Parse("greet", 0.99)) == [("你好\n在吗", "greet", 0.99)]


def test_entities_of_merged_pieces_are_relative_to_the_question():
    (question,) = found_in("身高172\n39还有吗").questions
    text = "身高172\n39还有吗"
    assert [(entity.raw, text[entity.start : entity.end]) for entity in question.parse.entities] == [
        ("172", "172"),
        ("39", "39"),
    ]


def test_entities_of_the_second_question_are_relative_to_it():
    _, second = found_in("什么时候发\n39还有吗").questions
    assert [(entity.start, entity.end) for entity in second.parse.entities] == [(0, 2)]


def test_places_are_those_of_the_text_as_sent():
    sent = "\u200b 什么时候发\r\n\x00\t39还有吗 "
    found = found_in(sent)
    places = [found.to_json(question) for question in found.questions]
    assert [(place["text"], sent[place["start"] : place["end"]]) for place in places] == [
        ("什么时候发", "什么时候发"),
        ("39还有吗", "39还有吗"),
    ]


def test_punctuation_and_emoji_belong_to_the_sentence_before():
    assert span_text("39还有吗？？！\n😭😭\n什么时候发") == ["39还有吗？？！\n😭😭", "什么时候发"]
    assert span_text("？？？\n39还有吗") == ["？？？\n39还有吗"]
    assert span_text("😭") == ["😭"]
    assert span_text(" \n ") == []


def test_the_number_of_pieces_is_bounded_and_nothing_is_lost():
    text = "\n".join(f"第{number}句" for number in range(100))
    spans = split(text)
    assert len(spans) == MAX_PIECES
    assert text[spans[0].start : spans[-1].end] == text


def test_choose_needs_no_model():
    pieces = [Piece(Span(0, 2), Parse("a", 0.9)), Piece(Span(3, 5), Parse("b", 0.59))]
    whole = Piece(Span(0, 5), Parse("c", 0.5))
    assert [question.parse.intent for question in choose(whole, pieces)] == ["c"]


def span_text(text: str) -> list[str]:
    return [text[span.start : span.end] for span in split(text)]
