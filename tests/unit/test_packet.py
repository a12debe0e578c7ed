"""The hand-over packet: what was asked, told, tried and promised, and what need not be asked again."""

from desk.packet import LAST_TURNS, TurnRecord, build

OLD = {"name": "stock_state", "value": "in", "source": "stock:P1", "read_at": "2026-03-02T10:00:00+08:00"}
NEW = {**OLD, "value": "low", "read_at": "2026-03-02T10:05:00+08:00"}


def make_turn(text: str, decision: str = "auto", **more: object) -> TurnRecord:
    question = {"text": text, "intent": "ask_stock", "entities": [{"entity": "size", "value": "39"}]}
    return TurnRecord(text, decision, {"questions": [question], "replies": [], "commands": [], **more})


def test_a_figure_told_twice_is_shown_once_as_last_read() -> None:
    turns = [
        make_turn("有货吗", replies=[{"text": "有的", "facts": [OLD]}]),
        make_turn("还有吗", replies=[{"text": "不多了", "facts": [NEW]}]),
    ]
    assert build(turns, slots={}).facts == [NEW]


def test_every_question_is_summed_up_and_only_what_happened_counts_as_tried() -> None:
    done = {"name": "create_return", "args": {}, "state": "executed"}
    packet = build([make_turn("有货吗", "suggest"), make_turn("退货", commands=[done])], slots={}, note="急")
    assert packet.summary == [
        {"text": "有货吗", "intent": "ask_stock", "decision": "suggest"},
        {"text": "退货", "intent": "ask_stock", "decision": "auto"},
    ]
    assert packet.tried == [
        {
            "words": "退货",
            "decision": "auto",
            "replies": [],
            "commands": [{"name": "create_return", "state": "executed"}],
        }
    ]
    assert packet.note == "急"


def test_what_the_customer_said_is_known_and_empty_slots_are_not() -> None:
    packet = build([make_turn("39码")], slots={"size": "40", "color": "黑", "order": None, "asked": True})
    assert packet.known == [{"name": "size", "value": "39"}, {"name": "color", "value": "黑"}]


def test_a_long_conversation_gives_its_last_turns_and_an_empty_one_nothing() -> None:
    turns = [make_turn(str(number)) for number in range(LAST_TURNS + 5)]
    assert [line["text"] for line in build(turns, slots={}).summary] == [
        str(number) for number in range(5, LAST_TURNS + 5)
    ]
    assert build([], slots={}).summary == []
