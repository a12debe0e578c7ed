"""Tables of the shop: catalogue, customers, orders, shipments, coupons, promotions and what was granted.

Ids are the shop's own (strings as they stand in its exports). Money is Decimal yuan. Times are aware.
"""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import Enum, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.db import Base, JsonType, Money, UtcDateTime


class Stage(StrEnum):
    """How far an order has come (C6, C8 depend on it)."""

    UNPAID = "unpaid"
    PAID = "paid"
    PRINTED = "printed"
    PACKED = "packed"
    SHIPPED = "shipped"
    SIGNED = "signed"
    CLOSED = "closed"


class Fit(StrEnum):
    """How an item runs against the standard size (B2)."""

    STANDARD = "standard"
    LARGE = "large"
    SMALL = "small"


class ParcelState(StrEnum):
    """What the courier's last scan says (C4, C5)."""

    COLLECTED = "collected"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    SIGNED = "signed"
    STALLED = "stalled"
    RETURNED = "returned"
    REFUSED = "refused"
    EXCEPTION = "exception"


def _enum(kind: type[StrEnum]) -> Enum:
    return Enum(kind, native_enum=False, length=20, values_callable=lambda k: [e.value for e in k])


class SizeChart(Base):
    """Sizes of a kind of goods with the body measures they fit.

    `rows`: shoes `{"size": "39", "foot_mm": [243, 247]}`; clothes
    `{"size": "L", "height_cm": [170, 175], "weight_kg": [60, 70], "bust_cm": [94, 98], …}`.
    """

    __tablename__ = "size_charts"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(20))  # shoes | tops | trousers | dresses
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JsonType, default=list)


class Product(Base):
    """An item of the catalogue (the marketplace's item id)."""

    __tablename__ = "products"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    short_name: Mapped[str] = mapped_column(String(40))  # what a sentence calls it: 轻羽跑鞋
    aliases: Mapped[list[str]] = mapped_column(JsonType, default=list)
    category: Mapped[str] = mapped_column(String(20))  # shoes | clothes | accessories
    kind: Mapped[str] = mapped_column(String(40))  # 跑鞋, 马丁靴, 卫衣 …
    list_price: Mapped[Decimal] = mapped_column(Money)
    floor_price: Mapped[Decimal | None] = mapped_column(Money)  # lowest ever (B9); None: policy's share
    attributes: Mapped[dict[str, Any]] = mapped_column(
        JsonType, default=dict
    )  # upper, lining, sole, season …
    fit: Mapped[Fit] = mapped_column(_enum(Fit), default=Fit.STANDARD)
    size_chart_id: Mapped[str | None] = mapped_column(ForeignKey("size_charts.id"))
    made_to_order: Mapped[bool] = mapped_column(default=False)
    on_sale: Mapped[bool] = mapped_column(default=True)
    popularity: Mapped[int] = mapped_column(default=0)  # pieces sold in the last 30 days
    image: Mapped[str | None] = mapped_column(String(300))

    size_chart: Mapped[SizeChart | None] = relationship(lazy="joined")
    skus: Mapped[list["Sku"]] = relationship(back_populates="product", lazy="raise")


class Sku(Base):
    """A product in one colour and size, with its live stock (B1)."""

    __tablename__ = "skus"
    __table_args__ = (UniqueConstraint("product_id", "color", "size"),)

    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    product_id: Mapped[str] = mapped_column(ForeignKey("products.id"), index=True)
    color: Mapped[str] = mapped_column(String(40))
    size: Mapped[str] = mapped_column(String(20))
    price: Mapped[Decimal] = mapped_column(Money)
    stock: Mapped[int] = mapped_column(default=0)
    restock_on: Mapped[date | None]

    product: Mapped[Product] = relationship(back_populates="skus", lazy="joined")


class Customer(Base):
    """A buyer as the channel knows them."""

    __tablename__ = "customers"

    id: Mapped[str] = mapped_column(String(60), primary_key=True)  # the channel's buyer id
    name: Mapped[str] = mapped_column(String(80))
    phone: Mapped[str] = mapped_column(String(30))
    region: Mapped[str] = mapped_column(String(40))  # province or municipality
    address: Mapped[str] = mapped_column(String(300))
    tier: Mapped[str] = mapped_column(String(20), default="new")
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime)
    do_not_contact: Mapped[bool] = mapped_column(default=False)


