"""Cases of orders: a parcel in trouble, goods that ran out, a change that came too late (C4, C5, C10)."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import StringConstraints
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from shop.commands import Args, CommandContext, command
from shop.errors import NotFound, Refused
from shop.facts import Reading, source
from shop.hours import add_desk_time
from shop.models import Order
from shop.orders import describe_goods, get_order
from shop.policy import Policy
from shop.tracking import list_parcels
from shop.work_models import OrderCase

OPEN, CLOSED = "open", "closed"
NOT_RECEIVED: Literal["not_received"] = "not_received"
MOST_FOUND = 500


async def open_case(
    session: AsyncSession,
    order: Order,
    kind: str,
    found: str,
    *,
    by: str,
    now: datetime,
    policy: Policy,
    key: str | None = None,
    tracking_no: str | None = None,
    conversation_id: str | None = None,
) -> tuple[OrderCase, bool]:
    """The case of this trouble of the order, and whether it was opened now: the same trouble opens one."""
    key = key or (f"{kind}:{tracking_no}" if tracking_no else kind)
    query = select(OrderCase).where(OrderCase.order_no == order.no, OrderCase.key == key)
    case = await session.scalar(query)
    if case is not None:
        return case, False
    case = OrderCase(
        order_no=order.no,
        key=key,
        buyer_id=order.buyer_id,
        conversation_id=conversation_id,
        kind=kind,
        tracking_no=tracking_no,
        found=found[:MOST_FOUND],
        opened_by=by,
        opened_at=now,
        due_at=add_desk_time(policy, now, hours=policy.orders.case_hours),
    )
    session.add(case)
    await session.flush()
    return case, True


async def close_case(
    session: AsyncSession, case_id: int, outcome: str, *, by: str, now: datetime
) -> OrderCase:
    """Close a case with what came of it. Raises NotFound, or Refused when it is closed already."""
    values = {"state": CLOSED, "outcome": outcome[:MOST_FOUND], "closed_by": by, "closed_at": now}
    taken = await session.execute(
        update(OrderCase).where(OrderCase.id == case_id, OrderCase.state == OPEN).values(values)
    )
    case = await session.get(OrderCase, case_id, populate_existing=True)
    if case is None:
        raise NotFound(f"no case {case_id}")
    if not taken.rowcount:  # type: ignore[attr-defined]
        raise Refused(f"case {case_id} was closed by {case.closed_by}", because="already_settled")
    return case


async def list_cases(session: AsyncSession, *, state: str | None = OPEN, limit: int = 200) -> list[OrderCase]:
    """Cases, the one due first before the others."""
    query = select(OrderCase).order_by(OrderCase.due_at, OrderCase.id).limit(limit)
    return list(await session.scalars(query.where(OrderCase.state == state) if state else query))


Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MOST_FOUND)]


class CourierQueryArgs(Args):
    """What `open_courier_query` takes; without a number the order's newest parcel is meant."""

    order_no: str
    words: Words
    kind: Literal["not_received", "stalled", "exception", "returned", "refused", "other"] = NOT_RECEIVED
    tracking_no: str | None = None


@command("open_courier_query", needs="auto")
async def open_courier_query(
    session: AsyncSession, args: CourierQueryArgs, *, by: CommandContext
) -> dict[str, Any]:
    """Open a query at the courier for a parcel of the buyer's own order, at once (C4)."""
    order = await get_order(session, by.buyer_id, args.order_no)
    parcels = [parcel for parcel in list_parcels(order) if args.tracking_no in (None, parcel.tracking_no)]
    if not parcels:
        raise Refused(f"order {order.no} has no such parcel to ask the courier about", because="no_parcel")
    case, opened = await open_case(
        session,
        order,
        args.kind,
        args.words,
        by=by.actor,
        now=by.now,
        policy=by.policy,
        tracking_no=parcels[0].tracking_no,
        conversation_id=by.conversation_id,
    )
    return {"case_id": case.id, "due_at": case.due_at.isoformat(), "opened": opened}


class CloseCaseArgs(Args):
    """What `close_case` takes."""

    case_id: int
    outcome: Words


@command("close_case", needs="agent")
async def run_close_case(session: AsyncSession, args: CloseCaseArgs, *, by: CommandContext) -> dict[str, Any]:
    """Close a case of this buyer with its outcome."""
    case = await session.get(OrderCase, args.case_id)
    if case is None or case.buyer_id != by.buyer_id:
        raise NotFound(f"no case {args.case_id} of this buyer")
    case = await close_case(session, args.case_id, args.outcome, by=by.actor, now=by.now)
    return {"case_id": case.id, "state": case.state}


@source("case")
async def read_case(reading: Reading, key: str) -> dict[str, Any]:
    """A case of the buyer's own order: what was found, and by when it is settled."""
    case = await reading.session.get(OrderCase, int(key)) if key.isdigit() else None
    if case is None or case.buyer_id != reading.buyer_id:
        raise NotFound(f"no case {key!r} of this buyer")
    order = await get_order(reading.session, reading.buyer_id, case.order_no)
    parcel = next((item for item in order.shipments if item.tracking_no == case.tracking_no), None)
    return {
        "order_no": order.no,
        "title": await describe_goods(reading.session, order),
        "kind": case.kind,
        "state": case.state,
        "tracking_no": case.tracking_no,
        "courier": parcel.courier if parcel else None,
        "due_at": case.due_at.astimezone(reading.policy.zone),
        "outcome": case.outcome,
    }
