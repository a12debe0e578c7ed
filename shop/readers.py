"""Imports every topic, so that all fact sources and all commands are registered. Add yours here."""

from types import ModuleType

from shop import complaints, notes, orders, policy_facts, product, shipping, sizing, stock, tracking

TOPICS: tuple[ModuleType, ...] = (
    complaints,
    notes,
    orders,
    policy_facts,
    product,
    sizing,
    shipping,
    stock,
    tracking,
)
