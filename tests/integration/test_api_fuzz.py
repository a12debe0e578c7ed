"""Generated requests against every described route: whatever comes, the desk answers and does not fail."""

import re
from pathlib import Path
from typing import Any

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from desk.signing import sign_headers
from shop.schema import upgrade
from tests.edge import CSRF, INTERNAL, SECRET, Edge, daytime, open_edge

EXAMPLES = 8
"""Requests of each mode for each route; streams without end are left out."""
ENDLESS = {"/api/v1/chat/events", "/api/v1/desk/events"}
QUIET = settings(
    max_examples=EXAMPLES,
    phases=[Phase.generate],
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def make_cases(described: dict[str, Any]) -> list[Any]:
    """Valid and invalid requests of every route, the same in every run."""
    schema = schemathesis.openapi.from_dict(described)
    cases: list[Any] = []

    def keep(case: Any) -> None:
        cases.append(case)

    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path in ENDLESS:
            continue
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            try:
                strategy = operation.as_strategy(generation_mode=mode)
                seed(1)(QUIET(given(strategy)(keep)))()
            except (Unsatisfiable, schemathesis.errors.SchemathesisError):
                continue  # a route without anything to get wrong
    return cases


def prepare(case: Any) -> requests.PreparedRequest:
    """The request as bytes, to a channel that exists."""
    ready = requests.Request(**case.as_transport_kwargs(base_url="http://desk")).prepare()
    ready.url = re.sub(r"/channels/[^/]*/", "/channels/shop/", str(ready.url))
    return ready


async def send(edge: Edge, browser: httpx.AsyncClient, ready: requests.PreparedRequest) -> httpx.Response:
    """Send it signed, signed in, and as one of our own processes: nothing is refused for that."""
    body = ready.body or b""
    raw = body.encode() if isinstance(body, str) else body
    headers = {name: value for name, value in ready.headers.items() if name.lower() == "content-type"}
    headers |= sign_headers(SECRET, raw, edge.desk.clock()) | CSRF | {"X-Xiaoer-Internal": INTERNAL}
    return await browser.request(str(ready.method), str(ready.url), content=raw, headers=headers)


@pytest.mark.no_cover  # long under coverage; what it runs is covered elsewhere
@pytest.mark.timeout(300)
async def test_no_generated_request_makes_the_desk_fail(empty_database_url: str, tmp_path: Path) -> None:
    await upgrade(empty_database_url)
    async with (
        open_edge(empty_database_url, tmp_path, daytime()) as edge,
        edge.signed_in("admin") as browser,
    ):
        await browser.post("/api/v1/chat/session", json={"buyer_id": "b001"})
        outcome = await edge.say("也许有货吗", buyer_id="b001")
        cookies = dict(browser.cookies)
        seen: dict[int, int] = {}
        for case in make_cases(edge.app.openapi()):
            browser.cookies = httpx.Cookies(cookies)  # a logout must not end the test's session
            ready = prepare(case)
            if "/auth/logout" in str(ready.url):
                continue
            answered = await send(edge, browser, ready)
            assert answered.status_code < 500, (ready.method, ready.url, ready.body, answered.text)
            if answered.status_code >= 400:
                assert {"error", "message"} <= set(answered.json()), (ready.url, answered.text)
            seen[answered.status_code] = seen.get(answered.status_code, 0) + 1
        assert {200, 202, 404, 422} <= set(seen)
        assert sum(seen.values()) > 200
        assert (await edge.read(outcome["conversation_id"]))[0]["text"] == "也许有货吗"
