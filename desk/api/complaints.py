"""Complaint tickets: who works on what until when, what was done, given and agreed (E1-E4)."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import AfterValidator, BaseModel, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from desk import commands, handoff, permissions, users
from desk.api.access import OurDesk
from desk.api.approvals import ApprovalBody, Number, Words
from desk.api.approvals import show as show_approval
from desk.api.calls import CALLBACK, CallbackBody, show_callback
from desk.api.conversations import Answerer, Reader, show_name
from desk.api.errors import describe
from desk.api.promises import PROMISE, PromiseBody
from desk.api.schemas import Id, PathId, clean_text, example
from desk.base import Desk
from desk.ownership import Held, hold
from desk.permissions import Permission
from desk.users import User
from shop import complaint_work
from shop.commands import Authority
from shop.complaint_work import GRAVE, list_remedies, list_tickets, read_limits
from shop.complaints import Severity
from shop.errors import NotFound
from shop.models import Complaint, Customer
from shop.work_models import Approval, Callback, PromiseEntry

router = APIRouter(prefix="/api/v1/desk", tags=["complaints"])
MOST = 200
TICKET = {
    "id": 12,
    "conversation_id": "01JNB3K2W6Q8Y7T5R4E3W2Q1A0",
    "buyer_id": "b001",
    "buyer_name": "林晚晴",
    "channel": "web",
    "order_no": "2026-7001",
    "severity": "general",
    "category": "quality",
    "words": "鞋子开胶,要求退款",
    "demand": "要求退款",
    "opened_at": "2026-03-02T02:00:00Z",
    "due_at": "2026-03-03T02:00:00Z",
    "state": "assigned",
    "handler": "chen",
    "measure": None,
    "outcome": None,
    "satisfaction": None,
    "closed_by": None,
    "closed_at": None,
    "may_work": True,
}
REMEDY = {
    "kind": "coupon",
    "amount": "15.00",
    "detail": "开胶补偿",
    "granted_by": "chen",
    "granted_at": "2026-03-02T03:00:00Z",
}


class TicketBody(BaseModel):
    """A ticket. `may_work`: whether the one who asks may work on it; a grave one is a supervisor's."""

    model_config = example(TICKET)

    id: int
    conversation_id: str
    buyer_id: str
    buyer_name: str | None
    channel: str
    order_no: str | None
    severity: str = Field(description="general | major | crisis")
    category: str
    words: str
    demand: str
    opened_at: datetime
    due_at: datetime
    state: str = Field(description="open | assigned | measured | closed")
    handler: str | None
    measure: str | None
    outcome: str | None
    satisfaction: int | None
    closed_by: str | None
    closed_at: datetime | None
    may_work: bool


class RemedyBody(BaseModel):
    """Something given."""

    kind: str = Field(description="gift | coupon | part_refund")
    amount: Decimal
    detail: str
    granted_by: str
    granted_at: datetime


class TicketDetail(TicketBody):
    """A ticket with what was given, what may be given, and what else is agreed in its conversation."""

    model_config = example(
        {
            **TICKET,
            "remedies": [REMEDY],
            "limits": {"gift": "20.00", "coupon": "20.00", "part_refund": "40.00"},
            "callbacks": [CALLBACK],
            "promises": [PROMISE],
            "approvals": [],
        }
    )

    remedies: list[RemedyBody]
    limits: dict[str, Decimal] = Field(description="by kind, the most the desk gives by itself in all")
    callbacks: list[CallbackBody]
    promises: list[PromiseBody]
    approvals: list[ApprovalBody]


class Terms(BaseModel):
    """What holds for a ticket of each class that is opened now."""

    model_config = example(
        {
            "due_at": {
                "general": "2026-03-03T02:00:00Z",
                "major": "2026-03-02T06:00:00Z",
                "crisis": "2026-03-02T03:00:00Z",
            },
            "supervised": ["major", "crisis"],
        }
    )

    due_at: dict[Severity, datetime] = Field(description="until when it must be answered")
    supervised: list[str] = Field(description="the classes that only a supervisor works on")