class Order(Base):
    """An order with where it goes and how far it has come."""

    __tablename__ = "orders"
    __table_args__ = (Index("ix_orders_buyer_created", "buyer_id", "created_at"),)

    no: Mapped[str] = mapped_column(String(40), primary_key=True)
    buyer_id: Mapped[str] = mapped_column(ForeignKey("customers.id"))
    stage: Mapped[Stage] = mapped_column(_enum(Stage), index=True)
    sale: Mapped[str] = mapped_column(String(20), default="normal")  # normal | campaign | flash
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    paid_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    shipped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    close_reason: Mapped[str | None] = mapped_column(String(80))
    recipient: Mapped[str] = mapped_column(String(80))
    phone: Mapped[str] = mapped_column(String(30))
    region: Mapped[str] = mapped_column(String(40))
    address: Mapped[str] = mapped_column(String(300))
    goods_total: Mapped[Decimal] = mapped_column(Money)
    discount: Mapped[Decimal] = mapped_column(Money, default=Decimal("0.00"))
    shipping_fee: Mapped[Decimal] = mapped_column(Money, default=Decimal("0.00"))
    total: Mapped[Decimal] = mapped_column(Money)
    shipping_insurance: Mapped[bool] = mapped_column(default=False)  # 运费险 (D2)
    flag: Mapped[str | None] = mapped_column(String(10))  # red | blue | purple (C7)

    lines: Mapped[list["OrderLine"]] = relationship(lazy="selectin", order_by="OrderLine.id")
    shipments: Mapped[list["Shipment"]] = relationship(lazy="selectin", order_by="Shipment.shipped_at")


