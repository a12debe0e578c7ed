"""The return register: what comes back and how far it is; approved, taken in, checked, refunded (D3–D7)."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query
from pydantic import AfterValidator, BaseModel, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from desk import live, permissions, returns
from desk.api.access import Allowed, OurDesk
from desk.api.conversations import show_name
from desk.api.errors import describe
from desk.api.schemas import clean_text, example
from desk.base import Desk
from desk.permissions import NotAllowed, Permission
from desk.users import User
from shop.commands import CommandContext
from shop.errors import Refused
from shop.models import Customer, Order, Sku
from shop.return_models import ReturnRequest, ReturnStep
from shop.return_register import count_request
from shop.return_states import Step

router = APIRouter(prefix="/api/v1/desk/returns", tags=["returns"])
Worker = Annotated[User, Depends(Allowed(Permission.WORK_RETURNS))]
RequestId = Annotated[int, Path(ge=1, le=2**31 - 1)]
Money = Annotated[Decimal, Field(ge=0, max_digits=10, decimal_places=2)]
CHANNEL = "desk"
REQUEST = {
    "id": 4,
    "order_no": "2026112200150030",
    "conversation_id": "01JNB3K2W6Q8Y7T5R4E3W2Q1A0",
    "buyer_id": "b001",
    "buyer_name": "林晚晴",
    "kind": "return",
    "state": "requested",
    "reason": "quality",
    "words": "鞋底开胶了",
    "fault_claimed": True,
    "fault_confirmed": None,
    "photos": ["01J9ZQ"],
    "goods": [{"title": "轻羽跑鞋", "color": "黑色", "size": "39", "quantity": 1, "unit_price": "199.00"}],
    "wanted": None,
    "courier": None,
    "tracking_no": None,
    "passed": None,
    "inspection": None,
    "refund": "199.00",
    "refund_amount": None,
    "most_fee": "12.00",
    "requested_at": "2026-03-02T02:00:00Z",
    "due_at": "2026-03-03T02:00:00Z",
    "closed_at": None,
    "may": ["approve", "reject"],
    "steps": [
        {"step": "request", "by": "xiaoer", "at": "2026-03-02T02:00:00Z", "detail": "return"},
    ],
}


class GoodsBody(BaseModel):
    """Goods that come back."""

    title: str
    color: str
    size: str
    quantity: int
    unit_price: Decimal


class StepBody(BaseModel):
    """A step that was taken."""

    step: str
    by: str
    at: datetime
    detail: str


class ReturnBody(BaseModel):
    """A request. `refund` is what it brings back as it stands; `may` what the one who asks may do with it."""

    model_config = example(REQUEST)

    id: int
    order_no: str
    conversation_id: str | None
    buyer_id: str
    buyer_name: str | None
    kind: str = Field(description="return | exchange | refund_only")
    state: str
    reason: str
    words: str
    fault_claimed: bool
    fault_confirmed: bool | None
    photos: list[str] = Field(description="ids; none for who may not read conversations")
    goods: list[GoodsBody]
    wanted: str | None = Field(description="colour and size that an exchange asks for")
    courier: str | None
    tracking_no: str | None
    passed: bool | None
    inspection: str | None
    refund: Decimal | None = Field(description="yuan, once it may be refunded")
    refund_amount: Decimal | None
    most_fee: Decimal = Field(description="postage that may go back for a confirmed fault (D2)")
    requested_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    may: list[str] = Field(description="approve | reject | receive | check | refund | send_exchange | close")
    steps: list[StepBody]


class StepIn(BaseModel):
    """A step, with what it needs: words of a refusal, the check's verdict, the courier of an exchange."""

    model_config = example({"step": "check", "passed": True, "fault_confirmed": True, "words": "开胶属实"})

    step: Literal["approve", "reject", "receive", "check", "refund", "send_exchange", "close"]
    words: Annotated[str, Field(max_length=500), AfterValidator(clean_text)] = ""
    fault_confirmed: bool | None = None
    passed: bool | None = None
    deduct: Money | None = None
    fee_refund: Money | None = None
    courier: Annotated[str, Field(min_length=1, max_length=40), AfterValidator(clean_text)] | None = None
    tracking_no: Annotated[str, Field(max_length=40), AfterValidator(clean_text)] | None = None


