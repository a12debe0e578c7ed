"""Complaint tickets: who, what in whose words, how grave, due when (E1, E2)."""

from datetime import timedelta
from typing import Annotated, Any, Literal, get_args

from pydantic import StringConstraints
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shop.commands import Args, CommandContext, command
from shop.complaint_words import find_category, find_demand, is_extortion
from shop.models import Complaint
from shop.orders import get_order

Severity = Literal["general", "major", "crisis"]
"""Classes of complaints, from least to gravest (E1)."""

EXTORTION = "extortion"
"""The category of a complaint that wants money under a threat: nothing is paid (E3)."""

MOST_WORDS = 5_000
"""How many characters of the customer's words a ticket keeps; the newest stay."""


class ComplaintArgs(Args):
    """What `open_complaint` takes."""

    severity: Severity
    words: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
    order_no: str | None = None
    demand: Annotated[str, StringConstraints(max_length=500)] = ""


def graver(one: Severity, other: Severity) -> Severity:
    """The graver of two classes."""
    ranked: tuple[Severity, ...] = get_args(Severity)
    return max(one, other, key=ranked.index)


@command("open_complaint", needs="auto")
async def open_complaint(session: AsyncSession, args: ComplaintArgs, *, by: CommandContext) -> dict[str, Any]:
    """Open a ticket, or add to the one still open in this conversation: a second is nobody's gain (E2).

    A graver class shortens the time until it is due; nothing makes it longer.
    """
    if args.order_no is not None:
        await get_order(session, by.buyer_id, args.order_no)
    severity = graver(args.severity, "major") if is_extortion(args.words) else args.severity
    due_at = by.now + timedelta(hours=by.policy.complaints.due_hours[severity])
    ticket = await _find_open(session, by.conversation_id)
    opened = ticket is None
    if ticket is None:
        ticket = Complaint(
            buyer_id=by.buyer_id,
            order_no=args.order_no,
            channel=by.channel,
            conversation_id=by.conversation_id,
            severity=severity,
            words=args.words[-MOST_WORDS:],
            demand=args.demand or find_demand(args.words),
            opened_at=by.now,
            due_at=due_at,
        )
        session.add(ticket)
    else:
        ticket.severity = graver(_severity(ticket), severity)
        ticket.words = f"{ticket.words}\n{args.words}"[-MOST_WORDS:]
        ticket.demand = args.demand or ticket.demand or find_demand(args.words)
        ticket.order_no = ticket.order_no or args.order_no
        ticket.due_at = min(ticket.due_at, due_at)
    ticket.category = _find_category(ticket)
    await session.flush()
    return {
        "complaint_id": ticket.id,
        "severity": ticket.severity,
        "due_at": ticket.due_at.isoformat(),
        "opened": opened,
    }


def _find_category(ticket: Complaint) -> str:
    """Money under a threat stays what it is, whatever is said later (E3)."""
    if ticket.category == EXTORTION or is_extortion(ticket.words):
        return EXTORTION
    return find_category(ticket.words)


def _severity(ticket: Complaint) -> Severity:
    return next(each for each in get_args(Severity) if each == ticket.severity)


async def _find_open(session: AsyncSession, conversation_id: str) -> Complaint | None:
    query = select(Complaint).where(Complaint.conversation_id == conversation_id, Complaint.state != "closed")
    return await session.scalar(query.order_by(Complaint.id).limit(1))
