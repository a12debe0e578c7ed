"""Keep every version of the policy, and under which one a turn was answered."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table and the column."""
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


def downgrade() -> None:
    """Drop them."""
    op.drop_column("turns", "policy_version")
    op.drop_table("policy_versions")