@router.get("", responses=describe(401, 403, 422))
async def list_returns(
    worker: Worker, desk: OurDesk, part: Annotated[Literal["open", "over"], Query()] = "open"
) -> list[ReturnBody]:
    """Open requests, the one due first before the others; or those that ended, the newest first."""
    async with desk.reads() as session:
        found = await returns.list_requests(session, is_open=part == "open")
        return await _show(session, found, worker, desk)


@router.post("/{request_id}/steps", responses=describe(401, 403, 404, 409, 422))
async def take_step(request_id: RequestId, body: StepIn, worker: Worker, desk: OurDesk) -> ReturnBody:
    """Take a step; the customer hears of an approval, a refund and an exchange that was sent.

    409 `refused` when it is not the request's turn, 403 when the step is another's work.
    """
    step = Step(body.step)
    if not returns.may_take(worker, step):
        raise NotAllowed(f"the role {worker.role} may not {step.value} a return")
    args: dict[str, Any] = body.model_dump(mode="json", exclude_none=True, exclude={"step"})
    async with desk.transaction() as session:
        request = await returns.get_request(session, request_id)
        by = CommandContext(
            buyer_id=request.buyer_id,
            conversation_id=request.conversation_id or "",
            channel=CHANNEL,
            now=desk.clock(),
            policy=desk.policy.current(),
            authority=returns.find_authority(worker),
            actor=worker.name,
        )
        request = await returns.take_step(session, request_id, step, args, by=by)
        if request.conversation_id:
            told = {"request_id": request.id, "state": request.state}
            live.record(session, request.conversation_id, "return", told, desk.clock())
        return (await _show(session, [request], worker, desk))[0]


async def _show(
    session: AsyncSession, found: Sequence[ReturnRequest], worker: User, desk: Desk
) -> list[ReturnBody]:
    buyers = {request.buyer_id for request in found}
    named = select(Customer.id, Customer.name).where(Customer.id.in_(buyers))
    names = dict((await session.execute(named)).all())
    taken = select(ReturnStep).where(ReturnStep.request_id.in_([request.id for request in found]))
    steps: dict[int, list[ReturnStep]] = {}
    for step in await session.scalars(taken.order_by(ReturnStep.id)):
        steps.setdefault(step.request_id, []).append(step)
    ordered = select(Order).where(Order.no.in_({request.order_no for request in found}))
    orders = {order.no: order for order in await session.scalars(ordered)}
    reads = permissions.can(worker.role, Permission.READ_CONVERSATIONS)
    shown = []
    for request in found:
        order, may = orders[request.order_no], returns.list_steps(request, worker)
        kept = {name: getattr(request, name) for name in KEPT}
        shown.append(
            ReturnBody(
                **kept,
                conversation_id=request.conversation_id if reads else None,
                buyer_name=show_name(names.get(request.buyer_id), worker),
                photos=request.photos if reads else [],
                goods=_list_goods(request, order),
                wanted=await _find_wanted(session, request),
                refund=await _count(session, request, order) if Step.REFUND in may else None,
                most_fee=desk.policy.current().returns.buyer_return_fee,
                may=[step.value for step in may],
                steps=[
                    StepBody.model_validate(step, from_attributes=True) for step in steps.get(request.id, [])
                ],
            )
        )
    return shown


OWN = {"conversation_id", "buyer_name", "photos", "goods", "wanted", "refund", "most_fee"}
KEPT = [name for name in ReturnBody.model_fields if name not in OWN | {"may", "steps"}]
"""What is shown as the register has it."""


def _list_goods(request: ReturnRequest, order: Order) -> list[GoodsBody]:
    lines = {line.id: line for line in order.lines}
    return [
        GoodsBody(
            title=line.title,
            color=line.color,
            size=line.size,
            quantity=int(item["quantity"]),
            unit_price=line.unit_price,
        )
        for item in request.lines
        if (line := lines.get(item["line_id"])) is not None
    ]


async def _find_wanted(session: AsyncSession, request: ReturnRequest) -> str | None:
    sku = await session.get(Sku, request.to_sku_id) if request.to_sku_id else None
    return f"{sku.color} {sku.size}" if sku else None


async def _count(session: AsyncSession, request: ReturnRequest, order: Order) -> Decimal | None:
    """What the request brings back; null where the register refuses to count."""
    try:
        return (await count_request(session, request, order)).amount
    except Refused:
        return None
