"""The action server: `python -m actions.server`. Rasa's protocol (POST /webhook) for our own bot only.

Rasa SDK's executor runs the actions. Its own web server is not used: it listens on every address, allows
every origin, asks for no secret and sends the customer's message back inside its error answers.
"""

import contextlib
import hmac
import importlib
import json
import pkgutil
import socket
import sys
import time
import traceback
from typing import Any

import structlog
import uvicorn
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

import actions
from actions.base import ShopAction, is_action_name
from actions.wiring import get_wiring
from shop.errors import PolicyError, ShopError
from shop.settings import ShopSettings, load_settings

# The name of a header, no secret itself.
SECRET_HEADER = "X-Xiaoer-Internal"  # noqa: S105
KEEP_ALIVE_S = 300
"""How long an idle connection of the bot is kept, so that a turn does not pay for a new one."""
SHUTDOWN_S = 5
"""How long running calls may take to finish when the server is asked to stop."""

log = structlog.get_logger(__name__)


def list_action_classes() -> list[type[ShopAction]]:
    """Every action of the package `actions`; importing its modules is what finds them."""
    for module in pkgutil.iter_modules(actions.__path__, prefix=f"{actions.__name__}."):
        if module.name != __name__:
            importlib.import_module(module.name)
    pending, found = [ShopAction], []
    while pending:
        for kind in pending.pop().__subclasses__():
            pending.append(kind)
            if is_action_name(kind.__name__) and kind.__module__.startswith("actions."):
                found.append(kind)
    return sorted(found, key=lambda kind: kind.__name__)


def create_executor() -> ActionExecutor:
    """Rasa's executor with all actions registered."""
    executor = ActionExecutor()
    for kind in list_action_classes():
        executor.register_action(kind())
    return executor


def create_app(executor: ActionExecutor, secret: str) -> Starlette:
    """The web application: /webhook behind the shared secret, /health open."""

    async def health(_request: Request) -> Response:
        return JSONResponse({"status": "ok", "actions": len(executor.actions)})

    async def webhook(request: Request) -> Response:
        if not _is_trusted(request, secret):
            return JSONResponse({"error": f"{SECRET_HEADER} is missing or wrong"}, status_code=401)
        try:
            call = json.loads(await request.body())
            name, _ = call["next_action"], call["tracker"]["sender_id"]
        except (ValueError, KeyError, TypeError):
            error = "the body must be JSON with next_action and tracker"
            return JSONResponse({"error": error}, status_code=400)
        return await _run(executor, name, call)

    return Starlette(
        routes=[Route("/health", health, methods=["GET"]), Route("/webhook", webhook, methods=["POST"])]
    )


def _is_trusted(request: Request, secret: str) -> bool:
    """Whether the caller knows the shared secret; an empty secret trusts nobody."""
    given = request.headers.get(SECRET_HEADER, "")
    return bool(secret) and hmac.compare_digest(given.encode(), secret.encode())


async def _run(executor: ActionExecutor, name: str, call: dict[str, Any]) -> Response:
    """The result of one action; a failure is an answer with an error status, never an empty success."""
    # The actions do not look at the domain, so a caller need not send it with every call.
    call.setdefault("domain", {})
    started = time.perf_counter()
    try:
        result = await executor.run(call)
    except ActionNotFoundException:
        return JSONResponse({"error": "no such action", "action_name": name}, status_code=404)
    except ActionExecutionRejection:
        return JSONResponse({"error": "the action rejected the call", "action_name": name}, status_code=400)
    except Exception as error:  # the edge: whatever went wrong becomes a 500 and a log line
        return _failed(name, error)
    took_ms = round((time.perf_counter() - started) * 1000, 1)
    log.debug("action.done", action=name, took_ms=took_ms)
    return JSONResponse(result.model_dump() if result else None)


def _failed(name: str, error: Exception) -> Response:
    # The message of an error may quote the customer or their record: only its kind and place are logged.
    code = error.code if isinstance(error, ShopError) else "failed"
    places = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)[-3:]]
    log.error("action.failed", action=name, error=type(error).__name__, code=code, places=places)
    body = {"error": type(error).__name__, "code": code, "action_name": name}
    return JSONResponse(body, status_code=500)


def configure_logs() -> None:
    """One JSON object a line on standard error, from info upwards."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger("info"),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def open_socket(host: str, port: int) -> socket.socket:
    """A listening socket. Raises OSError when the address is taken or not this machine's."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    listener.setblocking(False)
    return listener


def _prepare(settings: ShopSettings) -> tuple[Starlette, socket.socket]:
    """The application and its socket. Exits with one line that says what to do when it cannot start."""
    if not settings.internal_secret:
        sys.exit("xiaoer actions: XIAOER_INTERNAL_SECRET is empty: set the secret that the bot uses, too")
    try:
        get_wiring()
    except PolicyError as error:
        sys.exit(str(error))
    host, port = settings.actions_host, settings.actions_port
    try:
        listener = open_socket(host, port)
    except OSError as error:
        sys.exit(
            f"xiaoer actions: {host}:{port}: {error.strerror}: stop the program that uses it, "
            "or set XIAOER_ACTIONS_HOST and XIAOER_ACTIONS_PORT"
        )
    return create_app(create_executor(), settings.internal_secret), listener


def main() -> None:
    """Serve until asked to stop."""
    configure_logs()
    started = time.perf_counter()
    settings = load_settings()
    app, listener = _prepare(settings)
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=SHUTDOWN_S,
        lifespan="off",
    )
    log.info(
        "actions.listening",
        host=settings.actions_host,
        port=listener.getsockname()[1],
        started_in_s=round(time.perf_counter() - started, 2),
    )
    with contextlib.suppress(KeyboardInterrupt):  # Ctrl-C, handed on after the running calls are done
        uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
