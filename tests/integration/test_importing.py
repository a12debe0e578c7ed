"""Importing a shop's files: whole or not at all, the same file twice changes nothing, faults by line."""

import asyncio
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from shop.data_files.importing import KINDS, ImportSummary, import_file
from shop.db import Sessions, reading, transaction
from shop.errors import ImportFileError
from shop.models import (
    Coupon,
    CustomerCoupon,
    Order,
    OrderLine,
    ParcelState,
    Product,
    Promotion,
    Shipment,
    SizeChart,
    Sku,
    Stage,
)
from tests.small_shop import open_shop

SHANGHAI = ZoneInfo("Asia/Shanghai")
ORDERS = (
    "no,buyer_id,stage,created_at,paid_at,recipient,phone,region,address,discount,shipping_fee,"
    "sku_id,quantity,unit_price\n"
    "2026030200000001,b001,paid,2026-03-02 09:00:00,2026-03-02 09:05:00,林小满,1990000,浙江,示例路1号,"
    "10.00,0,P1-黑色-39,2,200.00\n"
    "2026030200000001,,,,,,,,,,,P4-米色-M,1,159.00\n"
    "2026030200000002,b002,unpaid,2026/3/2 10:00,,林小满,1990000,浙江,示例路1号,,6,P1-黑色-40,1,200.00\n"
)
SHIPMENTS = (
    "courier,tracking_no,order_no,state,shipped_at,expected_on,scan_at,scan_place,scan_text\n"
    "圆通,YT1,2026030200000001,collected,2026-03-02 18:00,2026-03-04,2026-03-02 18:05,杭州,已揽收\n"
    "圆通,YT1,2026030200000001,collected,,,2026-03-02 22:00,杭州,已发出\n"
)


@pytest.fixture
async def shop(sessions: Sessions) -> Sessions:
    await open_shop(sessions)
    return sessions


class Files:
    """Writes files and imports them."""

    def __init__(self, folder: Path, sessions: Sessions) -> None:
        self.folder = folder
        self.sessions = sessions

    def write(self, name: str, content: str) -> Path:
        path = self.folder / name
        path.write_text(content, encoding="utf-8")
        return path

    async def __call__(
        self, kind: str, content: str, name: str = "in.csv", mapping: Path | None = None
    ) -> ImportSummary:
        return await import_file(self.sessions, kind, self.write(name, content), mapping, zone=SHANGHAI)

    async def faults(self, kind: str, content: str, name: str = "in.csv") -> list[tuple[int, str, str]]:
        with pytest.raises(ImportFileError) as error:
            await self(kind, content, name)
        return error.value.rows


@pytest.fixture
def files(tmp_path: Path, shop: Sessions) -> Files:
    return Files(tmp_path, shop)


async def get_order(sessions: Sessions, no: str) -> Order:
    async with sessions() as session:
        return (await session.scalars(select(Order).where(Order.no == no))).one()


async def test_orders_come_with_lines_titles_and_totals(files: Files, shop: Sessions) -> None:
    assert await files("orders", ORDERS) == ImportSummary(created=2)
    order = await get_order(shop, "2026030200000001")
    assert order.stage is Stage.PAID
    assert order.sale == "normal"
    assert order.created_at == datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
    assert (order.goods_total, order.discount, order.total) == (
        Decimal("559.00"),
        Decimal("10.00"),
        Decimal("549.00"),
    )
    assert [(line.sku_id, line.title, line.color, line.size, line.quantity) for line in order.lines] == [
        ("P1-黑色-39", "测试 晨风跑鞋", "黑色", "39", 2),
        ("P4-米色-M", "测试 向阳卫衣", "米色", "M", 1),
    ]
    unpaid = await get_order(shop, "2026030200000002")
    assert (unpaid.paid_at, unpaid.total) == (None, Decimal("206.00"))


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("orders", ORDERS),
        ("skus", "id,product_id,color,size,price,stock,restock_on\nX,P1,红色,39,200,3,2026-03-09\n"),
        ("sizes", "id,name,kind,size,foot_mm\nkids,童鞋,shoes,27,163-167\nkids,,,28,168-172\n"),
        (
            "products",
            "id,title,short_name,category,kind,list_price,attributes.upper\nP9,a,b,shoes,跑鞋,9,网布\n",
        ),
        ("customers", "id,name,phone,region,address,joined_at\nb9,林,1,浙江,示例路,2026-01-01\n"),
        (
            "coupons",
            "id,title,amount_off,threshold,claim_at,starts_at,ends_at,product_ids,holder_buyer_id,"
            "holder_claimed_at\nC,满减,10,99,首页,2026-01-01,2026-05-01,P1|P2,b001,2026-02-01\n",
        ),
    ],
)
async def test_the_same_file_twice_changes_nothing(files: Files, kind: str, content: str) -> None:
    first = await files(kind, content)
    assert first.created >= 1
    assert await files(kind, content) == ImportSummary(unchanged=first.created)


