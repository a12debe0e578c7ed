"""Fixtures of the tests that ask actions on a real database."""

from tests.asking import ask

__all__ = ["ask"]
