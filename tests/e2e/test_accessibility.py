"""axe looks at every page of the running system, light and dark: nothing serious may be found."""

from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browser import DESKTOP, PHONE, CustomerPage, DeskPage
from tests.e2e.harness import ROOT, System

pytestmark = [pytest.mark.system, pytest.mark.browser]
AXE = (ROOT / "web/node_modules/axe-core/axe.min.js").read_text()
GRAVE = ("serious", "critical")
PAGES = {
    "wall": "大屏",
    "approvals": "审批",
    "complaints": "投诉",
    "warehouse": "仓库",
    "returns": "退换",
    "autonomy": "自动化",
    "roster": "排班",
    "data": "店铺数据",
    "users": "账号",
    "audit": "审计",
}


def find_faults(page: Page) -> list[str]:
    """What axe calls serious or critical on the page as it stands: rule and place."""
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert found["passes"], "axe looked at nothing"
    return [
        f"{fault['id']}: {node['target'][-1]} {node['any'][0]['message'] if node['any'] else ''}"
        for fault in found["violations"]
        if fault["impact"] in GRAVE
        for node in fault["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_serious_is_found_on_any_page(
    browser: Browser, system: System, scheme: Literal["light", "dark"]
) -> None:
    outside = browser.new_context(viewport=PHONE, color_scheme=scheme, reduced_motion="reduce")
    customer = CustomerPage(outside, system.url)
    customer.enter("b020")
    customer.write("我要投诉你们，马上打12315")
    customer.wait_for_answer(1, "system")
    faults = {"chat": find_faults(customer.page)}

    inside = browser.new_context(viewport=DESKTOP, color_scheme=scheme, reduced_motion="reduce")
    desk = DeskPage(inside, system.url)
    desk.page.goto(system.url)
    expect(desk.page.get_by_label("账号")).to_be_visible()
    faults["sign-in"] = find_faults(desk.page)
    desk.sign_in(system.sign_ins["zhou"])
    desk.page.locator("button[data-conversation]").first.click()
    expect(desk.page.locator(".order").first).to_be_visible()
    faults["workplace"] = find_faults(desk.page)
    for page, name in PAGES.items():
        desk.page.goto(f"{system.url}/#/{page}")
        expect(desk.page.get_by_role("heading", name=name, exact=True)).to_be_visible()
        if page == "complaints":
            desk.page.locator("a.ticket-row").first.click()
            expect(desk.page.locator("article.ticket")).to_be_visible()
        faults[name] = find_faults(desk.page)
    outside.close()
    inside.close()
    assert {name: found for name, found in faults.items() if found} == {}
