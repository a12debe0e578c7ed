"""Fixtures of the worker's tests: a tiny model, an engine on it, a real action server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from peer import Peer, serving
from tiny import train_tiny
from turns import SECRET

from bot.endpoint import ActionEndpoint
from bot.engine import Engine
from bot.worker import quiet_logs, quiet_rasa


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    quiet_rasa()
    quiet_logs()
    return train_tiny(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="session")
def loaded(tiny_model: Path) -> Engine:
    return Engine(tiny_model, ActionEndpoint("http://127.0.0.1:9/webhook", secret=SECRET, timeout_s=0.5))


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    async with serving(Peer()) as peer:
        yield peer


@pytest.fixture
async def engine(loaded: Engine, peer: Peer) -> AsyncIterator[Engine]:
    loaded.endpoint.url, loaded.endpoint.timeout_s = peer.url, 30
    yield loaded
    await loaded.close()
