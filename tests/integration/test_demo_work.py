"""The demo shop's desks hold work to look at, made by the real commands (C6, C8, B15, E2)."""

from pathlib import Path

import pytest
from sqlalchemy import select

from shop.demo.fill import load_demo
from shop.models import Complaint
from shop.work_models import Callback, Intercept, InvoiceRequest, ManualPayment, Remedy, WarehouseTask

SHOP = Path(__file__).parents[2] / "examples" / "shop"


@pytest.fixture
def database_url(sqlite_template, tmp_path):
    import shutil

    shutil.copy(sqlite_template, tmp_path / "test.db")
    return f"sqlite:///{tmp_path}/test.db"


async def test_every_screen_of_the_demo_has_something_to_show(sessions, clock):
    await load_demo(sessions, SHOP, clock())
    async with sessions() as session:

        async def states(kind):
            return sorted(row.state for row in (await session.scalars(select(kind))).all())

        assert await states(WarehouseTask) == ["done", "open", "open"]
        assert await states(Intercept) == ["asked"]
        assert await states(InvoiceRequest) == ["asked", "asked", "issued"]
        assert await states(Complaint) == ["closed", "measured", "open", "open"]
        assert await states(Callback) == ["booked"]
        assert await states(ManualPayment) == ["due"]
        assert [row.granted_by for row in (await session.scalars(select(Remedy))).all()] == ["小禾"]
