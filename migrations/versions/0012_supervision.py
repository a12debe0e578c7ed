"""Create shifts and ratings; messages may be taken back; turns keep how long they took."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create tables, columns and indexes."""
    op.create_table(
        "shifts",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("agent", sa.String(length=60), nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("planned_by", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shifts")),
    )
    op.create_index("ix_shifts_ends", "shifts", ["ends_at"])
    op.create_index("ix_shifts_agent", "shifts", ["agent", "starts_at"])
    op.create_table(
        "ratings",
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("agent", sa.String(length=60)),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_ratings")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_ratings_conversation_id_conversations")
        ),
    )
    op.create_index("ix_ratings_at", "ratings", ["at"])
    with op.batch_alter_table("messages") as messages:
        messages.add_column(sa.Column("recalled_at", MOMENT))
        messages.add_column(sa.Column("recalled_by", sa.String(length=60)))
    with op.batch_alter_table("turns") as turns:
        turns.add_column(sa.Column("latency_ms", sa.Integer()))
    op.create_index("ix_turns_done", "turns", ["done_at"])
    op.create_index("ix_conversations_opened", "conversations", ["opened_at"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_conversations_opened", "conversations")
    op.drop_index("ix_turns_done", "turns")
    with op.batch_alter_table("turns") as turns:
        turns.drop_column("latency_ms")
    with op.batch_alter_table("messages") as messages:
        messages.drop_column("recalled_by")
        messages.drop_column("recalled_at")
    for table in ("ratings", "shifts"):
        op.drop_table(table)
