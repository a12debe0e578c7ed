"""The running system that the end-to-end tests share."""

from collections.abc import Iterator

import pytest

from tests.e2e.harness import System, run_system


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A whole system with the demo shop. Fails loudly where the model or the bot's environment is missing."""
    with run_system(tmp_path_factory.mktemp("system")) as running:
        yield running
