"""What a complaint is about, what it demands, and when it is extortion (E1-E3)."""

import pytest

from shop.complaint_words import find_category, find_demand, is_extortion


@pytest.mark.parametrize(
    ("words", "category"),
    [
        ("鞋子穿一天就开胶,质量太差", "quality"),
        ("快递三天没动,包裹也找不到", "delivery"),
        ("退款一直没到账", "refund"),
        ("刚买就降价,差价呢", "price"),
        ("客服态度敷衍,一直不回", "service"),
        ("太失望了", "other"),
    ],
)
def test_h3_a_complaint_is_sorted_by_what_it_is_about(words, category):
    assert find_category(words) == category


@pytest.mark.parametrize(
    ("words", "demand"),
    [
        ("鞋子开胶了,要求全额退款,太差了", "要求全额退款"),
        ("你们必须给我道歉!", "你们必须给我道歉"),
        ("太失望了", ""),
    ],
)
def test_e2_the_demand_is_kept_in_the_customers_words(words, demand):
    assert find_demand(words) == demand


@pytest.mark.parametrize(
    ("words", "extortion"),
    [
        ("不赔我500元就给你们全家桶差评", True),
        ("给我转300块,否则我发到抖音曝光你们", True),
        ("私了吧,不然我就投诉到12315", True),
        ("我要投诉你们,打12315", False),  # a threat alone
        ("鞋坏了,赔我200元", False),  # a claim alone
        ("给你们差评!质量太差", False),
        ("要求退款200元,否则我申请平台介入", False),  # the money is their own
    ],
)
def test_e3_extortion_is_money_under_a_threat(words, extortion):
    assert is_extortion(words) is extortion
