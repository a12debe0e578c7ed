"""Tables of the work behind orders and complaints: tasks, intercepts, payments, invoices, cases, promises.

Each row says who asked, when it is due and what came of it. Ids, money and times as in `shop.models`.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from shop.db import Base, JsonType, Money, UtcDateTime


def _one_where(name: str, columns: tuple[str, ...], condition: str) -> Index:
    """A unique index over the rows that fulfil a condition."""
    where = text(condition)
    return Index(name, *columns, unique=True, sqlite_where=where, postgresql_where=where)


class WarehouseTask(Base):
    """What the warehouse is asked to do, in writing, and its answer (C11).

    `change` is what becomes of the order once the warehouse has done it; None when nothing does.
    """

    __tablename__ = "warehouse_tasks"
    __table_args__ = (
        _one_where("uq_warehouse_tasks_open", ("order_no", "kind", "todo"), "state = 'open'"),
        Index("ix_warehouse_tasks_state", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_no: Mapped[str] = mapped_column(ForeignKey("orders.no"), index=True)
    buyer_id: Mapped[str] = mapped_column(String(60))
    conversation_id: Mapped[str | None] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(20))  # correct_slip | pull_back | cancel | other
    recipient: Mapped[str] = mapped_column(String(80))
    address: Mapped[str] = mapped_column(String(340))
    todo: Mapped[str] = mapped_column(String(500))
    change: Mapped[dict[str, Any] | None] = mapped_column(JsonType)
    asked_by: Mapped[str] = mapped_column(String(80))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(20), default="open")  # open | done | impossible
    answer: Mapped[str | None] = mapped_column(String(500))
    answered_by: Mapped[str | None] = mapped_column(String(80))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Intercept(Base):
    """A parcel stopped or sent elsewhere at the courier, with a two-part slip, registered (C6, C8)."""

    __tablename__ = "intercepts"
    __table_args__ = (_one_where("uq_intercepts_open", ("order_no",), "state = 'asked'"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slip_no: Mapped[str] = mapped_column(String(40), unique=True)
    order_no: Mapped[str] = mapped_column(ForeignKey("orders.no"), index=True)
    buyer_id: Mapped[str] = mapped_column(String(60))
    conversation_id: Mapped[str | None] = mapped_column(String(40))
    courier: Mapped[str] = mapped_column(String(40))
    tracking_no: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(20))  # return | reroute
    change: Mapped[dict[str, Any] | None] = mapped_column(JsonType)  # of a re-route: where it shall go
    goods: Mapped[str] = mapped_column(String(300))
    asked_by: Mapped[str] = mapped_column(String(80))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(20), default="asked")  # asked | done | impossible
    answer: Mapped[str | None] = mapped_column(String(500))
    answered_by: Mapped[str | None] = mapped_column(String(80))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ManualPayment(Base):
    """Money that moves beside the marketplace's own payment, followed until it is complete (C9).

    `direction`: in (a price difference, a bank transfer, a courier's surcharge) or out (a refund due).
    """

    __tablename__ = "manual_payments"
    __table_args__ = (
        UniqueConstraint("order_no", "key"),
        Index("ix_manual_payments_state", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_no: Mapped[str] = mapped_column(ForeignKey("orders.no"))
    key: Mapped[str] = mapped_column(String(80))  # what it is for; one payment for one matter, never two
    buyer_id: Mapped[str] = mapped_column(String(60), index=True)
    direction: Mapped[str] = mapped_column(String(10))  # in | out
    amount: Mapped[Decimal] = mapped_column(Money)
    reason: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(20), default="due")  # due | registered | complete | void
    method: Mapped[str | None] = mapped_column(String(40))
    reference: Mapped[str | None] = mapped_column(String(80))
    created_by: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    registered_by: Mapped[str | None] = mapped_column(String(80))
    registered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    completed_by: Mapped[str | None] = mapped_column(String(80))
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class InvoiceRequest(Base):
    """An invoice a buyer asked for; one open request an order (B15)."""

    __tablename__ = "invoice_requests"
    __table_args__ = (
        _one_where("uq_invoice_requests_open", ("order_no",), "state != 'void'"),
        Index("ix_invoice_requests_state", "state", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_no: Mapped[str] = mapped_column(ForeignKey("orders.no"), index=True)
    buyer_id: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(20))  # electronic | paper | special
    title: Mapped[str] = mapped_column(String(100))
    tax_no: Mapped[str | None] = mapped_column(String(20))
    email: Mapped[str | None] = mapped_column(String(120))
    address: Mapped[str | None] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(30))
    bank: Mapped[str | None] = mapped_column(String(100))
    account: Mapped[str | None] = mapped_column(String(40))
    amount: Mapped[Decimal] = mapped_column(Money)
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(20), default="asked")  # asked | issued | void
    asked_by: Mapped[str] = mapped_column(String(80))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    number: Mapped[str | None] = mapped_column(String(40))
    issued_by: Mapped[str | None] = mapped_column(String(80))
    issued_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class OrderCase(Base):
    """A matter of an order that somebody must see through: a parcel in trouble, goods that ran out (C4, C10).

    `key` names the trouble, so that the same one opens one case and no more.
    """

    __tablename__ = "order_cases"
    __table_args__ = (
        UniqueConstraint("order_no", "key"),
        Index("ix_order_cases_state", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_no: Mapped[str] = mapped_column(ForeignKey("orders.no"))
    key: Mapped[str] = mapped_column(String(80))
    buyer_id: Mapped[str] = mapped_column(String(60), index=True)
    conversation_id: Mapped[str | None] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(20))  # stalled | returned | refused | exception | not_received …
    tracking_no: Mapped[str | None] = mapped_column(String(40))
    found: Mapped[str] = mapped_column(String(500))
    owner: Mapped[str | None] = mapped_column(String(80))
    opened_by: Mapped[str] = mapped_column(String(80))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(20), default="open")  # open | closed
    outcome: Mapped[str | None] = mapped_column(String(500))
    closed_by: Mapped[str | None] = mapped_column(String(80))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Notice(Base):
    """Something a buyer must hear that they did not ask for, told once (C5, C10, C11).

    The shop writes it where the news arises; the desk says it. `source` is the address of its facts.
    """

    __tablename__ = "notices"
    __table_args__ = (Index("ix_notices_untold", "told_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    buyer_id: Mapped[str] = mapped_column(String(60), index=True)
    order_no: Mapped[str | None] = mapped_column(String(40))
    script: Mapped[str] = mapped_column(String(80))
    source: Mapped[str] = mapped_column(String(160))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    dropped: Mapped[str | None] = mapped_column(String(80))  # why it was not told


class JobRun(Base):
    """A round of a job that is due at fixed times: begun by one process, ended once (C5)."""

    __tablename__ = "job_runs"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    slot: Mapped[str] = mapped_column(String(40), primary_key=True)  # the moment it was due, ISO 8601
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Callback(Base):
    """A call-back that was promised to a customer (A13, G2)."""

    __tablename__ = "callbacks"
    __table_args__ = (
        _one_where("uq_callbacks_open", ("conversation_id", "phone"), "state = 'booked'"),
        Index("ix_callbacks_state", "state", "call_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    buyer_id: Mapped[str] = mapped_column(String(60), index=True)
    conversation_id: Mapped[str] = mapped_column(String(40))
    phone: Mapped[str] = mapped_column(String(30))
    about: Mapped[str] = mapped_column(String(500))
    call_at: Mapped[datetime] = mapped_column(UtcDateTime)
    booked_by: Mapped[str] = mapped_column(String(80))
    booked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(20), default="booked")  # booked | done | unreached
    result: Mapped[str | None] = mapped_column(String(500))
    done_by: Mapped[str | None] = mapped_column(String(80))
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Approval(Base):
    """What the desk may not decide by itself, asked of a supervisor (B9, E3)."""

    __tablename__ = "approvals"
    __table_args__ = (Index("ix_approvals_state", "state", "expires_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    buyer_id: Mapped[str] = mapped_column(String(60), index=True)
    conversation_id: Mapped[str] = mapped_column(String(40), index=True)
    order_no: Mapped[str | None] = mapped_column(String(40))
    matter: Mapped[str] = mapped_column(String(20))
    what: Mapped[str] = mapped_column(String(500))
    amount: Mapped[Decimal | None] = mapped_column(Money)
    asked_by: Mapped[str] = mapped_column(String(80))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(20), default="asked")  # asked | granted | declined
    answer: Mapped[str | None] = mapped_column(String(500))
    decided_by: Mapped[str | None] = mapped_column(String(80))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Remedy(Base):
    """What a complaint was made good with, inside the limits of the policy (E3)."""

    __tablename__ = "remedies"
    __table_args__ = (UniqueConstraint("complaint_id", "kind", "amount", "detail"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaints.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))  # gift | coupon | part_refund
    amount: Mapped[Decimal] = mapped_column(Money)
    detail: Mapped[str] = mapped_column(String(200), default="")
    granted_by: Mapped[str] = mapped_column(String(80))
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PromiseEntry(Base):
    """Something promised to a customer: by when, by whom, and which event proves it kept (A9, DESIGN 6)."""

    __tablename__ = "promises"
    __table_args__ = (
        UniqueConstraint("conversation_id", "key"),
        Index("ix_promises_state", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120))
    buyer_id: Mapped[str] = mapped_column(String(60), index=True)
    conversation_id: Mapped[str] = mapped_column(String(40))
    order_no: Mapped[str | None] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(20))  # ship | pay_difference | call_back | invoice | answer
    words: Mapped[str] = mapped_column(String(300))
    owner: Mapped[str] = mapped_column(String(80))
    proof: Mapped[str] = mapped_column(
        String(120)
    )  # address of what must have happened: order:NO, callback:3
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    alert_at: Mapped[datetime] = mapped_column(UtcDateTime)
    alerted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(20), default="open")  # open | kept | broken
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
