"""Imports every topic, so that all fact sources and all commands are registered. Add yours here."""

from types import ModuleType

from shop import policy_facts, product, stock

TOPICS: tuple[ModuleType, ...] = (
    policy_facts,
    product,
    stock,
)
