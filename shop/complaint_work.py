"""Working on complaint tickets: handler, measure, remedy inside the policy's limits, outcome (E2, E3)."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, get_args

from pydantic import Field, StringConstraints
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from shop.commands import RANK, Args, CommandContext, command
from shop.complaint_words import buys_review
from shop.complaints import EXTORTION
from shop.errors import NotFound, Refused
from shop.facts import Reading, source
from shop.manual_payments import OUT, expect_payment
from shop.models import Complaint
from shop.order_effects import CENT, hold_order
from shop.orders import get_order
from shop.policy import Policy
from shop.work_models import Remedy

OPEN, ASSIGNED, MEASURED, CLOSED = "open", "assigned", "measured", "closed"
GRAVE = ("major", "crisis")
Kind = Literal["gift", "coupon", "part_refund"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]


def find_limit(kind: Kind, paid: Decimal | None, policy: Policy) -> Decimal:
    """The most the desk gives by itself for one complaint, in yuan (E3); no refund without an order."""
    limits = policy.complaints.remedies
    if kind == "gift":
        return limits.gift_worth
    if kind == "coupon":
        return limits.coupon
    if paid is None:
        return Decimal("0.00")
    share = (paid * Decimal(str(limits.part_refund_share))).quantize(CENT)
    return min(share, limits.part_refund)


async def get_ticket(session: AsyncSession, complaint_id: int, by: CommandContext) -> Complaint:
    """The ticket of this buyer, its row held until the transaction ends. Raises NotFound, Refused if closed.

    A grave one is a supervisor's (E4): raises Refused for anybody else.
    """
    own = Complaint.id == complaint_id, Complaint.buyer_id == by.buyer_id
    taken = update(Complaint).where(*own).values(severity=Complaint.severity)
    await session.execute(taken, execution_options={"synchronize_session": False})
    ticket = await session.get(Complaint, complaint_id, populate_existing=True)
    if ticket is None or ticket.buyer_id != by.buyer_id:
        raise NotFound(f"no complaint {complaint_id} of this buyer")
    if ticket.severity in GRAVE and RANK[by.authority] < RANK["supervisor"]:
        raise Refused(
            f"complaint {complaint_id} is {ticket.severity}: a supervisor works on it",
            because="supervisors_only",
        )
    return ticket


def _refuse_closed(ticket: Complaint) -> None:
    if ticket.state == CLOSED:
        raise Refused(f"complaint {ticket.id} was closed by {ticket.closed_by}", because="already_settled")


class AssignArgs(Args):
    """What `assign_complaint` takes."""

    complaint_id: int
    handler: Name


class MeasureArgs(Args):
    """What `record_measure` takes: what is being done about it."""

    complaint_id: int
    measure: Words


class RemedyArgs(Args):
    """What `grant_remedy` takes: a gift's worth, a coupon's or refund's amount, in yuan."""

    complaint_id: int
    kind: Kind
    amount: Decimal = Field(gt=0, max_digits=10, decimal_places=2)
    detail: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""


class CloseArgs(Args):
    """What `close_complaint` takes. `satisfaction` is the customer's own judgement, from 1 to 5."""

    complaint_id: int
    outcome: Words
    satisfaction: int | None = Field(default=None, ge=1, le=5)


@command("assign_complaint", needs="agent")
async def assign_complaint(session: AsyncSession, args: AssignArgs, *, by: CommandContext) -> dict[str, Any]:
    """Say who handles a ticket (E2)."""
    ticket = await get_ticket(session, args.complaint_id, by)
    _refuse_closed(ticket)
    if ticket.handler != args.handler:
        ticket.handler, ticket.assigned_at = args.handler, by.now
    ticket.state = ASSIGNED if ticket.state == OPEN else ticket.state
    return _describe(ticket)


@command("record_measure", needs="agent")
async def record_measure(session: AsyncSession, args: MeasureArgs, *, by: CommandContext) -> dict[str, Any]:
    """Write down what is being done; the one who does it handles the ticket (E2)."""
    ticket = await get_ticket(session, args.complaint_id, by)
    _refuse_closed(ticket)
    ticket.measure, ticket.state = args.measure, MEASURED
    if ticket.handler is None:
        ticket.handler, ticket.assigned_at = by.actor, by.now
    return _describe(ticket)


@command("grant_remedy", needs="agent")
async def grant_remedy(session: AsyncSession, args: RemedyArgs, *, by: CommandContext) -> dict[str, Any]:
    """Make a complaint good inside the policy's limits; more is a supervisor's to grant (E3).

    All remedies of one kind for one complaint count together. Extortion gets nothing.
    """
    ticket = await get_ticket(session, args.complaint_id, by)
    given = await _find_same(session, args)
    if given is not None:
        return _describe(ticket) | {"remedy_id": given.id}
    _refuse_closed(ticket)
    if ticket.category == EXTORTION:
        raise Refused(
            f"complaint {ticket.id} demands money under a threat: nothing is paid (E3)", because="extortion"
        )
    if buys_review(args.detail):
        raise Refused(
            "reviews are never bought: grant the remedy for what went wrong, or not at all (E5)",
            because="buys_review",
        )
    paid = await _find_paid(session, ticket)
    limit = find_limit(args.kind, paid, by.policy)
    total = args.amount + await _sum_given(session, args)
    if total > limit and RANK[by.authority] < RANK["supervisor"]:
        raise Refused(
            f"{total:.2f} yuan are above the {limit:.2f} of the policy: ask a supervisor",
            because="above_limit",
        )
    remedy = Remedy(
        complaint_id=ticket.id,
        kind=args.kind,
        amount=args.amount,
        detail=args.detail,
        granted_by=by.actor,
        granted_at=by.now,
    )
    session.add(remedy)
    await session.flush()
    if args.kind == "part_refund":
        await _refund(session, ticket, remedy, by)
    return _describe(ticket) | {"remedy_id": remedy.id}


