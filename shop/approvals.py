"""What the desk may not decide by itself is put to a supervisor, who answers before it lapses (B9, E3)."""

import hashlib
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from shop.commands import Args, CommandContext, command
from shop.errors import NotFound, Refused
from shop.hours import add_desk_time
from shop.orders import get_order
from shop.work_models import Approval

ASKED = "asked"
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class AskArgs(Args):
    """What `ask_supervisor` takes. `amount` in yuan where money is asked for."""

    matter: Literal["price", "free_shipping", "remedy", "return", "invoice", "other"]
    what: Words
    order_no: str | None = None
    amount: Decimal | None = Field(default=None, ge=0, max_digits=10, decimal_places=2)


class DecideArgs(Args):
    """What `decide_approval` takes."""

    approval_id: int
    state: Literal["granted", "declined"]
    answer: Words


@command("ask_supervisor", needs="auto")
async def ask_supervisor(session: AsyncSession, args: AskArgs, *, by: CommandContext) -> dict[str, Any]:
    """Put a wish to a supervisor: asking promises nothing. The same wish in a chat is asked once."""
    if args.order_no is not None:
        await get_order(session, by.buyer_id, args.order_no)
    said = f"{args.matter}|{args.order_no}|{args.amount}|{args.what}"
    key = f"{by.conversation_id}:{hashlib.sha256(said.encode()).hexdigest()[:32]}"
    found = await session.scalar(select(Approval).where(Approval.key == key))
    if found is None:
        found = Approval(
            key=key,
            buyer_id=by.buyer_id,
            conversation_id=by.conversation_id,
            order_no=args.order_no,
            matter=args.matter,
            what=args.what,
            amount=args.amount,
            asked_by=by.actor,
            asked_at=by.now,
            expires_at=add_desk_time(by.policy, by.now, hours=by.policy.orders.approval_hours),
        )
        session.add(found)
        await session.flush()
    return {"approval_id": found.id, "state": found.state, "expires_at": found.expires_at.isoformat()}


@command("decide_approval", needs="supervisor")
async def decide_approval(session: AsyncSession, args: DecideArgs, *, by: CommandContext) -> dict[str, Any]:
    """A supervisor's answer. Raises Refused when it lapsed or another decided otherwise."""
    own = Approval.id == args.approval_id, Approval.buyer_id == by.buyer_id
    still = Approval.state == ASKED, Approval.expires_at > by.now
    values = {"state": args.state, "answer": args.answer, "decided_by": by.actor, "decided_at": by.now}
    moved = await session.execute(update(Approval).where(*own, *still).values(values))
    found = await session.scalar(select(Approval).where(*own).execution_options(populate_existing=True))
    if found is None:
        raise NotFound(f"no approval {args.approval_id} of this buyer")
    if not moved.rowcount and found.state != args.state:  # type: ignore[attr-defined]
        state = "lapsed" if found.state == ASKED else f"{found.state} by {found.decided_by}"
        raise Refused(f"approval {found.id} is {state}", because="already_settled")
    return {"approval_id": found.id, "state": found.state}


async def list_approvals(session: AsyncSession, now: datetime, *, limit: int = 200) -> list[Approval]:
    """What still waits for a supervisor, the one that lapses first before the others."""
    query = select(Approval).where(Approval.state == ASKED, Approval.expires_at > now)
    return list(await session.scalars(query.order_by(Approval.expires_at, Approval.id).limit(limit)))
