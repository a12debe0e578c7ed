"""Order notes in fixed parts: what was ordered, what is wanted, done where, who, when; flags (C6, C7)."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import StringConstraints
from sqlalchemy.ext.asyncio import AsyncSession

from shop.commands import Args, CommandContext, command
from shop.errors import Refused
from shop.fit_learning import record_fit
from shop.models import Order, OrderNote, Stage
from shop.orders import WAITING, Change, allowed_change, get_order

MOST_ORDERED = 300
"""How many characters of what was ordered a note keeps."""
MOST_WANTED = 500
"""How many characters a wish may have."""


class NoteKind(StrEnum):
    """What a note is about. The first four are changes with rules by stage."""

    ADDRESS = "address"
    ITEM = "item"
    NOTE = "note"
    CANCEL = "cancel"
    URGE = "urge"
    INVOICE = "invoice"
    COURIER = "courier"
    RETURN = "return"
    EXCHANGE = "exchange"
    RETURN_SHIPPED = "return_shipped"
    QUALITY = "quality"
    WRONG_ITEM = "wrong_item"


class Flag(StrEnum):
    """The colours of an order's flag (C7)."""

    RED = "red"  # needs attention before shipping
    BLUE = "blue"  # a return or exchange is in progress
    PURPLE = "purple"  # closed


_PAID = (*WAITING, Stage.SHIPPED, Stage.SIGNED)

# Kind → where it is done, at which stages it makes sense, flag.
_RULES: dict[NoteKind, tuple[str, tuple[Stage, ...], Flag | None]] = {
    NoteKind.URGE: ("warehouse", WAITING, Flag.RED),
    NoteKind.INVOICE: ("back_office", _PAID, None),
    NoteKind.COURIER: ("courier", (Stage.SHIPPED, Stage.SIGNED), None),
    NoteKind.RETURN: ("aftersales", _PAID, Flag.BLUE),
    NoteKind.EXCHANGE: ("aftersales", _PAID, Flag.BLUE),
    NoteKind.RETURN_SHIPPED: ("aftersales", (Stage.SHIPPED, Stage.SIGNED, Stage.CLOSED), Flag.BLUE),
    NoteKind.QUALITY: ("aftersales", (Stage.SHIPPED, Stage.SIGNED), Flag.BLUE),
    NoteKind.WRONG_ITEM: ("aftersales", (Stage.SHIPPED, Stage.SIGNED), Flag.BLUE),
}


class NoteArgs(Args):
    """What `add_order_note` takes. `wanted` is the wish in the customer's or the agent's words."""

    order_no: str
    kind: NoteKind
    wanted: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MOST_WANTED)]


def place_note(stage: Stage, kind: NoteKind) -> tuple[str, Flag | None]:
    """Where a note is worked on and its flag (C6, C7). Raises Refused when the stage is past it."""
    if kind in _RULES:
        where, stages, flag = _RULES[kind]
        if stage not in stages:
            raise Refused(
                f"a note of kind {kind.value} comes too late or too early at stage {stage.value}",
                because="stage_forbids",
            )
        return where, flag
    rule = allowed_change(stage, Change(kind.value))
    if not rule.allowed:
        raise Refused(f"{kind.value} cannot be changed at stage {stage.value}", because="stage_forbids")
    return rule.where.value, Flag.RED if stage in WAITING else Flag.BLUE


def may_note(stage: Stage, kind: NoteKind) -> bool:
    """Whether a note of that kind makes sense at the stage."""
    try:
        place_note(stage, kind)
    except Refused:
        return False
    return True


def list_goods(order: Order) -> str:
    """What was ordered, a line after the other."""
    goods = "; ".join(f"{line.title} {line.color} {line.size} ×{line.quantity}" for line in order.lines)
    return goods[:MOST_ORDERED]


@command("add_order_note", needs="auto")
async def add_order_note(session: AsyncSession, args: NoteArgs, *, by: CommandContext) -> dict[str, Any]:
    """Write a signed and dated note on the buyer's own order and flag it (C6, C7)."""
    if not by.actor:
        raise Refused("a note without a name is a fault", because="name_missing")
    order = await get_order(session, by.buyer_id, args.order_no)
    where, flag = place_note(order.stage, args.kind)
    note = OrderNote(
        order_no=order.no,
        ordered=list_goods(order),
        wanted=args.wanted,
        done_where=where,
        written_by=by.actor,
        written_at=by.now,
        flag=flag.value if flag else None,
    )
    session.add(note)
    if flag:
        order.flag = flag.value
    if args.kind in (NoteKind.RETURN, NoteKind.EXCHANGE):
        await record_fit(session, order, args.wanted, by.now)
    await session.flush()
    return {"note_id": note.id, "order_no": order.no, "done_where": where, "flag": note.flag}