class OpenIn(BaseModel):
    """A complaint that a person notes, of the customer's own words; `measure`: what is done about it."""

    model_config = example(
        {"severity": "general", "words": "鞋子穿两天开胶,要求退款", "order_no": "2026-7001"}
    )

    severity: Severity
    words: Annotated[str, Field(min_length=1, max_length=5_000), AfterValidator(clean_text)]
    order_no: Annotated[Id, Field(max_length=40)] | None = None
    measure: Words | None = None


class AssignIn(BaseModel):
    """The account that handles it from now on."""

    model_config = example({"handler": "chen"})

    handler: Annotated[Id, Field(max_length=60)]


class MeasureIn(BaseModel):
    """What is being done about it."""

    model_config = example({"measure": "补寄一双,顺丰当天发出"})

    measure: Words


class RemedyIn(BaseModel):
    """What is given: a gift's worth, a coupon's or refund's amount, in yuan."""

    model_config = example({"kind": "coupon", "amount": "15.00", "detail": "开胶补偿"})

    kind: complaint_work.Kind
    amount: Annotated[Decimal, Field(gt=0, max_digits=10, decimal_places=2)]
    detail: Annotated[str, Field(max_length=200), AfterValidator(clean_text)] = ""


class CloseTicketIn(BaseModel):
    """What came of it; `satisfaction` is the customer's own judgement, 1 to 5."""

    model_config = example({"outcome": "已收到新鞋", "satisfaction": 4})

    outcome: Words
    satisfaction: Annotated[int, Field(ge=1, le=5)] | None = None


@router.get("/complaints", responses=describe(401, 403, 422))
async def list_complaints(
    agent: Reader,
    desk: OurDesk,
    state: Annotated[Literal["open", "late", "closed"], Query(description="late: open and overdue")] = "open",
) -> list[TicketBody]:
    """Tickets, the one due first before the others; the closed ones the newest first."""
    async with desk.reads() as session:
        late = desk.clock() if state == "late" else None
        found = await list_tickets(session, is_open=state != "closed", overdue_at=late, limit=MOST)
        return await _show(session, found, agent)


@router.get("/complaints/terms", responses=describe(401, 403))
async def get_terms(_agent: Reader, desk: OurDesk) -> Terms:
    """Until when a ticket opened now would have to be answered, by class (E2)."""
    now = desk.clock()
    hours = desk.policy.current().complaints.due_hours
    due_at = {severity: now + timedelta(hours=count) for severity, count in hours.items()}
    return Terms(due_at=due_at, supervised=list(GRAVE))


@router.get("/complaints/{complaint_id}", responses=describe(401, 403, 404, 422))
async def get_complaint(complaint_id: Number, agent: Reader, desk: OurDesk) -> TicketDetail:
    """A ticket with all that belongs to it."""
    async with desk.reads() as session:
        return await _read_detail(session, desk, await _get_ticket(session, complaint_id), agent)


@router.post(
    "/conversations/{conversation_id}/complaints",
    status_code=201,
    responses=describe(401, 403, 404, 409, 422),
)
async def open_complaint(
    conversation_id: PathId, body: OpenIn, agent: Answerer, desk: OurDesk
) -> TicketDetail:
    """Open a ticket by hand, or add to the one that is open in the conversation.

    A supervisor is called to a grave one, and only they may say what is done about it (409 `refused`).
    """
    async with hold(desk, conversation_id) as held:
        told = body.model_dump(exclude={"measure"}, exclude_none=True)
        result = await _run(held, "open_complaint", told, agent)
        if body.measure is not None:
            done = {"complaint_id": result["complaint_id"], "measure": body.measure}
            await _run(held, "record_measure", done, agent)
        await handoff.call_supervisor(held, result["severity"])
        return await _read_detail(
            held.session, desk, await _get_ticket(held.session, result["complaint_id"]), agent
        )


@router.post("/complaints/{complaint_id}/assign", responses=describe(401, 403, 404, 409, 422))
async def assign(complaint_id: Number, body: AssignIn, agent: Answerer, desk: OurDesk) -> TicketDetail:
    """Say who handles it. 409 `refused` when it is closed, or grave and the one who says so no supervisor."""
    async with desk.reads() as session:
        user = await users.find_user(session, body.handler)
        if user is None or not user.active:
            raise NotFound(f"no colleague {body.handler!r}")
    return await _work(desk, complaint_id, "assign_complaint", body, agent)