async def test_a_file_of_a_stage_changes_the_stage_and_leaves_the_rest(files: Files, shop: Sessions) -> None:
    await files("orders", ORDERS)
    moved = "no,stage,shipped_at\n2026030200000001,shipped,2026-03-02 18:00\n2026030200000002,unpaid,\n"
    assert await files("orders", moved) == ImportSummary(updated=1, unchanged=1)
    order = await get_order(shop, "2026030200000001")
    assert (order.stage, order.shipped_at) == (Stage.SHIPPED, datetime(2026, 3, 2, 10, 0, tzinfo=UTC))
    assert (order.total, len(order.lines), order.buyer_id) == (Decimal("549.00"), 2, "b001")


async def test_a_stock_file_changes_stock_only_and_clears_a_restock_day(files: Files, shop: Sessions) -> None:
    stock = "id,stock,restock_on\nP1-黑色-40,25,\nP1-黑色-39,12,\n"
    assert await files("skus", stock) == ImportSummary(updated=1, unchanged=1)
    async with shop() as session:
        sku = await session.get_one(Sku, "P1-黑色-40")
        assert (sku.stock, sku.restock_on, sku.price) == (25, None, Decimal("200.00"))


async def test_lines_of_an_order_follow_the_file(files: Files, shop: Sessions) -> None:
    await files("orders", ORDERS)
    before = (await get_order(shop, "2026030200000001")).lines
    changed = "no,sku_id,quantity,unit_price\n2026030200000001,P1-白色-39,2,200.00\n"
    assert await files("orders", changed) == ImportSummary(updated=1)
    (line,) = (await get_order(shop, "2026030200000001")).lines
    assert (line.id, line.sku_id, line.color) == (before[0].id, "P1-白色-39", "白色")


async def test_a_title_of_the_past_outlives_a_new_title_of_the_product(files: Files, shop: Sessions) -> None:
    await files("orders", ORDERS)
    async with transaction(shop) as session:
        (await session.get_one(Product, "P1")).title = "新标题"
    assert await files("orders", ORDERS) == ImportSummary(unchanged=2)
    assert (await get_order(shop, "2026030200000002")).lines[0].title == "测试 晨风跑鞋"


async def test_scans_are_added_and_never_lost(files: Files, shop: Sessions) -> None:
    await files("orders", ORDERS)
    assert await files("shipments", SHIPMENTS) == ImportSummary(created=1)
    assert await files("shipments", SHIPMENTS) == ImportSummary(unchanged=1)
    later = (
        "courier,tracking_no,state,scan_at,scan_place,scan_text\n"
        "圆通,YT1,in_transit,2026-03-03 08:00,上海,已到达\n"
    )
    assert await files("shipments", later) == ImportSummary(updated=1)
    async with shop() as session:
        parcel = (await session.scalars(select(Shipment))).one()
    assert parcel.state is ParcelState.IN_TRANSIT
    assert parcel.expected_on == date(2026, 3, 4)
    assert [scan.text for scan in parcel.scans] == ["已揽收", "已发出", "已到达"]


