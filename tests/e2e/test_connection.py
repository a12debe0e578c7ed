"""Both pages lose the network, an answer or the desk itself: afterwards nothing is missing or doubled."""

import pytest
from playwright.sync_api import Route, expect

from desk.masking import mask_name
from tests.e2e.browser import ANSWER_MS, CustomerPage, DeskPage, Pages
from tests.e2e.harness import System

pytestmark = [pytest.mark.system, pytest.mark.browser]
CARE = "这双鞋平时怎么保养"
RETRY_MS = 30_000
"""How long a browser may take until it tries a lost stream again."""


def meet(pages: Pages, system: System, buyer_id: str) -> None:
    """A customer asks, an agent has taken the chat and it is open on both sides."""
    customer, desk = pages
    with desk.page.expect_response("**/api/v1/desk/events"):  # the stream is open before it is lost
        desk.sign_in(system.sign_ins["lin"])
    customer.enter(buyer_id, "晴川小白鞋")
    customer.write(CARE)
    expect(customer.page.locator(".row[data-author=customer][data-state=there]")).to_have_count(1)
    desk.open(mask_name(customer.page.locator(".header-names p").inner_text()) or "")
    expect(desk.drafts.first).to_be_visible(timeout=ANSWER_MS)
    desk.page.get_by_role("button", name="接待").click()
    expect(desk.field).to_be_enabled()


def lose(page: CustomerPage | DeskPage) -> None:
    """Take the network from a page."""
    page.page.context.set_offline(True)
    expect(page.page.get_by_test_id("link-lost")).to_be_visible()


def find(page: CustomerPage | DeskPage) -> None:
    """Give it back."""
    page.page.context.set_offline(False)
    expect(page.page.get_by_test_id("link-lost")).to_have_count(0)


def send(desk: DeskPage, text: str) -> None:
    """Write to the customer; it is sent when the field is empty again."""
    desk.field.fill(text)
    desk.field.press("Enter")
    expect(desk.field).to_have_value("")


def send_in_vain(desk: DeskPage, text: str) -> None:
    """Write while nothing comes back: the agent is told so."""
    desk.field.fill(text)
    desk.field.press("Enter")
    expect(desk.page.get_by_text("连不上服务，请检查网络后再试。")).to_be_visible()


def expect_talk(pages: Pages, system: System, buyer_id: str, said: list[tuple[str, str]]) -> None:
    """Customer, agent and database have the same words of people in the same order, each once."""
    customer, desk = pages
    of_people = [text for author, text in said if author in ("customer", "agent")]
    inside = desk.page.locator(".message[data-author=customer] .bubble, .message[data-author=agent] .bubble")
    expect(inside).to_have_text(of_people, timeout=ANSWER_MS)
    outside = customer.page.locator(
        ".row[data-author=customer] [data-testid=bubble], .row[data-author=agent] [data-testid=bubble]"
    )
    expect(outside).to_have_text(of_people, timeout=ANSWER_MS)
    expect(customer.page.locator(".row:not([data-state=there])")).to_have_count(0)
    stored = system.query(
        "SELECT author, text FROM messages WHERE conversation_id IN"
        " (SELECT id FROM conversations WHERE buyer_id = ?) AND author IN ('customer', 'agent') ORDER BY id",
        buyer_id,
    )
    assert stored == said


def test_what_is_written_while_either_side_has_no_network_arrives_once(pages: Pages, system: System) -> None:
    customer, desk = pages
    meet(pages, system, "b012")

    lose(desk)
    customer.write("另外想问一下鞋带能单买吗")
    expect(customer.page.locator(".row[data-author=customer][data-state=there]")).to_have_count(2)
    send_in_vain(desk, "您好，用软布蘸清水擦拭就好。")
    expect(desk.field).to_have_value("您好，用软布蘸清水擦拭就好。")
    find(desk)
    expect(desk.page.get_by_text("另外想问一下鞋带能单买吗", exact=True).first).to_be_visible()
    desk.field.press("Enter")
    customer.wait_for_answer(1, "agent")

    lose(customer)
    send(desk, "鞋带可以单买，2元一副。")
    customer.write("好的谢谢")
    expect(customer.page.locator(".row[data-state=failed]")).to_have_count(1)
    find(customer)
    expect_talk(
        pages,
        system,
        "b012",
        [
            ("customer", CARE),
            ("customer", "另外想问一下鞋带能单买吗"),
            ("agent", "您好，用软布蘸清水擦拭就好。"),
            ("agent", "鞋带可以单买，2元一副。"),
            ("customer", "好的谢谢"),
        ],
    )


def test_an_agents_words_whose_receipt_was_lost_are_sent_again_and_reach_the_customer_once(
    pages: Pages, system: System
) -> None:
    customer, desk = pages
    meet(pages, system, "b013")

    def lose_the_receipt(route: Route) -> None:
        route.fetch()  # the desk takes it, the page never hears
        route.abort()

    path = "**/api/v1/desk/conversations/*/messages"
    desk.page.route(path, lose_the_receipt, times=1)
    send_in_vain(desk, "您好，请稍等。")
    customer.wait_for_answer(1, "agent")
    desk.page.reload()  # what was written is still there
    expect(desk.field).to_have_value("您好，请稍等。", timeout=ANSWER_MS)
    expect(desk.field).to_be_enabled()
    desk.field.press("Enter")
    expect(desk.field).to_have_value("")
    send(desk, "我去问一下仓库。")
    expect_talk(
        pages,
        system,
        "b013",
        [("customer", CARE), ("agent", "您好，请稍等。"), ("agent", "我去问一下仓库。")],
    )


def test_a_desk_that_starts_again_finds_both_pages_where_they_were(pages: Pages, system: System) -> None:
    customer, desk = pages
    meet(pages, system, "b014")
    send(desk, "您好，用软布擦拭就好。")
    customer.wait_for_answer(1, "agent")

    system.kill("desk")
    for page in (customer.page, desk.page):
        expect(page.get_by_test_id("link-lost")).to_be_visible()
    customer.write("可以用鞋油吗")
    expect(customer.page.locator(".row[data-state=failed]")).to_have_count(1)
    send_in_vain(desk, "鞋油只用在皮面上。")

    system.start("desk")
    system.wait_ready()
    for page in (customer.page, desk.page):
        expect(page.get_by_test_id("link-lost")).to_have_count(0, timeout=RETRY_MS)
    expect(desk.page.get_by_text("可以用鞋油吗", exact=True).first).to_be_visible(timeout=ANSWER_MS)
    expect(desk.field).to_have_value("鞋油只用在皮面上。")
    desk.field.press("Enter")
    expect(desk.field).to_have_value("")
    send(desk, "布面请用清水。")
    expect_talk(
        pages,
        system,
        "b014",
        [
            ("customer", CARE),
            ("agent", "您好，用软布擦拭就好。"),
            ("customer", "可以用鞋油吗"),
            ("agent", "鞋油只用在皮面上。"),
            ("agent", "布面请用清水。"),
        ],
    )
