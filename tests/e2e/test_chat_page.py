"""The customer's page in a real browser, on the whole system."""

import re
from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Route, ViewportSize, expect

from tests.e2e.browser import ANSWER_MS, DESKTOP, PHONE, PIXEL, CustomerPage, DeskPage
from tests.e2e.harness import System

pytestmark = [pytest.mark.system, pytest.mark.browser]


@pytest.fixture
def customer(browser: Browser, system: System) -> Iterator[CustomerPage]:
    """A customer's page as a phone shows it; it must stay without faults."""
    context = browser.new_context(viewport=PHONE, locale="zh-CN")
    watched = CustomerPage(context, system.url)
    yield watched
    context.close()
    assert watched.faults == []


def test_a_question_about_stock_is_answered_and_the_typing_sign_goes(customer: CustomerPage) -> None:
    customer.enter("b003", "晴川小白鞋")

    card = customer.page.locator("section[data-item=P1004]")
    expect(card).to_contain_text("晴川小白鞋")
    expect(card).to_contain_text("¥169")
    expect(card).to_contain_text("35–40")

    customer.write("这款39码还有货吗")
    expect(customer.typing).to_be_visible()
    found = customer.said_by("bot").filter(has_text="39码")
    expect(found).to_have_count(1, timeout=ANSWER_MS)
    answer = found.inner_text()
    assert "晴川小白鞋" in answer
    expect(customer.typing).to_have_count(0)
    assert {"这款39码还有货吗", answer} <= set(customer.texts())  # news of a parcel may come between


def test_the_item_can_be_changed_and_dropped_while_chatting(customer: CustomerPage) -> None:
    customer.enter("b003", "晴川小白鞋")
    customer.page.get_by_role("button", name="更换商品").click()
    dialog = customer.page.get_by_role("dialog", name="选择商品")
    dialog.get_by_role("searchbox").fill("轻羽 跑鞋")
    dialog.locator("button[data-item=P1001]").click()
    expect(dialog).to_have_count(0)
    expect(customer.page.locator("section[data-item=P1001]")).to_contain_text("轻羽跑鞋")
    customer.page.get_by_role("button", name="不再咨询这件商品").click()
    expect(customer.page.locator("section[data-item]")).to_have_count(0)


def test_a_complaint_shows_the_place_in_the_queue(customer: CustomerPage) -> None:
    customer.enter("b005")
    customer.write("我要投诉你们，马上打12315")
    place = customer.page.get_by_test_id("queue-place")
    expect(place).to_have_text(re.compile(r"正在排队，您是第 \d+ 位"), timeout=ANSWER_MS)
    assert customer.wait_for_answer(1, "system")
    expect(customer.typing).to_have_count(0)
    customer.page.reload()
    expect(place).to_have_text(re.compile(r"正在排队，您是第 \d+ 位"))


def test_a_lost_connection_neither_loses_nor_doubles_anything(
    customer: CustomerPage,
) -> None:
    customer.enter("b006", "晴川小白鞋")
    customer.write("这款39码还有货吗")
    expect(customer.page.locator(".row[data-author=customer][data-state=there]")).to_have_count(1)

    customer.page.context.set_offline(True)
    expect(customer.page.get_by_test_id("link-lost")).to_be_visible()
    customer.write("包邮吗")
    expect(customer.page.locator(".row[data-state=failed]")).to_have_count(1)

    customer.page.context.set_offline(False)
    expect(customer.page.get_by_test_id("link-lost")).to_have_count(0)
    customer.wait_for_answer(2)
    texts = customer.texts()
    assert texts.count("这款39码还有货吗") == 1
    assert texts.count("包邮吗") == 1
    expect(customer.said_by("bot")).to_have_count(2)
    expect(customer.page.locator(".row:not([data-state=there])")).to_have_count(0)
    assert customer.faults == []


def test_a_page_loaded_again_shows_the_same_conversation(customer: CustomerPage) -> None:
    customer.enter("b007", "晴川小白鞋")
    customer.write("这款39码还有货吗")
    customer.wait_for_answer(1)
    before = customer.texts()
    customer.page.reload()
    for text in before:
        expect(customer.bubbles.filter(has_text=text)).to_have_count(1)
    expect(customer.page.locator("section[data-item=P1004]")).to_be_visible()


def test_a_message_written_offline_survives_a_reload_and_is_sent_once(customer: CustomerPage) -> None:
    customer.enter("b008", "晴川小白鞋")
    customer.page.route("**/api/v1/chat/messages", lambda route: route.abort())
    customer.write("这款39码还有货吗")
    expect(customer.page.locator(".row[data-state=failed]")).to_have_count(1)
    customer.page.unroute("**/api/v1/chat/messages")
    customer.page.reload()
    customer.wait_for_answer(1)
    assert customer.texts().count("这款39码还有货吗") == 1


def test_a_failed_message_is_sent_again_by_hand_under_the_same_id(customer: CustomerPage) -> None:
    sent: list[str] = []

    def lose_the_first_answer(route: Route) -> None:
        sent.append(route.request.post_data_json["message_id"])
        if len(sent) == 1:
            route.fetch()  # the desk takes it, the customer never hears
            route.abort()
        else:
            route.continue_()

    customer.enter("b009", "晴川小白鞋")
    customer.page.route(
        "**/api/v1/chat/messages",
        lambda route: lose_the_first_answer(route) if route.request.method == "POST" else route.continue_(),
    )
    customer.write("这款39码还有货吗")
    retry = customer.page.get_by_role("button", name="重发")
    if retry.count():
        retry.click()
    customer.wait_for_answer(1)
    assert customer.texts().count("这款39码还有货吗") == 1
    assert len(set(sent)) == 1