@router.post("/complaints/{complaint_id}/measure", responses=describe(401, 403, 404, 409, 422))
async def measure(complaint_id: Number, body: MeasureIn, agent: Answerer, desk: OurDesk) -> TicketDetail:
    """Write down what is being done; whoever does so handles it if nobody did."""
    return await _work(desk, complaint_id, "record_measure", body, agent)


@router.post("/complaints/{complaint_id}/remedies", responses=describe(401, 403, 404, 409, 422))
async def grant(complaint_id: Number, body: RemedyIn, agent: Answerer, desk: OurDesk) -> TicketDetail:
    """Make it good. 409 `refused` above the policy's limits, for extortion, and for reviews."""
    return await _work(desk, complaint_id, "grant_remedy", body, agent)


@router.post("/complaints/{complaint_id}/close", responses=describe(401, 403, 404, 409, 422))
async def close(complaint_id: Number, body: CloseTicketIn, agent: Answerer, desk: OurDesk) -> TicketDetail:
    """Close it with its outcome. 409 `refused` while nobody wrote down what was done."""
    return await _work(desk, complaint_id, "close_complaint", body, agent)


async def _work(desk: Desk, complaint_id: int, name: str, body: BaseModel, agent: User) -> TicketDetail:
    """Run a command on a ticket, under its conversation, and give the ticket as it is then."""
    async with desk.reads() as session:
        conversation_id = (await _get_ticket(session, complaint_id)).conversation_id
    async with hold(desk, conversation_id) as held:
        args = {"complaint_id": complaint_id, **body.model_dump(mode="json", exclude_none=True)}
        await _run(held, name, args, agent)
        return await _read_detail(held.session, desk, await _get_ticket(held.session, complaint_id), agent)


async def _run(held: Held, name: str, args: dict[str, Any], agent: User) -> dict[str, Any]:
    authority: Authority = "supervisor" if _is_supervisor(agent) else "agent"
    result = await commands.execute_one(held, name, args, authority=authority, actor=agent.name)
    held.record("complaint", {"complaint_id": result["complaint_id"], "by": agent.name})
    return result


def _is_supervisor(agent: User) -> bool:
    return permissions.can(agent.role, Permission.SUPERVISE)


async def _get_ticket(session: AsyncSession, complaint_id: int) -> Complaint:
    found = await session.get(Complaint, complaint_id, populate_existing=True)
    if found is None:
        raise NotFound(f"no complaint {complaint_id}")
    return found


async def _show(session: AsyncSession, found: list[Complaint], agent: User) -> list[TicketBody]:
    named = select(Customer.id, Customer.name).where(Customer.id.in_({ticket.buyer_id for ticket in found}))
    names = dict((await session.execute(named)).all())
    return [
        TicketBody(
            **{
                name: getattr(ticket, name)
                for name in TicketBody.model_fields
                if name not in ("buyer_name", "may_work")
            },
            buyer_name=show_name(names.get(ticket.buyer_id), agent),
            may_work=permissions.can(agent.role, Permission.ANSWER)
            and (ticket.severity not in GRAVE or _is_supervisor(agent)),
        )
        for ticket in found
    ]


async def _read_detail(session: AsyncSession, desk: Desk, ticket: Complaint, agent: User) -> TicketDetail:
    policy, here = desk.policy.current(), ticket.conversation_id
    (shown,) = await _show(session, [ticket], agent)
    callbacks = select(Callback).where(Callback.conversation_id == here).order_by(Callback.call_at)
    promises = select(PromiseEntry).where(PromiseEntry.conversation_id == here).order_by(PromiseEntry.due_at)
    approvals = select(Approval).where(Approval.conversation_id == here).order_by(Approval.asked_at)
    return TicketDetail(
        **dict(shown),
        remedies=[
            RemedyBody.model_validate(one, from_attributes=True)
            for one in await list_remedies(session, ticket.id)
        ],
        limits=dict(await read_limits(session, ticket, policy)),
        callbacks=[show_callback(one, None) for one in await session.scalars(callbacks)],
        promises=[
            PromiseBody.model_validate(one, from_attributes=True) for one in await session.scalars(promises)
        ],
        approvals=[show_approval(one, policy) for one in await session.scalars(approvals)],
    )
