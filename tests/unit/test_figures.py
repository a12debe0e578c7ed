"""A sentence states no figure that is not a pinned fact, however it is written."""

import pytest

from shop.figures import find_unpinned, is_stated, list_forms


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("现价¥238,到手¥218。", ["238.00", "218.00"]),
        ("最晚11月24日(周二)发出。", ["2026-11-24"]),
        ("11月24日 15:04已签收。", ["2026-11-24T15:04:00+08:00"]),
        ("39码适合脚长243到247毫米。", ["39", [243, 247]]),
        ("团购价10件起9.5折。", [[{"pieces": 10, "tenths": "9.5"}]]),
        ("“三年质保款”有货。", ["三年质保款"]),
        ("您几笔订单是:\n1. 跑鞋\n2. 卫衣", []),
        ("需要急救请拨打120。", []),
        ("拍一双就可以,二选一。", []),
    ],
)
def test_a_figure_of_a_fact_may_be_written_as_the_scripts_write_it(text, values):
    assert find_unpinned(text, values) == []


@pytest.mark.parametrize(
    ("text", "values", "loose"),
    [
        ("现价¥239。", ["238.00"], ["239"]),
        ("3天内发出,满99包邮。", ["3"], ["99"]),
        ("七天无理由,假一赔十倍。", [7], ["七天", "十倍"]),
        ("还有4件。", [True, None], ["4"]),
        ("11月25日到。", ["2026-11-24"], ["25"]),
    ],
)
def test_a_figure_without_a_fact_is_found(text, values, loose):
    assert find_unpinned(text, values) == loose


def test_a_fact_may_be_stated_in_several_forms():
    assert list_forms("15.00") == ["15.00", "15"]
    assert list_forms("2026-11-24") == ["2026-11-24", "11月24日", "11月24号"]
    assert list_forms("黑色") == ["黑色"]


def test_of_a_list_a_part_that_is_written_out_is_enough() -> None:
    orders = [{"no": "2026030200000001", "on": "2026-03-02"}, {"no": "2026030300000002", "on": "2026-03-03"}]
    assert is_stated("2. 跑鞋,3月3日下单,订单号2026030300000002", orders)
    assert not is_stated("麻烦您把订单号发给我", orders)
    assert is_stated("一般1到3个工作日", [1, 3])