async def _find_same(session: AsyncSession, args: RemedyArgs) -> Remedy | None:
    query = select(Remedy).where(
        Remedy.complaint_id == args.complaint_id,
        Remedy.kind == args.kind,
        Remedy.amount == args.amount,
        Remedy.detail == args.detail,
    )
    return await session.scalar(query)


async def _sum_given(session: AsyncSession, args: RemedyArgs) -> Decimal:
    query = select(func.sum(Remedy.amount)).where(
        Remedy.complaint_id == args.complaint_id, Remedy.kind == args.kind
    )
    return await session.scalar(query) or Decimal("0.00")


async def _find_paid(session: AsyncSession, ticket: Complaint) -> Decimal | None:
    if ticket.order_no is None:
        return None
    order = await get_order(session, ticket.buyer_id, ticket.order_no)
    return order.total if order.paid_at else None


async def _refund(session: AsyncSession, ticket: Complaint, remedy: Remedy, by: CommandContext) -> None:
    """The money itself is due and followed like any other (C9)."""
    if ticket.order_no is None:
        raise Refused(
            f"complaint {ticket.id} names no order that money could go back for", because="no_order"
        )
    order = await hold_order(session, ticket.buyer_id, ticket.order_no)
    await expect_payment(
        session,
        order,
        f"remedy:{remedy.id}",
        direction=OUT,
        amount=remedy.amount,
        reason="投诉部分退款",
        by=by,
    )


@command("close_complaint", needs="agent")
async def close_complaint(session: AsyncSession, args: CloseArgs, *, by: CommandContext) -> dict[str, Any]:
    """Close a ticket with what came of it and how satisfied the customer is (E2).

    Raises Refused while nobody wrote down what was done.
    """
    ticket = await get_ticket(session, args.complaint_id, by)
    if ticket.state == CLOSED and ticket.outcome == args.outcome:
        return _describe(ticket)
    _refuse_closed(ticket)
    if not ticket.measure:
        raise Refused(
            f"complaint {ticket.id} has no measure yet: record what was done first", because="measure_first"
        )
    ticket.state, ticket.outcome, ticket.satisfaction = CLOSED, args.outcome, args.satisfaction
    ticket.closed_by, ticket.closed_at = by.actor, by.now
    return _describe(ticket)


async def list_tickets(
    session: AsyncSession, *, is_open: bool = True, overdue_at: datetime | None = None, limit: int = 200
) -> list[Complaint]:
    """Open tickets, the one due first before the others, or the closed ones, the newest first.

    With `overdue_at` only those late by then.
    """
    order = Complaint.due_at if is_open else Complaint.closed_at.desc()
    query = select(Complaint).order_by(order, Complaint.id).limit(limit)
    query = query.where(Complaint.state != CLOSED if is_open else Complaint.state == CLOSED)
    if overdue_at is not None:
        query = query.where(Complaint.due_at <= overdue_at)
    return list(await session.scalars(query))


async def list_remedies(session: AsyncSession, complaint_id: int) -> list[Remedy]:
    """What a complaint was made good with, in order."""
    query = select(Remedy).where(Remedy.complaint_id == complaint_id)
    return list(await session.scalars(query.order_by(Remedy.granted_at, Remedy.id)))


async def read_limits(session: AsyncSession, ticket: Complaint, policy: Policy) -> dict[Kind, Decimal]:
    """The most the desk gives by itself for this ticket, by kind, what was given already included (E3)."""
    paid = await _find_paid(session, ticket)
    return {kind: find_limit(kind, paid, policy).quantize(CENT) for kind in KINDS}


def _describe(ticket: Complaint) -> dict[str, Any]:
    return {"complaint_id": ticket.id, "state": ticket.state, "handler": ticket.handler}


@source("complaint")
async def read_complaint(reading: Reading, key: str) -> dict[str, Any]:
    """A ticket of this buyer: class, state, and by when it is answered."""
    ticket = await reading.session.get(Complaint, int(key)) if key.isdigit() else None
    if ticket is None or ticket.buyer_id != reading.buyer_id:
        raise NotFound(f"no complaint {key!r} of this buyer")
    return {
        "severity": ticket.severity,
        "category": ticket.category,
        "state": ticket.state,
        "due_at": ticket.due_at.astimezone(reading.policy.zone),
        "order_no": ticket.order_no,
    }
