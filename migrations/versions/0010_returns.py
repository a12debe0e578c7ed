"""Create the return register."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_MONEY = sa.Numeric(precision=10, scale=2)
_TIME = sa.DateTime(timezone=True)
_OPEN = sa.text("state NOT IN ('closed', 'rejected', 'withdrawn')")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "return_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_no", sa.String(length=40), nullable=False),
        sa.Column("buyer_id", sa.String(length=60), nullable=False),
        sa.Column("conversation_id", sa.String(length=40), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("lines", _JSON, nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("fault_claimed", sa.Boolean(), nullable=False),
        sa.Column("fault_confirmed", sa.Boolean(), nullable=True),
        sa.Column("photos", _JSON, nullable=False),
        sa.Column("to_sku_id", sa.String(length=60), nullable=True),
        sa.Column("courier", sa.String(length=40), nullable=True),
        sa.Column("tracking_no", sa.String(length=40), nullable=True),
        sa.Column("received_at", _TIME, nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("inspection", sa.String(length=500), nullable=True),
        sa.Column("refund_amount", _MONEY, nullable=True),
        sa.Column("refunded_at", _TIME, nullable=True),
        sa.Column("fee_refund", _MONEY, nullable=True),
        sa.Column("exchange_courier", sa.String(length=40), nullable=True),
        sa.Column("exchange_tracking_no", sa.String(length=40), nullable=True),
        sa.Column("requested_at", _TIME, nullable=False),
        sa.Column("due_at", _TIME, nullable=True),
        sa.Column("closed_at", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_requests")),
        sa.ForeignKeyConstraint(["order_no"], ["orders.no"], name=op.f("fk_return_requests_order_no_orders")),
        sa.ForeignKeyConstraint(["to_sku_id"], ["skus.id"], name=op.f("fk_return_requests_to_sku_id_skus")),
    )
    op.create_index("ix_return_requests_order_no", "return_requests", ["order_no"])
    op.create_index("ix_return_requests_buyer_id", "return_requests", ["buyer_id"])
    op.create_index("ix_return_requests_tracking_no", "return_requests", ["tracking_no"])
    op.create_index("ix_return_requests_state", "return_requests", ["state", "due_at"])
    op.create_index(
        "uq_return_requests_open",
        "return_requests",
        ["order_no"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_table(
        "return_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("detail", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_steps")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["return_requests.id"], name=op.f("fk_return_steps_request_id_return_requests")
        ),
    )
    op.create_index("ix_return_steps_request_id", "return_steps", ["request_id"])


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("return_steps")
    op.drop_table("return_requests")
