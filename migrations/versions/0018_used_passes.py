"""Create used_passes: by which a buyer came from a shop's own site."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "used_passes",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("buyer_id", sa.String(length=60), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_used_passes")),
    )
    op.add_column(
        "web_sessions", sa.Column("vouched", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.create_index(op.f("ix_used_passes_expires_at"), "used_passes", ["expires_at"])


def downgrade() -> None:
    """Drop the table."""
    op.drop_column("web_sessions", "vouched")
    op.drop_index(op.f("ix_used_passes_expires_at"), table_name="used_passes")
    op.drop_table("used_passes")