def test_a_text_over_the_limit_cannot_be_sent(customer: CustomerPage) -> None:
    customer.enter("b003")
    customer.field.fill("长" * 5001)
    expect(customer.page.get_by_role("alert").filter(has_text="超出 1 字")).to_be_visible()
    expect(customer.page.get_by_role("button", name="发送")).to_be_disabled()


def test_an_unreachable_shop_is_told_and_tried_again(customer: CustomerPage) -> None:
    customer.page.route("**/api/v1/chat/config", lambda route: route.abort())
    customer.page.goto(f"{customer.url}/chat")
    expect(customer.page.get_by_role("heading", name="暂时连不上店铺")).to_be_visible()
    customer.page.unroute("**/api/v1/chat/config")
    customer.page.get_by_role("button", name="再试一次").click()
    expect(customer.page.get_by_role("heading", name="以哪位买家的身份进店")).to_be_visible()


def test_the_page_speaks_english_when_asked_and_remembers_it(customer: CustomerPage) -> None:
    customer.page.goto(f"{customer.url}/chat")
    customer.page.get_by_role("button", name="English").click()
    expect(customer.page.get_by_role("heading", name="Which buyer are you?")).to_be_visible()
    customer.page.reload()
    expect(customer.page.get_by_role("button", name="Start chatting")).to_be_disabled()
    assert customer.page.evaluate("document.documentElement.lang") == "en"


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_and_follows_the_colour_scheme(
    browser: Browser, system: System, viewport: ViewportSize, scheme: Literal["light", "dark"]
) -> None:
    context = browser.new_context(viewport=viewport, color_scheme=scheme)
    watched = CustomerPage(context, system.url)
    watched.enter("b003", "晴川小白鞋")
    width = watched.page.evaluate("document.documentElement.scrollWidth")
    brightness = watched.page.evaluate(
        "getComputedStyle(document.querySelector('.ChatApp')).backgroundColor.match(/\\d+/g).map(Number)"
    )
    context.close()
    assert width <= viewport["width"]
    assert (max(brightness) < 60) == (scheme == "dark")
    assert watched.faults == []


def test_a_photo_is_sent_and_shown_and_what_is_none_is_refused_with_a_reason(
    customer: CustomerPage,
) -> None:
    customer.enter("b014")
    field = customer.page.get_by_test_id("photo-file")
    field.set_input_files({"name": "sole.png", "mimeType": "image/png", "buffer": PIXEL})
    photo = customer.page.locator(".row[data-author=customer] .photo img")
    expect(photo).to_be_visible()
    assert photo.evaluate("image => image.naturalWidth") == 1
    customer.page.reload()
    expect(photo).to_have_count(1)

    field.set_input_files({"name": "sole.png", "mimeType": "image/png", "buffer": b"no picture"})
    refused = customer.page.get_by_role("alert").filter(has_text="请发送 JPEG")
    expect(refused).to_be_visible()
    refused.get_by_role("button", name="删除").click()
    expect(refused).to_have_count(0)
    expect(photo).to_have_count(1)


def test_a_guest_sees_a_parcel_only_after_proving_the_order(customer: CustomerPage, system: System) -> None:
    ((order_no, phone),) = system.query(
        "select no, phone from orders where stage = 'shipped' order by no limit 1"
    )
    customer.page.goto(f"{customer.url}/chat")
    customer.page.get_by_role("button", name="以访客身份咨询").click()
    customer.write("我的快递到哪了")
    expect(customer.said_by("bot").or_(customer.said_by("system")).first).to_be_visible()
    expect(customer.page.locator("[data-card]")).to_have_count(0)

    proof = customer.page.get_by_test_id("proof")
    proof.get_by_role("button", name="验证订单").click()
    proof.get_by_label("订单号").fill(order_no)
    proof.get_by_label("收货手机号后四位").fill("0000" if phone[-4:] != "0000" else "1111")
    proof.get_by_role("button", name="验证", exact=True).click()
    expect(proof.get_by_role("alert")).to_contain_text("没有对上")
    proof.get_by_label("收货手机号后四位").fill(phone[-4:])
    proof.get_by_role("button", name="验证", exact=True).click()
    expect(proof).to_contain_text(f"已验证订单 …{order_no[-6:]}")
    customer.write("我的快递到哪了")
    expect(customer.page.locator("[data-card=parcel]")).to_be_visible(timeout=ANSWER_MS)


def test_a_closed_conversation_is_rated_once(customer: CustomerPage, system: System) -> None:
    customer.enter("b015", "晴川小白鞋")
    customer.write("这款39码还有货吗")
    customer.wait_for_answer(1)
    expect(customer.page.locator("[data-card=item]")).to_contain_text("39")
    desk = DeskPage(customer.page.context, system.url)
    desk.sign_in(system.sign_ins["zhou"])
    ((conversation,),) = system.query(
        "select id from conversations where buyer_id = 'b015' and channel = 'web'"
    )
    path = f"{system.url}/api/v1/desk/conversations/{conversation}/close"
    expect(desk.page.locator(".top-bar")).to_be_visible()
    assert desk.page.request.post(path, data={}, headers={"X-Xiaoer-Csrf": "1"}).ok
    rating = customer.page.get_by_test_id("rating")
    rating.get_by_text("很满意", exact=True).click()
    rating.get_by_label("想说的话").fill("回复很快")
    rating.get_by_role("button", name="提交评价").click()
    expect(customer.page.get_by_test_id("rating-thanks")).to_be_visible()
    customer.page.reload()
    expect(customer.field).to_be_visible()
    expect(rating).to_have_count(0)
    assert system.query("select score, words from ratings") == [(5, "回复很快")]
