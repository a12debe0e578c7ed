"""What can be imported: for each kind the table, its key, its nested records and its own rules.

Column types, lengths, choices and references come from the models, so a new column needs no line here.
"""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from sqlalchemy import Column, Table, select
from sqlalchemy.ext.asyncio import AsyncSession

from shop.data_files.records import Record
from shop.data_files.values import Parse, one_of, parse_chart_rows, parse_mapping, parse_words, parser_of
from shop.db import Base
from shop.models import (
    Coupon,
    Customer,
    CustomerCoupon,
    Order,
    OrderLine,
    Product,
    Promotion,
    Scan,
    Shipment,
    SizeChart,
    Sku,
)

CHUNK = 1_000
"""Records a query names or a transaction writes at once."""

Fault = tuple[int, str, str]
"""Line of the file, column, reason."""

Check = Callable[[Record], Iterator[tuple[str, str]]]
Complete = Callable[[AsyncSession, list[Record]], Awaitable[None]]


@dataclass(frozen=True)
class Shape:
    """A table as the importer sees it: columns, parsers, what a new record must have."""

    model: type[Base]
    hidden: tuple[str, ...] = ()  # filled by the importer, never by a file
    own: dict[str, Parse] = field(default_factory=dict)  # parsers narrower than the column type

    @property
    def table(self) -> Table:
        """The database table."""
        table = self.model.__table__
        assert isinstance(table, Table)
        return table

    @cached_property
    def columns(self) -> dict[str, Column[Any]]:
        """The columns that a file may fill."""
        return {column.name: column for column in self.table.columns if column.name not in self.hidden}

    @cached_property
    def parsers(self) -> dict[str, Parse]:
        """Column name → parser."""
        return {name: self.own.get(name) or parser_of(column) for name, column in self.columns.items()}

    @cached_property
    def required(self) -> list[str]:
        """The columns a new record cannot be without."""
        return [name for name, column in self.columns.items() if not column.nullable and not column.default]

    @cached_property
    def spread(self) -> set[str]:
        """The columns that hold a mapping, which a table spreads over columns of its own."""
        return {name for name, parse in self.parsers.items() if parse is parse_mapping}

    def defaults(self) -> dict[str, Any]:
        """Every column that a file may fill with its default, or None."""
        result = {}
        for name, column in self.columns.items():
            argument: Any = getattr(column.default, "arg", None)
            result[name] = argument(None) if callable(argument) else argument
        return result


@dataclass(frozen=True)
class Child:
    """Records nested in another: a list in YAML; in a table each of its lines holds one.

    With a `key`, records are matched by it and never removed; without, by position, and surplus ones go.
    """

    field: str
    shape: Shape
    parent: str  # the column that points at the parent
    key: tuple[str, ...] = ()
    prefix: str = ""  # of its columns in a table


@dataclass(frozen=True)
class Kind:
    """One kind of import."""

    name: str
    shape: Shape
    key: tuple[str, ...] = ("id",)
    child: Child | None = None
    free_rows: str | None = None  # a JSON list collecting the columns of each line that are not our own
    lists: dict[str, type[Base]] = field(default_factory=dict)  # columns holding lists of another table's ids
    check: Check | None = None
    complete: Complete | None = None  # fills fallbacks from the database

    @property
    def is_grouped(self) -> bool:
        """Whether several lines of a table may make one record."""
        return self.child is not None or self.free_rows is not None


def _above_zero(record: Record, *columns: str) -> Iterator[tuple[str, str]]:
    for column in columns:
        if record.values.get(column) is not None and record.values[column] <= 0:
            yield column, "must be above 0"


def _check_product(record: Record) -> Iterator[tuple[str, str]]:
    yield from _above_zero(record, "list_price", "floor_price")
    price, floor = record.values.get("list_price"), record.values.get("floor_price")
    if price is not None and floor is not None and floor > price:
        yield "floor_price", "is above list_price"


def _check_sku(record: Record) -> Iterator[tuple[str, str]]:
    yield from _above_zero(record, "price")


def _check_period(record: Record) -> Iterator[tuple[str, str]]:
    yield from _above_zero(record, "amount_off")
    start, end = record.values.get("starts_at"), record.values.get("ends_at")
    if start and end and start >= end:
        yield "ends_at", "is not after starts_at"


