"""Start the worker: `python -m bot.server` in the repository's root."""

from __future__ import annotations

import errno
import logging
import os
import socket
import sys
from contextlib import suppress
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from uvicorn.supervisors import Multiprocess

from bot.app import create_app
from bot.errors import SettingsError
from bot.settings import Settings, load_settings

KEEP_ALIVE_S = 75  # longer than the desk keeps idle connections, so that it is never the one cut off
# While a worker imports TensorFlow it may not answer its supervisor; killed too early it never gets ready.
PATIENCE_S = 120


def app() -> Starlette:
    """The application of one worker process."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    return create_app(load_settings(os.environ, Path.cwd()))


def main() -> int:
    """Serve until stopped. Exit code 1 with one line when the worker cannot start."""
    try:
        settings = load_settings(os.environ, Path.cwd())
        listening = _listen(settings)
    except SettingsError as error:
        print(f"bot: {error}", file=sys.stderr)
        return 1
    with listening:
        _serve(settings, listening)
    return 0


def _listen(settings: Settings) -> socket.socket:
    """One socket that all processes share. Raises SettingsError when the address is taken or unknown."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
        listening.listen(2048)
    except OSError as error:
        listening.close()
        place = f"{settings.host}:{settings.port}"
        if error.errno == errno.EADDRINUSE:
            raise SettingsError(
                f"port in use: {place}. Stop what runs there or set XIAOER_BOT_PORT"
            ) from error
        raise SettingsError(f"cannot listen on {place}: {error.strerror}. Set XIAOER_BOT_HOST") from error
    listening.set_inheritable(True)
    return listening


def _serve(settings: Settings, listening: socket.socket) -> None:
    config = uvicorn.Config(
        "bot.server:app",
        factory=True,
        workers=settings.workers,
        log_level="warning",
        access_log=False,
        ws="none",  # not spoken here, and Rasa's old websockets is not what uvicorn's support expects
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_worker_healthcheck=PATIENCE_S,
        timeout_graceful_shutdown=10,
    )
    if settings.workers > 1:
        Multiprocess(config, sockets=[listening]).run()
    else:
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    sys.exit(main())
