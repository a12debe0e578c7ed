"""The worker's three routes (docs/bot-protocol.md). Internal only: loopback or a private network."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.errors import RequestError
from bot.protocol import MAX_BODY_BYTES, turn_request, understand_request
from bot.settings import Settings
from bot.worker import Worker

if TYPE_CHECKING:
    from bot.engine import Engine

logger = logging.getLogger(__name__)
Handler = Callable[[Request, Worker], Awaitable[Response]]


def create_app(settings: Settings) -> Starlette:
    """The application; its worker begins to load when the server starts."""
    worker = Worker(settings)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        loading = asyncio.create_task(worker.start())
        yield
        loading.cancel()
        with suppress(asyncio.CancelledError):
            await loading
        await worker.close()

    routes = [
        Route("/turn", _guarded(_turn, worker), methods=["POST"]),
        Route("/understand", _guarded(_understand, worker), methods=["POST"]),
        Route("/healthz", _guarded(_health, worker), methods=["GET"]),
    ]
    return Starlette(routes=routes, lifespan=lifespan)


def _guarded(handler: Handler, worker: Worker) -> Callable[[Request], Awaitable[Response]]:
    """The edge: the secret is asked for first, every error becomes an answer."""
    secret = worker.settings.secret.encode()

    async def endpoint(request: Request) -> Response:
        given = request.headers.get("X-Xiaoer-Internal", "").encode("latin-1")
        if not hmac.compare_digest(given, secret):
            return _error(RequestError(401, "unauthorised", "X-Xiaoer-Internal is missing or wrong"))
        try:
            return await handler(request, worker)
        except RequestError as error:
            return _error(error)
        except Exception:
            logger.exception("Request to %s failed", request.url.path)
            return _error(RequestError(500, "internal", "see the worker's log"))

    return endpoint


async def _turn(request: Request, worker: Worker) -> Response:
    turn = turn_request(await _body(request))
    return _json(await _engine(worker).turn(turn))


async def _understand(request: Request, worker: Worker) -> Response:
    texts = understand_request(await _body(request))
    engine, results = _engine(worker), []
    for text in texts:
        results += engine.understand([text])
        await asyncio.sleep(0)  # a long list must not keep turns waiting
    return _json({"results": results})


async def _health(_: Request, worker: Worker) -> Response:
    if worker.engine is None:
        return _json({"status": worker.status, "reason": worker.reason}, status=503)
    return _json({"status": "ready", "model": worker.engine.model, "loaded_in_s": worker.loaded_in_s})


def _engine(worker: Worker) -> Engine:
    if worker.engine is None:
        raise RequestError(503, worker.status, worker.reason or "")
    return worker.engine


async def _body(request: Request) -> bytes:
    """The body, refused as soon as it is too long."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise RequestError(413, "too_long", f"has more than {MAX_BODY_BYTES} bytes", field="body")
    return bytes(body)


def _error(error: RequestError) -> Response:
    detail = {"code": error.code, "detail": error.detail}
    return _json({"error": {**detail, "field": error.field} if error.field else detail}, status=error.status)


def _json(data: Any, *, status: int = 200) -> Response:
    # A lone surrogate in a state or a context must not break the answer.
    content = json.dumps(data, ensure_ascii=False).encode("utf-8", "replace")
    return Response(content, status_code=status, media_type="application/json")
