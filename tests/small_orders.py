"""Orders and parcels with known figures for tests of shipping and after-sales, all invented."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from shop.models import Order, OrderLine, ParcelState, Scan, Shipment, Stage

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    """A moment in Shanghai: `at("2026-03-02 10:00")`."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def make_order(
    no: str,
    stage: Stage,
    paid: str | None = "2026-03-02 09:00",
    *,
    buyer: str = "b001",
    skus: tuple[str, ...] = ("P1-黑色-39",),
    **more: object,
) -> Order:
    """An order created ten minutes before it was paid; one piece of each SKU."""
    paid_at = at(paid) if paid else None
    fields = {
        "created_at": (paid_at or at("2026-03-02 08:00")) - timedelta(minutes=10),
        "recipient": "林小满",
        "phone": "13800000000",
        "region": "浙江",
        "address": "示例路1号",
        "goods_total": Decimal("200.00"),
        "total": Decimal("200.00"),
    } | more
    return Order(
        no=no,
        buyer_id=buyer,
        stage=stage,
        paid_at=paid_at,
        lines=[make_line(sku) for sku in skus],
        **fields,
    )


def make_line(sku: str) -> OrderLine:
    product, color, size = sku.split("-")
    return OrderLine(
        sku_id=sku, title=f"测试 {product}", color=color, size=size, quantity=1, unit_price=Decimal("200.00")
    )


def make_parcel(
    no: str,
    state: ParcelState,
    *scans: tuple[str, str, str],
    tracking: str = "YT0001",
    shipped: str = "2026-02-27 17:00",
    expected: date | None = date(2026, 3, 3),
    direction: str = "out",
) -> Shipment:
    """A parcel by 圆通 with scans (moment, place, text)."""
    return Shipment(
        order_no=no,
        direction=direction,
        courier="圆通",
        tracking_no=tracking,
        state=state,
        shipped_at=at(shipped),
        expected_on=expected,
        scans=[Scan(at=at(moment), place=place, text=text) for moment, place, text in scans],
    )
