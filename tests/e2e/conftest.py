"""The running system that the end-to-end tests of a file share."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.e2e.browser import (
    DESKTOP,
    PHONE,
    ChromiumMissing,
    CustomerPage,
    DeskPage,
    Pages,
    find_chromium,
    run_browser,
)
from tests.e2e.harness import System, run_system
from tests.fixtures import *  # noqa: F403


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A whole system with the demo shop. Fails loudly where the model or the bot's environment is missing.

    One for each file: what another file said and left open must not stand in the lists.
    """
    with run_system(tmp_path_factory.mktemp("system")) as running:
        yield running


@pytest.fixture(scope="module")
def browser(system: System) -> Iterator[Browser]:
    """A headless Chromium; without one the test is skipped, in CI it fails.

    Not for the whole session: as long as it runs, so does an event loop, and asynchronous tests cannot.
    """
    try:
        find_chromium()
    except ChromiumMissing as missing:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(str(missing))
    with run_browser() as running:
        yield running


@pytest.fixture
def pages(browser: Browser, system: System) -> Iterator[Pages]:
    """A customer's page and an agent's, each in a browser of its own; both must stay without faults."""
    outside = browser.new_context(viewport=PHONE, locale="zh-CN")
    inside = browser.new_context(viewport=DESKTOP, locale="zh-CN")
    customer, desk = CustomerPage(outside, system.url), DeskPage(inside, system.url)
    yield customer, desk
    outside.close()
    inside.close()
    assert customer.faults == []
    assert desk.faults == []
