"""Keep every version of the policy, under which one a turn was answered, and what returns say of the fit."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables and the column."""
    op.create_table(
        "policy_versions",
        sa.Column("version", sa.String(length=12), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_policy_versions"),
    )
    op.create_index("ix_policy_versions_loaded_at", "policy_versions", ["loaded_at"])
    op.add_column("turns", sa.Column("policy_version", sa.String(length=12), nullable=True))
    op.create_table(
        "fit_reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_no", sa.String(length=40), nullable=False),
        sa.Column("sku_id", sa.String(length=60), nullable=False),
        sa.Column("product_id", sa.String(length=40), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["order_no"], ["orders.no"]),
        sa.ForeignKeyConstraint(["sku_id"], ["skus.id"]),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"]),
        sa.PrimaryKeyConstraint("id", name="pk_fit_reports"),
        sa.UniqueConstraint("order_no", "sku_id", name="uq_fit_reports_order_no"),
    )
    op.create_index("ix_fit_reports_product", "fit_reports", ["product_id", "reported_at"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("fit_reports")
    op.drop_column("turns", "policy_version")
    op.drop_table("policy_versions")
