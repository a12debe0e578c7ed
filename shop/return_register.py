"""The return register: requests come in, are approved, checked, refunded or exchanged (D3–D6).

Every command holds the order's row, checks the step by `shop.return_states` and writes who took it. Money
and liability need people: the bot only takes down what the customer says.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field, StringConstraints
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from shop.commands import RANK, Args, CommandContext, command
from shop.errors import NotFound, Refused
from shop.exchange import find_line
from shop.facts import Reading, source
from shop.fit_learning import record_fit
from shop.manual_payments import OUT, expect_payment, sum_refunds
from shop.models import Order, Sku, Stage
from shop.notes import Flag
from shop.notices import give_notice
from shop.order_effects import hold_order
from shop.orders import describe_goods, get_order, local_time
from shop.policy import Policy
from shop.product import get_sku
from shop.refunds import PaidOrder, Refund, count_refund
from shop.return_models import ReturnRequest, ReturnStep
from shop.return_states import OPEN, OVER, ReturnKind, ReturnState, Step, next_state
from shop.returns import FAULTS, Reason, count_window

SENT = (Stage.SHIPPED, Stage.SIGNED)
FITS = {Reason.SIZE_SMALL: "偏小", Reason.SIZE_LARGE: "偏大"}
"""Reasons that tell of the fit, in the words that `shop.fit_learning` reads."""
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Number = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[A-Za-z0-9-]{6,40}$")]
Courier = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]


class CreateArgs(Args):
    """What `create_return` takes. `lines` are ids of order lines; none means all goods of the order."""

    order_no: str
    kind: ReturnKind
    reason: Reason
    words: Words
    lines: list[str] = Field(default=[], max_length=50)
    photos: list[str] = Field(default=[], max_length=20)
    to_sku_id: str | None = None


@command("create_return", needs="auto")
async def create_return(session: AsyncSession, args: CreateArgs, *, by: CommandContext) -> dict[str, Any]:
    """Register the wish; one that still waits for approval is corrected instead of doubled (D5).

    Raises Refused outside the window of D1, unless a fault is claimed or a person decides so.
    """
    order = await hold_order(session, by.buyer_id, args.order_no)
    _check_stage(order, args, by)
    found = await find_open(session, order.no)
    if found is not None and found.state != ReturnState.REQUESTED:
        raise Refused(
            f"order {order.no} has request {found.id}, which is {found.state}", because="return_open"
        )
    request = found or ReturnRequest(
        order_no=order.no,
        buyer_id=by.buyer_id,
        conversation_id=by.conversation_id,
        state=ReturnState.REQUESTED.value,
        requested_at=by.now,
        photos=[],
    )
    request.kind, request.reason, request.words = args.kind.value, args.reason.value, args.words
    request.lines = await _choose_lines(session, order, args)
    request.fault_claimed = args.reason in FAULTS
    request.photos = list(dict.fromkeys([*request.photos, *args.photos]))[-20:]
    request.to_sku_id = args.to_sku_id if args.kind is ReturnKind.EXCHANGE else None
    request.due_at = _due_at(ReturnState.REQUESTED, by.now, by.policy)
    order.flag = Flag.BLUE.value
    session.add(request)
    await session.flush()
    if args.reason in FITS:  # what is sent back for its fit teaches how the item runs (B2)
        sku_ids = [item["sku_id"] for item in request.lines]
        await record_fit(session, order, FITS[args.reason], by.now, sku_ids=sku_ids)
    detail = "corrected" if found else args.kind.value
    await _note(session, request, "request", by, detail)
    return describe(request)


def _check_stage(order: Order, args: CreateArgs, by: CommandContext) -> None:
    if order.stage not in SENT:
        raise Refused(
            f"order {order.no} is {order.stage.value}: nothing of it can come back", because="stage_forbids"
        )
    is_free = args.reason in FAULTS or RANK[by.authority] >= RANK["agent"]
    if order.signed_at is None or is_free:
        return
    window = count_window(order.signed_at, by.now, by.policy.returns, by.policy.zone)
    is_open = window.exchange_open if args.kind is ReturnKind.EXCHANGE else window.return_open
    if not is_open:
        raise Refused(f"the days for a {args.kind.value} of order {order.no} are over", because="days_over")


async def _choose_lines(session: AsyncSession, order: Order, args: CreateArgs) -> list[dict[str, Any]]:
    lines = [find_line(order, line_id) for line_id in dict.fromkeys(args.lines)] or list(order.lines)
    if args.kind is ReturnKind.EXCHANGE:
        if args.to_sku_id is None or len(lines) != 1:
            raise Refused(
                "an exchange names one line and the SKU that is wanted for it", because="exchange_incomplete"
            )
        old, new = await get_sku(session, lines[0].sku_id), await get_sku(session, args.to_sku_id)
        is_same = old.id == new.id and args.reason not in FAULTS  # faulty goods are exchanged for their like
        if old.product_id != new.product_id or old.price != new.price or is_same:
            raise Refused(
                "goods are exchanged for another size or colour at the same price", because="exchange_price"
            )
    return [{"line_id": line.id, "sku_id": line.sku_id, "quantity": line.quantity} for line in lines]


class StepArgs(Args):
    """A step of the order's open request; `words` say why."""

    order_no: str
    words: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""


