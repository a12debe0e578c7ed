import traceback
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from shop.db import Sessions, create_engine, create_sessions, normalise_url, transaction
from shop.models import Product, Sku

PRODUCT = {
    "id": "P1",
    "title": "轻羽跑鞋 男",
    "short_name": "轻羽跑鞋",
    "category": "shoes",
    "kind": "跑鞋",
    "list_price": Decimal("199.00"),
}


@pytest.mark.parametrize(
    ("given", "driven"),
    [
        ("sqlite:///a.db", "sqlite+aiosqlite:///a.db"),
        ("postgresql://h/d", "postgresql+psycopg://h/d"),
        ("postgres://h/d", "postgresql+psycopg://h/d"),
        ("postgresql+psycopg://h/d", "postgresql+psycopg://h/d"),
    ],
)
def test_a_plain_url_gets_the_async_driver(given: str, driven: str) -> None:
    assert normalise_url(given) == driven


async def test_a_transaction_commits_and_values_come_back_as_they_went(sessions: Sessions) -> None:
    async with transaction(sessions) as session:
        session.add(Product(**PRODUCT))
        await session.flush()
        session.add(
            Sku(
                id="S1",
                product_id="P1",
                color="黑",
                size="39",
                price=Decimal("189.50"),
                restock_on=date(2026, 3, 9),
            )
        )
    async with sessions() as session:
        sku = (await session.scalars(select(Sku))).one()
    assert (sku.price, sku.restock_on, sku.product.short_name) == (
        Decimal("189.50"),
        date(2026, 3, 9),
        "轻羽跑鞋",
    )


async def test_a_failed_transaction_leaves_nothing(sessions: Sessions) -> None:
    with pytest.raises(RuntimeError):
        async with transaction(sessions) as session:
            session.add(Product(**PRODUCT))
            await session.flush()
            raise RuntimeError
    async with sessions() as session:
        assert (await session.scalars(select(Product))).all() == []


async def test_a_read_only_engine_refuses_to_write(sessions: Sessions, database_url: str) -> None:
    async with transaction(sessions) as session:
        session.add(Product(**PRODUCT))
    engine = create_engine(database_url, read_only=True)
    try:
        with pytest.raises(DBAPIError):
            async with transaction(create_sessions(engine)) as session:
                product = (await session.scalars(select(Product))).one()
                product.title = "改了"
    finally:
        await engine.dispose()
    async with sessions() as session:
        assert (await session.scalars(select(Product.title))).one() == "轻羽跑鞋 男"


async def test_a_naive_time_is_refused(sessions: Sessions) -> None:
    from shop.models import Customer

    with pytest.raises(StatementError, match="naive"):
        async with transaction(sessions) as session:
            session.add(
                Customer(
                    id="b1",
                    name="测试",
                    phone="19900000000",
                    region="浙江",
                    address="x",
                    joined_at=datetime(2026, 1, 1),  # noqa: DTZ001
                )
            )


async def test_a_time_comes_back_aware(sessions: Sessions) -> None:
    from shop.models import Customer

    joined = datetime(2026, 1, 1, 8, tzinfo=UTC)
    async with transaction(sessions) as session:
        session.add(
            Customer(id="b1", name="测试", phone="19900000000", region="浙江", address="x", joined_at=joined)
        )
    async with sessions() as session:
        assert (await session.scalars(select(Customer.joined_at))).one() == joined


async def test_an_error_of_the_database_does_not_repeat_what_was_written(sessions: Sessions) -> None:
    secret = "我的电话是一九九"
    for broken in ({"list_price": None}, {"id": "P1"}):
        with pytest.raises(IntegrityError) as caught:
            async with transaction(sessions) as session:
                row = {**PRODUCT, "title": secret, "attributes": {}, "on_sale": True, "popularity": 0}
                await session.execute(insert(Product), [row])
                await session.execute(insert(Product), [{**row, "id": "P2", **broken}])
        logged = "".join(traceback.format_exception(caught.value))
        assert "INSERT INTO products" in logged
        assert secret not in logged
