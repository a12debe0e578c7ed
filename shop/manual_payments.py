"""Money beside the marketplace's own payment: registered and followed until it is complete (C9).

A price difference or a bank transfer comes in, a refund due goes out. Due → registered (how, which
reference) → complete. Nothing here moves money: people do, and every step carries a name.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field, StringConstraints
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from shop.calendar import add_working_days
from shop.commands import Args, CommandContext, command
from shop.errors import NotFound, Refused
from shop.facts import Reading, source
from shop.models import Order
from shop.order_effects import Change
from shop.orders import describe_goods, get_order
from shop.policy import Policy
from shop.work_models import ManualPayment

IN, OUT = "in", "out"
DUE, REGISTERED, COMPLETE, VOID = "due", "registered", "complete", "void"
LIVE = (DUE, REGISTERED, COMPLETE)


def due_at(direction: str, now: datetime, policy: Policy) -> datetime:
    """By when money is expected: in, as long as an order stays payable (B12); out, the working days of D6."""
    if direction == IN:
        return now + timedelta(days=policy.payment.payable_days)
    local = now.astimezone(policy.zone)
    last_day = add_working_days(local.date(), policy.returns.refund_working_days[1])
    return datetime.combine(last_day, policy.hours.closes, policy.zone)


async def expect_payment(
    session: AsyncSession,
    order: Order,
    key: str,
    *,
    direction: str,
    amount: Decimal,
    reason: str,
    by: CommandContext,
) -> ManualPayment:
    """Note money that is due for an order; the same matter (`key`) is noted once.

    Raises Refused when more would go back than was paid.
    """
    query = select(ManualPayment).where(ManualPayment.order_no == order.no, ManualPayment.key == key)
    found = await session.scalar(query)
    if found is not None:
        return found
    if direction == OUT and await sum_refunds(session, order.no) + amount > order.total:
        raise Refused(
            f"order {order.no}: no more can go back than the {order.total} yuan paid", because="above_paid"
        )
    found = ManualPayment(
        order_no=order.no,
        key=key,
        buyer_id=order.buyer_id,
        direction=direction,
        amount=amount,
        reason=reason[:200],
        created_by=by.actor,
        created_at=by.now,
        due_at=due_at(direction, by.now, by.policy),
    )
    session.add(found)
    await session.flush()
    return found


async def sum_refunds(session: AsyncSession, order_no: str) -> Decimal:
    """What goes back or went back for an order, in yuan."""
    query = select(func.sum(ManualPayment.amount)).where(
        ManualPayment.order_no == order_no, ManualPayment.direction == OUT, ManualPayment.state.in_(LIVE)
    )
    return await session.scalar(query) or Decimal("0.00")


async def expect_refund(
    session: AsyncSession, order: Order, change: Change, key: str, *, by: CommandContext
) -> ManualPayment | None:
    """Note the refund that a change leaves due once it was carried out; None when nothing goes back.

    Of a cancelled order all that was paid and did not go back before; what was still to come in lapses.
    """
    if change.get("cancel"):
        await _void_incoming(session, order.no)
        amount = order.total - await sum_refunds(session, order.no)
        reason = "取消订单退款"
    else:
        amount = -Decimal(change.get("line", {}).get("difference", "0.00"))
        reason = "改规格退差价"
    if amount <= 0:
        return None
    return await expect_payment(session, order, key, direction=OUT, amount=amount, reason=reason, by=by)


async def _void_incoming(session: AsyncSession, order_no: str) -> None:
    """What was still to be paid for an order is asked for no more; what is registered people must look at."""
    lapse = update(ManualPayment).where(
        ManualPayment.order_no == order_no, ManualPayment.direction == IN, ManualPayment.state == DUE
    )
    await session.execute(lapse.values(state=VOID))


async def list_payments(
    session: AsyncSession, *, states: tuple[str, ...] = (DUE, REGISTERED), limit: int = 200
) -> list[ManualPayment]:
    """Payments that are not complete, the one due first before the others."""
    query = select(ManualPayment).where(ManualPayment.state.in_(states))
    return list(await session.scalars(query.order_by(ManualPayment.due_at, ManualPayment.id).limit(limit)))


Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]


class AnnounceArgs(Args):
    """What `announce_payment` takes: money a buyer sends beside the marketplace, such as a bank transfer."""

    order_no: str
    amount: Decimal = Field(gt=0, max_digits=10, decimal_places=2)
    reason: Short


class RegisterArgs(Args):
    """What `register_payment` takes."""

    payment_id: int
    method: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
    reference: Short


class CompleteArgs(Args):
    """What `complete_payment` takes."""

    payment_id: int


@command("announce_payment", needs="agent")
async def announce_payment(
    session: AsyncSession, args: AnnounceArgs, *, by: CommandContext
) -> dict[str, Any]:
    """Note a payment that the buyer announced for their own order (C9)."""
    order = await get_order(session, by.buyer_id, args.order_no)
    key = f"manual:{args.reason}:{args.amount}"[:80]
    payment = await expect_payment(
        session, order, key, direction=IN, amount=args.amount, reason=args.reason, by=by
    )
    return _describe(payment)


@command("register_payment", needs="agent")
async def register_payment(
    session: AsyncSession, args: RegisterArgs, *, by: CommandContext
) -> dict[str, Any]:
    """Register how and under which reference money was sent (C9)."""
    payment = await _get_own(session, args.payment_id, by)
    told = {"method": args.method, "reference": args.reference}
    if payment.state == REGISTERED and told == {"method": payment.method, "reference": payment.reference}:
        return _describe(payment)
    values = told | {"state": REGISTERED, "registered_by": by.actor, "registered_at": by.now}
    return _describe(await _move(session, payment, (DUE,), values))


@command("complete_payment", needs="supervisor")
async def complete_payment(
    session: AsyncSession, args: CompleteArgs, *, by: CommandContext
) -> dict[str, Any]:
    """Confirm that the money arrived; what the order counts as paid follows it (C9)."""
    payment = await _get_own(session, args.payment_id, by)
    if payment.state == COMPLETE:
        return _describe(payment)
    values = {"state": COMPLETE, "completed_by": by.actor, "completed_at": by.now}
    payment = await _move(session, payment, (REGISTERED,), values)
    if payment.direction == IN:
        paid = update(Order).where(Order.no == payment.order_no).values(total=Order.total + payment.amount)
        await session.execute(paid)
    return _describe(payment)


async def _get_own(session: AsyncSession, payment_id: int, by: CommandContext) -> ManualPayment:
    payment = await session.get(ManualPayment, payment_id)
    if payment is None or payment.buyer_id != by.buyer_id:
        raise NotFound(f"no payment {payment_id} of this buyer")
    return payment


async def _move(
    session: AsyncSession, payment: ManualPayment, states: tuple[str, ...], values: dict[str, Any]
) -> ManualPayment:
    """Move a payment on if it still stands where it should; of two who try at once one is refused."""
    step = update(ManualPayment).where(ManualPayment.id == payment.id, ManualPayment.state.in_(states))
    moved = await session.execute(step.values(values))
    await session.refresh(payment)
    if not moved.rowcount:  # type: ignore[attr-defined]
        raise Refused(
            f"payment {payment.id} is {payment.state}; it must be {' or '.join(states)} first",
            because="already_settled",
        )
    return payment


def _describe(payment: ManualPayment) -> dict[str, Any]:
    return {
        "payment_id": payment.id,
        "direction": payment.direction,
        "amount": f"{payment.amount:.2f}",
        "state": payment.state,
    }


@source("payment_due")
async def read_payment(reading: Reading, key: str) -> dict[str, Any]:
    """A payment of the buyer's own order: how much, for what, until when."""
    payment = await reading.session.get(ManualPayment, int(key)) if key.isdigit() else None
    if payment is None or payment.buyer_id != reading.buyer_id:
        raise NotFound(f"no payment {key!r} of this buyer")
    order = await get_order(reading.session, reading.buyer_id, payment.order_no)
    return {
        "order_no": order.no,
        "title": await describe_goods(reading.session, order),
        "amount": payment.amount,
        "reason": payment.reason,
        "state": payment.state,
        "due_at": payment.due_at.astimezone(reading.policy.zone),
    }
