"""The web application of the desk, and `python -m desk.app`, which serves it."""

import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import structlog
import uvicorn
from fastapi import FastAPI
from pydantic import ValidationError
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from desk import audit as audit_log
from desk.api import (
    alarms,
    approvals,
    audit,
    auth,
    autonomy,
    callbacks,
    calls,
    cards,
    channels,
    chat,
    chatwoot,
    complaints,
    conversations,
    customers,
    drafts,
    errors,
    handover,
    health,
    notes,
    outbox,
    pages,
    panel,
    photos,
    phrases,
    promises,
    proof,
    queue,
    recalls,
    returns,
    roster,
    satisfaction,
    search,
    second_proof,
    sessions,
    shop_data,
    tasks,
    tone,
    understand,
    users,
    wall,
    wecom,
)
from desk.logs import configure_logs
from desk.metrics import Metrics
from desk.settings import DeskSettings, load_desk_settings
from desk.wiring import Desk, open_desk
from shop.errors import PolicyError, ScriptError
from shop.policy_file import load_policy

log = structlog.get_logger(__name__)
ROUTERS = (
    channels,
    wecom,
    chatwoot,
    understand,
    chat,
    proof,
    cards,
    callbacks,
    satisfaction,
    photos,
    auth,
    second_proof,
    sessions,
    users,
    audit,
    conversations,
    customers,
    panel,
    notes,
    handover,
    search,
    drafts,
    phrases,
    queue,
    alarms,
    autonomy,
    approvals,
    complaints,
    calls,
    promises,
    roster,
    wall,
    tasks,
    returns,
    tone,
    recalls,
    outbox,
    shop_data,
    health,
)
CODE = Path(__file__).parents[1]
SHUTDOWN_S = 5
UNKNOWN_ROUTE = "(none)"
DESCRIPTION = """The service desk of a marketplace shop.

Channels hand in customers' messages, signed; agents work with a signed-in session. Every error has the shape
`{error, message, field?}` with a stable code."""


def create_app(settings: DeskSettings, desk: Desk | None = None) -> FastAPI:
    """The application. Without a `desk` it opens its own when it starts and closes it at the end."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_desk(settings) as opened:
            app.state.desk = opened
            yield

    app = FastAPI(
        title="Xiaoer",
        version="1",
        description=DESCRIPTION,
        lifespan=None if desk else lifespan,
        docs_url=None,  # the pages load their scripts from a foreign host
        redoc_url=None,
    )
    app.state.desk = desk
    app.state.metrics = Metrics()
    errors.install(app)
    for module in ROUTERS:
        app.include_router(module.router)
    pages.install(app, settings.web or CODE / "web" / "dist")
    larger = {shop_data.IMPORT_PATH: settings.max_import, photos.UPLOAD_PATH: settings.max_photo}
    app.add_middleware(BodyLimit, most=settings.max_body, larger=larger)
    app.add_middleware(Measured, metrics=app.state.metrics)
    return app


class BodyLimit:
    """Refuses a body that is too long as soon as that is known, in the API's own words.

    `larger`: beginnings of paths that may take more.
    """

    def __init__(self, app: ASGIApp, most: int, larger: Mapping[str, int] | None = None) -> None:
        self._app = app
        self._most = most
        self._larger = larger or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on while its body keeps within the limit."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = next((n for path, n in self._larger.items() if scope["path"].startswith(path)), self._most)
        told = dict(scope["headers"]).get(b"content-length", b"0")
        if told.isdigit() and int(told) > most:
            await errors.to_response(_too_large(most))(scope, receive, send)
            return
        seen = 0

        async def counting() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > most:
                raise _too_large(most)
            return message

        await self._app(scope, counting, send)


def _too_large(most: int) -> errors.ApiError:
    return errors.ApiError(413, "too_large", f"the body has more than {most} bytes")


class Measured:
    """Counts every answer and how long it took to begin."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and note its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                route: Any = scope.get("route")
                path = getattr(route, "path", UNKNOWN_ROUTE)
                self._metrics.observe(scope["method"], path, message["status"], time.perf_counter() - began)
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            audit_log.begin(None)  # the next request of this task is another person's


def main() -> None:
    """Serve until asked to stop. Exits with one line that says what to do when it cannot start."""
    configure_logs()
    try:
        settings = load_desk_settings()
        load_policy(settings.policy)  # before the port is taken: a broken file refuses the start
    except ValidationError as error:
        sys.exit(f"xiaoer desk: {error.errors()[0]['loc']}: {error.errors()[0]['msg']}")
    except (PolicyError, ScriptError) as error:
        sys.exit(str(error))
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=SHUTDOWN_S,
    )


if __name__ == "__main__":
    main()
