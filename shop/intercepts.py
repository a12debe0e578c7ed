"""Parcels stopped or sent elsewhere at the courier: the two-part slip and its register (C6, C8)."""

from typing import Annotated, Any, Literal

from pydantic import StringConstraints
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from shop.commands import Args, CommandContext, command
from shop.errors import NotFound, Refused
from shop.facts import Reading, source
from shop.hours import add_desk_time
from shop.manual_payments import expect_refund
from shop.models import Order
from shop.notes import list_goods
from shop.notices import give_notice
from shop.order_cases import open_case
from shop.order_effects import Change, apply_change, hold_order
from shop.orders import describe_goods, get_order
from shop.tracking import list_parcels
from shop.work_models import Intercept

ASKED, DONE, IMPOSSIBLE = "asked", "done", "impossible"
RETURN, REROUTE = "return", "reroute"
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


async def ask_courier(
    session: AsyncSession, order: Order, kind: str, change: Change, *, by: CommandContext
) -> tuple[Intercept, bool]:
    """The registered slip for the order's newest parcel, and whether it was written now.

    Raises Refused when there is no parcel, or another wish is with the courier already.
    """
    parcels = list_parcels(order)
    if not parcels:
        raise Refused(f"order {order.no} has no parcel to intercept", because="no_parcel")
    query = select(Intercept).where(Intercept.order_no == order.no, Intercept.state == ASKED)
    found = await session.scalar(query)
    if found is not None:
        if (found.kind, found.change) == (kind, change):
            return found, False
        raise Refused(
            f"slip {found.slip_no} for order {order.no} is with the courier: settle it first",
            because="with_courier",
        )
    slip = Intercept(
        slip_no=await _next_slip_no(session, by),
        order_no=order.no,
        buyer_id=order.buyer_id,
        conversation_id=by.conversation_id or None,
        courier=parcels[0].courier,
        tracking_no=parcels[0].tracking_no,
        kind=kind,
        change=change,
        goods=list_goods(order),
        asked_by=by.actor,
        asked_at=by.now,
        due_at=add_desk_time(by.policy, by.now, hours=by.policy.orders.intercept_hours),
    )
    session.add(slip)
    await session.flush()
    return slip, True


async def _next_slip_no(session: AsyncSession, by: CommandContext) -> str:
    """LJ, the day, and a number that counts the day's slips."""
    prefix = f"LJ{by.now.astimezone(by.policy.zone):%Y%m%d}-"
    numbers = await session.scalars(select(Intercept.slip_no).where(Intercept.slip_no.startswith(prefix)))
    last = max((int(number.removeprefix(prefix)) for number in numbers), default=0)
    return f"{prefix}{last + 1:03d}"


def write_slip(slip: Intercept) -> dict[str, dict[str, str]]:
    """The two parts of a slip: what the courier gets, and what stays in the shop's register (C8)."""
    wish = "拦截退回" if slip.kind == RETURN else "改派新地址"
    to = (slip.change or {}).get("to", {})
    where = " ".join(to[name] for name in ("recipient", "phone", "region", "address") if name in to)
    common = {"slip_no": slip.slip_no, "tracking_no": slip.tracking_no, "wish": wish}
    return {
        "courier": common | {"courier": slip.courier, "to": where},
        "register": common
        | {
            "order_no": slip.order_no,
            "goods": slip.goods,
            "asked_by": slip.asked_by,
            "asked_at": slip.asked_at.isoformat(),
        },
    }


class SettleArgs(Args):
    """What `settle_intercept` takes. Done: the parcel is back, or goes to the new address."""

    slip_no: str
    state: Literal["done", "impossible"]
    answer: Words


@command("settle_intercept", needs="agent")
async def settle_intercept(session: AsyncSession, args: SettleArgs, *, by: CommandContext) -> dict[str, Any]:
    """The courier's answer to a slip of this buyer. The refund follows the parcel, never before it (C8)."""
    own = Intercept.slip_no == args.slip_no, Intercept.buyer_id == by.buyer_id
    values = {"state": args.state, "answer": args.answer, "answered_by": by.actor, "answered_at": by.now}
    taken = await session.execute(update(Intercept).where(*own, Intercept.state == ASKED).values(values))
    slip = await session.scalar(select(Intercept).where(*own).execution_options(populate_existing=True))
    if slip is None:
        raise NotFound(f"no slip {args.slip_no!r} of this buyer")
    if taken.rowcount:  # type: ignore[attr-defined]
        await _settle(session, slip, by)
    elif slip.state != args.state:
        raise Refused(
            f"slip {slip.slip_no} was settled by {slip.answered_by}: {slip.state}", because="already_settled"
        )
    return {"slip_no": slip.slip_no, "order_no": slip.order_no, "state": slip.state}


async def _settle(session: AsyncSession, slip: Intercept, by: CommandContext) -> None:
    order = await hold_order(session, slip.buyer_id, slip.order_no)
    key = f"intercept:{slip.slip_no}"
    if slip.state == DONE:
        await apply_change(session, order, slip.change or {}, by.now)
        await expect_refund(session, order, slip.change or {}, key, by=by)
    else:
        found = f"{slip.courier} {slip.tracking_no}: {slip.answer}"
        await open_case(
            session,
            order,
            "intercept_failed",
            found,
            by=by.actor,
            now=by.now,
            policy=by.policy,
            key=key,
            tracking_no=slip.tracking_no,
            conversation_id=slip.conversation_id,
        )
    done = "intercept_returned" if slip.kind == RETURN else "intercept_rerouted"
    script = done if slip.state == DONE else "intercept_failed"
    source_of = f"intercept:{slip.slip_no}"
    await give_notice(
        session, key, buyer_id=order.buyer_id, script=script, source=source_of, now=by.now, order_no=order.no
    )


@source("intercept")
async def read_intercept(reading: Reading, key: str) -> dict[str, Any]:
    """A slip of the buyer's own parcel and what the courier answered."""
    query = select(Intercept).where(Intercept.slip_no == key, Intercept.buyer_id == reading.buyer_id)
    slip = await reading.session.scalar(query)
    if slip is None:
        raise NotFound(f"no slip {key!r} of this buyer")
    order = await get_order(reading.session, reading.buyer_id, slip.order_no)
    return {
        "order_no": order.no,
        "title": await describe_goods(reading.session, order),
        "courier": slip.courier,
        "tracking_no": slip.tracking_no,
        "state": slip.state,
        "refund": order.total if slip.kind == RETURN else None,
        "refund_working_days": list(reading.policy.returns.refund_working_days),
    }
