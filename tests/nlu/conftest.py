"""The trained model, loaded once for all tests of this room."""

import asyncio
from pathlib import Path

import pytest
from rasa.core.agent import Agent


@pytest.fixture(scope="session")
def read():
    """Parse with the newest model in models/ (`make train`)."""
    models = sorted(Path("models").glob("*.tar.gz"), key=lambda file: file.stat().st_mtime)
    assert models, "no model in models/: run `make train`"
    agent = Agent.load(str(models[-1]))
    loop = asyncio.new_event_loop()
    yield lambda text: loop.run_until_complete(agent.parse_message(text))
    loop.close()