class ShipArgs(StepArgs):
    """What `register_return_shipment` takes."""

    courier: Courier
    tracking_no: Number


@command("register_return_shipment", needs="auto")
async def register_return_shipment(
    session: AsyncSession, args: ShipArgs, *, by: CommandContext
) -> dict[str, Any]:
    """Take the customer's number down at once (D4); another number replaces it while nothing arrived."""
    request = await _hold(session, args.order_no, by)
    if (request.courier, request.tracking_no) == (args.courier, args.tracking_no):
        return describe(request)
    request.courier, request.tracking_no = args.courier, args.tracking_no
    await _move(session, request, Step.SHIP_BACK, by, f"{args.courier} {args.tracking_no}")
    return describe(request)


class ApproveArgs(StepArgs):
    """What `approve_return` takes. `fault_confirmed` is a person's judgement of a claimed fault (D3)."""

    fault_confirmed: bool | None = None


@command("approve_return", needs="agent")
async def approve_return(session: AsyncSession, args: ApproveArgs, *, by: CommandContext) -> dict[str, Any]:
    """Let the goods come back; the buyer hears where to and what to put in the box (D4)."""
    request = await _hold(session, args.order_no, by)
    _judge_fault(request, args.fault_confirmed)
    await _move(session, request, Step.APPROVE, by, args.words)
    if request.kind != ReturnKind.REFUND_ONLY:
        await _tell(session, request, "return_approved", by)
    return describe(request)


@command("reject_return", needs="agent")
async def reject_return(session: AsyncSession, args: StepArgs, *, by: CommandContext) -> dict[str, Any]:
    """Decline with the reason (D7: wear, said kindly by the person who declines)."""
    if not args.words:
        raise Refused("a request is declined with the reason in words", because="reason_missing")
    request = await _hold(session, args.order_no, by)
    await _move(session, request, Step.REJECT, by, args.words)
    return describe(request)


@command("withdraw_return", needs="auto")
async def withdraw_return(session: AsyncSession, args: StepArgs, *, by: CommandContext) -> dict[str, Any]:
    """The buyer keeps the goods after all."""
    request = await _hold(session, args.order_no, by)
    await _move(session, request, Step.WITHDRAW, by, args.words)
    return describe(request)


@command("receive_return", needs="agent")
async def receive_return(session: AsyncSession, args: StepArgs, *, by: CommandContext) -> dict[str, Any]:
    """The parcel is in."""
    request = await _hold(session, args.order_no, by)
    request.received_at = by.now
    await _move(session, request, Step.RECEIVE, by, args.words)
    return describe(request)


class CheckArgs(ApproveArgs):
    """What `check_return` takes: whether the goods may be sold again, or the fault is there."""

    passed: bool


@command("check_return", needs="agent")
async def check_return(session: AsyncSession, args: CheckArgs, *, by: CommandContext) -> dict[str, Any]:
    """The warehouse has looked at the goods; only now is a claimed fault known (D3, D7)."""
    request = await _hold(session, args.order_no, by)
    _judge_fault(request, args.fault_confirmed)
    request.passed, request.inspection = args.passed, args.words
    await _move(
        session, request, Step.CHECK, by, f"{'passed' if args.passed else 'failed'} {args.words}".strip()
    )
    return describe(request)


class RefundArgs(StepArgs):
    """What `refund_return` takes. `deduct` is kept back; `fee_refund` gives paid postage back. Yuan."""

    deduct: Annotated[Decimal, Field(ge=0, max_digits=10, decimal_places=2)] = Decimal("0.00")
    fee_refund: Annotated[Decimal, Field(ge=0, max_digits=10, decimal_places=2)] = Decimal("0.00")


