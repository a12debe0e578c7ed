"""Fixtures of the tests that ask actions on a real database, and of those that run a desk."""

from tests.asking import ask
from tests.fixtures import *  # noqa: F403
from tests.integration.desk_bench import bench, bot

__all__ = ["ask", "bench", "bot"]
