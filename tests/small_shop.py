"""A small shop with known figures for tests of the pre-sales topics. Everything in it is invented."""

from datetime import UTC, date, datetime
from decimal import Decimal

from shop.db import Sessions, transaction
from shop.models import Customer, Fit, Product, SizeChart, Sku

SHOES = [{"size": str(36 + i), "foot_mm": [228 + 5 * i, 232 + 5 * i]} for i in range(7)]
TOPS = [
    {"size": "M", "height_cm": [160, 168], "weight_kg": [50, 58], "bust_cm": [84, 90]},
    {"size": "L", "height_cm": [166, 174], "weight_kg": [58, 67], "bust_cm": [90, 97]},
    {"size": "XL", "height_cm": [172, 180], "weight_kg": [67, 77], "bust_cm": [97, 104]},
]


def _product(product_id: str, name: str, kind: str, price: str, **more: object) -> Product:
    given = {"category": "shoes", "size_chart_id": "shoes", "fit": Fit.STANDARD} | more
    return Product(
        id=product_id, title=f"测试 {name}", short_name=name, kind=kind, list_price=Decimal(price), **given
    )


def _skus(product_id: str, price: str, stock: dict[tuple[str, str], int]) -> list[Sku]:
    return [
        Sku(
            id=f"{product_id}-{color}-{size}",
            product_id=product_id,
            color=color,
            size=size,
            price=Decimal(price),
            stock=pieces,
            restock_on=date(2026, 3, 12) if (product_id, color, size) == ("P1", "黑色", "40") else None,
        )
        for (color, size), pieces in stock.items()
    ]


def list_records() -> list[object]:
    """Charts, goods, SKUs and buyers; P1 is a running shoe with stock 12, 3 and 0."""
    return [
        SizeChart(id="shoes", name="鞋码", kind="shoes", rows=SHOES),
        SizeChart(id="tops", name="上衣", kind="tops", rows=TOPS),
        _product(
            "P1",
            "晨风跑鞋",
            "跑鞋",
            "200.00",
            aliases=["晨风"],
            floor_price=Decimal("180.00"),
            popularity=50,
            attributes={
                "upper": "网布",
                "sole": "橡胶底",
                "care": "软刷轻刷,阴干",
                "suited_for": "慢跑、通勤",
            },
        ),
        _product("P2", "流云跑鞋", "跑鞋", "260.00", popularity=90, attributes={"upper": "头层牛皮"}),
        _product("P3", "松间短靴", "短靴", "399.00", popularity=20, fit=Fit.LARGE, attributes={}),
        _product(
            "P4",
            "向阳卫衣",
            "卫衣",
            "159.00",
            category="clothes",
            size_chart_id="tops",
            popularity=70,
            attributes={"fabric": "棉", "composition": "棉95% 氨纶5%"},
        ),
        _product("P5", "旧款凉鞋", "凉鞋", "99.00", on_sale=False, size_chart_id=None),
        *_skus("P1", "200.00", {("黑色", "39"): 12, ("黑色", "40"): 0, ("白色", "39"): 3, ("白色", "41"): 0}),
        *_skus("P2", "260.00", {("灰色", "39"): 8, ("灰色", "40"): 8}),
        *_skus("P3", "399.00", {("棕色", "38"): 6, ("棕色", "39"): 0, ("棕色", "40"): 7}),
        *_skus("P4", "159.00", {("米色", "M"): 9, ("米色", "L"): 9, ("藏青", "XL"): 0}),
        *_skus("P5", "99.00", {("白色", "38"): 0}),
        *(
            Customer(
                id=buyer,
                name="林小满",
                phone="13800000000",
                region="浙江",
                address="示例路1号",
                joined_at=datetime(2025, 1, 1, tzinfo=UTC),
            )
            for buyer in ("b001", "b002")
        ),
    ]


async def open_shop(sessions: Sessions, *more: object) -> None:
    """Fill a fresh database; `more` records come after the shop's own."""
    async with transaction(sessions) as session:
        for records in (list_records(), more):
            session.add_all(records)
            await session.flush()
