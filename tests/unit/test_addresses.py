"""Recipient, telephone and address as customers send them (C6). All invented."""

import pytest

from shop.addresses import find_address, find_phone, find_recipient


@pytest.mark.parametrize(
    ("text", "recipient", "phone", "address"),
    [
        (
            "王小禾 13900000000 江苏省苏州市示例区青禾路2号",
            "王小禾",
            "13900000000",
            "江苏省苏州市示例区青禾路2号",
        ),
        (
            "王小禾,139 0000 0000,江苏省苏州市示例区青禾路2号3栋501室",
            "王小禾",
            "13900000000",
            "江苏省苏州市示例区青禾路2号3栋501室",
        ),
        ("地址改成江苏省苏州市示例区青禾路2号", None, None, "江苏省苏州市示例区青禾路2号"),
        ("收件人改成李木,电话13900000000", "李木", "13900000000", None),
        ("电话不是13800000000是13900000000", None, "13900000000", None),
        ("帮我寄到成都市示例区花园路8号吧", None, None, "成都市示例区花园路8号"),
        ("改一下地址", None, None, None),
        ("能发到苏州市吗", None, None, None),
        ("好的 谢谢", None, None, None),
        ("麻烦改电话 13900000000", None, "13900000000", None),
    ],
)
def test_c6_the_parts_of_an_address_are_found_where_they_are_said(text, recipient, phone, address):
    assert (find_recipient(text), find_phone(text), find_address(text)) == (recipient, phone, address)