@command("refund_return", needs="agent")
async def refund_return(session: AsyncSession, args: RefundArgs, *, by: CommandContext) -> dict[str, Any]:
    """Set the refund down as money due to the buyer, once, to the original way of payment (D6).

    Goods that failed the check are refunded only by a supervisor (D7); postage only for a confirmed fault and
    up to the policy's usual fee (D2). Raises Refused otherwise.
    """
    request = await _hold(session, args.order_no, by)
    order = await get_order(session, by.buyer_id, args.order_no)
    if request.passed is False and RANK[by.authority] < RANK["supervisor"]:
        raise Refused("the goods failed the check: a refund takes a supervisor", because="check_failed")
    if args.fee_refund and not request.fault_confirmed:
        raise Refused(
            "the shop pays the way back only for a fault that a person has confirmed",
            because="fault_unconfirmed",
        )
    if args.fee_refund > by.policy.returns.buyer_return_fee:
        raise Refused(
            f"postage goes back up to {by.policy.returns.buyer_return_fee} yuan", because="postage_limit"
        )
    refund = await count_request(session, request, order, deduct=args.deduct)
    await _move(session, request, Step.REFUND, by, f"{refund.amount} {args.words}".strip())
    request.refund_amount, request.fee_refund, request.refunded_at = refund.amount, args.fee_refund, by.now
    if refund.amount:
        await expect_payment(
            session,
            order,
            f"return:{request.id}",
            direction=OUT,
            amount=refund.amount,
            reason="return",
            by=by,
        )
    await _tell(session, request, "return_refunded", by)
    return describe(request)


async def count_request(
    session: AsyncSession, request: ReturnRequest, order: Order, *, deduct: Decimal = Decimal("0.00")
) -> Refund:
    """What a request brings back (D6), beside what went back for the order before."""
    query = select(ReturnRequest).where(
        ReturnRequest.order_no == order.no,
        ReturnRequest.refunded_at.is_not(None),
        ReturnRequest.id != request.id,
    )
    before = [item for other in await session.scalars(query) for item in _priced(other.lines, order)]
    return count_refund(
        PaidOrder(order.goods_total, order.discount, order.shipping_fee, order.total),
        _priced(request.lines, order),
        returned_before=sum((price * quantity for price, quantity in before), Decimal("0.00")),
        refunded_before=await sum_refunds(session, order.no),
        fault_confirmed=bool(request.fault_confirmed),
        deduct=deduct,
    )


def _priced(lines: Sequence[dict[str, Any]], order: Order) -> list[tuple[Decimal, int]]:
    return [(find_line(order, item["line_id"]).unit_price, int(item["quantity"])) for item in lines]


class ExchangeArgs(StepArgs):
    """What `send_exchange` takes: the new parcel."""

    courier: Courier
    tracking_no: Number


@command("send_exchange", needs="agent")
async def send_exchange(session: AsyncSession, args: ExchangeArgs, *, by: CommandContext) -> dict[str, Any]:
    """The new goods leave the stock and the buyer hears the number at once (D5).

    Before the old ones are in and checked only by a supervisor. Raises Refused when they are sold out.
    """
    request = await _hold(session, args.order_no, by)
    await _move(
        session, request, Step.SEND_EXCHANGE, by, f"{args.courier} {args.tracking_no} {args.words}".strip()
    )
    quantity = sum(int(item["quantity"]) for item in request.lines)
    taken = await session.execute(
        update(Sku)
        .where(Sku.id == request.to_sku_id, Sku.stock >= quantity)
        .values(stock=Sku.stock - quantity)
        .execution_options(synchronize_session=False)
    )
    if not taken.rowcount:  # type: ignore[attr-defined]
        raise Refused(
            f"{request.to_sku_id} is sold out: refund it or agree on other goods", because="sold_out"
        )
    request.exchange_courier, request.exchange_tracking_no = args.courier, args.tracking_no
    await _tell(session, request, "exchange_sent", by)
    return describe(request)


@command("close_return", needs="agent")
async def close_return(session: AsyncSession, args: StepArgs, *, by: CommandContext) -> dict[str, Any]:
    """The matter is done. An exchange whose old goods are still out is not. Raises Refused then."""
    request = await _hold(session, args.order_no, by)
    if request.kind == ReturnKind.EXCHANGE and request.received_at is None:
        raise Refused("the old goods are not in yet", because="goods_not_back")
    await _move(session, request, Step.CLOSE, by, args.words)
    return describe(request)


async def find_open(session: AsyncSession, order_no: str) -> ReturnRequest | None:
    """The open request of an order."""
    query = select(ReturnRequest).where(
        ReturnRequest.order_no == order_no, ReturnRequest.state.in_([state.value for state in OPEN])
    )
    return await session.scalar(query)


