"""The demo shop: its files through the importer, its orders from a recipe, hints on what to try with it."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from shop.data_files.importing import import_file
from shop.data_files.records import read_records
from shop.data_files.writing import lock_imports
from shop.db import Base, Sessions, reading, transaction
from shop.demo.hints import DemoHint, list_demo
from shop.demo.orders import Catalogue, OrderMaker
from shop.demo.recipe import load_recipe
from shop.demo.returns import make_returns
from shop.demo.times import DemoTimes
from shop.demo.work import make_work
from shop.errors import Refused
from shop.models import Customer, Order, Product, Promotion, Shipment, Sku
from shop.policy_file import load_policy

__all__ = ["DEMO_FOLDER", "DemoHint", "DemoSummary", "holds_demo", "list_demo", "load_demo", "renew_demo"]

DEMO_FOLDER = Path(__file__).parents[2] / "examples" / "shop"

FILES = {
    "sizes": "size_charts.yml",
    "products": "products.yml",
    "skus": "skus.csv",
    "customers": "customers.csv",
    "coupons": "coupons.yml",
    "promotions": "promotions.yml",
}
RECIPE = "demo_orders.yml"
MODELS = ("shop.models", "shop.work_models", "shop.return_models")
YOUNG = timedelta(days=1)
"""Older than this, the demo's unpaid orders lapse and its parcels stand still."""

Goods = tuple[str, str]


@dataclass(frozen=True, slots=True)
class DemoSummary:
    """What the shop holds after loading; `created` is false when it was there before."""

    created: bool
    products: int
    skus: int
    customers: int
    orders: int
    shipments: int


async def renew_demo(sessions: Sessions, folder: Path, now: datetime) -> DemoSummary:
    """Load the demo shop where it is missing, and anew where its newest order is older than a day.

    Raises Refused when the shop holds goods that are not the demo's.
    """
    async with reading(sessions) as session:
        newest = await session.scalar(select(func.max(Order.created_at)))
    return await load_demo(sessions, folder, now, fresh=newest is not None and now - newest > YOUNG)


async def holds_demo(sessions: Sessions, folder: Path) -> bool:
    """Whether goods of the demo shop are in the database."""
    if not (folder / FILES["products"]).is_file():
        return False
    ours = await asyncio.to_thread(_read_goods, folder)
    async with reading(sessions) as session:
        return bool(ours & await _list_goods(session))


async def load_demo(sessions: Sessions, folder: Path, now: datetime, *, fresh: bool = False) -> DemoSummary:
    """Load the demo shop of a folder, with times before `now`. A second load changes nothing.

    `fresh` empties the shop's tables first. Raises Refused when the shop holds goods that are not the demo's.
    """
    policy = load_policy(folder / "policy.yml")
    recipe = load_recipe(folder / RECIPE)
    await _refuse_strangers(sessions, folder)
    if await _has_orders(sessions) and not fresh:
        return await _summarise(sessions, created=False)
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
            for order in orders:
                order.shipments = order.shipments or []  # known to be none, so that nothing is loaded
            session.add_all(orders)
            await session.flush()
            named = {buyer for case in recipe.cases for buyer in case.buyers}
            await make_work(session, policy, now, named)
            session.add_all(make_returns(orders, now))
    return await _summarise(sessions, created=True)


async def _has_orders(sessions: Sessions) -> bool:
    async with reading(sessions) as session:
        return await session.scalar(select(Order.no).limit(1)) is not None


async def _refuse_strangers(sessions: Sessions, folder: Path) -> None:
    """Keep the demo out of a real shop, one that took over the demo's product numbers too."""
    ours = await asyncio.to_thread(_read_goods, folder)
    async with reading(sessions) as session:
        theirs = sorted(await _list_goods(session) - ours)
    if theirs:
        raise Refused(
            f"the shop holds goods that are not the demo's, such as {theirs[0][0]}; "
            "use another database (XIAOER_DATABASE_URL)"
        )


def _read_goods(folder: Path) -> set[Goods]:
    """Number and title of the demo's products."""
    records = read_records(folder / FILES["products"])
    return {(str(record.values.get("id")), str(record.values.get("title"))) for record in records}


async def _list_goods(session: AsyncSession) -> set[Goods]:
    """Number and title of the products in the database."""
    return {(row.id, row.title) for row in await session.execute(select(Product.id, Product.title))}


async def _empty(sessions: Sessions) -> None:
    """Remove every row of the shop's own tables, children first."""
    ours = {mapper.local_table for mapper in Base.registry.mappers if mapper.class_.__module__ in MODELS}
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
