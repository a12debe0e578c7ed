"""The demo shop: its files through the importer, its orders from a recipe, hints on what to try with it."""

import asyncio
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random
from tempfile import mkstemp

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from shop.db import Base, Sessions, reading, transaction
from shop.demo_hints import DemoHint, list_demo
from shop.demo_orders import Catalogue, OrderMaker
from shop.demo_recipe import load_recipe
from shop.demo_times import DemoTimes
from shop.errors import Refused
from shop.import_files import read_records
from shop.import_writing import lock_imports
from shop.importing import import_file
from shop.models import Customer, Order, Product, Promotion, Shipment, Sku
from shop.policy_file import load_policy

__all__ = ["DemoHint", "DemoSummary", "list_demo", "load_demo", "write_catalogue_terms"]

FILES = {
    "sizes": "size_charts.yml",
    "products": "products.yml",
    "skus": "skus.csv",
    "customers": "customers.csv",
    "coupons": "coupons.yml",
    "promotions": "promotions.yml",
}
RECIPE = "demo_orders.yml"
MODELS = "shop.models"


@dataclass(frozen=True, slots=True)
class DemoSummary:
    """What the shop holds after loading; `created` is false when it was there before."""

    created: bool
    products: int
    skus: int
    customers: int
    orders: int
    shipments: int


async def load_demo(sessions: Sessions, folder: Path, now: datetime, *, fresh: bool = False) -> DemoSummary:
    """Load the demo shop of a folder, with times before `now`. A second load changes nothing.

    `fresh` empties the shop's tables first. Raises Refused when the shop holds goods that are not the demo's.
    """
    policy = load_policy(folder / "policy.yml")
    recipe = load_recipe(folder / RECIPE)
    if await _has_orders(sessions) and not fresh:
        return await _summarise(sessions, created=False)
    await _refuse_strangers(sessions, folder)
    if fresh:
        await _empty(sessions)
    for kind, name in FILES.items():
        await import_file(sessions, kind, folder / name, zone=policy.zone, now=now)
    async with reading(sessions) as session:
        catalogue = await _get_catalogue(session)
    times = DemoTimes(policy, now, Random(recipe.seed))  # noqa: S311
    orders = await asyncio.to_thread(OrderMaker(catalogue, recipe, times).make_all)
    async with transaction(sessions) as session:
        await lock_imports(session)
        if await session.scalar(select(Order.no).limit(1)) is None:
            session.add_all(orders)
    return await _summarise(sessions, created=True)


async def _has_orders(sessions: Sessions) -> bool:
    async with reading(sessions) as session:
        return await session.scalar(select(Order.no).limit(1)) is not None


async def _refuse_strangers(sessions: Sessions, folder: Path) -> None:
    """Keep the demo out of a real shop."""
    ours = {str(record.values.get("id")) for record in read_records(folder / FILES["products"])}
    async with reading(sessions) as session:
        theirs = sorted(set(await session.scalars(select(Product.id))) - ours)
    if theirs:
        raise Refused(
            f"the shop holds goods that are not the demo's, such as {theirs[0]}; use another database"
        )


async def _empty(sessions: Sessions) -> None:
    """Remove every row of the shop's own tables, children first."""
    ours = {mapper.local_table for mapper in Base.registry.mappers if mapper.class_.__module__ == MODELS}
    async with transaction(sessions) as session:
        for table in reversed(Base.metadata.sorted_tables):
            if table in ours:
                await session.execute(delete(table))


async def _get_catalogue(session: AsyncSession) -> Catalogue:
    return Catalogue(
        skus=(await session.scalars(select(Sku).order_by(Sku.id))).all(),
        customers=(await session.scalars(select(Customer).order_by(Customer.id))).all(),
        promotions=(await session.scalars(select(Promotion).order_by(Promotion.id))).all(),
    )


async def _summarise(sessions: Sessions, *, created: bool) -> DemoSummary:
    async with reading(sessions) as session:
        counts = [
            await session.scalar(select(func.count()).select_from(model)) or 0
            for model in (Product, Sku, Customer, Order, Shipment)
        ]
    return DemoSummary(created, *counts)


async def write_catalogue_terms(sessions: Sessions, path: Path) -> int:
    """Write what customers call the goods, one name a line; how many lines.

    For the bot's recogniser. A name of several products stands there once. The file is replaced at once,
    never half written.
    """
    async with reading(sessions) as session:
        query = select(Product.short_name, Product.aliases).order_by(Product.id)
        rows = (await session.execute(query)).all()
    names = (" ".join(name.split()) for row in rows for name in (row.short_name, *row.aliases))
    lines = [f"{name}\n" for name in dict.fromkeys(names) if name]
    await asyncio.to_thread(_replace, path, "".join(lines))
    return len(lines)


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = mkstemp(dir=path.parent, prefix=path.name, suffix=".new")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(draft).chmod(0o644)
        Path(draft).replace(path)
    finally:
        Path(draft).unlink(missing_ok=True)
