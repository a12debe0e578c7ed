"""Exports: what is written reads back and changes nothing; usual exports come in through their mappings."""

import shutil
from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from shop.data_files.exporting import export_file
from shop.data_files.importing import KINDS, ImportSummary, import_file
from shop.data_files.mapping import find_mapping
from shop.data_files.records import read_records
from shop.db import Sessions, create_engine, create_sessions, reading, transaction
from shop.errors import ImportFileError
from shop.models import Coupon, Customer, CustomerCoupon, Order, ParcelState, Promotion, Shipment, Sku, Stage
from tests.small_orders import at, make_order, make_parcel
from tests.small_shop import open_shop

SHANGHAI = ZoneInfo("Asia/Shanghai")
FORMATS = ("csv", "xlsx", "yml")


@pytest.fixture
async def shop(sessions: Sessions) -> Sessions:
    await open_shop(sessions)
    async with transaction(sessions) as session:
        session.add(
            make_order(
                "2026030200000000001",
                Stage.PAID,
                skus=("P1-黑色-39", "P1-黑色-40"),
                goods_total=Decimal(400),
                total=Decimal(400),
            )
        )
        session.add(make_order("2026030200000000002", Stage.SHIPPED, recipient="=小满", address="-1号"))
        times = {"starts_at": at("2026-03-01 00:00"), "ends_at": at("2026-04-01 00:00")}
        session.add(
            Promotion(
                id="PR", title="满减", kind="full_reduction", rules={"threshold": "199", "off": "20"}, **times
            )
        )
        coupon = Coupon(
            id="C1",
            title="店铺券",
            amount_off=Decimal(10),
            threshold=Decimal(99),
            product_ids=["P1", "P2"],
            claim_at="店铺首页",
            **times,
        )
        session.add(coupon)
        await session.flush()
        session.add(CustomerCoupon(coupon_id="C1", buyer_id="b001", claimed_at=at("2026-03-01 10:00")))
        session.add(
            make_parcel(
                "2026030200000000002",
                ParcelState.IN_TRANSIT,
                ("2026-02-27 18:00", "杭州", "已揽收"),
                ("2026-02-28 08:00", "南京", "到达转运中心"),
            )
        )
    return sessions


@pytest.fixture
async def empty_shop(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Sessions]:
    path = tmp_path_factory.mktemp("empty") / "empty.db"
    shutil.copy(sqlite_template, path)
    engine = create_engine(f"sqlite:///{path}")
    yield create_sessions(engine)
    await engine.dispose()


@pytest.mark.parametrize("ending", FORMATS)
async def test_an_export_read_back_changes_nothing(shop: Sessions, tmp_path: Path, ending: str) -> None:
    counts = {}
    for kind in KINDS:
        path = tmp_path / f"{kind}.{ending}"
        counts[kind] = await export_file(shop, kind, path, zone=SHANGHAI)
        assert await import_file(shop, kind, path, zone=SHANGHAI) == ImportSummary(unchanged=counts[kind])
    assert counts == {
        "sizes": 2,
        "products": 5,
        "skus": 13,
        "customers": 2,
        "coupons": 1,
        "promotions": 1,
        "orders": 2,
        "shipments": 1,
    }
    assert len(list(tmp_path.glob(f"*.{ending}"))) == len(KINDS)


@pytest.mark.parametrize("ending", FORMATS)
async def test_an_export_fills_an_empty_shop(
    shop: Sessions, empty_shop: Sessions, tmp_path: Path, ending: str
) -> None:
    kinds = ("sizes", "products", "skus", "customers", "orders", "shipments")
    for kind in kinds:
        path = tmp_path / f"{kind}.{ending}"
        count = await export_file(shop, kind, path, zone=SHANGHAI)
        assert await import_file(empty_shop, kind, path, zone=SHANGHAI) == ImportSummary(created=count)
    async with reading(empty_shop) as session:
        order = await session.get_one(Order, "2026030200000000002")
        assert (order.recipient, order.address, order.stage) == ("=小满", "-1号", Stage.SHIPPED)
        assert (order.paid_at, order.total) == (at("2026-03-02 09:00"), Decimal("200.00"))
        assert [scan.place for scan in order.shipments[0].scans] == ["杭州", "南京"]
        assert (await session.get_one(Sku, "P1-黑色-40")).restock_on == date(2026, 3, 12)