def _check_order(record: Record) -> Iterator[tuple[str, str]]:
    lines = record.values.get("lines") or []
    goods, total = record.get("goods_total"), record.get("total")
    for line in lines:
        yield from _above_zero(line, "quantity")
    added = _goods_total(lines)
    if goods is not None and added is not None and goods != added:
        yield "goods_total", f"is {goods}, the lines add up to {added}"
    goods = added if goods is None else goods
    if goods is None or total is None:
        return
    discount, fee = record.get("discount"), _or_zero(record.get("shipping_fee"))
    if discount is None and total > goods + fee:
        yield "total", f"is {total}, goods_total + shipping_fee is only {goods + fee}"
    if discount is not None and total != goods - discount + fee:
        yield "total", f"is {total}, goods_total - discount + shipping_fee is {goods - discount + fee}"


def _or_zero(amount: Decimal | None) -> Decimal:
    return Decimal("0.00") if amount is None else amount


def _goods_total(lines: list[Record]) -> Decimal | None:
    """What the lines add up to; None when there are none or one lacks its price."""
    if not lines or not all({"quantity", "unit_price"} <= line.values.keys() for line in lines):
        return None
    return sum((line.values["quantity"] * line.values["unit_price"] for line in lines), Decimal("0.00"))


async def _complete_orders(session: AsyncSession, records: list[Record]) -> None:
    """Titles, colours and sizes from the SKUs; totals from the lines. They count for new orders only."""
    lines = [line for record in records for line in record.values.get("lines") or []]
    sku_ids = sorted({line.values["sku_id"] for line in lines if line.values.get("sku_id")})
    described: dict[str, dict[str, str]] = {}
    for start in range(0, len(sku_ids), CHUNK):
        query = select(Sku.id, Product.title, Sku.color, Sku.size).join(Product)
        rows = await session.execute(query.where(Sku.id.in_(sku_ids[start : start + CHUNK])))
        described |= {row.id: {"title": row.title, "color": row.color, "size": row.size} for row in rows}
    for line in lines:
        line.fallbacks = described.get(line.values.get("sku_id", ""), {})
    for record in records:
        _complete_totals(record)


def _complete_totals(record: Record) -> None:
    """Goods from the lines; then the total, or the discount that a given total leaves."""
    added = _goods_total(record.values.get("lines") or [])
    if added is not None:
        record.fallbacks["goods_total"] = added
    goods, total = record.get("goods_total"), record.values.get("total")
    if goods is None:
        return
    discount, fee = record.values.get("discount"), _or_zero(record.values.get("shipping_fee"))
    if total is None:
        record.fallbacks["total"] = goods - _or_zero(discount) + fee
    elif discount is None:
        record.fallbacks["discount"] = goods + fee - total


_LINES = Child("lines", Shape(OrderLine, hidden=("id", "order_no")), parent="order_no")
_SCANS = Child(
    "scans", Shape(Scan, hidden=("id", "shipment_id")), "shipment_id", key=("at", "text"), prefix="scan_"
)
_HOLDERS = Child(
    "holders",
    Shape(CustomerCoupon, hidden=("id", "coupon_id"), own={"state": one_of(("held", "used"))}),
    parent="coupon_id",
    key=("buyer_id",),
    prefix="holder_",
)

_ALL = [
    Kind(
        "sizes",
        Shape(
            SizeChart,
            own={"kind": one_of(("shoes", "tops", "trousers", "dresses")), "rows": parse_chart_rows},
        ),
        free_rows="rows",
    ),
    Kind(
        "products",
        Shape(
            Product,
            own={
                "category": one_of(("shoes", "clothes", "accessories")),
                "aliases": parse_words,
                "attributes": parse_mapping,
            },
        ),
        check=_check_product,
    ),
    Kind("skus", Shape(Sku), check=_check_sku),
    Kind("customers", Shape(Customer)),
    Kind(
        "coupons",
        Shape(Coupon, own={"product_ids": parse_words}),
        child=_HOLDERS,
        lists={"product_ids": Product},
        check=_check_period,
    ),
    Kind(
        "promotions",
        Shape(
            Promotion,
            own={
                "kind": one_of(("full_reduction", "discount", "gift", "flash")),
                "product_ids": parse_words,
                "rules": parse_mapping,
            },
        ),
        lists={"product_ids": Product},
        check=_check_period,
    ),
    Kind(
        "orders",
        Shape(
            Order,
            own={
                "sale": one_of(("normal", "campaign", "flash")),
                "flag": one_of(("red", "blue", "purple")),
            },
        ),
        key=("no",),
        child=_LINES,
        check=_check_order,
        complete=_complete_orders,
    ),
    Kind(
        "shipments",
        Shape(Shipment, hidden=("id",), own={"direction": one_of(("out", "return"))}),
        key=("courier", "tracking_no"),
        child=_SCANS,
    ),
]

KINDS: dict[str, Kind] = {kind.name: kind for kind in _ALL}
"""Name → kind, in an order in which a whole shop can be imported."""