async def test_nested_yaml_is_read(files: Files, shop: Sessions) -> None:
    await files("orders", ORDERS)
    shipments = """
- courier: 中通
  tracking_no: 7899
  order_no: "2026030200000002"
  state: out_for_delivery
  shipped_at: 2026-03-02 18:00:00
  scans:
    - {at: 2026-03-02 18:05:00, place: 杭州, text: 已揽收}
    - {at: 2026-03-03 08:05:00, place: 上海, text: 派送中}
"""
    assert await files("shipments", shipments, "in.yml") == ImportSummary(created=1)
    async with shop() as session:
        parcel = (await session.scalars(select(Shipment))).one()
    assert (parcel.tracking_no, len(parcel.scans)) == ("7899", 2)
    assert parcel.scans[1].at == datetime(2026, 3, 3, 0, 5, tzinfo=UTC)


async def test_promotions_keep_the_word_off(files: Files, shop: Sessions) -> None:
    content = """
- id: PR
  title: 满减
  kind: full_reduction
  rules: {threshold: "299", off: "30"}
  starts_at: 2026-01-01
  ends_at: 2026-05-01
"""
    await files("promotions", content, "in.yml")
    async with shop() as session:
        promotion = await session.get_one(Promotion, "PR")
    assert promotion.rules == {"threshold": "299", "off": "30"}
    assert promotion.product_ids is None


async def test_a_coupon_used_in_the_export_is_used_here(files: Files, shop: Sessions) -> None:
    content = """
- id: C
  title: 满减
  amount_off: 10
  threshold: 99
  claim_at: 店铺首页
  starts_at: 2026-01-01
  ends_at: 2026-05-01
  holders: [{buyer_id: b001, claimed_at: 2026-02-01}, {buyer_id: b002, claimed_at: 2026-02-01}]
"""
    assert await files("coupons", content, "in.yml") == ImportSummary(created=1)
    used = "- {id: C, holders: [{buyer_id: b002, state: used, claimed_at: 2026-02-01}]}\n"
    assert await files("coupons", used, "in.yml") == ImportSummary(updated=1)
    async with shop() as session:
        holders = (await session.scalars(select(CustomerCoupon).order_by(CustomerCoupon.buyer_id))).all()
        assert [(item.buyer_id, item.state) for item in holders] == [("b001", "held"), ("b002", "used")]
        assert (await session.get_one(Coupon, "C")).open_to_all is True


async def test_an_export_in_the_shops_own_words_is_mapped(files: Files, shop: Sessions) -> None:
    mapping = files.write(
        "mapping.yml",
        "columns: {订单编号: no, 买家: buyer_id, 订单状态: stage, 创建时间: created_at, 收货人: recipient,"
        " 电话: phone, 省: region, 地址: address, 商家编码: sku_id, 数量: quantity, 单价: unit_price}\n"
        "values: {stage: {等待发货: paid}}\n",
    )
    content = (
        "订单编号,买家,订单状态,创建时间,收货人,电话,省,地址,商家编码,数量,单价,旺旺\n"
        '"=""2026030200000009""",b001,等待发货,2026/3/2 9:05,林,199,浙江,示例路,P1-黑色-39,1,"1,200.00",x\n'
    )
    assert await files("orders", content, mapping=mapping) == ImportSummary(created=1)
    assert (await get_order(shop, "2026030200000009")).total == Decimal("1200.00")


