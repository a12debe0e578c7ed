"""Canned replies: variables are filled, and what is missing stays visible."""

import pytest

from desk.phrases import check_text, fill
from shop.errors import Refused


def test_known_variables_are_filled_and_a_missing_one_is_shown_and_named_once() -> None:
    text = "{buyer}您好,订单{order_no}({order_no})由{agent}处理"
    assert fill(text, {"buyer": "林晚晴", "agent": "小林"}) == (
        "林晚晴您好,订单【订单号】(【订单号】)由小林处理",
        ["order_no"],
    )


def test_an_unknown_variable_is_refused_with_those_there_are() -> None:
    with pytest.raises(Refused, match=r"\{price\}; there are \{buyer\}, \{order_no\}"):
        check_text("现在只要{price}")
    check_text("没有变量,也没有问题 100% }{")
