"""Which earlier question is most like this one."""

import time

from desk.similar import rank, split

EARLIER = ["这双鞋会不会磨脚", "运费是谁出的", "鞋子磨脚怎么办", "能开发票吗", ""]


def test_the_most_alike_come_first_and_the_unlike_not_at_all() -> None:
    found = rank("会不会磨脚呀", EARLIER, 0.2)
    assert [EARLIER[place] for place, _ in found] == ["这双鞋会不会磨脚", "鞋子磨脚怎么办"][: len(found)]
    assert found[0][0] == 0


def test_the_same_question_is_wholly_alike_whatever_blanks_and_marks() -> None:
    ((place, score),) = rank("能开 发票吗？", EARLIER, 0.9)
    assert (EARLIER[place], round(score, 6)) == ("能开发票吗", 1.0)


def test_nothing_is_like_an_empty_question_and_none_like_nothing() -> None:
    assert rank("", EARLIER, 0.01) == []
    assert rank("能开发票吗", [], 0.01) == []
    assert split("货") == {"货": 1}


def test_a_thousand_earlier_questions_take_a_moment() -> None:
    many = [f"第{number}个问题:这双鞋{number % 37}码还有货吗什么时候发" for number in range(1_000)]
    began = time.perf_counter()
    found = rank(many[500], many, 0.5)
    assert time.perf_counter() - began < 1.0
    assert found[0] == (500, found[0][1])
