"""An agent who took a chat and leaves the customer waiting loses it; the bot does not step in."""

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, expect

from desk.masking import mask_name
from tests.e2e.browser import ANSWER_MS, DESKTOP, CustomerPage, DeskPage, Pages
from tests.e2e.harness import System, run_system

pytestmark = [pytest.mark.system, pytest.mark.browser]
SILENCE_S, PRESENCE_S = 15.0, 6.0
RELEASED_MS = 40_000
STOCK = "这款39码还有货吗"


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A system that is as patient as a test."""
    patience = {"agent_silence_s": SILENCE_S, "presence_s": PRESENCE_S, "sweep_every_s": 0.5}
    with run_system(tmp_path_factory.mktemp("system"), **patience) as running:
        yield running


def take_over(customer: CustomerPage, desk: DeskPage, buyer_id: str) -> str:
    """A customer asks for a person; one takes the chat. Gives the customer's name."""
    customer.enter(buyer_id, "晴川小白鞋")
    customer.write("转人工")
    customer.wait_for_answer(1, "system")
    name = customer.page.locator(".header-names p").inner_text()
    desk.open(mask_name(name) or "")
    desk.page.get_by_role("button", name="接待").click()
    expect(desk.field).to_be_enabled()
    expect(customer.page.get_by_test_id("queue-place")).to_have_count(0)
    return name


def ask_what_the_bot_knows(customer: CustomerPage, desk: DeskPage) -> None:
    """A question the bot could answer, which the agent only gets as a draft."""
    customer.write(STOCK)
    expect(desk.drafts.first).to_be_visible(timeout=ANSWER_MS)


def answer_as(browser: Browser, system: System, name: str) -> DeskPage:
    """A colleague on a machine of their own, who finds the customer in the queue and answers."""
    desk = DeskPage(browser.new_context(viewport=DESKTOP, locale="zh-CN"), system.url)
    desk.sign_in(system.sign_ins["chen"])
    desk.show("排队")
    desk.open(name)
    desk.page.get_by_role("button", name="接待").click()
    expect(desk.field).to_be_enabled()
    desk.field.fill("您好，我是小陈，由我接着为您处理。")
    desk.field.press("Enter")
    return desk


def count_repairs(system: System, kind: str) -> int:
    """How often the sweeper took a claim back for this reason."""
    told = httpx.get(f"{system.url}/metrics", trust_env=False).text
    found = re.search(rf'^xiaoer_counted{{label="{kind}",name="repairs"}} (\d+)', told, re.MULTILINE)
    return int(found[1]) if found else 0


def find_owner(system: System, buyer_id: str) -> list[tuple[str, str | None]]:
    """Who has the buyer's conversation."""
    rows = system.query("SELECT owner, assignee FROM conversations WHERE buyer_id = ?", buyer_id)
    return [(owner, assignee) for owner, assignee in rows]


def test_a_silent_agent_loses_the_claim_and_a_colleague_goes_on(
    pages: Pages, browser: Browser, system: System
) -> None:
    customer, silent = pages
    silent.sign_in(system.sign_ins["lin"])
    name = take_over(customer, silent, "b012")
    ask_what_the_bot_knows(customer, silent)

    expect(silent.page.get_by_text("这个会话久未回复，已退回排队。")).to_be_visible(timeout=RELEASED_MS)
    expect(silent.field).to_be_disabled()
    expect(customer.page.get_by_test_id("queue-place")).to_be_visible(timeout=ANSWER_MS)
    assert find_owner(system, "b012") == [("queue", None)]
    assert (count_repairs(system, "agent_silent"), count_repairs(system, "agent_gone")) == (1, 0)

    other = answer_as(browser, system, name)
    assert customer.wait_for_answer(1, "agent") == "您好，我是小陈，由我接着为您处理。"
    expect(silent.page.get_by_text("人工: chen")).to_be_visible()
    assert find_owner(system, "b012") == [("agent", "chen")]
    assert customer.said_by("bot").count() == 0
    other.page.context.close()
    assert other.faults == []


def test_an_agent_whose_page_is_gone_loses_the_claim_while_the_customer_waits(
    pages: Pages, browser: Browser, system: System
) -> None:
    customer, _ = pages
    context = browser.new_context(viewport=DESKTOP, locale="zh-CN")
    leaving = DeskPage(context, system.url)
    leaving.sign_in(system.sign_ins["lin"])
    name = take_over(customer, leaving, "b013")
    leaving.field.fill("您好，请稍等。")
    leaving.field.press("Enter")
    customer.wait_for_answer(1, "agent")
    before = count_repairs(system, "agent_silent")
    ask_what_the_bot_knows(customer, leaving)
    context.close()

    expect(customer.page.get_by_test_id("queue-place")).to_be_visible(timeout=RELEASED_MS)
    assert (count_repairs(system, "agent_gone"), count_repairs(system, "agent_silent")) == (1, before)
    other = answer_as(browser, system, name)
    assert customer.wait_for_answer(2, "agent") == "您好，我是小陈，由我接着为您处理。"
    assert customer.said_by("bot").count() == 0
    other.page.context.close()
