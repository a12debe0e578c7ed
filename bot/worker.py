"""The worker's life: loading, then ready or failed."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from bot.models import find_model
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.engine import Engine

logger = logging.getLogger(__name__)
T = TypeVar("T")


class Worker:
    """Holds the engine once it is loaded. `status`: loading | ready | failed."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.status = "loading"
        self.reason: str | None = "the model is being loaded"
        self.engine: Engine | None = None
        self.loaded_in_s = 0.0

    async def start(self) -> None:
        """Load and test the model; ends as ready or failed, never raises."""
        started = time.perf_counter()
        try:
            engine = await _in_daemon(lambda: _load(self.settings))
            from bot.smoke import load_cases, smoke_test

            await smoke_test(engine, load_cases())
        except Exception as error:  # the edge: a worker that cannot load says so and stays up to say it
            logger.exception("The model cannot be used")
            self.status, self.reason = "failed", f"{type(error).__name__}: {error}"[:500]
            return
        self.engine, self.loaded_in_s = engine, round(time.perf_counter() - started, 1)
        self.status, self.reason = "ready", None
        logger.info("Ready with model %s after %.1f s", engine.model, self.loaded_in_s)

    async def close(self) -> None:
        """Close what the engine holds open."""
        if self.engine is not None:
            await self.engine.close()


def quiet_rasa() -> None:
    """Before Rasa's import: no telemetry, no TensorFlow chatter."""
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"


def quiet_logs() -> None:
    """After Rasa's import: its debug events hold customers' texts, and cost time to print."""
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(logging.WARNING)
    for name in ("rasa", "matplotlib", "absl", "apscheduler"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # Both print a traceback for each failed action; bot.run tells it in one line.
    for name in ("rasa.core.processor", "rasa.core.actions.action"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _load(settings: Settings) -> Engine:
    model = find_model(settings.root, settings.model)
    quiet_rasa()
    # Importing Rasa takes seconds; the port must answer meanwhile.
    from bot.endpoint import ActionEndpoint
    from bot.engine import Engine

    quiet_logs()
    endpoint = ActionEndpoint(
        settings.actions_url, secret=settings.secret, timeout_s=settings.action_timeout_s
    )
    return Engine(model, endpoint)


async def _in_daemon(work: Callable[[], T]) -> T:
    """Run in a thread that does not keep a stopped process alive until it is done."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def run() -> None:
        outcome: Future[T] = Future()
        try:
            outcome.set_result(work())
        except BaseException as error:  # handed to the waiting task, which raises it
            outcome.set_exception(error)
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(_settle, done, outcome)

    threading.Thread(target=run, name="load-model", daemon=True).start()
    return await done


def _settle(done: asyncio.Future[T], outcome: Future[T]) -> None:
    if done.cancelled():
        return
    error = outcome.exception()
    if error is None:
        done.set_result(outcome.result())
    else:
        done.set_exception(error)
