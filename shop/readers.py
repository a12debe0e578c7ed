"""Imports every topic, so that all fact sources and all commands are registered. Add yours here."""

from types import ModuleType

from shop import (
    bulk,
    complaints,
    coupons,
    invoice,
    notes,
    offers,
    orders,
    policy_facts,
    price_protection,
    pricing,
    product,
    promotions,
    quality,
    returns,
    shipping,
    sizing,
    stock,
    tracking,
)

TOPICS: tuple[ModuleType, ...] = (
    bulk,
    complaints,
    coupons,
    invoice,
    notes,
    offers,
    orders,
    policy_facts,
    price_protection,
    pricing,
    product,
    promotions,
    quality,
    returns,
    shipping,
    sizing,
    stock,
    tracking,
)
