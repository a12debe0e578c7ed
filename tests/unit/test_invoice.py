"""What an invoice needs (B15)."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from shop.calendar import is_shipping_day
from shop.invoice import (
    InvoiceData,
    exceeds_paid,
    find_account,
    find_bank,
    find_kind,
    find_landline,
    find_missing,
    is_organisation,
    is_special,
    list_missing,
    promise_invoice,
)
from shop.policy_file import load_policy
from shop.shipping import Sale

POLICY = load_policy(Path("examples/shop/policy.yml"))


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


FULL = ("address", "phone", "bank", "account")


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        ({}, ["kind", "title"]),
        ({"kind": "paper", "title": "王小禾"}, []),
        ({"kind": "electronic", "title": "王小禾"}, ["email"]),
        ({"kind": "paper", "title": "蓝天事务所"}, ["tax_no"]),
        ({"kind": "special", "title": "蓝天事务所", "tax_no": "1"}, [*FULL]),
        ({"kind": "special"}, ["title", "tax_no", *FULL]),
    ],
)
def test_b15_each_kind_of_invoice_asks_for_its_own_set(said, missing):
    assert list_missing(InvoiceData(**said)) == missing


@pytest.mark.parametrize(
    ("words", "kind"),
    [("要电子的", "electronic"), ("开纸质发票", "paper"), ("开专票", "special"), ("开个发票", None)],
)
def test_b15_the_kind_is_heard(words, kind):
    assert find_kind(words) == kind


def test_b15_bank_account_and_landline_are_found_in_the_full_set():
    text = "开户行:示例银行城北支行 账号 3301 0000 0000 001 电话0571-00000000"
    assert (find_bank(text), find_account(text), find_landline(text)) == (
        "示例银行城北支行",
        "330100000000001",
        "0571-00000000",
    )
    assert (find_bank("付款用银行卡"), find_account("订单 2026030212"), find_landline("13800000000")) == (
        None,
        None,
        None,
    )


MOMENTS = some.integers(0, 2 * 365 * 24 * 60 - 1).map(
    lambda minutes: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@settings(max_examples=200)
@given(MOMENTS, some.sampled_from(list(Sale)), some.none() | MOMENTS)
def test_b15_an_invoice_is_promised_for_a_working_day_not_before_today(now, sale, end):
    day = promise_invoice(now, sale, end, POLICY)
    assert day >= now.astimezone(POLICY.zone).date()
    assert is_shipping_day(day, POLICY.shipping)
    if sale is Sale.FLASH and end is not None:
        assert (day - end.astimezone(POLICY.zone).date()).days >= POLICY.invoice.flash_after_event_days
