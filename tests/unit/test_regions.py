"""Provinces from what customers call their place."""

import pytest

from shop.regions import find_province


@pytest.mark.parametrize(
    ("text", "province"),
    [
        ("浙江", "浙江"),
        ("浙江省杭州市示例区", "浙江"),
        ("武汉", "湖北"),
        ("广西壮族自治区", "广西"),
        ("吉林", "吉林"),
        ("海南州", "青海"),
        ("海南省海口市", "海南"),
        ("上海市南京路1号", "上海"),
        ("北京朝阳区", "北京"),
        ("我家", None),
        ("", None),
    ],
)
def test_a_place_finds_its_province(text, province):
    assert find_province(text) == province
