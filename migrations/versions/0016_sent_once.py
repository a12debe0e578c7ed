"""Keep the id that an agent's page gave a message, so that what is sent again goes out once."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the id, one of a kind in its conversation."""
    op.add_column("messages", sa.Column("page_id", sa.String(64), nullable=True))
    op.create_index("ix_messages_page_id", "messages", ["conversation_id", "page_id"], unique=True)


def downgrade() -> None:
    """Forget the ids."""
    op.drop_index("ix_messages_page_id", table_name="messages")
    op.drop_column("messages", "page_id")
