"""Make room for sealed secrets of one-time codes; those in plain are sealed at the desk's next start."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Widen the column."""
    with op.batch_alter_table("users") as table:
        table.alter_column("totp_secret", type_=sa.String(255), existing_type=sa.String(64))


def downgrade() -> None:
    """Forget sealed secrets, which the code before cannot read: their owners enrol again."""
    op.execute("UPDATE users SET totp_secret = NULL, totp_on = false WHERE totp_secret LIKE 'fernet:%'")
    with op.batch_alter_table("users") as table:
        table.alter_column("totp_secret", type_=sa.String(64), existing_type=sa.String(255))
