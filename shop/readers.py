"""Imports every topic, so that all fact sources and all commands are registered. Add yours here."""

from types import ModuleType

from shop import (
    complaints,
    coupons,
    notes,
    offers,
    orders,
    policy_facts,
    pricing,
    product,
    promotions,
    shipping,
    sizing,
    stock,
    tracking,
)

TOPICS: tuple[ModuleType, ...] = (
    complaints,
    coupons,
    notes,
    offers,
    orders,
    policy_facts,
    pricing,
    product,
    promotions,
    shipping,
    sizing,
    stock,
    tracking,
)
