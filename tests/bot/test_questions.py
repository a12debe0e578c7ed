"""The splitter alone: stretches and parses in, questions out."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from bot.parse import UNCLEAR, Entity, Parse
from bot.questions import MAX_PIECES, MAX_STRETCHES, Piece, Span, choose, is_kin, split
from bot.understanding import Understanding, understand

# Text of a stretch → what a model would make of it; of any other it makes nothing.
KNOWN = {
    "你好": Parse("greet", 0.97),
    "在吗": Parse("greet", 0.9),
    "你好\n在吗": Parse("greet", 0.99),
    "谢谢": Parse("thank", 0.97),
    "好的": Parse("affirm", 0.9),
    "39还有吗": Parse("ask_stock", 0.95, entities=(Entity("size", "39", "39", 0, 2),)),
    "40呢有吗": Parse("ask_stock", 0.8, entities=(Entity("size", "40", "40", 0, 2),)),
    "39还有吗\n40呢有吗": Parse("ask_stock", 0.97),
    "什么时候发": Parse("ask_dispatch", 0.9),
    "另外什么时候发": Parse("ask_dispatch", 0.9),
    "顺带什么时候发": Parse("ask_dispatch", 0.9),
    "发什么快递": Parse("ask_courier", 0.95),
    "身高172": Parse("inform", 0.9, entities=(Entity("height_cm", 172, "172", 2, 5),)),
    "穿多大": Parse("ask_size", 0.9),
    "我买的鞋开胶了": Parse("report_quality_issue", 0.9),
    "我买的鞋开胶了,怎么办": Parse("report_quality_issue", 0.85),
    "怎么办": Parse(UNCLEAR, 0.3),
    "那个啥": Parse("ask_care", 0.4),
    "39还有吗\n那个啥": Parse("ask_stock", 0.7),
    "你好,39还有吗": Parse("ask_stock", 0.9),
    "什么时候发货": Parse("ask_dispatch", 0.9),
    "几天到": Parse("ask_delivery_time", 0.6),
    "什么时候发货 几天到": Parse("ask_dispatch", 0.8),
}


def found_in(text: str, whole: Parse | None = None) -> Understanding:
    def parse_texts(texts: list[str]) -> list[Parse]:
        nothing = Parse(UNCLEAR, 0.2)
        parses = [KNOWN.get(piece.rstrip("?？。!\n …~,"), nothing) for piece in texts]
        return [whole or parses[0], *parses[1:]]

    return understand(text, parse_texts)


def asked(text: str, whole: Parse | None = None) -> list[tuple[str, str, float]]:
    found = found_in(text, whole)
    return [
        (found.text_of(question), question.parse.intent, question.parse.confidence)
        for question in found.questions
    ]


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
        ("39还有吗\n40呢有吗", [("39还有吗\n40呢有吗", "ask_stock", 0.97)]),
        (
            "你好\n39还有吗\n谢谢\n什么时候发\n好的",
            [("你好\n39还有吗\n谢谢", "ask_stock", 0.95), ("什么时候发\n好的", "ask_dispatch", 0.9)],
        ),
        ("身高172\n穿多大", [("身高172\n穿多大", "ask_size", 0.9)]),
    ],
)
def test_questions_of_a_turn(text: str, expected: list[tuple[str, str, float]]):
    assert asked(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "39还有吗,什么时候发",
        "39还有吗 什么时候发",
        "39还有吗什么时候发",
        "39还有吗另外什么时候发",
        "39还有吗?什么时候发",
        "39还有吗顺带什么时候发",
    ],
)
def test_two_needs_come_apart_at_any_sign_and_at_none(text: str):
    assert [intent for _, intent, _ in asked(text)] == ["ask_stock", "ask_dispatch"]


def test_three_needs_in_one_breath():
    assert [(text, intent) for text, intent, _ in asked("39还有吗什么时候发\n发什么快递")] == [
        ("39还有吗", "ask_stock"),
        ("什么时候发", "ask_dispatch"),
        ("发什么快递", "ask_courier"),
    ]


def test_a_near_need_that_the_whole_explains_as_well_makes_no_second_question():
    assert asked("什么时候发货 几天到") == [("什么时候发货 几天到", "ask_dispatch", 0.8)]
    assert is_kin("ask_dispatch", "ask_delivery_time")
    assert not is_kin("ask_stock", "ask_dispatch")


@pytest.mark.parametrize("text", ["那39呢", "那黑色的呢", "39呢", "那,39呢?", "还有39呢"])
def test_a_fragment_stays_whole_for_the_question_before_it(text: str):
    found = found_in(text, Parse("inform", 0.9))
    assert [(found.text_of(one), one.parse.intent) for one in found.questions] == [(text, "inform")]


def test_a_piece_not_understood_keeps_the_text_together():
    whole = Parse("report_quality_issue", 0.7)
    text = "我买的鞋开胶了。怎么办"
    assert asked(text, whole) == [(text, "report_quality_issue", 0.7)]


def test_a_piece_not_understood_goes_with_the_stretch_that_reads_best():
    assert asked("39还有吗\n那个啥\n什么时候发") == [
        ("39还有吗\n那个啥", "ask_stock", 0.7),
        ("什么时候发", "ask_dispatch", 0.9),
    ]


def test_only_remarks_stay_one():
    assert asked("你好\n在吗") == [("你好\n在吗", "greet", 0.99)]


def test_a_reproach_beside_a_need_is_a_question_of_its_own():
    ranking = (("track_order", 0.8), ("complain", 0.1), ("ask_dispatch", 0.05))
    upset = Parse("track_order", 0.8, ranking, severity="general")
    assert asked("五天了还没到", upset) == [
        ("五天了还没到", "track_order", 0.8),
        ("五天了还没到", "complain", 0.1),
    ]
    assert [question.is_aside for question in found_in("五天了还没到", upset).questions] == [False, True]
    calm = Parse("track_order", 0.8, ranking, severity="none")
    assert asked("五天了还没到", calm) == [("五天了还没到", "track_order", 0.8)]
    unlike = Parse("track_order", 0.8, (("track_order", 0.8), ("complain", 0.01)), severity="general")
    assert len(asked("五天了还没到", replace(unlike, evidence=("delay:还没到",)))) == 1


def test_a_blamed_wait_is_a_reproach_and_a_told_one_is_none():
    ranking = (("track_order", 0.9), ("complain", 0.01))
    waits = Parse("track_order", 0.9, ranking, severity="general")
    blamed = replace(waits, evidence=("delay:还没到", "slowness:超慢"))
    assert asked("超慢的还没到", blamed)[1:] == [("超慢的还没到", "complain", 0.01)]
    assert len(asked("五天还没到", replace(waits, evidence=("delay:还没到",)))) == 1


BLAMES = Parse("complain", 0.8, (("complain", 0.8),), severity="general", evidence=("intent:complain",))


@pytest.mark.parametrize(
    ("others", "evidence", "matter"),
    [
        ((("ask_dispatch", 0.06), ("ask_refund", 0.04)), "intent:complain", ["ask_dispatch"]),
        ((("ask_dispatch", 0.06), ("report_quality_issue", 0.03)), "anger:太差", ["report_quality_issue"]),
        ((("ask_dispatch", 0.01),), "fault:开胶", ["report_quality_issue"]),
        ((("ask_dispatch", 0.01),), "fault:发错", ["report_wrong_item"]),
        ((("ask_dispatch", 0.04), ("abuse", 0.1), ("inform", 0.1)), "anger:太差", []),
    ],
)
def test_what_a_complaint_is_about_is_found_beside_it(others, evidence: str, matter: list[str]):
    blames = replace(BLAMES, ranking=(*BLAMES.ranking, *others), evidence=(evidence,))
    found = found_in("气死了", blames).questions
    assert [(one.parse.intent, one.is_aside) for one in found] == [
        ("complain", False),
        *((intent, True) for intent in matter),
    ]


def test_the_matter_of_a_complaint_is_read_where_it_stands():
    text = "你们真行\n什么时候发"
    assert asked(text, BLAMES) == [(text, "complain", 0.8), ("什么时候发", "ask_dispatch", 0.9)]
    calm = replace(BLAMES, severity="none", evidence=())
    assert len(asked(text, calm)) == 1


def test_a_threat_in_words_is_found_whatever_the_turn_is_read_as():
    warns = Parse("ask_refund", 0.9, (("ask_refund", 0.9),), severity="major", evidence=("regulator:12315",))
    assert [intent for _, intent, _ in asked("不退就12315", warns)] == ["ask_refund", "threaten_escalation"]
    said = Parse("threaten_escalation", 0.9, (("threaten_escalation", 0.9),), severity="major")
    assert len(asked("12315见", replace(said, evidence=("regulator:12315",)))) == 1


@pytest.mark.parametrize(
    ("second", "found"),
    [
        (("ask_gift", 0.21), ["ask_invoice", "ask_gift"]),
        (("ask_gift", 0.19), ["ask_invoice"]),
        (("request_invoice", 0.4), ["ask_invoice"]),  # another view of the same need
        (("inform", 0.4), ["ask_invoice"]),
        (("complain", 0.4), ["ask_invoice"]),
    ],
)
def test_a_far_and_likely_second_reading_is_heard_along(second: tuple[str, float], found: list[str]):
    reads = Parse("ask_invoice", 0.6, (("ask_invoice", 0.6), second))
    questions = found_in("那个送吗票呢", reads).questions
    assert [one.parse.intent for one in questions] == found
    assert [one.is_aside for one in questions] == [False, True][: len(found)]


def test_remarks_bring_nothing_along():
    thanks = Parse("thank", 0.5, (("thank", 0.5), ("ask_gift", 0.3)), severity="general")
    assert asked("谢谢啊", thanks) == [("谢谢啊", "thank", 0.5)]


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


def test_severity_is_that_of_sentences_not_of_fragments():
    def parse_texts(texts: list[str]) -> list[Parse]:
        grave = {"摔伤了": "crisis", "气死我了": "general"}
        return [Parse(UNCLEAR, 0.2, severity=grave.get(text, "none")) for text in texts]

    assert understand("没 摔伤了", parse_texts).severity == "none"
    assert understand("还好\n气死我了", parse_texts).severity == "general"


def test_punctuation_and_emoji_belong_to_the_sentence_before():
    assert piece_text("39还有吗？？！\n😭😭\n什么时候发") == ["39还有吗？？！\n😭😭", "什么时候发"]
    assert split("？？？\n39还有吗") == []
    assert split("😭") == []
    assert split(" \n ") == []


@pytest.mark.parametrize("text", ["能不能发顺丰", "是不是正品啊", "还有货吗", "有没有", "好不好看"])
def test_a_question_is_not_cut_inside(text: str):
    assert split(text) == []


def test_the_number_of_stretches_is_bounded_and_nothing_is_lost():
    text = "\n".join(f"第{number}句" for number in range(100))
    spans = split(text)
    singles = spans[:MAX_PIECES]
    assert len(spans) <= MAX_STRETCHES + MAX_PIECES
    assert text[singles[0].start : singles[-1].end] == text
    assert all(one.end < other.start for one, other in pairwise(singles))


def test_every_stretch_is_a_run_of_pieces():
    spans = split("甲乙丙，丁戊己 庚辛壬")
    texts = ["甲乙丙，丁戊己 庚辛壬"[span.start : span.end] for span in spans]
    assert texts == ["甲乙丙，", "丁戊己", "庚辛壬", "甲乙丙，丁戊己", "丁戊己 庚辛壬"]


def test_choose_needs_no_model():
    pieces = [Piece(Span(0, 2), Parse("a", 0.9)), Piece(Span(3, 5), Parse("b", 0.39))]
    whole = Piece(Span(0, 5), Parse("c", 0.5))
    assert [question.parse.intent for question in choose(whole, pieces)] == ["c"]


def piece_text(text: str) -> list[str]:
    spans = split(text)
    shortest = [span for span in spans if not any(_inside(other, span) for other in spans)]
    return [text[span.start : span.end] for span in shortest]


def _inside(one: Span, other: Span) -> bool:
    return one != other and other.start <= one.start and one.end <= other.end
