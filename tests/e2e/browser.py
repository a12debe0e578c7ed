"""A real browser for the pages: the system's Chromium, and what a customer and an agent do in it."""

import base64
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    ViewportSize,
    expect,
    sync_playwright,
)

from desk.seed import SignIn

ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PHONE: ViewportSize = {"width": 390, "height": 780}
DESKTOP: ViewportSize = {"width": 1360, "height": 820}
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
"""A whole PNG of one point."""
ANSWER_MS = 15_000
"""How long an answer may take on a busy machine; the desk's own promise is far shorter."""


class ChromiumMissing(Exception):
    """There is no Chromium on this machine."""


def find_chromium() -> Path:
    """The Chromium of this machine. Raises ChromiumMissing."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        raise ChromiumMissing("no Chromium here (Debian: apt-get install chromium)")
    return Path(found)


@contextmanager
def run_browser() -> Iterator[Browser]:
    """A headless browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


class Watched:
    """A page and all that went wrong in it: errors of its scripts, and calls to any host but the desk's."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.url = url
        self.page: Page = context.new_page()
        self.faults: list[str] = []
        self.page.set_default_timeout(ANSWER_MS)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", lambda request: self._check_host(request.url))

    def _check_host(self, address: str) -> None:
        if not address.startswith((f"{self.url}/", "data:", "blob:")):
            self.faults.append(f"asked a foreign host: {address}")


class CustomerPage(Watched):
    """The customer's page of one buyer."""

    def enter(self, buyer_id: str, item: str | None = None) -> None:
        """Pick the buyer and, by a search, the item; start the chat."""
        self.page.goto(f"{self.url}/chat")
        self.page.locator(f"label.buyer:has(input[value={buyer_id}])").click()
        if item is not None:
            self.page.get_by_role("searchbox", name="搜索商品").fill(item)
            self.page.locator("button[data-item]").first.click()
        self.page.get_by_role("button", name="开始咨询").click()
        expect(self.field).to_be_visible()
        expect(self.page.get_by_test_id("link-lost")).to_have_count(0)

    @property
    def field(self) -> Locator:
        """Where the customer writes."""
        return self.page.get_by_role("textbox", name="请输入您的问题")

    @property
    def bubbles(self) -> Locator:
        """All messages, in order."""
        return self.page.get_by_test_id("bubble")

    @property
    def typing(self) -> Locator:
        """The sign that someone is writing."""
        return self.page.get_by_test_id("typing")

    def said_by(self, author: str) -> Locator:
        """The messages of an author."""
        return self.page.locator(f".row[data-author={author}]").get_by_test_id("bubble")

    def write(self, text: str) -> None:
        """Write and send by the Enter key."""
        self.field.fill(text)
        self.field.press("Enter")

    def wait_for_answer(self, number: int, author: str = "bot") -> str:
        """The text of an author's answer of that number, counted from 1."""
        answer = self.said_by(author).nth(number - 1)
        expect(answer).to_be_visible(timeout=ANSWER_MS)
        return answer.inner_text()

    def texts(self) -> list[str]:
        """All messages as they stand."""
        return self.bubbles.all_inner_texts()


class DeskPage(Watched):
    """The agents' page of one person."""

    def sign_in(self, account: SignIn) -> None:
        """Sign in with a name and a password."""
        self.page.goto(f"{self.url}/")
        self.page.get_by_label("账号").fill(account.name)
        self.page.get_by_label("密码", exact=True).fill(account.password)
        self.page.get_by_label("密码", exact=True).press("Enter")

    def show(self, view: str) -> None:
        """Change to a view by its name."""
        self.page.locator(".top-bar").get_by_text(view, exact=True).click()

    def open(self, buyer: str) -> None:
        """Open the conversation of a buyer by name."""
        self.page.locator("button[data-conversation]", has_text=buyer).click()
        expect(self.page.get_by_role("heading", name=buyer)).to_be_visible()

    def press(self, key: str) -> None:
        """Press a key of the workplace, the focus in no field."""
        self.page.evaluate("document.activeElement instanceof HTMLElement && document.activeElement.blur()")
        self.page.keyboard.press(key)

    @property
    def drafts(self) -> Locator:
        """The drafts of the open conversation."""
        return self.page.locator("article.draft")

    @property
    def field(self) -> Locator:
        """Where the agent writes."""
        return self.page.locator(".writer textarea").first


Pages = tuple[CustomerPage, DeskPage]
"""A customer's page and an agent's."""
