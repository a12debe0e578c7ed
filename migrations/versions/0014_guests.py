"""Create order_proofs and proof_tries, for guests of the customer page."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "order_proofs",
        sa.Column("guest_id", sa.String(length=60), nullable=False),
        sa.Column("order_no", sa.String(length=40), nullable=False),
        sa.Column("proven_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["order_no"], ["orders.no"], name=op.f("fk_order_proofs_order_no_orders")),
        sa.PrimaryKeyConstraint("guest_id", "order_no", name=op.f("pk_order_proofs")),
    )
    op.create_index("ix_order_proofs_proven", "order_proofs", ["proven_at"])
    op.create_table(
        "proof_tries",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_proof_tries")),
    )
    op.create_index(op.f("ix_proof_tries_since"), "proof_tries", ["since"])


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("proof_tries")
    op.drop_table("order_proofs")