async def test_a_table_keeps_spreadsheets_from_spoiling_what_it_holds(shop: Sessions, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    await export_file(shop, "orders", path, zone=SHANGHAI)
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    assert lines[1].startswith('"=""2026030200000000001""",b001,paid,normal,2026-03-02T08:50:00+08:00')
    assert ",'=小满," in lines[3]
    assert read_records(path)[2].values["recipient"] == "=小满"


async def test_nested_rules_need_yaml_and_leave_the_old_file_alone(shop: Sessions, tmp_path: Path) -> None:
    async with transaction(shop) as session:
        promotion = await session.get_one(Promotion, "PR")
        promotion.kind, promotion.rules = "flash", {"price": {"P1-黑色-39": "99.00"}}
    (tmp_path / "out").mkdir()
    path = tmp_path / "out" / "promotions.csv"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(ImportFileError, match="rules holds nested values that fit no table"):
        await export_file(shop, "promotions", path)
    assert (path.read_text(encoding="utf-8"), len(list(path.parent.iterdir()))) == ("old", 1)


@pytest.mark.parametrize(("kind", "name"), [("parcels", "a.csv"), ("orders", "a.pdf")])
async def test_an_unknown_kind_or_ending_is_refused(
    shop: Sessions, tmp_path: Path, kind: str, name: str
) -> None:
    with pytest.raises(ImportFileError):
        await export_file(shop, kind, tmp_path / "out" / name)
    assert list(tmp_path.glob("out/*")) == []


TAOBAO = (
    "订单编号,买家会员名,买家应付货款,买家应付邮费,总金额,订单状态,收货人姓名,收货地址,联系手机,订单创建时间,"
    "订单付款时间,物流单号,物流公司\n"
    '"=""3026030200000001""",tb_buyer,380.00,0.00,380.00,"卖家已发货,等待买家确认",林小满,浙江省 杭州市 1号,'
    "'13800000000,2026-03-01 10:00:00,2026-03-01 10:01:00,YT99,圆通\n"
    '"=""3026030200000002""",tb_buyer,200.00,6.00,206.00,等待买家付款,林小满,江苏省 南京市 示例路2号,'
    "'13800000000,2026-03-02 10:00:00,,,\n"
)
LINES = (
    "订单编号,标题,价格,购买数量,外部系统编号\n"
    '"=""3026030200000001""",晨风跑鞋,200.00,1,P1-黑色-39\n'
    '"=""3026030200000001""",晨风跑鞋,200.00,1,P1-黑色-40\n'
    '"=""3026030200000002""",晨风跑鞋,200.00,1,P1-黑色-40\n'
)


async def test_a_taobao_order_list_comes_in_through_its_mappings(shop: Sessions, tmp_path: Path) -> None:
    orders, lines = tmp_path / "orders.csv", tmp_path / "lines.csv"
    orders.write_text(TAOBAO, encoding="gb18030")
    lines.write_text(LINES, encoding="gb18030")
    wanted = {"customers": 1, "orders": 2, "order_lines": 2, "shipments": 1}
    for part, count in wanted.items():
        kind = "orders" if part == "order_lines" else part
        file = lines if part == "order_lines" else orders
        done = await import_file(shop, kind, file, find_mapping(f"taobao_{part}"), zone=SHANGHAI)
        assert done.records == count
        again = await import_file(shop, kind, file, find_mapping(f"taobao_{part}"), zone=SHANGHAI)
        assert again == ImportSummary(unchanged=count)
    async with reading(shop) as session:
        order = await session.get_one(Order, "3026030200000001")
        assert (order.stage, order.region, order.total, len(order.lines)) == (
            Stage.SHIPPED,
            "浙江",
            Decimal("380.00"),
            2,
        )
        assert [parcel.tracking_no for parcel in order.shipments] == ["YT99"]
        unpaid = await session.get_one(Order, "3026030200000002")
        assert (unpaid.stage, unpaid.shipping_fee, unpaid.region) == (Stage.UNPAID, Decimal("6.00"), "江苏")
        assert (await session.get_one(Customer, "tb_buyer")).region == "江苏"


async def test_an_erp_list_comes_in_and_its_discount_follows_from_the_total(
    shop: Sessions, tmp_path: Path
) -> None:
    path = tmp_path / "erp.csv"
    path.write_text(
        "原始单号,客户网名,订单状态,下单时间,付款时间,收件人,手机,省,地址,邮费,应收金额,商家编码,数量,成交价\n"
        "E1,b001,已打单,2026-03-02 09:00,2026-03-02 09:05,林小满,1,内蒙古自治区,1号,0,370,P1-黑色-39,1,200\n"
        "E1,,,,,,,,,,,P1-黑色-40,1,200\n",
        encoding="utf-8",
    )
    assert (await import_file(shop, "orders", path, find_mapping("erp_orders"), zone=SHANGHAI)).created == 1
    async with reading(shop) as session:
        order = await session.get_one(Order, "E1")
        assert (order.stage, order.region) == (Stage.PRINTED, "内蒙古")
        assert (order.goods_total, order.discount, order.total) == (Decimal(400), Decimal(30), Decimal(370))


async def test_checking_only_writes_nothing(shop: Sessions, tmp_path: Path) -> None:
    path = tmp_path / "skus.csv"
    path.write_text("id,stock\nP1-黑色-39,99\n", encoding="utf-8")
    assert await import_file(shop, "skus", path, check_only=True) == ImportSummary(unchanged=1)
    async with reading(shop) as session:
        assert (await session.get_one(Sku, "P1-黑色-39")).stock == 12
        assert len(list(await session.scalars(Shipment.__table__.select()))) == 1
