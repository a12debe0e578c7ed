"""Create notes, phrases and alarms; offers of queue entries; indexes for lists of many conversations."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create tables, columns and indexes."""
    op.create_table(
        "notes",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("author", sa.String(length=60), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("whisper_to", sa.String(length=60)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_notes_conversation_id_conversations")
        ),
    )
    op.create_index("ix_notes_conversation", "notes", ["conversation_id", "created_at"])
    op.create_table(
        "phrases",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("owner", sa.String(length=60), nullable=False),
        sa.Column("shortcut", sa.String(length=30), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phrases")),
        sa.UniqueConstraint("owner", "shortcut", name=op.f("uq_phrases_owner_shortcut")),
    )
    op.create_table(
        "alarms",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("handoff_id", sa.String(length=40), nullable=False),
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("severity", sa.String(length=10), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True)),
        sa.Column("acknowledged_by", sa.String(length=60)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarms")),
        sa.ForeignKeyConstraint(["handoff_id"], ["handoffs.id"], name=op.f("fk_alarms_handoff_id_handoffs")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_alarms_conversation_id_conversations")
        ),
    )
    op.create_index("ix_alarms_handoff_id", "alarms", ["handoff_id"])
    op.create_index("ix_alarms_open", "alarms", ["acknowledged_at", "due_at"])
    with op.batch_alter_table("handoffs") as handoffs:
        handoffs.add_column(sa.Column("offered_to", sa.String(length=60)))
        handoffs.add_column(sa.Column("offered_until", sa.DateTime(timezone=True)))
    op.create_index("ix_conversations_listed", "conversations", ["owner", "active_at"])
    op.create_index("ix_conversations_assignee", "conversations", ["assignee", "active_at"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_conversations_assignee", "conversations")
    op.drop_index("ix_conversations_listed", "conversations")
    with op.batch_alter_table("handoffs") as handoffs:
        handoffs.drop_column("offered_until")
        handoffs.drop_column("offered_to")
    for table in ("alarms", "phrases", "notes"):
        op.drop_table(table)
