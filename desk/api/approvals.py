"""What the desk may not decide by itself: agents ask, a supervisor grants or declines (B9, E3)."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import AfterValidator, BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from desk import commands, conversations, notes, users
from desk.api.access import OurDesk
from desk.api.alarms import Supervisor
from desk.api.conversations import Answerer
from desk.api.errors import describe
from desk.api.schemas import Id, PathId, clean_text, example
from desk.base import Desk
from desk.ownership import Held, hold
from shop.approvals import list_approvals
from shop.errors import NotFound
from shop.policy import Policy
from shop.work_models import Approval

router = APIRouter(prefix="/api/v1/desk", tags=["supervisor"])
Number = Annotated[int, Field(ge=1, le=2**31 - 1)]
Words = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(clean_text)]
CENT = Decimal("0.01")
Matter = Literal["price", "free_shipping", "remedy", "return", "invoice", "other"]


class AskIn(BaseModel):
    """What is asked for; `amount` in yuan where money is."""

    model_config = example({"matter": "remedy", "what": "开胶补偿", "amount": "60.00"})

    matter: Matter
    what: Words
    order_no: Annotated[Id, Field(max_length=40)] | None = None
    amount: Annotated[Decimal, Field(ge=0, max_digits=10, decimal_places=2)] | None = None


class DecideIn(BaseModel):
    """The answer, and what the agent should know."""

    model_config = example({"state": "granted", "answer": "可以,从部分退款走"})

    state: Literal["granted", "declined"]
    answer: Words = "同意"


class ApprovalBody(BaseModel):
    """A request to a supervisor. `limit`: what the desk may give by itself in this matter."""

    model_config = example(
        {
            "id": 7,
            "conversation_id": "01JNB3K2W6Q8Y7T5R4E3W2Q1A0",
            "buyer_id": "b001",
            "order_no": "2026-7001",
            "matter": "remedy",
            "what": "开胶补偿",
            "amount": "60.00",
            "limit": "50.00",
            "asked_by": "chen",
            "asked_at": "2026-03-02T02:00:00Z",
            "expires_at": "2026-03-02T06:00:00Z",
            "state": "asked",
            "answer": None,
            "decided_by": None,
        }
    )

    id: int
    conversation_id: str
    buyer_id: str
    order_no: str | None
    matter: str
    what: str
    amount: Decimal | None
    limit: Decimal | None
    asked_by: str
    asked_at: datetime
    expires_at: datetime
    state: str = Field(description="asked | granted | declined")
    answer: str | None
    decided_by: str | None


@router.get("/approvals", responses=describe(401, 403))
async def list_open(_supervisor: Supervisor, desk: OurDesk) -> list[ApprovalBody]:
    """What waits for a supervisor, the one that lapses first before the others."""
    policy = desk.policy.current()
    async with desk.reads() as session:
        return [show(found, policy) for found in await list_approvals(session, desk.clock())]


@router.post(
    "/conversations/{conversation_id}/approvals", status_code=201, responses=describe(401, 403, 404, 409, 422)
)
async def ask(conversation_id: PathId, body: AskIn, agent: Answerer, desk: OurDesk) -> ApprovalBody:
    """Put a wish to a supervisor; the same wish in a conversation is asked once."""
    async with hold(desk, conversation_id) as held:
        args = body.model_dump(mode="json", exclude_none=True)
        result = await commands.execute_one(held, "ask_supervisor", args, authority="agent", actor=agent.name)
        held.record("approval", {"approval_id": result["approval_id"], "state": result["state"]})
        found = await held.session.get_one(Approval, result["approval_id"])
        return show(found, desk.policy.current())


@router.post("/approvals/{approval_id}/decide", responses=describe(401, 403, 404, 409, 422))
async def decide(approval_id: Number, body: DecideIn, supervisor: Supervisor, desk: OurDesk) -> ApprovalBody:
    """Grant or decline. 409 `refused` when it lapsed or somebody decided otherwise; the asker gets a note."""
    async with hold(desk, await _find_conversation(desk, approval_id)) as held:
        before = await held.session.get_one(Approval, approval_id)
        was = before.state
        args: dict[str, Any] = {"approval_id": approval_id, **body.model_dump()}
        await commands.execute_one(
            held, "decide_approval", args, authority="supervisor", actor=supervisor.name
        )
        found = await held.session.get_one(Approval, approval_id, populate_existing=True)
        if found.state != was:
            await _tell_asker(held, found, supervisor.name)
            held.record("approval", {"approval_id": found.id, "state": found.state})
        return show(found, desk.policy.current())


async def _find_conversation(desk: Desk, approval_id: int) -> str:
    async with desk.reads() as session:
        found = await session.get(Approval, approval_id)
        if found is None:
            raise NotFound(f"no approval {approval_id}")
        return (await conversations.get_conversation(session, found.conversation_id)).id


async def _tell_asker(held: Held, found: Approval, supervisor: str) -> None:
    """A private note with the answer: to the agent who asked, to all when the bot did."""
    verdict = "同意" if found.state == "granted" else "未通过"
    text = f"申请「{found.what}」{verdict}: {found.answer}"
    asker = await _find_person(held.session, found.asked_by)
    await notes.add(held, supervisor, text, whisper_to=asker)


async def _find_person(session: AsyncSession, name: str) -> str | None:
    user = await users.find_user(session, name)
    return user.name if user else None


def show(found: Approval, policy: Policy) -> ApprovalBody:
    """A request with the limit of its matter."""
    limits = {"price": policy.bargaining.authority_off, "remedy": policy.complaints.remedies.part_refund}
    limit = limits.get(found.matter)
    return ApprovalBody(
        id=found.id,
        conversation_id=found.conversation_id,
        buyer_id=found.buyer_id,
        order_no=found.order_no,
        matter=found.matter,
        what=found.what,
        amount=found.amount,
        limit=None if limit is None else limit.quantize(CENT),
        asked_by=found.asked_by,
        asked_at=found.asked_at,
        expires_at=found.expires_at,
        state=found.state,
        answer=found.answer,
        decided_by=found.decided_by,
    )
