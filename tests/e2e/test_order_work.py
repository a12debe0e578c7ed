"""What customers want done with an order, from their page to its end: the address at each stage, a return."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.browser import ANSWER_MS, PIXEL, CustomerPage, DeskPage, Pages
from tests.e2e.harness import System

pytestmark = [pytest.mark.system, pytest.mark.browser]
ADDRESS = "江苏省苏州市示例区青禾路2号"
TOLD_MS = 30_000
"""How long news may take that the desk tells by itself."""


def find_order(system: System, buyer_id: str) -> tuple[str, str, str]:
    """Number, stage and address of the buyer's order that a change may mean."""
    rows = system.query(
        "SELECT no, stage, address FROM orders WHERE buyer_id = ? AND stage IN"
        " ('unpaid', 'paid', 'printed', 'packed', 'shipped') ORDER BY created_at DESC",
        buyer_id,
    )
    return rows[0]


def ask_for_the_change(customer: CustomerPage, buyer_id: str) -> None:
    """The customer names the new address and says yes to what was understood."""
    customer.enter(buyer_id)
    customer.write(f"收货地址改成{ADDRESS}")
    expect(customer.said_by("bot").filter(has_text=ADDRESS)).to_have_count(1, timeout=ANSWER_MS)
    customer.write("是的")


def accept_the_change(customer: CustomerPage, desk: DeskPage) -> None:
    """The agent sees what the draft would do, and lets it."""
    desk.show("排队")
    desk.open(customer.page.locator(".header-names p").inner_text())
    command = desk.drafts.first.locator(".draft-command")
    expect(command).to_contain_text("采用后执行：修改订单", timeout=ANSWER_MS)
    expect(command).to_contain_text(ADDRESS)
    desk.press("1")
    expect(desk.page.locator(".commands li").first).to_contain_text("已执行修改订单")
    customer.wait_for_answer(1, "agent")


@pytest.mark.parametrize(
    ("buyer_id", "stage", "told"),
    [
        ("b007", "paid", "changed"),
        ("b013", "printed", "correct_slip"),
        ("b010", "packed", "pull_back"),
        ("b004", "shipped", "reroute"),
    ],
)
def test_a_new_address_goes_the_way_of_the_orders_stage(
    pages: Pages, system: System, buyer_id: str, stage: str, told: str
) -> None:
    customer, desk = pages
    no, found, before = find_order(system, buyer_id)
    assert (found, before == ADDRESS) == (stage, False)
    desk.sign_in(system.sign_ins["chen"])
    ask_for_the_change(customer, buyer_id)
    accept_the_change(customer, desk)

    address = find_order(system, buyer_id)[2]
    tasks = system.query(
        "SELECT kind, state FROM warehouse_tasks WHERE order_no = ? AND asked_by = 'chen'", no
    )
    slips = system.query("SELECT kind, state FROM intercepts WHERE order_no = ? AND asked_by = 'chen'", no)
    if told == "changed":
        assert (ADDRESS in address, tasks, slips) == (True, [], [])
    elif told == "reroute":
        assert (address, tasks, slips) == (before, [], [("reroute", "asked")])
    else:
        assert (address, tasks, slips) == (before, [(told, "open")], [])
        sign_off(desk, system, no)
        expect(customer.said_by("system").filter(has_text=no)).to_have_count(1, timeout=TOLD_MS)
        assert ADDRESS in find_order(system, buyer_id)[2]


def sign_off(desk: DeskPage, system: System, no: str) -> None:
    """The warehouse does what it was asked to."""
    change_shift(desk, system, "li")
    task = desk.page.locator("article.task", has_text=no).filter(has_text=ADDRESS)
    task.get_by_role("button", name="已完成").click()
    expect(task).to_have_count(0)


@pytest.mark.parametrize(("buyer_id", "say"), [("b003", "change_buyer"), ("b006", "change_too_late")])
def test_where_the_shop_has_nothing_to_change_the_customer_is_told_so(
    pages: Pages, system: System, buyer_id: str, say: str
) -> None:
    customer, _ = pages
    customer.enter(buyer_id)
    customer.write("我要改收货地址")
    customer.wait_for_answer(1)
    said = system.query(
        "SELECT script FROM messages WHERE author = 'bot' AND conversation_id IN"
        " (SELECT id FROM conversations WHERE buyer_id = ?)",
        buyer_id,
    )
    assert (say,) in said


def test_a_faulty_pair_with_a_photo_is_approved_checked_and_refunded_and_the_customer_hears_each(
    pages: Pages, system: System
) -> None:
    customer, desk = pages
    customer.enter("b005", "云步乐福鞋")
    customer.write("鞋底开胶了")
    expect(customer.said_by("bot").filter(has_text=re.compile("照片|拍一下")).last).to_be_visible(
        timeout=ANSWER_MS
    )
    photo = {"name": "sole.png", "mimeType": "image/png", "buffer": PIXEL}
    customer.page.get_by_test_id("photo-file").set_input_files(photo)
    before = customer.said_by("bot").count()
    expect(customer.said_by("bot").nth(before)).to_be_visible(timeout=ANSWER_MS)
    customer.write("退了吧")
    expect(customer.page.get_by_test_id("queue-place")).to_be_visible(timeout=ANSWER_MS)

    desk.sign_in(system.sign_ins["zhou"])
    card = open_return(desk, "鞋底开胶了")
    shown = card.locator(".return-photos img")
    expect(shown).to_have_count(1)
    assert shown.evaluate("image => image.naturalWidth") == 1
    card.get_by_text("质量问题属实", exact=True).click()
    card.get_by_role("button", name="同意").click()
    expect(card).to_contain_text("待寄回")
    expect(customer.said_by("system").filter(has_text="青禾售后")).to_have_count(1, timeout=TOLD_MS)

    change_shift(desk, system, "li")
    card = open_return(desk, "鞋底开胶了")
    card.get_by_role("button", name="收到退货").click()
    card.get_by_role("button", name="合格", exact=True).click()
    expect(card).to_contain_text("验货合格")
    expect(card.get_by_role("button", name="退款")).to_have_count(0)

    change_shift(desk, system, "chen")
    card = open_return(desk, "鞋底开胶了")
    button = card.get_by_role("button", name="退款 ¥")
    amount = button.inner_text().removeprefix("退款 ¥")
    button.click()
    expect(card).to_contain_text(f"已退 ¥{amount}")
    told = customer.said_by("system").filter(has_text=f"¥{amount.removesuffix('.00')}")
    expect(told).to_have_count(1, timeout=TOLD_MS)
    card.get_by_role("button", name="结案").click()
    expect(card).to_have_count(0)
    paid = system.query(
        "SELECT p.direction, p.state, p.created_by FROM manual_payments p"
        " JOIN return_requests r ON p.key = 'return:' || r.id WHERE r.buyer_id = ? AND r.words LIKE ?",
        "b005",
        "%开胶%",
    )
    assert paid == [("out", "due", "chen")]


def change_shift(desk: DeskPage, system: System, name: str) -> None:
    """Another person signs in at the same machine."""
    desk.page.get_by_role("button", name="退出").click()
    desk.sign_in(system.sign_ins[name])


def open_return(desk: DeskPage, words: str) -> Locator:
    """The request on the page of the register."""
    desk.page.get_by_role("navigation", name="页面").get_by_role("button", name="退换").click()
    card = desk.page.locator("article.task[data-return]", has_text=words)
    expect(card).to_be_visible()
    return card
