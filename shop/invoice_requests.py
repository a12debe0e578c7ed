"""Requests for invoices: taken down with a note, corrected until they are issued, issued by people (B15)."""

from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field, StringConstraints, field_validator
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from shop.commands import Args, CommandContext, command
from shop.errors import NotFound, Refused
from shop.facts import Reading, source
from shop.invoice import (
    KIND_NAMES,
    InvoiceData,
    Kind,
    exceeds_paid,
    find_amount,
    find_event_end,
    list_missing,
    promise_invoice,
)
from shop.models import Order
from shop.notes import MOST_WANTED, NoteArgs, NoteKind, add_order_note
from shop.notices import give_notice
from shop.order_effects import hold_order
from shop.policy import Policy
from shop.shipping import Sale
from shop.tax_number import find_tax_fault, normalise_tax_no
from shop.work_models import InvoiceRequest

Text100 = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=100)]
Text200 = Annotated[str, StringConstraints(strip_whitespace=True, min_length=4, max_length=200)]


class InvoiceArgs(Args):
    """What `request_invoice` takes. `amount` is only to be given when the customer names one."""

    order_no: str
    kind: Kind
    title: Text100
    tax_no: str | None = None
    email: str | None = Field(default=None, pattern=r"^[^@\s]+@[^@\s]+\.[A-Za-z]{2,}$", max_length=120)
    address: Text200 | None = None
    phone: Annotated[str, StringConstraints(pattern=r"^[\d\- ]{7,20}$")] | None = None
    bank: Text100 | None = None
    account: Annotated[str, StringConstraints(pattern=r"^\d{9,30}$")] | None = None
    amount: Decimal | None = Field(default=None, gt=0, max_digits=10, decimal_places=2)

    @field_validator("tax_no")
    @classmethod
    def _right_number(cls, tax_no: str | None) -> str | None:
        if tax_no is None:
            return None
        number = normalise_tax_no(tax_no)
        fault = find_tax_fault(number)
        if fault:
            raise ValueError(f"a tax number with a wrong {fault.value.replace('_', ' ')}")
        return number

    def data(self) -> InvoiceData:
        """What was said of the invoice."""
        return InvoiceData(
            self.kind,
            self.title,
            self.tax_no,
            self.email,
            self.address,
            self.phone,
            self.bank,
            self.account,
        )


@command("request_invoice", needs="auto")
async def request_invoice(session: AsyncSession, args: InvoiceArgs, *, by: CommandContext) -> dict[str, Any]:
    """Take down an invoice for the buyer's own paid order, with the note of C7; people issue it (B15).

    A second request corrects the first while it is not issued.
    """
    order = await hold_order(session, by.buyer_id, args.order_no)
    await _refuse_faults(session, order, args, by.policy)
    amount = await find_amount(session, order)
    event_end = await find_event_end(session, order)
    values = args.model_dump(exclude={"order_no", "amount"})
    query = select(InvoiceRequest).where(InvoiceRequest.order_no == order.no, InvoiceRequest.state != "void")
    found = await session.scalar(query)
    if found is not None:
        if all(getattr(found, name) == value for name, value in values.items()):
            return _describe(found, "repeated")
        if found.state != "asked":
            raise Refused(
                f"the invoice of order {order.no} is out; a person must take it back first",
                because="invoice_out",
            )
        for name, value in values.items():
            setattr(found, name, value)
    else:
        found = InvoiceRequest(
            order_no=order.no,
            buyer_id=order.buyer_id,
            amount=amount,
            due_on=promise_invoice(by.now, Sale(order.sale), event_end, by.policy),
            asked_by=by.actor,
            asked_at=by.now,
            **values,
        )
        session.add(found)
    found.amount = amount
    note = NoteArgs(order_no=order.no, kind=NoteKind.INVOICE, wanted=_describe_wish(args)[:MOST_WANTED])
    await add_order_note(session, note, by=by)
    await session.flush()
    return _describe(found, "asked")