async def find_newest(session: AsyncSession, order_no: str) -> ReturnRequest | None:
    """The open request of an order, else the last one that ended."""
    query = select(ReturnRequest).where(ReturnRequest.order_no == order_no).order_by(ReturnRequest.id.desc())
    return await find_open(session, order_no) or await session.scalar(query.limit(1))


async def list_steps(session: AsyncSession, request_id: int) -> list[ReturnStep]:
    """Every step of a request, in order."""
    query = select(ReturnStep).where(ReturnStep.request_id == request_id).order_by(ReturnStep.id)
    return list(await session.scalars(query))


async def _hold(session: AsyncSession, order_no: str, by: CommandContext) -> ReturnRequest:
    """The open request of the buyer's order, which is held meanwhile. Raises NotFound or Refused."""
    await hold_order(session, by.buyer_id, order_no)
    request = await find_open(session, order_no)
    if request is None:
        raise Refused(f"order {order_no} has no open return request", because="no_return")
    await session.refresh(request)
    return request


def _judge_fault(request: ReturnRequest, confirmed: bool | None) -> None:
    if confirmed is not None:
        request.fault_confirmed = confirmed


async def _move(
    session: AsyncSession, request: ReturnRequest, step: Step, by: CommandContext, detail: str = ""
) -> None:
    target = next_state(ReturnState(request.state), step, ReturnKind(request.kind), by.authority)
    request.state = target.value
    request.due_at = _due_at(target, by.now, by.policy)
    if target in OVER:
        request.closed_at = by.now
        order = await session.get_one(Order, request.order_no)
        order.flag = Flag.PURPLE.value
    await _note(session, request, step.value, by, detail)


async def _note(
    session: AsyncSession, request: ReturnRequest, step: str, by: CommandContext, detail: str
) -> None:
    if not by.actor:
        raise Refused("a step without a name is a fault", because="name_missing")
    session.add(
        ReturnStep(
            request_id=request.id, step=step, state=request.state, by=by.actor, at=by.now, detail=detail[:500]
        )
    )
    await session.flush()


async def _tell(session: AsyncSession, request: ReturnRequest, script: str, by: CommandContext) -> None:
    await give_notice(
        session,
        f"{script}:{request.id}",
        buyer_id=request.buyer_id,
        script=script,
        source=f"return_request:{request.order_no}",
        now=by.now,
        order_no=request.order_no,
    )


def _due_at(state: ReturnState, now: datetime, policy: Policy) -> datetime | None:
    """By when the next step is expected (D12); None when none is."""
    due_hours = policy.returns.due_hours
    hours = next((hours for name, hours in due_hours.items() if name == state.value), None)
    return None if hours is None else now + timedelta(hours=hours)


def describe(request: ReturnRequest) -> dict[str, Any]:
    """A request as results and lists carry it."""
    amount = request.refund_amount
    return {
        "request_id": request.id,
        "order_no": request.order_no,
        "kind": request.kind,
        "state": request.state,
        "fault_claimed": request.fault_claimed,
        "fault_confirmed": request.fault_confirmed,
        "refund_amount": f"{amount:.2f}" if amount is not None else None,
    }


@source("return_request")
async def read_return_request(reading: Reading, key: str) -> dict[str, Any]:
    """How far the newest return request of the buyer's order is, with the address for the parcel (D4, D5)."""
    order = await get_order(reading.session, reading.buyer_id, key)
    request = await find_newest(reading.session, order.no)
    if request is None:
        raise NotFound(f"no return request of order {key!r}")
    sku = await reading.session.get(Sku, request.to_sku_id) if request.to_sku_id else None
    zone, returns = reading.policy.zone, reading.policy.returns
    return {
        "order_no": order.no,
        "title": await describe_goods(reading.session, order),
        "kind": request.kind,
        "request_state": request.state,
        "return_courier": request.courier,
        "return_no": request.tracking_no,
        "to_color": sku.color if sku else None,
        "to_size": sku.size if sku else None,
        "refund_amount": request.refund_amount,
        "refunded_on": request.refunded_at.astimezone(zone).date() if request.refunded_at else None,
        "new_courier": request.exchange_courier,
        "new_no": request.exchange_tracking_no,
        "received_at": local_time(request.received_at, zone),
        "address": returns.address,
        "recipient": returns.recipient,
        "phone": returns.phone,
        "refused_couriers": returns.refused_couriers,
        "days_min": returns.refund_working_days[0],
        "days_max": returns.refund_working_days[1],
    }
