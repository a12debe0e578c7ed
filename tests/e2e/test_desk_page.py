"""The agents' page in a real browser, on the whole system: drafts, ownership, live updates."""

from dataclasses import replace

import pytest
from playwright.sync_api import Browser, expect

from desk.masking import mask_name
from tests.e2e.browser import ANSWER_MS, DESKTOP, CustomerPage, DeskPage, Pages
from tests.e2e.harness import System

pytestmark = [pytest.mark.system, pytest.mark.browser]
CARE = "这双鞋平时怎么保养"


def name_of(customer: CustomerPage) -> str:
    """The buyer's name as the page's head shows it."""
    return customer.page.locator(".header-names p").inner_text()


def ask_what_needs_a_person(customer: CustomerPage, buyer_id: str) -> str:
    """Ask what the policy lets go out only as a draft; gives the buyer's name as pre-sales see it."""
    customer.enter(buyer_id, "晴川小白鞋")
    customer.write(CARE)
    expect(customer.page.locator(".row[data-author=customer][data-state=there]")).to_have_count(1)
    return masked(name_of(customer))


def masked(name: str) -> str:
    """A name as roles see it whose work does not take it in full."""
    shown = mask_name(name)
    assert shown is not None
    return shown


def test_a_wrong_password_is_told_and_nothing_is_shown(pages: Pages, system: System) -> None:
    _, desk = pages
    desk.sign_in(replace(system.sign_ins["lin"], password="not-the-password"))
    expect(desk.page.get_by_role("alert")).to_contain_text("账号、密码或验证码不对")
    expect(desk.page.locator("[data-conversation]")).to_have_count(0)


def test_an_accepted_draft_reaches_the_customer_live(pages: Pages, system: System) -> None:
    customer, desk = pages
    desk.sign_in(system.sign_ins["lin"])
    buyer = ask_what_needs_a_person(customer, "b012")
    desk.open(buyer)
    expect(desk.drafts.first).to_be_visible(timeout=ANSWER_MS)
    expect(desk.drafts.first).to_contain_text("保养")
    text = desk.drafts.first.locator(".draft-text").first.inner_text()
    assert customer.said_by("agent").count() == 0

    desk.press("1")

    assert customer.wait_for_answer(1, "agent") == text
    expect(customer.page.get_by_text("小林", exact=True)).to_be_visible()
    expect(customer.page.get_by_test_id("queue-place")).to_have_count(0)
    expect(desk.drafts).to_have_count(0)
    expect(desk.page.locator(".message[data-author=agent] .bubble")).to_have_text(text)


def test_an_edited_draft_goes_out_in_the_agents_words(pages: Pages, system: System) -> None:
    customer, desk = pages
    desk.sign_in(system.sign_ins["lin"])
    desk_buyer = ask_what_needs_a_person(customer, "b013")
    desk.open(desk_buyer)
    expect(desk.drafts.first).to_be_visible(timeout=ANSWER_MS)
    desk.press("Tab")
    expect(desk.field).to_be_focused()
    assert desk.drafts.first.locator(".draft-text").first.inner_text() in desk.field.input_value()
    desk.field.fill("您好，用软布蘸清水擦拭就好，阴凉处晾干。")
    desk.field.press("Enter")
    assert customer.wait_for_answer(1, "agent") == "您好，用软布蘸清水擦拭就好，阴凉处晾干。"
    expect(desk.drafts).to_have_count(0)


def test_a_rejected_draft_goes_and_the_customer_hears_nothing(pages: Pages, system: System) -> None:
    customer, desk = pages
    desk.sign_in(system.sign_ins["lin"])
    desk.open(ask_what_needs_a_person(customer, "b014"))
    expect(desk.drafts.first).to_be_visible(timeout=ANSWER_MS)
    before = desk.drafts.count()
    desk.press("Escape")
    expect(desk.page.get_by_role("group", name="为什么退回？")).to_be_visible()
    desk.press("2")
    expect(desk.drafts).to_have_count(before - 1)
    assert customer.said_by("agent").count() == 0


