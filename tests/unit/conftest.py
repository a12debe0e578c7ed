"""The common fixtures; here and not in a conftest above, since tests/bot runs in another environment."""

from tests.fixtures import *  # noqa: F403
