"""Create the work behind orders and complaints: tasks, intercepts, payments, invoices, cases, promises."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables and columns."""
    op.create_table(
        "approvals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("buyer_id", sa.String(length=60), nullable=False),
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("order_no", sa.String(length=40), nullable=True),
        sa.Column("matter", sa.String(length=20), nullable=False),
        sa.Column("what", sa.String(length=500), nullable=False),
        sa.Column("amount", sa.Numeric(precision=10, scale=2), nullable=True),
        sa.Column("asked_by", sa.String(length=80), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("answer", sa.String(length=500), nullable=True),
        sa.Column("decided_by", sa.String(length=80), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_approvals"),
        sa.UniqueConstraint("key", name="uq_approvals_key"),
    )
    op.create_index("ix_approvals_buyer_id", "approvals", ["buyer_id"])
    op.create_index("ix_approvals_conversation_id", "approvals", ["conversation_id"])
    op.create_index("ix_approvals_state", "approvals", ["state", "expires_at"])

    op.create_table(
        "callbacks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("buyer_id", sa.String(length=60), nullable=False),
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("phone", sa.String(length=30), nullable=False),
        sa.Column("about", sa.String(length=500), nullable=False),
        sa.Column("call_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("booked_by", sa.String(length=80), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("result", sa.String(length=500), nullable=True),
        sa.Column("done_by", sa.String(length=80), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_callbacks"),
    )
    op.create_index("ix_callbacks_buyer_id", "callbacks", ["buyer_id"])
    op.create_index("ix_callbacks_state", "callbacks", ["state", "call_at"])
    op.create_index(
        "uq_callbacks_open",
        "callbacks",
        ["conversation_id", "phone"],
        unique=True,
        sqlite_where=sa.text("state = 'booked'"),
        postgresql_where=sa.text("state = 'booked'"),
    )

    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("buyer_id", sa.String(length=60), nullable=False),
        sa.Column("order_no", sa.String(length=40), nullable=True),
        sa.Column("script", sa.String(length=80), nullable=False),
        sa.Column("source", sa.String(length=160), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dropped", sa.String(length=80), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        sa.UniqueConstraint("key", name="uq_notices_key"),
    )
    op.create_index("ix_notices_buyer_id", "notices", ["buyer_id"])
    op.create_index("ix_notices_untold", "notices", ["told_at", "id"])

    op.create_table(
        "promises",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("buyer_id", sa.String(length=60), nullable=False),
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("order_no", sa.String(length=40), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("proof", sa.String(length=120), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("alert_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("alerted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_promises"),
        sa.UniqueConstraint("conversation_id", "key", name="uq_promises_conversation_id_key"),
    )
    op.create_index("ix_promises_buyer_id", "promises", ["buyer_id"])
    op.create_index("ix_promises_state", "promises", ["state", "due_at"])

    op.create_table(
        "remedies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("complaint_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("amount", sa.Numeric(precision=10, scale=2), nullable=False),
        sa.Column("detail", sa.String(length=200), nullable=False),
        sa.Column("granted_by", sa.String(length=80), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaints.id"], name="fk_remedies_complaint_id_complaints"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_remedies"),
        sa.UniqueConstraint(
            "complaint_id", "kind", "amount", "detail", name="uq_remedies_complaint_id_kind_amount_detail"
        ),
    )
    op.create_index("ix_remedies_complaint_id", "remedies", ["complaint_id"])

    op.create_table(
        "intercepts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slip_no", sa.String(length=40), nullable=False),
        sa.Column("order_no", sa.String(length=40), nullable=False),
        sa.Column("buyer_id", sa.String(length=60), nullable=False),
        sa.Column("conversation_id", sa.String(length=40), nullable=True),
        sa.Column("courier", sa.String(length=40), nullable=False),
        sa.Column("tracking_no", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column(
            "change",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=True,
        ),
        sa.Column("goods", sa.String(length=300), nullable=False),
        sa.Column("asked_by", sa.String(length=80), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("answer", sa.String(length=500), nullable=True),
        sa.Column("answered_by", sa.String(length=80), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["order_no"], ["orders.no"], name="fk_intercepts_order_no_orders"),
        sa.PrimaryKeyConstraint("id", name="pk_intercepts"),
        sa.UniqueConstraint("slip_no", name="uq_intercepts_slip_no"),
    )
    op.create_index("ix_intercepts_order_no", "intercepts", ["order_no"])
    op.create_index(
        "uq_intercepts_open",
        "intercepts",
        ["order_no"],
        unique=True,
        sqlite_where=sa.text("state = 'asked'"),
        postgresql_where=sa.text("state = 'asked'"),
    )

    op.create_table(
        "invoice_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_no", sa.String(length=40), nullable=False),
        sa.Column("buyer_id", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("tax_no", sa.String(length=20), nullable=True),
        sa.Column("email", sa.String(length=120), nullable=True),
        sa.Column("address", sa.String(length=200), nullable=True),
        sa.Column("phone", sa.String(length=30), nullable=True),
        sa.Column("bank", sa.String(length=100), nullable=True),
        sa.Column("account", sa.String(length=40), nullable=True),
        sa.Column("amount", sa.Numeric(precision=10, scale=2), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("asked_by", sa.String(length=80), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=True),
        sa.Column("issued_by", sa.String(length=80), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["order_no"], ["orders.no"], name="fk_invoice_requests_order_no_orders"),
        sa.PrimaryKeyConstraint("id", name="pk_invoice_requests"),
    )
    op.create_index("ix_invoice_requests_order_no", "invoice_requests", ["order_no"])
    op.create_index("ix_invoice_requests_state", "invoice_requests", ["state", "due_on"])
    op.create_index(
        "uq_invoice_requests_open",
        "invoice_requests",
        ["order_no"],
        unique=True,
        sqlite_where=sa.text("state != 'void'"),
        postgresql_where=sa.text("state != 'void'"),
    )

    op.create_table(
        "manual_payments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_no", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("buyer_id", sa.String(length=60), nullable=False),
        sa.Column("direction", sa.String(length=10), nullable=False),
        sa.Column("amount", sa.Numeric(precision=10, scale=2), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=True),
        sa.Column("reference", sa.String(length=80), nullable=True),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registered_by", sa.String(length=80), nullable=True),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_by", sa.String(length=80), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["order_no"], ["orders.no"], name="fk_manual_payments_order_no_orders"),
        sa.PrimaryKeyConstraint("id", name="pk_manual_payments"),
        sa.UniqueConstraint("order_no", "key", name="uq_manual_payments_order_no_key"),
    )
    op.create_index("ix_manual_payments_buyer_id", "manual_payments", ["buyer_id"])
    op.create_index("ix_manual_payments_state", "manual_payments", ["state", "due_at"])

    op.create_table(
        "order_cases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_no", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("buyer_id", sa.String(length=60), nullable=False),
        sa.Column("conversation_id", sa.String(length=40), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("tracking_no", sa.String(length=40), nullable=True),
        sa.Column("found", sa.String(length=500), nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=True),
        sa.Column("opened_by", sa.String(length=80), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("outcome", sa.String(length=500), nullable=True),
        sa.Column("closed_by", sa.String(length=80), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["order_no"], ["orders.no"], name="fk_order_cases_order_no_orders"),
        sa.PrimaryKeyConstraint("id", name="pk_order_cases"),
        sa.UniqueConstraint("order_no", "key", name="uq_order_cases_order_no_key"),
    )
    op.create_index("ix_order_cases_buyer_id", "order_cases", ["buyer_id"])
    op.create_index("ix_order_cases_state", "order_cases", ["state", "due_at"])

    op.create_table(
        "warehouse_tasks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_no", sa.String(length=40), nullable=False),
        sa.Column("buyer_id", sa.String(length=60), nullable=False),
        sa.Column("conversation_id", sa.String(length=40), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("recipient", sa.String(length=80), nullable=False),
        sa.Column("address", sa.String(length=340), nullable=False),
        sa.Column("todo", sa.String(length=500), nullable=False),
        sa.Column(
            "change",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=True,
        ),
        sa.Column("asked_by", sa.String(length=80), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("answer", sa.String(length=500), nullable=True),
        sa.Column("answered_by", sa.String(length=80), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["order_no"], ["orders.no"], name="fk_warehouse_tasks_order_no_orders"),
        sa.PrimaryKeyConstraint("id", name="pk_warehouse_tasks"),
    )
    op.create_index("ix_warehouse_tasks_order_no", "warehouse_tasks", ["order_no"])
    op.create_index("ix_warehouse_tasks_state", "warehouse_tasks", ["state", "due_at"])
    op.create_index(
        "uq_warehouse_tasks_open",
        "warehouse_tasks",
        ["order_no", "kind", "todo"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )

    op.add_column(
        "complaints", sa.Column("state", sa.String(length=20), nullable=False, server_default="open")
    )
    op.add_column(
        "complaints", sa.Column("category", sa.String(length=20), nullable=False, server_default="other")
    )
    op.add_column("complaints", sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("complaints", sa.Column("satisfaction", sa.Integer(), nullable=True))
    op.add_column("complaints", sa.Column("closed_by", sa.String(length=80), nullable=True))
    op.add_column("complaints", sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE complaints SET state = 'closed' WHERE outcome IS NOT NULL")


def downgrade() -> None:
    """Drop them."""
    with op.batch_alter_table("complaints") as complaints:
        for column in ("state", "category", "assigned_at", "satisfaction", "closed_by", "closed_at"):
            complaints.drop_column(column)
    for table in (
        "warehouse_tasks",
        "order_cases",
        "manual_payments",
        "invoice_requests",
        "intercepts",
        "remedies",
        "promises",
        "notices",
        "callbacks",
        "approvals",
    ):
        op.drop_table(table)