def test_taking_over_writing_and_handing_back(pages: Pages, system: System) -> None:
    customer, desk = pages
    customer.enter("b015", "晴川小白鞋")
    customer.write("这款39码还有货吗")
    customer.wait_for_answer(1)
    desk.sign_in(system.sign_ins["lin"])
    desk.show("机器人")
    desk.open(masked(name_of(customer)))
    expect(desk.field).to_be_disabled()

    desk.page.get_by_role("button", name="接管").click()
    desk.field.fill("您好，我是小林，1号仓今天就能发。")
    desk.field.press("Enter")
    assert customer.wait_for_answer(1, "agent") == "您好，我是小林，1号仓今天就能发。"

    desk.page.get_by_role("button", name="归还机器人").click()
    desk.page.get_by_label("交接备注").fill("已答应今天发货")
    desk.page.get_by_role("button", name="确定").click()
    expect(desk.page.get_by_role("button", name="接管")).to_be_visible()
    expect(desk.page.get_by_text("已答应今天发货")).to_be_visible()
    customer.write("这款36码还有货吗")
    assert "36码" in customer.wait_for_answer(2)


def test_a_digit_in_a_reply_takes_no_draft(pages: Pages, system: System) -> None:
    customer, desk = pages
    desk.sign_in(system.sign_ins["lin"])
    desk.open(ask_what_needs_a_person(customer, "b016"))
    expect(desk.drafts.first).to_be_visible(timeout=ANSWER_MS)
    desk.page.get_by_role("button", name="接待").click()
    expect(desk.field).to_be_enabled()
    desk.field.press("1")
    assert desk.field.input_value() == "1"
    expect(desk.drafts.first).to_be_visible()
    assert customer.said_by("agent").count() == 0


def test_an_answer_of_the_bot_shows_what_it_rests_on(pages: Pages, system: System) -> None:
    customer, desk = pages
    customer.enter("b017", "晴川小白鞋")
    customer.write("这款39码还有货吗")
    customer.wait_for_answer(1)
    desk.sign_in(system.sign_ins["chen"])
    desk.show("机器人")
    expect(desk.page.locator("button[data-conversation]")).not_to_have_count(0)
    desk.page.keyboard.press("j")  # a letter is a key of the workplace right after a view was chosen
    expect(desk.page.locator(".writer textarea, .bubble").first).to_be_visible()
    desk.open(name_of(customer))
    desk.page.get_by_role("button", name="依据").click()
    basis = desk.page.locator(".basis")
    expect(basis).to_contain_text("晴川小白鞋")
    basis.locator(".fact").first.focus()
    expect(desk.page.get_by_role("tooltip").filter(has_text="P1004")).to_be_visible()


def test_a_complaint_stands_above_what_is_only_doubtful(pages: Pages, system: System) -> None:
    customer, desk = pages
    customer.enter("b018")
    customer.write("我要投诉你们，马上打12315")
    customer.wait_for_answer(1, "system")
    desk.sign_in(system.sign_ins["zhou"])
    row = desk.page.locator("button[data-conversation]", has_text=name_of(customer))
    expect(row).to_contain_text("重大投诉")
    expect(row).to_contain_text("等待")
    reasons = desk.page.locator("button[data-conversation] .why").all_inner_texts()
    grave = [number for number, reason in enumerate(reasons) if "重大" in reason]
    assert grave == list(range(len(grave)))


def test_a_lost_connection_is_told_and_what_was_missed_comes(pages: Pages, system: System) -> None:
    customer, desk = pages
    with desk.page.expect_response("**/api/v1/desk/events"):  # the stream is open before it is lost
        desk.sign_in(system.sign_ins["lin"])
    expect(desk.page.get_by_role("navigation", name="会话列表")).to_be_visible()
    desk.page.context.set_offline(True)
    expect(desk.page.get_by_test_id("link-lost")).to_be_visible()
    buyer = ask_what_needs_a_person(customer, "b019")
    desk.page.context.set_offline(False)
    expect(desk.page.get_by_test_id("link-lost")).to_have_count(0)
    desk.open(buyer)
    expect(desk.page.locator(".message[data-author=customer] .bubble")).to_have_text([CARE])


def test_signing_out_ends_the_session(pages: Pages, system: System) -> None:
    _, desk = pages
    desk.sign_in(system.sign_ins["lin"])
    desk.page.get_by_role("button", name="退出").click()
    expect(desk.page.get_by_role("button", name="登录")).to_be_visible()
    desk.page.reload()
    expect(desk.page.get_by_role("button", name="登录")).to_be_visible()