async def _refuse_faults(session: AsyncSession, order: Order, args: InvoiceArgs, policy: Policy) -> None:
    """Raise Refused for an order not paid, a kind the shop has not, data that lacks, an amount too high."""
    amount = await find_amount(session, order)
    if order.paid_at is None or amount <= 0:
        raise Refused(
            f"nothing was paid for order {order.no} that an invoice could be for", because="nothing_paid"
        )
    if args.kind not in policy.invoice.kinds:
        raise Refused(f"the shop issues no {args.kind} invoices", because="no_such_invoice")
    missing = list_missing(args.data())
    if missing:
        raise Refused(f"the {args.kind} invoice lacks {', '.join(missing)}", because="invoice_incomplete")
    if exceeds_paid(args.amount, amount):
        raise Refused(
            f"an invoice is for the {amount} yuan paid, not for {args.amount}", because="invoice_amount"
        )


def _describe_wish(args: InvoiceArgs) -> str:
    parts = [KIND_NAMES[args.kind], f"抬头 {args.title}"]
    for name, label in (("tax_no", "税号"), ("email", "邮箱"), ("address", "地址"), ("phone", "电话")):
        parts += [f"{label} {getattr(args, name)}"] if getattr(args, name) else []
    for name, label in (("bank", "开户行"), ("account", "账号")):
        parts += [f"{label} {getattr(args, name)}"] if getattr(args, name) else []
    return "; ".join(parts)


def _describe(found: InvoiceRequest, state: str) -> dict[str, Any]:
    return {
        "invoice_id": found.id,
        "order_no": found.order_no,
        "amount": f"{found.amount:.2f}",
        "due_on": found.due_on.isoformat(),
        "state": state,
    }


class IssueArgs(Args):
    """What `issue_invoice` takes."""

    invoice_id: int
    number: Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[0-9A-Za-z]{8,40}$")]


@command("issue_invoice", needs="agent")
async def issue_invoice(session: AsyncSession, args: IssueArgs, *, by: CommandContext) -> dict[str, Any]:
    """Note that an invoice of this buyer is out, under which number; the customer hears of it."""
    found = await session.get(InvoiceRequest, args.invoice_id)
    if found is None or found.buyer_id != by.buyer_id:
        raise NotFound(f"no invoice request {args.invoice_id} of this buyer")
    values = {"state": "issued", "number": args.number, "issued_by": by.actor, "issued_at": by.now}
    step = update(InvoiceRequest).where(InvoiceRequest.id == found.id, InvoiceRequest.state == "asked")
    moved = await session.execute(step.values(values))
    await session.refresh(found)
    if not moved.rowcount and found.number != args.number:  # type: ignore[attr-defined]
        raise Refused(f"invoice request {found.id} is {found.state}", because="already_settled")
    key = f"invoice:{found.id}"
    await give_notice(
        session,
        key,
        buyer_id=found.buyer_id,
        script="invoice_issued",
        source=f"invoice_request:{found.id}",
        now=by.now,
        order_no=found.order_no,
    )
    return {"invoice_id": found.id, "state": found.state}


async def list_invoice_requests(
    session: AsyncSession, *, state: str = "asked", limit: int = 200
) -> list[InvoiceRequest]:
    """Requests in a state, the one due first before the others."""
    query = select(InvoiceRequest).where(InvoiceRequest.state == state)
    return list(await session.scalars(query.order_by(InvoiceRequest.due_on, InvoiceRequest.id).limit(limit)))


@source("invoice_request")
async def read_invoice_request(reading: Reading, key: str) -> dict[str, Any]:
    """A request of this buyer as it stands."""
    found = await reading.session.get(InvoiceRequest, int(key)) if key.isdigit() else None
    if found is None or found.buyer_id != reading.buyer_id:
        raise NotFound(f"no invoice request {key!r} of this buyer")
    return {
        "order_no": found.order_no,
        "kind": found.kind,
        "kind_name": KIND_NAMES[found.kind],
        "invoice_title": found.title,
        "amount": found.amount,
        "state": found.state,
        "due_on": found.due_on,
        "email": found.email,
    }
