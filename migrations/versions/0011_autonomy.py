"""Create reviews of drafts, signals, levels of autonomy with history, past answers; marks on drafts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create tables and columns."""
    op.create_table(
        "draft_reviews",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("draft_id", sa.String(length=40), nullable=False),
        sa.Column("intent", sa.String(length=60), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("distance", sa.Double(), nullable=False),
        sa.Column("figures_changed", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("agent", sa.String(length=60), nullable=False),
        sa.Column("shown_at", MOMENT),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_reviews")),
        sa.UniqueConstraint("draft_id", "intent", name=op.f("uq_draft_reviews_draft_id_intent")),
    )
    op.create_index("ix_draft_reviews_intent", "draft_reviews", ["intent", "at"])
    op.create_index("ix_draft_reviews_at", "draft_reviews", ["at"])
    op.create_table(
        "autonomy_signals",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("intent", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("ref", sa.String(length=60), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_autonomy_signals")),
        sa.UniqueConstraint("kind", "ref", "intent", name=op.f("uq_autonomy_signals_kind_ref_intent")),
    )
    op.create_index("ix_autonomy_signals_intent", "autonomy_signals", ["intent", "at"])
    op.create_index("ix_autonomy_signals_at", "autonomy_signals", ["at"])
    op.create_table(
        "autonomy_levels",
        sa.Column("intent", sa.String(length=60), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("intent", name=op.f("pk_autonomy_levels")),
    )
    op.create_table(
        "autonomy_history",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("intent", sa.String(length=60), nullable=False),
        sa.Column("was", sa.String(length=10), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("evidence", JSON, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_autonomy_history")),
    )
    op.create_index("ix_autonomy_history_intent", "autonomy_history", ["intent", "at"])
    op.create_table(
        "past_answers",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("item_id", sa.String(length=40)),
        sa.Column("intents", JSON, nullable=False),
        sa.Column("replies", JSON, nullable=False),
        sa.Column("agent", sa.String(length=60), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_past_answers")),
    )
    op.create_index("ix_past_answers_item", "past_answers", ["item_id", "id"])
    with op.batch_alter_table("drafts") as drafts:
        drafts.add_column(sa.Column("edited", sa.Boolean(), nullable=False, server_default=sa.false()))
        drafts.add_column(sa.Column("shown_at", MOMENT))


def downgrade() -> None:
    """Drop them."""
    with op.batch_alter_table("drafts") as drafts:
        drafts.drop_column("shown_at")
        drafts.drop_column("edited")
    for table in ("past_answers", "autonomy_history", "autonomy_levels", "autonomy_signals", "draft_reviews"):
        op.drop_table(table)
