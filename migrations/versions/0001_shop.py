"""Create the shop's tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def _create_complaints() -> None:
    op.create_table(
        "complaints",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("buyer_id", sa.String(length=60), nullable=False),
        sa.Column("order_no", sa.String(length=40), nullable=True),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("severity", sa.String(length=10), nullable=False),
        sa.Column("words", sa.String(length=5000), nullable=False),
        sa.Column("demand", sa.String(length=500), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handler", sa.String(length=80), nullable=True),
        sa.Column("measure", sa.String(length=500), nullable=True),
        sa.Column("outcome", sa.String(length=500), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaints")),
    )
    op.create_index("ix_complaints_buyer_id", "complaints", ["buyer_id"])
    op.create_index("ix_complaints_conversation_id", "complaints", ["conversation_id"])


def _create_coupons() -> None:
    op.create_table(
        "coupons",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("amount_off", sa.Numeric(precision=10, scale=2), nullable=False),
        sa.Column("threshold", sa.Numeric(precision=10, scale=2), nullable=False),
        sa.Column("product_ids", JSON, nullable=True),
        sa.Column("stackable", sa.Boolean(), nullable=False),
        sa.Column("claim_at", sa.String(length=80), nullable=False),
        sa.Column("open_to_all", sa.Boolean(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupons")),
    )


def _create_customers() -> None:
    op.create_table(
        "customers",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("phone", sa.String(length=30), nullable=False),
        sa.Column("region", sa.String(length=40), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("tier", sa.String(length=20), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("do_not_contact", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers")),
    )


def _create_promotions() -> None:
    op.create_table(
        "promotions",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("rules", JSON, nullable=False),
        sa.Column("product_ids", JSON, nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("campaign", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promotions")),
    )


def _create_size_charts() -> None:
    op.create_table(
        "size_charts",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("rows", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_size_charts")),
    )


def _create_customer_coupons() -> None:
    op.create_table(
        "customer_coupons",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coupon_id", sa.String(length=40), nullable=False),
        sa.Column("buyer_id", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["buyer_id"], ["customers.id"], name=op.f("fk_customer_coupons_buyer_id_customers")
        ),
        sa.ForeignKeyConstraint(
            ["coupon_id"], ["coupons.id"], name=op.f("fk_customer_coupons_coupon_id_coupons")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_coupons")),
    )
    op.create_index("ix_customer_coupons_buyer_id", "customer_coupons", ["buyer_id"])


def _create_orders() -> None:
    op.create_table(
        "orders",
        sa.Column("no", sa.String(length=40), nullable=False),
        sa.Column("buyer_id", sa.String(length=60), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("sale", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shipped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("close_reason", sa.String(length=80), nullable=True),
        sa.Column("recipient", sa.String(length=80), nullable=False),
        sa.Column("phone", sa.String(length=30), nullable=False),
        sa.Column("region", sa.String(length=40), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("goods_total", sa.Numeric(precision=10, scale=2), nullable=False),
        sa.Column("discount", sa.Numeric(precision=10, scale=2), nullable=False),
        sa.Column("shipping_fee", sa.Numeric(precision=10, scale=2), nullable=False),
        sa.Column("total", sa.Numeric(precision=10, scale=2), nullable=False),
        sa.Column("shipping_insurance", sa.Boolean(), nullable=False),
        sa.Column("flag", sa.String(length=10), nullable=True),
        sa.ForeignKeyConstraint(["buyer_id"], ["customers.id"], name=op.f("fk_orders_buyer_id_customers")),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_orders")),
    )
    op.create_index("ix_orders_buyer_created", "orders", ["buyer_id", "created_at"])
    op.create_index("ix_orders_stage", "orders", ["stage"])


def _create_products() -> None:
    op.create_table(
        "products",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("short_name", sa.String(length=40), nullable=False),
        sa.Column("aliases", JSON, nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("list_price", sa.Numeric(precision=10, scale=2), nullable=False),
        sa.Column("floor_price", sa.Numeric(precision=10, scale=2), nullable=True),
        sa.Column("attributes", JSON, nullable=False),
        sa.Column("fit", sa.String(length=20), nullable=False),
        sa.Column("size_chart_id", sa.String(length=40), nullable=True),
        sa.Column("made_to_order", sa.Boolean(), nullable=False),
        sa.Column("on_sale", sa.Boolean(), nullable=False),
        sa.Column("popularity", sa.Integer(), nullable=False),
        sa.Column("image", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(
            ["size_chart_id"], ["size_charts.id"], name=op.f("fk_products_size_chart_id_size_charts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_products")),
    )


def _create_offers() -> None:
    op.create_table(
        "offers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("buyer_id", sa.String(length=60), nullable=False),
        sa.Column("product_id", sa.String(length=40), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("off", sa.Numeric(precision=10, scale=2), nullable=False),
        sa.Column("detail", sa.String(length=200), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_offers_product_id_products")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
    )
    op.create_index("ix_offers_buyer", "offers", ["buyer_id", "product_id", "offered_at"])
    op.create_index("ix_offers_offered_at", "offers", ["offered_at"])


def _create_offer_budgets() -> None:
    op.create_table(
        "offer_budgets",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("spent", sa.Numeric(precision=10, scale=2), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_offer_budgets")),
    )


def _create_order_notes() -> None:
    op.create_table(
        "order_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_no", sa.String(length=40), nullable=False),
        sa.Column("ordered", sa.String(length=300), nullable=False),
        sa.Column("wanted", sa.String(length=500), nullable=False),
        sa.Column("done_where", sa.String(length=80), nullable=False),
        sa.Column("written_by", sa.String(length=80), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("flag", sa.String(length=10), nullable=True),
        sa.ForeignKeyConstraint(["order_no"], ["orders.no"], name=op.f("fk_order_notes_order_no_orders")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_notes")),
    )
    op.create_index("ix_order_notes_order_no", "order_notes", ["order_no"])


def _create_shipments() -> None:
    op.create_table(
        "shipments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_no", sa.String(length=40), nullable=False),
        sa.Column("direction", sa.String(length=10), nullable=False),
        sa.Column("courier", sa.String(length=40), nullable=False),
        sa.Column("tracking_no", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("shipped_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["order_no"], ["orders.no"], name=op.f("fk_shipments_order_no_orders")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipments")),
        sa.UniqueConstraint("courier", "tracking_no", name=op.f("uq_shipments_courier_tracking_no")),
    )
    op.create_index("ix_shipments_order_no", "shipments", ["order_no"])
    op.create_index("ix_shipments_tracking_no", "shipments", ["tracking_no"])


def _create_skus() -> None:
    op.create_table(
        "skus",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("product_id", sa.String(length=40), nullable=False),
        sa.Column("color", sa.String(length=40), nullable=False),
        sa.Column("size", sa.String(length=20), nullable=False),
        sa.Column("price", sa.Numeric(precision=10, scale=2), nullable=False),
        sa.Column("stock", sa.Integer(), nullable=False),
        sa.Column("restock_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_skus_product_id_products")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skus")),
        sa.UniqueConstraint("product_id", "color", "size", name=op.f("uq_skus_product_id_color_size")),
    )
    op.create_index("ix_skus_product_id", "skus", ["product_id"])


def _create_order_lines() -> None:
    op.create_table(
        "order_lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_no", sa.String(length=40), nullable=False),
        sa.Column("sku_id", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("color", sa.String(length=40), nullable=False),
        sa.Column("size", sa.String(length=20), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_price", sa.Numeric(precision=10, scale=2), nullable=False),
        sa.ForeignKeyConstraint(["order_no"], ["orders.no"], name=op.f("fk_order_lines_order_no_orders")),
        sa.ForeignKeyConstraint(["sku_id"], ["skus.id"], name=op.f("fk_order_lines_sku_id_skus")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_lines")),
    )
    op.create_index("ix_order_lines_order_no", "order_lines", ["order_no"])
    op.create_index("ix_order_lines_sku_id", "order_lines", ["sku_id"])


def _create_restock_notices() -> None:
    op.create_table(
        "restock_notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("buyer_id", sa.String(length=60), nullable=False),
        sa.Column("sku_id", sa.String(length=60), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["sku_id"], ["skus.id"], name=op.f("fk_restock_notices_sku_id_skus")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restock_notices")),
        sa.UniqueConstraint("buyer_id", "sku_id", name=op.f("uq_restock_notices_buyer_id_sku_id")),
    )
    op.create_index("ix_restock_notices_sku_id", "restock_notices", ["sku_id"])


def _create_scans() -> None:
    op.create_table(
        "scans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shipment_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["shipments.id"], name=op.f("fk_scans_shipment_id_shipments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scans")),
        sa.UniqueConstraint("shipment_id", "at", "text", name=op.f("uq_scans_shipment_id_at_text")),
    )
    op.create_index("ix_scans_shipment_id", "scans", ["shipment_id"])


CREATE = (
    _create_complaints,
    _create_coupons,
    _create_customers,
    _create_promotions,
    _create_size_charts,
    _create_customer_coupons,
    _create_orders,
    _create_products,
    _create_offers,
    _create_offer_budgets,
    _create_order_notes,
    _create_shipments,
    _create_skus,
    _create_order_lines,
    _create_restock_notices,
    _create_scans,
)


def upgrade() -> None:
    """Create every table of the shop."""
    for create in CREATE:
        create()


def downgrade() -> None:
    """Drop them all, with what they hold."""
    for create in reversed(CREATE):
        op.drop_table(create.__name__.removeprefix("_create_"))
