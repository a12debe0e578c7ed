"""Takes the README's pictures from a running demo: `scripts/screenshots`."""

from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, expect

from tests.e2e.browser import ANSWER_MS, DESKTOP, PHONE, CustomerPage, DeskPage, run_browser
from tests.e2e.harness import ROOT, System, run_system

PICTURES = ROOT / "docs" / "pictures"
SETTLED_MS = 600
SHOP_ZONE = "Asia/Shanghai"


def main() -> None:
    """Talk as customers and agents do, and take a picture of each page."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as home, run_system(Path(home)) as system, run_browser() as browser:
        take_chat(browser, system)
        take_desk(browser, system)


def take_chat(browser: Browser, system: System) -> None:
    """The customer's page on a phone, with answers from the shop's data."""
    context = browser.new_context(
        viewport=PHONE, device_scale_factor=2, locale="zh-CN", timezone_id=SHOP_ZONE
    )
    customer = CustomerPage(context, system.url)
    customer.enter("b001", "晴川小白鞋")
    customer.write("这款39码还有货吗")
    customer.wait_for_answer(1)
    customer.write("今天下单什么时候发货")
    customer.wait_for_answer(2)
    customer.write("我的快递到哪了")
    customer.wait_for_answer(3)
    customer.page.wait_for_timeout(SETTLED_MS)
    customer.page.screenshot(path=PICTURES / "chat.png")
    context.close()


def take_desk(browser: Browser, system: System) -> None:
    """The agents' page with a complaint on top and drafts to decide on; the wall; the warehouse's tasks."""
    careful = ""
    for buyer, text, item in (
        ("b012", "我要投诉你们，马上打12315", None),
        ("b013", "这双鞋平时怎么保养", "晴川小白鞋"),
        ("b010", "地址填错了能改吗", None),
    ):
        context = browser.new_context(viewport=PHONE)
        customer = CustomerPage(context, system.url)
        customer.enter(buyer, item)
        customer.write(text)
        expect(customer.page.locator(".row[data-state=there]").first).to_be_visible()
        if item is not None:
            careful = customer.page.locator(".header-names p").inner_text()
        context.close()
    context = browser.new_context(viewport=DESKTOP, locale="zh-CN", timezone_id=SHOP_ZONE)
    desk = DeskPage(context, system.url)
    desk.sign_in(system.sign_ins["zhou"])
    desk.page.locator("button[data-conversation]", has_text=careful).click()
    expect(desk.drafts.first).to_be_visible(timeout=ANSWER_MS)
    desk.page.wait_for_timeout(SETTLED_MS)
    desk.page.screenshot(path=PICTURES / "desk.png")
    for page, name in (("大屏", "wall"), ("仓库", "warehouse")):
        desk.page.get_by_role("navigation", name="页面").get_by_role("button", name=page).click()
        expect(desk.page.get_by_role("heading", name=page)).to_be_visible()
        desk.page.wait_for_timeout(SETTLED_MS)
        desk.page.screenshot(path=PICTURES / f"{name}.png")
    context.close()


if __name__ == "__main__":
    main()
