"""Create fetches: pictures that channels send as addresses."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "fetches",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("token", sa.String(length=40), nullable=True),
        sa.Column("error", sa.String(length=20), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_fetches_message_id_messages")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fetches")),
        sa.UniqueConstraint("message_id", "place", name=op.f("uq_fetches_message_id_place")),
    )
    op.create_index("ix_fetches_due", "fetches", ["state", "next_try_at"])


def downgrade() -> None:
    """Drop the table."""
    op.drop_index("ix_fetches_due", table_name="fetches")
    op.drop_table("fetches")
