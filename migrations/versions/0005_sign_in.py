"""Create the audit log; passwords to be changed, second proofs, skills; what a session comes from."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")


def upgrade() -> None:
    """Create table and columns."""
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(length=60), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("what", sa.String(length=80), nullable=False),
        sa.Column("about", sa.String(length=160), nullable=False),
        sa.Column("detail", JSON, nullable=False),
        sa.Column("origin", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_at"), "audit", ["at"])
    op.create_index("ix_audit_who", "audit", ["who", "id"])
    op.create_index("ix_audit_about", "audit", ["about", "id"])
    op.create_index("ix_audit_what", "audit", ["what", "id"])
    with op.batch_alter_table("users") as users:
        users.add_column(sa.Column("must_change", sa.Boolean(), nullable=False, server_default=sa.false()))
        users.add_column(sa.Column("totp_secret", sa.String(length=64)))
        users.add_column(sa.Column("totp_on", sa.Boolean(), nullable=False, server_default=sa.false()))
        users.add_column(sa.Column("totp_step", sa.BigInteger(), nullable=False, server_default="0"))
        users.add_column(sa.Column("skills", JSON, nullable=False, server_default="[]"))
        users.add_column(sa.Column("capacity", sa.Integer()))
    with op.batch_alter_table("web_sessions") as sessions:
        sessions.add_column(sa.Column("browser", sa.String(length=200), nullable=False, server_default=""))
        sessions.add_column(sa.Column("origin", sa.String(length=60), nullable=False, server_default=""))


def downgrade() -> None:
    """Drop them."""
    with op.batch_alter_table("web_sessions") as sessions:
        sessions.drop_column("origin")
        sessions.drop_column("browser")
    with op.batch_alter_table("users") as users:
        for name in ("capacity", "skills", "totp_step", "totp_on", "totp_secret", "must_change"):
            users.drop_column(name)
    op.drop_table("audit")
