"""Changing and cancelling an order at its stage: noted, done or asked for in writing, never only promised.

C6 and C8 by stage: not printed → done in the back office; printed → the warehouse corrects the slip; packed →
it pulls the parcel back; shipped → the courier is asked with a two-part slip. C10: stock is checked again.
"""

from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import Field, StringConstraints, model_validator
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shop.commands import Args, CommandContext, command
from shop.errors import Refused
from shop.intercepts import REROUTE, RETURN, ask_courier
from shop.manual_payments import IN, expect_payment, expect_refund
from shop.models import Order, OrderLine, Sku, Stage
from shop.notes import MOST_WANTED, NoteArgs, NoteKind, add_order_note
from shop.order_effects import (
    CANCELLED,
    CENT,
    Change,
    Prices,
    apply_change,
    close_order,
    find_line,
    hold_order,
    price_difference,
    take_stock,
)
from shop.orders import Change as Kind
from shop.orders import Where, allowed_change
from shop.regions import find_province
from shop.warehouse import TaskKind, ask_warehouse

PHONE = r"^(1[3-9]\d{9}|0\d{2,3}-?\d{7,8}|400-?\d{3}-?\d{4})$"
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MOST_WANTED)]
ADDRESS_PARTS = ("recipient", "phone", "address")
ITEM_PARTS = ("color", "size", "quantity")


class ChangeArgs(Args):
    """What `change_order` takes: only what shall be different. `sku_id` names the line of several."""

    order_no: str
    wanted: Words
    address: str | None = Field(default=None, min_length=4, max_length=300)
    phone: str | None = Field(default=None, pattern=PHONE)
    recipient: str | None = Field(default=None, min_length=1, max_length=80)
    sku_id: str | None = None
    color: str | None = Field(default=None, max_length=40)
    size: str | None = Field(default=None, max_length=20)
    quantity: int | None = Field(default=None, ge=1, le=99)

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.given(ADDRESS_PARTS) or self.given(ITEM_PARTS)):
            raise ValueError(
                "say what shall be different: address, phone, recipient, color, size or quantity"
            )
        return self

    def given(self, names: tuple[str, ...]) -> dict[str, Any]:
        """The parts among these that were said."""
        return {name: getattr(self, name) for name in names if getattr(self, name) is not None}


@command("change_order", needs="agent")
async def change_order(session: AsyncSession, args: ChangeArgs, *, by: CommandContext) -> dict[str, Any]:
    """Change the buyer's own order as its stage allows, with the note of C6. Money needs people: an agent."""
    order = await hold_order(session, by.buyer_id, args.order_no)
    where = _find_where(order, args)
    change = await _plan(session, order, args)
    if not change:
        return {"order_no": order.no, "where": where.value, "state": "unchanged"}
    result = await _carry_out(session, order, where, change, by)
    if result["state"] == "repeated":
        return result
    kind = NoteKind.ITEM if "line" in change else NoteKind.ADDRESS
    note = await _write_note(session, order, kind, _describe(order, change, args.wanted), by)
    return result | {"note_id": note, "difference": change.get("line", {}).get("difference", "0.00")}


def _find_where(order: Order, args: ChangeArgs) -> Where:
    """Where the change is made; of goods and address the later rule. Raises Refused when it is too late."""
    kinds = [Kind.ADDRESS] if args.given(ADDRESS_PARTS) else []
    kinds += [Kind.ITEM] if args.given(ITEM_PARTS) else []
    rules = [allowed_change(order.stage, kind) for kind in kinds]
    for rule in rules:
        if not rule.allowed or rule.where is Where.EXCHANGE:
            raise Refused(
                f"order {order.no} is {order.stage.value}: this goes the way of {rule.where.value}",
                because="stage_forbids",
            )
    return rules[0].where


async def _plan(session: AsyncSession, order: Order, args: ChangeArgs) -> Change:
    """What becomes of the order, in a form a task can keep; empty when it is so already."""
    change: Change = {}
    to = {name: value for name, value in args.given(ADDRESS_PARTS).items() if value != getattr(order, name)}
    province = find_province(to.get("address", ""))
    if province and province != order.region:
        to["region"] = province
    if to:
        change["to"] = to
    if args.given(ITEM_PARTS):
        line = find_line(order, args.sku_id)
        wanted = await _plan_line(session, order, line, args)
        if (wanted["sku_id"], wanted["quantity"]) != (line.sku_id, line.quantity):
            change["line"] = wanted
    return change


async def _plan_line(session: AsyncSession, order: Order, line: OrderLine, args: ChangeArgs) -> Change:
    """The line as it is wanted: SKU, pieces, what must be reserved, and what it costs more or less (C6)."""
    old = await session.get_one(Sku, line.sku_id)
    query = select(Sku).where(
        Sku.product_id == old.product_id,
        Sku.color == (args.color or line.color),
        Sku.size == (args.size or line.size),
    )
    new = await session.scalar(query)
    if new is None:
        raise Refused(
            f"the item has no {args.color or line.color} {args.size or line.size}", because="no_such_goods"
        )
    quantity = args.quantity or line.quantity
    prices = Prices(
        line.unit_price, line.quantity, old.price, new.price, quantity, order.goods_total, order.discount
    )
    return {
        "id": line.id,
        "sku_id": new.id,
        "quantity": quantity,
        "unit_price": f"{max(line.unit_price + new.price - old.price, Decimal(0)).quantize(CENT)}",
        "reserved": quantity if new.id != old.id else quantity - line.quantity,
        "difference": f"{price_difference(prices):.2f}",
    }


