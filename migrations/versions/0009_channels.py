"""Create what channels of other kinds need: settings, threads, cursors, entries opened on their side."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")


def upgrade() -> None:
    """Create columns and tables."""
    with op.batch_alter_table("channels") as channels:
        channels.add_column(sa.Column("settings", JSON, nullable=False, server_default="{}"))
    with op.batch_alter_table("conversations") as conversations:
        conversations.add_column(sa.Column("thread", sa.String(length=80)))
        conversations.create_index("ix_conversations_thread", ["channel", "thread"])
    op.create_table(
        "channel_cursors",
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("cursor", sa.String(length=200), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["channel"], ["channels.name"], name=op.f("fk_channel_cursors_channel_channels")
        ),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_channel_cursors")),
    )
    op.create_table(
        "opened_there",
        sa.Column("handoff_id", sa.String(length=40), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["handoff_id"], ["handoffs.id"], name=op.f("fk_opened_there_handoff_id_handoffs")
        ),
        sa.PrimaryKeyConstraint("handoff_id", name=op.f("pk_opened_there")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("opened_there")
    op.drop_table("channel_cursors")
    with op.batch_alter_table("conversations") as conversations:
        conversations.drop_index("ix_conversations_thread")
        conversations.drop_column("thread")
    with op.batch_alter_table("channels") as channels:
        channels.drop_column("settings")