class OrderLine(Base):
    """Goods of an order, with title and price as they were when bought."""

    __tablename__ = "order_lines"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_no: Mapped[str] = mapped_column(ForeignKey("orders.no"), index=True)
    sku_id: Mapped[str] = mapped_column(ForeignKey("skus.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    color: Mapped[str] = mapped_column(String(40))
    size: Mapped[str] = mapped_column(String(20))
    quantity: Mapped[int]
    unit_price: Mapped[Decimal] = mapped_column(Money)


class Shipment(Base):
    """A parcel of an order, outbound or coming back."""

    __tablename__ = "shipments"
    __table_args__ = (UniqueConstraint("courier", "tracking_no"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    order_no: Mapped[str] = mapped_column(ForeignKey("orders.no"), index=True)
    direction: Mapped[str] = mapped_column(String(10), default="out")  # out | return
    courier: Mapped[str] = mapped_column(String(40))
    tracking_no: Mapped[str] = mapped_column(String(40), index=True)
    state: Mapped[ParcelState] = mapped_column(_enum(ParcelState))
    shipped_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expected_on: Mapped[date | None]

    scans: Mapped[list["Scan"]] = relationship(lazy="selectin", order_by="Scan.at")


class Scan(Base):
    """One scan of a parcel by the courier."""

    __tablename__ = "scans"
    __table_args__ = (UniqueConstraint("shipment_id", "at", "text"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipments.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    place: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(String(200))


class Coupon(Base):
    """A kind of coupon the shop issues (B8)."""

    __tablename__ = "coupons"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    title: Mapped[str] = mapped_column(String(80))
    amount_off: Mapped[Decimal] = mapped_column(Money)
    threshold: Mapped[Decimal] = mapped_column(Money)
    product_ids: Mapped[list[str] | None] = mapped_column(JsonType)  # None: all goods
    stackable: Mapped[bool] = mapped_column(default=False)  # with a promotion
    claim_at: Mapped[str] = mapped_column(String(80))  # where the buyer finds it: 店铺首页
    open_to_all: Mapped[bool] = mapped_column(default=True)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CustomerCoupon(Base):
    """A coupon in a buyer's hands."""

    __tablename__ = "customer_coupons"

    id: Mapped[int] = mapped_column(primary_key=True)
    coupon_id: Mapped[str] = mapped_column(ForeignKey("coupons.id"))
    buyer_id: Mapped[str] = mapped_column(ForeignKey("customers.id"), index=True)
    state: Mapped[str] = mapped_column(String(10), default="held")  # held | used
    claimed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    coupon: Mapped[Coupon] = relationship(lazy="joined")


class Promotion(Base):
    """A promotion with its time and rules (B7).

    `rules` by kind: full_reduction `{"threshold": "199", "off": "20"}`; discount `{"rate": "0.9"}`;
    gift `{"threshold": "299", "gift": "…"}`; flash `{"price": {"sku": "99.00"}}`.
    """

    __tablename__ = "promotions"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    title: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(20))
    rules: Mapped[dict[str, Any]] = mapped_column(JsonType, default=dict)
    product_ids: Mapped[list[str] | None] = mapped_column(JsonType)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    campaign: Mapped[bool] = mapped_column(default=False)  # its orders ship by the campaign rule (C1)


class OrderNote(Base):
    """A note on an order in the fixed parts of C6; flags as C7."""

    __tablename__ = "order_notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_no: Mapped[str] = mapped_column(ForeignKey("orders.no"), index=True)
    ordered: Mapped[str] = mapped_column(String(300))
    wanted: Mapped[str] = mapped_column(String(500))
    done_where: Mapped[str] = mapped_column(String(80))
    written_by: Mapped[str] = mapped_column(String(80))
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    flag: Mapped[str | None] = mapped_column(String(10))


class Offer(Base):
    """What a buyer was offered while bargaining: the memory across chats (B9)."""

    __tablename__ = "offers"
    __table_args__ = (Index("ix_offers_buyer", "buyer_id", "product_id", "offered_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    buyer_id: Mapped[str] = mapped_column(String(60))
    product_id: Mapped[str] = mapped_column(ForeignKey("products.id"))
    round: Mapped[int]  # which round of the ladder this answer was, from 1
    kind: Mapped[str] = mapped_column(String(20))  # value | coupon | gift | free_shipping | discount
    off: Mapped[Decimal] = mapped_column(Money, default=Decimal("0.00"))  # yuan granted, counts in the budget
    detail: Mapped[str] = mapped_column(String(200), default="")
    offered_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class OfferBudget(Base):
    """What bargaining took off on one day of the shop, for all buyers (B9). Its row is the grants' lock."""

    __tablename__ = "offer_budgets"

    day: Mapped[date] = mapped_column(primary_key=True)
    spent: Mapped[Decimal] = mapped_column(Money, default=Decimal("0.00"))


class RestockNotice(Base):
    """A buyer who wants to hear when a SKU is back (B1)."""

    __tablename__ = "restock_notices"
    __table_args__ = (UniqueConstraint("buyer_id", "sku_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    buyer_id: Mapped[str] = mapped_column(String(60))
    sku_id: Mapped[str] = mapped_column(ForeignKey("skus.id"), index=True)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class FitReport(Base):
    """A buyer's return said that goods run large or small: what size advice learns from (B2)."""

    __tablename__ = "fit_reports"
    __table_args__ = (
        UniqueConstraint("order_no", "sku_id", name="uq_fit_reports_order_no"),
        Index("ix_fit_reports_product", "product_id", "reported_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_no: Mapped[str] = mapped_column(ForeignKey("orders.no"))
    sku_id: Mapped[str] = mapped_column(ForeignKey("skus.id"))
    product_id: Mapped[str] = mapped_column(ForeignKey("products.id"))
    verdict: Mapped[str] = mapped_column(String(10))  # large | small
    reported_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Complaint(Base):
    """A complaint ticket (E2)."""

    __tablename__ = "complaints"

    id: Mapped[int] = mapped_column(primary_key=True)
    buyer_id: Mapped[str] = mapped_column(String(60), index=True)
    order_no: Mapped[str | None] = mapped_column(String(40))
    channel: Mapped[str] = mapped_column(String(40))
    conversation_id: Mapped[str] = mapped_column(String(40), index=True)
    severity: Mapped[str] = mapped_column(String(10))  # general | major | crisis (E1)
    words: Mapped[str] = mapped_column(String(5000))
    demand: Mapped[str] = mapped_column(String(500), default="")
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(20), default="open")  # open | assigned | measured | closed
    category: Mapped[str] = mapped_column(String(20), default="other")  # what it is about (H3)
    handler: Mapped[str | None] = mapped_column(String(80))
    assigned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    measure: Mapped[str | None] = mapped_column(String(500))
    outcome: Mapped[str | None] = mapped_column(String(500))
    satisfaction: Mapped[int | None]  # 1 (bad) to 5 (good), in the customer's own judgement
    closed_by: Mapped[str | None] = mapped_column(String(80))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