async def _carry_out(
    session: AsyncSession, order: Order, where: Where, change: Change, by: CommandContext
) -> dict[str, Any]:
    """Do it in the back office, or ask the warehouse or the courier for it in writing (C6, C11)."""
    told = {"order_no": order.no, "where": where.value}
    if where is Where.COURIER:
        slip, asked = await ask_courier(session, order, REROUTE, change, by=by)
        return told | {"state": "asked" if asked else "repeated", "slip_no": slip.slip_no}
    if where is Where.BACK_OFFICE:
        await _reserve(session, change)
        await apply_change(session, order, change, by.now)
        key = f"change:{by.now:%Y%m%d%H%M%S%f}"
        await expect_refund(session, order, change, key, by=by)
        await _expect_extra(session, order, change, key, by)
        return told | {"state": "done"}
    kind = TaskKind.CORRECT_SLIP if where is Where.SLIP else TaskKind.PULL_BACK
    task, asked = await ask_warehouse(session, order, kind, _tell(order, change), by=by, change=change)
    if asked:
        await _reserve(session, change)
        await _expect_extra(session, order, change, f"task:{task.id}", by)
    return told | {"state": "asked" if asked else "repeated", "task_id": task.id}


async def _reserve(session: AsyncSession, change: Change) -> None:
    if "line" in change:
        await take_stock(session, change["line"]["sku_id"], max(change["line"]["reserved"], 0))


async def _expect_extra(
    session: AsyncSession, order: Order, change: Change, key: str, by: CommandContext
) -> None:
    """The price difference a buyer owes is followed until it is paid (C9); the red flag holds the parcel."""
    extra = Decimal(change.get("line", {}).get("difference", "0.00"))
    if extra > 0:
        await expect_payment(session, order, key, direction=IN, amount=extra, reason="改规格补差价", by=by)


def _tell(order: Order, change: Change) -> str:
    """What is wanted, in words for the warehouse."""
    parts = [str(value) for name, value in change.get("to", {}).items() if name != "region"]
    if "line" in change:
        line = next(item for item in order.lines if item.id == change["line"]["id"])
        was = f"{line.title} {line.color} {line.size} ×{line.quantity}"
        parts.append(f"{was} 改为 {change['line']['sku_id']} ×{change['line']['quantity']}")
    return ("改为: " + " ".join(parts))[:MOST_WANTED]


def _describe(order: Order, change: Change, wanted: str) -> str:
    """The wish of the note: the customer's words, and what it costs more or less."""
    difference = Decimal(change.get("line", {}).get("difference", "0.00"))
    money = (
        f"; 补差价 {difference}" if difference > 0 else f"; 退差价 {-difference}" if difference < 0 else ""
    )
    return f"{wanted}{money}"[:MOST_WANTED]


async def _write_note(
    session: AsyncSession, order: Order, kind: NoteKind, wanted: str, by: CommandContext
) -> int:
    note = await add_order_note(session, NoteArgs(order_no=order.no, kind=kind, wanted=wanted), by=by)
    return int(note["note_id"])


class CancelArgs(Args):
    """What `cancel_order` takes; `wanted` is the reason in the customer's words."""

    order_no: str
    wanted: Words


@command("cancel_order", needs="agent")
async def cancel_order(session: AsyncSession, args: CancelArgs, *, by: CommandContext) -> dict[str, Any]:
    """Cancel the buyer's own order as its stage allows, with note and task; the refund is people's (C8)."""
    order = await hold_order(session, by.buyer_id, args.order_no)
    told: dict[str, Any] = {"order_no": order.no}
    if order.stage is Stage.CLOSED and order.close_reason == CANCELLED:
        return told | {"where": Where.OVER.value, "state": "repeated"}
    if order.stage is Stage.UNPAID:
        await close_order(session, order, CANCELLED, by.now)
        return told | {"where": Where.BUYER.value, "state": "done"}
    where = allowed_change(order.stage, Kind.CANCEL).where
    if where in (Where.RETURN, Where.OVER):
        raise Refused(
            f"order {order.no} is {order.stage.value}: this goes the way of {where.value}",
            because="stage_forbids",
        )
    return await _cancel_paid(session, order, where, args.wanted, by)


async def _cancel_paid(
    session: AsyncSession, order: Order, where: Where, wanted: str, by: CommandContext
) -> dict[str, Any]:
    told = {"order_no": order.no, "where": where.value}
    change: Change = {"cancel": True}
    if where is Where.COURIER:
        slip, asked = await ask_courier(session, order, RETURN, change, by=by)
        told |= {"slip_no": slip.slip_no}
    elif where is Where.BACK_OFFICE:
        note = await _write_note(session, order, NoteKind.CANCEL, wanted, by)
        await apply_change(session, order, change, by.now)
        refund = await expect_refund(session, order, change, "cancel", by=by)
        return told | {"state": "done", "note_id": note, "payment_id": refund.id if refund else None}
    else:
        words = "撤回发货单" if where is Where.SLIP else "找回包裹,不再发出"
        task, asked = await ask_warehouse(session, order, TaskKind.CANCEL, words, by=by, change=change)
        told |= {"task_id": str(task.id)}
    if not asked:
        return told | {"state": "repeated"}
    return told | {
        "state": "asked",
        "note_id": await _write_note(session, order, NoteKind.CANCEL, wanted, by),
    }
