"""The pages beside the workplace in a real browser, and what agents do by keyboard, on the whole system."""

import pytest
from playwright.sync_api import expect

from desk.masking import mask_name
from tests.e2e.browser import ANSWER_MS, Pages
from tests.e2e.harness import System
from tests.edge import CSRF

pytestmark = [pytest.mark.system, pytest.mark.browser]


def test_a_complaint_is_worked_on_from_the_list_to_its_end(pages: Pages, system: System) -> None:
    customer, desk = pages
    customer.enter("b018")
    customer.write("我要投诉你们，马上打12315")
    customer.wait_for_answer(1, "system")
    name = customer.page.locator(".header-names p").inner_text()
    desk.sign_in(system.sign_ins["zhou"])
    desk.page.get_by_role("navigation", name="页面").get_by_role("button", name="投诉").click()
    row = desk.page.locator("a.ticket-row", has_text=name)
    number = int(row.get_attribute("data-ticket") or 0)
    row.click()
    ticket = desk.page.locator("article.ticket")
    ticket.get_by_role("button", name="我来处理").click()
    expect(desk.page.locator("a.ticket-row", has_text=name)).to_contain_text("zhou 负责")
    expect(ticket.get_by_role("button", name="结案")).to_be_disabled()
    ticket.get_by_role("textbox", name="处理措施").fill("已致电说明，补寄一双")
    ticket.get_by_role("button", name="保存").click()
    ticket.get_by_role("textbox", name="结果").fill("顾客同意")
    ticket.get_by_role("button", name="结案").click()
    expect(desk.page.locator("a.ticket-row", has_text=name)).to_have_count(0)
    expect(ticket).to_contain_text("顾客同意")
    found = system.query("SELECT state, handler, outcome FROM complaints WHERE id = ?", number)
    assert found == [("closed", "zhou", "顾客同意")]


def test_a_phrase_is_picked_by_keys_and_an_own_message_taken_back(pages: Pages, system: System) -> None:
    customer, desk = pages
    customer.enter("b016", "晴川小白鞋")
    customer.write("这款39码还有货吗")
    customer.wait_for_answer(1)
    buyer = mask_name(customer.page.locator(".header-names p").inner_text())
    assert buyer is not None
    desk.sign_in(system.sign_ins["lin"])
    desk.show("机器人")
    desk.open(buyer)
    desk.page.get_by_role("button", name="接管").click()
    expect(desk.field).to_be_enabled()
    for number in (1, 2):
        phrase = {
            "scope": "personal",
            "shortcut": f"fh{number}",
            "title": f"发货{number}",
            "text": "您好，马上安排。",
        }
        added = desk.page.request.post(f"{system.url}/api/v1/desk/phrases", data=phrase, headers=CSRF)
        assert added.status == 201, added.text()
    desk.press("/")
    desk.page.keyboard.type("fh")
    menu = desk.page.get_by_role("listbox", name="快捷短语")
    expect(menu.get_by_role("option").nth(1)).to_be_visible()
    desk.page.keyboard.press("ArrowDown")
    expect(menu.get_by_role("option").nth(1)).to_have_attribute("aria-selected", "true")
    desk.page.keyboard.press("Enter")
    expect(menu).to_have_count(0)
    expect(desk.field).to_have_value("您好，马上安排。")
    desk.field.fill("您好，我来为您处理。")
    desk.field.press("Enter")
    customer.wait_for_answer(1, "agent")

    own = desk.page.locator(".message[data-author=agent]")
    own.get_by_role("button", name="撤回").click()
    desk.page.get_by_role("tooltip").get_by_role("button", name="撤回").click()
    expect(own).to_contain_text("已撤回", timeout=ANSWER_MS)
    expect(customer.page.get_by_text("您好，我来为您处理。")).to_have_count(0)


def test_a_file_is_checked_mended_and_imported(pages: Pages, system: System) -> None:
    _, desk = pages
    desk.sign_in(system.sign_ins["zhou"])
    expect(desk.page.get_by_role("navigation", name="会话列表")).to_be_visible()
    desk.page.goto(f"{system.url}/#/data")
    picker, verdict = desk.page.locator("input[type=file]"), desk.page.locator(".import .ant-alert")
    desk.page.get_by_role("combobox", name="数据类型").press("Enter")
    desk.page.locator(".ant-select-item-option", has_text="SKU").click()
    ((sku, stock),) = system.query("SELECT id, stock FROM skus ORDER BY id LIMIT 1")

    def choose(text: str) -> None:
        picker.set_input_files({"name": "stock.csv", "mimeType": "text/csv", "buffer": text.encode()})

    choose(f"id,stock\n{sku},many\n")
    desk.page.get_by_role("button", name="先检查").click()
    expect(verdict).to_contain_text("没有写入任何内容")
    with desk.page.expect_download() as kept:
        desk.page.get_by_role("button", name="下载问题清单").click()
    assert "stock" in kept.value.path().read_text(encoding="utf-8")
    expect(desk.page.get_by_role("button", name="导入", exact=True)).to_be_disabled()
    assert system.query("SELECT stock FROM skus WHERE id = ?", sku) == [(stock,)]

    choose(f"id,stock\n{sku},{stock + 5}\n")
    desk.page.get_by_role("button", name="先检查").click()
    expect(verdict).to_contain_text("检查通过，共 1 条")
    desk.page.get_by_role("button", name="导入", exact=True).click()
    expect(verdict).to_contain_text("更新 1")
    assert system.query("SELECT stock FROM skus WHERE id = ?", sku) == [(stock + 5,)]


def test_a_shift_is_planned_and_a_level_lowered_with_its_reason(pages: Pages, system: System) -> None:
    _, desk = pages
    desk.sign_in(system.sign_ins["zhou"])
    expect(desk.page.get_by_role("navigation", name="会话列表")).to_be_visible()
    desk.page.goto(f"{system.url}/#/roster")
    row = desk.page.locator("tr[data-agent=lin]")
    row.get_by_role("button", name="添加班次").first.click()
    desk.page.get_by_role("button", name="保存").click()
    expect(row.locator(".shift")).to_have_text("09:00–18:30")
    assert system.query("SELECT planned_by FROM shifts WHERE agent = ?", "lin") == [("zhou",)]

    desk.page.goto(f"{system.url}/#/autonomy")
    topic = desk.page.locator("tr[data-intent=ask_authenticity]")
    topic.get_by_role("combobox").press("Enter")
    desk.page.locator(".ant-select-item-option", has_text="出草稿").click()
    dialog = desk.page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="确定")).to_be_disabled()
    dialog.get_by_role("textbox").fill("换季，库存常变")
    dialog.get_by_role("button", name="确定").click()
    expect(topic).to_contain_text("出草稿")
    levels = system.query(
        "SELECT level, by, reason FROM autonomy_history WHERE intent = ?", "ask_authenticity"
    )
    assert levels == [("suggest", "zhou", "换季，库存常变")]