async def test_all_faults_are_told_by_line_and_nothing_is_written(files: Files, shop: Sessions) -> None:
    content = (
        "id,product_id,color,size,price,stock\n"
        "S1,P1,红色,39,200,3\n"
        "S2,P1,红色,40,0,3\n"
        "S3,P404,红色,41,200,3\n"
        "S1,P1,红色,42,200,3\n"
        "S5,P1,红色,43,cheap,-1\n"
        ",P1,红色,44,200,1\n"
        "S7,P1,红色,39,200,3\n"
        "S8,P1,黑色,39,200,3\n"
        "S9,P1,红色,45,,3\n"
    )
    faults = await files.faults("skus", content)
    assert [(line, column) for line, column, _ in faults] == [
        (3, "price"),
        (5, "id"),
        (6, "price"),
        (6, "stock"),
        (7, "id"),
    ]
    only_the_database_knows = "\n".join(content.splitlines()[i] for i in (0, 1, 3, 7, 8, 9)) + "\n"
    faults = await files.faults("skus", only_the_database_knows)
    assert faults == [
        (3, "product_id", "'P404' is not in products"),
        (4, "size", "product_id + color + size is that of 'S1'"),
        (5, "size", "product_id + color + size is that of 'P1-黑色-39'"),
        (6, "price", "is needed for a new record"),
    ]
    async with shop() as session:
        assert await session.scalar(select(func.count()).where(Sku.id.startswith("S"))) == 0


async def test_the_message_names_file_and_first_faults(files: Files) -> None:
    content = "id,stock\n" + "".join(f"S{number},x\n" for number in range(8))
    with pytest.raises(ImportFileError) as error:
        await files("skus", content)
    lines = str(error.value).splitlines()
    assert lines[0] == f"{files.folder / 'in.csv'}:2: stock: 'x' is not a whole number from 0"
    assert (len(lines), lines[-1]) == (6, "… and 3 more")
    assert len(error.value.rows) == 8


@pytest.mark.parametrize(
    ("kind", "content", "fault"),
    [
        ("skus", "id,stok\nP1-黑色-39,1\n", (2, "stok", "is no column of skus")),
        ("skus", "sku,stock\nx,1\n", (2, "id", "is missing: records are known by it")),
        ("products", "id,list_price,floor_price\nP1,100,120\n", (2, "floor_price", "is above list_price")),
        ("products", "id,size_chart_id\nP1,none\n", (2, "size_chart_id", "'none' is not in size_charts")),
        ("products", "id,fit\nP1,wide\n", (2, "fit", "'wide' is none of standard, large, small")),
        ("products", f"id,title\nP1,{'x' * 201}\n", (2, "title", "has 201 characters, at most 200 fit")),
        ("products", "id,title\nP1,a\x00b\n", (2, "title", "has control characters")),
        ("customers", "id,tier\nb404,new\n", (2, "name", "is needed for a new record")),
        ("sizes", "id,foot_mm\nshoes,243-247\n", (2, "rows", "must be a list of rows, each with a size")),
        (
            "coupons",
            "id,product_ids\nC,P1|P404\n",
            (2, "product_ids", "'P404' is not in products"),
        ),
        (
            "promotions",
            "id,starts_at,ends_at\nPR,2026-03-02,2026-03-01\n",
            (2, "ends_at", "is not after starts_at"),
        ),
    ],
)
async def test_each_fault_has_line_column_and_reason(
    files: Files, kind: str, content: str, fault: tuple[int, str, str]
) -> None:
    assert fault in await files.faults(kind, content)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (",10.00,0,", ",10.00,0.005,", (2, "shipping_fee", "has more than two decimals")),
        ("b001,paid", "b404,paid", (2, "buyer_id", "'b404' is not in customers")),
        ("P4-米色-M,1", "P404,1", (3, "sku_id", "'P404' is not in skus")),
        ("P4-米色-M,1", "P4-米色-M,0", (2, "quantity", "must be above 0")),
        ("P4-米色-M,1,159.00", "P4-米色-M,1,", (3, "unit_price", "is needed for a new record")),
        ("01,,,", "01,b002,,", (3, "buyer_id", "differs from line 2")),
        ("2026/3/2 10:00", "soon", (4, "created_at", "'soon' is not a time such as 2026-11-22 10:00:00")),
    ],
)
async def test_faulty_orders_are_told_by_line(
    files: Files, shop: Sessions, old: str, new: str, fault: tuple[int, str, str]
) -> None:
    assert old in ORDERS
    assert fault in await files.faults("orders", ORDERS.replace(old, new))
    async with shop() as session:
        assert await session.scalar(select(func.count()).select_from(Order)) == 0


