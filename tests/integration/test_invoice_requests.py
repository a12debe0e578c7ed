"""Requests for invoices on a real database (B15)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from shop.commands import CommandContext, execute
from shop.db import transaction
from shop.errors import CommandError, NotFound, Refused
from shop.models import OrderNote, Promotion, Stage
from shop.policy_file import load_policy
from shop.work_models import InvoiceRequest, ManualPayment, Notice
from tests.small_orders import at, make_order
from tests.small_shop import open_shop

TAX_NO = "91350100M000100Y43"
PERSON = {"order_no": "O1", "kind": "electronic", "title": "林小满", "email": "a@example.com"}
COMPANY = PERSON | {"title": "蓝天示例有限公司", "tax_no": TAX_NO}
SPECIAL = COMPANY | {
    "kind": "special",
    "address": "示例市示例路9号",
    "phone": "0571-00000000",
    "bank": "示例银行城北支行",
    "account": "330100000000001",
}


@pytest.fixture
def by(clock, policy_path):
    return CommandContext("b001", "c1", "web", clock(), load_policy(policy_path))


@pytest.fixture
def run(sessions, by):
    async def execute_one(name, args, **changed):
        async with transaction(sessions) as session:
            return await execute(session, name, args, replace(by, **changed))

    return execute_one


@pytest.fixture
def rows(sessions):
    async def read(kind):
        async with sessions() as session:
            return (await session.scalars(select(kind))).all()

    return read


async def test_b15_a_request_is_taken_down_for_what_was_paid_with_a_note(sessions, run, rows):
    await open_shop(sessions, make_order("O1", Stage.SIGNED, total=Decimal("180.50")))
    result = await run("request_invoice", COMPANY)
    found, note = (await rows(InvoiceRequest))[0], (await rows(OrderNote))[0]
    assert result == {
        "invoice_id": found.id,
        "order_no": "O1",
        "amount": "180.50",
        "due_on": "2026-03-09",
        "state": "asked",
    }
    assert (found.title, found.tax_no, found.due_on) == ("蓝天示例有限公司", TAX_NO, date(2026, 3, 9))
    assert note.wanted == f"电子发票; 抬头 蓝天示例有限公司; 税号 {TAX_NO}; 邮箱 a@example.com"
    assert note.written_by == "xiaoer"


async def test_b15_a_special_invoice_takes_the_full_set(sessions, run, rows):
    await open_shop(sessions, make_order("O1", Stage.PAID))
    for name in ("address", "phone", "bank", "account", "tax_no"):
        with pytest.raises(Refused, match=f"lacks {name}"):
            await run("request_invoice", {key: value for key, value in SPECIAL.items() if key != name})
    assert (await rows(InvoiceRequest), await rows(OrderNote)) == ([], [])
    await run("request_invoice", SPECIAL)
    assert (await rows(InvoiceRequest))[0].account == "330100000000001"


async def test_b15_a_second_request_corrects_the_first_until_it_is_issued(sessions, run, rows):
    await open_shop(sessions, make_order("O1", Stage.PAID))
    first = await run("request_invoice", PERSON)
    assert (await run("request_invoice", PERSON))["state"] == "repeated"
    assert (await run("request_invoice", COMPANY))["invoice_id"] == first["invoice_id"]
    assert [(row.title, row.tax_no) for row in await rows(InvoiceRequest)] == [("蓝天示例有限公司", TAX_NO)]
    issue = {"invoice_id": first["invoice_id"], "number": "26330000000012345678"}
    with pytest.raises(Refused, match="needs agent"):
        await run("issue_invoice", issue)
    for _ in range(2):
        await run("issue_invoice", issue, authority="agent", actor="小青")
    with pytest.raises(Refused, match="is out"):
        await run("request_invoice", PERSON)
    row = (await rows(InvoiceRequest))[0]
    assert (row.state, row.issued_by, row.title) == ("issued", "小青", "蓝天示例有限公司")
    assert [notice.script for notice in await rows(Notice)] == ["invoice_issued"]


async def test_b15_an_invoice_of_a_flash_sale_goes_out_after_the_event(sessions, run):
    event = Promotion(
        id="F1",
        title="示例抢购",
        kind="flash",
        rules={"price": {"P1-黑色-39": "99.00"}},
        product_ids=["P1"],
        starts_at=at("2026-03-01 00:00"),
        ends_at=at("2026-03-02 12:00"),
    )
    order = make_order("O1", Stage.PAID, sale="flash")
    await open_shop(sessions, event, order)
    # The sale ends on 2 March; 15 days later is Tuesday, 17 March.
    assert (await run("request_invoice", PERSON))["due_on"] == "2026-03-17"


async def test_b15_money_that_went_back_is_not_invoiced(sessions, run):
    order = make_order("O1", Stage.PAID, total=Decimal("400.00"))
    order.lines[0].quantity, order.goods_total = 2, Decimal("400.00")
    await open_shop(sessions, order)
    change = {"order_no": "O1", "wanted": "只要一双", "quantity": 1}
    await run("change_order", change, authority="agent")
    assert (await run("request_invoice", PERSON))["amount"] == "200.00"


@pytest.mark.parametrize(
    ("args", "error", "words"),
    [
        (COMPANY | {"tax_no": "91350100M000100Y44"}, CommandError, "wrong check digit"),
        (COMPANY | {"tax_no": "123"}, CommandError, "wrong length"),
        (COMPANY | {"tax_no": None}, Refused, "lacks tax_no"),
        (PERSON | {"email": None}, Refused, "lacks email"),
        (PERSON | {"email": "nowhere"}, CommandError, "email"),
        (PERSON | {"amount": "500.00"}, Refused, "for the 200.00 yuan paid, not for 500.00"),
        (PERSON | {"order_no": "O2"}, NotFound, "no order"),
        (PERSON | {"order_no": "O3"}, Refused, "nothing was paid"),
    ],
)
async def test_b15_what_is_not_right_is_not_taken_down(sessions, run, rows, args, error, words):
    await open_shop(
        sessions,
        make_order("O1", Stage.PAID),
        make_order("O2", Stage.PAID, buyer="b002"),
        make_order("O3", Stage.UNPAID, None),
    )
    with pytest.raises(error, match=words):
        await run("request_invoice", args)
    assert [await rows(kind) for kind in (InvoiceRequest, OrderNote, ManualPayment)] == [[], [], []]
