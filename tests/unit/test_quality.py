"""What a photo can show (D3)."""

import pytest

from shop.quality import can_be_photographed


@pytest.mark.parametrize(
    ("words", "shows"),
    [
        ("鞋底开胶了", True),
        ("衣服上有个洞", True),
        ("影响穿着", True),
        ("味道很大", False),
        ("鞋垫不平", False),
        ("穿着磨脚", False),
        ("里子破了", False),
    ],
)
def test_a_fault_is_photographed_or_described(words, shows):
    assert can_be_photographed(words) is shows