async def test_totals_that_do_not_add_up_are_refused(files: Files) -> None:
    content = (
        "no,goods_total,discount,shipping_fee,total,sku_id,quantity,unit_price\n"
        "1,300,10,0,290,P1-黑色-39,1,200.00\n"
        "2,200,10,6,190,P1-黑色-39,1,200.00\n"
    )
    assert await files.faults("orders", content) == [
        (2, "goods_total", "is 300.00, the lines add up to 200.00"),
        (3, "total", "is 190.00, goods_total - discount + shipping_fee is 196.00"),
    ]


async def test_nested_faults_of_yaml_are_told(files: Files) -> None:
    await files("orders", ORDERS)
    base = (
        "- courier: a\n  tracking_no: b\n  order_no: '2026030200000001'\n"
        "  state: signed\n  shipped_at: 2026-03-02\n"
    )
    twice = base + "  scans: [{at: 2026-03-02, place: x, text: y}, {at: 2026-03-02, place: z, text: y}]\n"
    assert await files.faults("shipments", twice, "in.yml") == [(1, "scan_at", "is there twice")]
    assert (1, "nonsense", "is no column here") in await files.faults(
        "shipments", base + "  scans: [nonsense]\n", "in.yml"
    )
    assert (1, "scan_place", "is needed for a new record") in await files.faults(
        "shipments", base + "  scans: [{at: 2026-03-02, text: y}]\n", "in.yml"
    )


async def test_times_without_a_zone_are_refused_where_none_is_set(files: Files) -> None:
    path = files.write("in.csv", "id,joined_at\nb001,2026-03-02 10:00\n")
    with pytest.raises(ImportFileError, match="has no time zone"):
        await import_file(files.sessions, "customers", path)


async def test_an_unknown_kind_is_refused(files: Files) -> None:
    with pytest.raises(ImportFileError, match="one of sizes, products, skus"):
        await files("goods", "id\n")
    assert list(KINDS)[:3] == ["sizes", "products", "skus"]


async def test_a_file_with_a_heading_only_does_nothing(files: Files) -> None:
    assert await files("skus", "id,stock\n") == ImportSummary()


async def test_imports_of_the_same_file_at_once_write_each_record_once(files: Files, shop: Sessions) -> None:
    path = files.write("in.csv", ORDERS)
    summaries = await asyncio.gather(*(import_file(shop, "orders", path, zone=SHANGHAI) for _ in range(4)))
    assert sum(summary.created for summary in summaries) == 2
    assert sum(summary.unchanged for summary in summaries) == 6
    async with shop() as session:
        assert await session.scalar(select(func.count()).select_from(Order)) == 2
        assert await session.scalar(select(func.count()).select_from(OrderLine)) == 3


async def test_more_records_than_a_batch_are_all_written_and_found_again(
    files: Files, shop: Sessions
) -> None:
    content = "id,name,kind,size,foot_mm\n" + "".join(
        f"chart{number},鞋码,shoes,39,243-247\n" for number in range(2_500)
    )
    assert await files("sizes", content) == ImportSummary(created=2_500)
    changed = content.replace("chart2499,鞋码", "chart2499,新鞋码")
    assert await files("sizes", changed) == ImportSummary(updated=1, unchanged=2_499)
    async with shop() as session:
        assert (await session.get_one(SizeChart, "chart2499")).name == "新鞋码"


async def test_checking_a_file_holds_no_writer_back(shop: Sessions) -> None:
    async with reading(shop) as session:
        assert await session.scalar(select(func.count()).select_from(Sku)) == 13
        async with transaction(shop) as writer:  # would wait for the read to end, and fail
            (await writer.get_one(Sku, "P1-黑色-39")).stock = 1
    async with shop() as session:
        assert (await session.get_one(Sku, "P1-黑色-39")).stock == 1
