"""What an invoice needs (B15)."""

from decimal import Decimal

import pytest

from shop.invoice import exceeds_paid, find_missing, is_organisation, is_special


@pytest.mark.parametrize(
    ("title", "tax_no", "special", "missing"),
    [
        (None, None, False, "title"),
        ("王小禾", None, False, None),
        ("青禾服饰有限公司", None, False, "tax_no"),
        ("青禾服饰有限公司", "91330100EXAMPLE000", False, None),
        (None, None, True, "special"),
        ("青禾服饰有限公司", None, True, "special"),
        ("青禾服饰有限公司", "91330100EXAMPLE000", True, None),
    ],
)
def test_what_is_missing_is_asked_for(title, tax_no, special, missing):
    assert find_missing(title, tax_no, special=special) == missing


def test_organisations_are_told_from_people():
    assert [is_organisation(title) for title in ("示例第一小学校", "李木", "蓝天事务所")] == [
        True,
        False,
        True,
    ]


def test_a_special_invoice_is_heard():
    assert is_special("麻烦开专票")
    assert not is_special("开个发票")


@pytest.mark.parametrize(
    ("asked", "above"), [(None, False), (Decimal("200"), False), (Decimal("200.01"), True)]
)
def test_more_than_was_paid_is_noticed(asked, above):
    assert exceeds_paid(asked, Decimal("200.00")) is above