def test_a_private_note_stays_among_colleagues(pages: Pages, system: System) -> None:
    customer, desk = pages
    desk.sign_in(system.sign_ins["lin"])
    desk.open(ask_what_needs_a_person(customer, "b021"))
    desk.press("n")
    note = desk.page.get_by_role("textbox", name="内部备注，顾客看不到，Enter 保存")
    expect(note).to_be_focused()
    note.fill("老顾客，偏大一码")
    note.press("Enter")
    expect(desk.page.locator(".pane").get_by_text("老顾客，偏大一码")).to_be_visible()
    assert "老顾客，偏大一码" not in customer.texts()


def test_the_warehouse_signs_a_task_off_and_sees_nothing_else(pages: Pages, system: System) -> None:
    _, desk = pages
    desk.sign_in(system.sign_ins["li"])
    expect(desk.page.get_by_role("heading", name="仓库")).to_be_visible()
    expect(desk.page.get_by_role("navigation", name="会话列表")).to_have_count(0)
    number = desk.page.locator("article.task").first.get_attribute("data-task")
    task = desk.page.locator(f"article.task[data-task='{number}']")
    task.get_by_role("button", name="已完成").click()
    expect(task).to_have_count(0)
    desk.page.get_by_text("已完成", exact=True).first.click()
    expect(task).to_contain_text("li")
    assert system.query("SELECT state FROM warehouse_tasks WHERE id = ?", int(number or 0)) == [("done",)]


def test_after_a_complaint_the_bot_is_silent_until_it_is_handed_back(pages: Pages, system: System) -> None:
    customer, desk = pages
    desk.sign_in(system.sign_ins["zhou"])
    customer.enter("b022", "晴川小白鞋")
    customer.write("我要投诉你们，马上打12315")
    customer.wait_for_answer(1, "system")
    alarm = desk.page.get_by_role("alert", name="主管告警")
    expect(alarm).to_be_visible(timeout=ANSWER_MS)
    expect(alarm.get_by_role("button", name="查看").first).to_be_visible()
    desk.open(name_of(customer))  # an alarm of another customer may stand there, too
    desk.page.get_by_role("button", name="接待").click()
    expect(desk.field).to_be_enabled()

    customer.write("这款39码还有货吗")
    expect(desk.drafts.first).to_be_visible(timeout=ANSWER_MS)  # the bot has read it, and says nothing
    assert customer.said_by("bot").count() == 0
    desk.field.fill("您好，我是主管小周，您的投诉由我处理。")
    desk.field.press("Enter")
    customer.wait_for_answer(1, "agent")

    desk.page.get_by_role("button", name="归还机器人").click()
    desk.page.get_by_label("交接备注").fill("已致歉并补偿")
    desk.page.get_by_role("button", name="确定").click()
    expect(desk.page.get_by_role("button", name="接管")).to_be_visible()
    customer.write("这款36码还有货吗")
    assert "36码" in customer.wait_for_answer(1)
    [(number, owner)] = system.query(
        "SELECT id, owner FROM conversations WHERE buyer_id = ? AND owner != 'closed'", "b022"
    )
    assert owner == "bot"
    states = system.query("SELECT state, closed_why FROM handoffs WHERE conversation_id = ?", number)
    assert states == [("closed", "handed_back")]


def test_of_two_agents_who_take_one_chat_one_gets_it_and_the_other_is_told(
    pages: Pages, browser: Browser, system: System
) -> None:
    customer, first = pages
    context = browser.new_context(viewport=DESKTOP, locale="zh-CN")
    second = DeskPage(context, system.url)
    second.page.route("**/api/v1/desk/events", lambda route: route.abort())  # it does not hear of the other
    first.sign_in(system.sign_ins["lin"])
    second.sign_in(system.sign_ins["chen"])
    shown = ask_what_needs_a_person(customer, "b023")
    for desk, name in ((first, shown), (second, name_of(customer))):
        desk.page.reload()
        desk.open(name)
        expect(desk.page.get_by_role("button", name="接待")).to_be_enabled()
    first.page.get_by_role("button", name="接待").click()
    expect(first.field).to_be_enabled()
    second.page.get_by_role("button", name="接待").click()
    expect(second.page.get_by_text("这个会话刚被接走，请接待下一位。")).to_be_visible()
    expect(second.field).to_be_disabled()
    rows = system.query("SELECT owner, assignee FROM conversations WHERE buyer_id = ?", "b023")
    assert rows == [("agent", "lin")]
    context.close()
