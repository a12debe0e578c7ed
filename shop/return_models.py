"""Tables of the return register: requests and every step with who took it and when (D4, D5, D6)."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from shop.db import Base, JsonType, Money, UtcDateTime

OVER_SQL = "state NOT IN ('closed', 'rejected', 'withdrawn')"


class ReturnRequest(Base):
    """A return, an exchange or a refund without goods; one open request an order.

    `lines` are `{"line_id", "sku_id", "quantity"}`. `fault_confirmed` is None until a person has judged.
    """

    __tablename__ = "return_requests"
    __table_args__ = (
        Index(
            "uq_return_requests_open",
            "order_no",
            unique=True,
            sqlite_where=text(OVER_SQL),
            postgresql_where=text(OVER_SQL),
        ),
        Index("ix_return_requests_state", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_no: Mapped[str] = mapped_column(ForeignKey("orders.no"), index=True)
    buyer_id: Mapped[str] = mapped_column(String(60), index=True)
    conversation_id: Mapped[str | None] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(20))  # return | exchange | refund_only
    state: Mapped[str] = mapped_column(String(20))
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JsonType)
    reason: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(String(500))
    fault_claimed: Mapped[bool]
    fault_confirmed: Mapped[bool | None]
    photos: Mapped[list[str]] = mapped_column(JsonType)
    to_sku_id: Mapped[str | None] = mapped_column(ForeignKey("skus.id"))
    courier: Mapped[str | None] = mapped_column(String(40))
    tracking_no: Mapped[str | None] = mapped_column(String(40), index=True)
    received_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    passed: Mapped[bool | None]  # the warehouse's check of the goods
    inspection: Mapped[str | None] = mapped_column(String(500))
    refund_amount: Mapped[Decimal | None] = mapped_column(Money)
    refunded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    fee_refund: Mapped[Decimal | None] = mapped_column(Money)  # postage the buyer paid ahead (D2)
    exchange_courier: Mapped[str | None] = mapped_column(String(40))
    exchange_tracking_no: Mapped[str | None] = mapped_column(String(40))
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # by when the next step is expected (D12)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ReturnStep(Base):
    """One step of a request: who, when, from where to where, with what words."""

    __tablename__ = "return_steps"

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("return_requests.id"), index=True)
    step: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20))  # after the step
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    detail: Mapped[str] = mapped_column(String(500), default="")
