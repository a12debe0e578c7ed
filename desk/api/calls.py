"""Call-backs as the desk works on them: whom to call when and about what; made or not reached (A13, G2)."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import AfterValidator, AwareDatetime, BaseModel, Field
from sqlalchemy import select

from desk import audit, commands
from desk.api.access import Allowed, OurDesk
from desk.api.approvals import Number, Words
from desk.api.conversations import Answerer, Reader, show_name
from desk.api.errors import describe
from desk.api.schemas import PathId, check_year, example
from desk.base import Desk
from desk.masking import mask_phone
from desk.ownership import hold
from desk.permissions import Permission
from desk.users import User
from shop.callbacks import list_callbacks
from shop.errors import NotFound
from shop.models import Customer
from shop.order_changes import PHONE
from shop.work_models import Callback

router = APIRouter(prefix="/api/v1/desk", tags=["complaints"])
Seer = Annotated[User, Depends(Allowed(Permission.SEE_FULL_DATA))]
CALLBACK = {
    "id": 4,
    "conversation_id": "01JNB3K2W6Q8Y7T5R4E3W2Q1A0",
    "buyer_id": "b001",
    "buyer_name": "林晚晴",
    "phone": "138****0000",
    "about": "鞋子开胶的处理结果",
    "call_at": "2026-03-02T06:00:00Z",
    "booked_by": "xiaoer",
    "booked_at": "2026-03-02T02:00:00Z",
    "state": "booked",
    "result": None,
    "done_by": None,
    "done_at": None,
}


class CallbackBody(BaseModel):
    """A call-back; the number is masked, POST …/phone gives it."""

    model_config = example(CALLBACK)

    id: int
    conversation_id: str
    buyer_id: str
    buyer_name: str | None
    phone: str | None
    about: str
    call_at: datetime
    booked_by: str
    booked_at: datetime
    state: str = Field(description="booked | done | unreached")
    result: str | None
    done_by: str | None
    done_at: datetime | None


class BookIn(BaseModel):
    """Whom to call and about what; without `phone` on the number the shop has, without `at` as soon as
    somebody can."""

    model_config = example({"phone": "13800000000", "about": "鞋子开胶的处理结果", "at": None})

    phone: Annotated[str, Field(pattern=PHONE)] | None = None
    about: Words
    at: Annotated[AwareDatetime, AfterValidator(check_year)] | None = None


class SettleIn(BaseModel):
    """What became of the call."""

    model_config = example({"state": "done", "result": "已说明换货流程,顾客同意"})

    state: Literal["done", "unreached"]
    result: Words


class Phone(BaseModel):
    """The number to call."""

    model_config = example({"phone": "13800000000"})

    phone: str


@router.get("/callbacks", responses=describe(401, 403, 422))
async def list_all(
    agent: Reader, desk: OurDesk, state: Annotated[Literal["booked", "done", "unreached"], Query()] = "booked"
) -> list[CallbackBody]:
    """Call-backs of a state, the next one first."""
    async with desk.reads() as session:
        found = await list_callbacks(session, state=state)
        named = select(Customer.id, Customer.name).where(Customer.id.in_({one.buyer_id for one in found}))
        names = dict((await session.execute(named)).all())
        return [show_callback(one, show_name(names.get(one.buyer_id), agent)) for one in found]


@router.post(
    "/conversations/{conversation_id}/callbacks", status_code=201, responses=describe(401, 403, 404, 409, 422)
)
async def book(conversation_id: PathId, body: BookIn, agent: Answerer, desk: OurDesk) -> CallbackBody:
    """Book a call at a time when somebody is there; it becomes a promise that is followed.

    409 `refused` for a time that has passed or is too far away, or when no number is given or known.
    """
    async with hold(desk, conversation_id) as held:
        args = body.model_dump(mode="json", exclude_none=True)
        result = await commands.execute_one(held, "book_callback", args, authority="agent", actor=agent.name)
        found = await held.session.get_one(Callback, result["callback_id"])
        held.record("callback", {"callback_id": found.id, "state": found.state})
        return show_callback(found, None)


@router.post("/callbacks/{callback_id}/phone", responses=describe(401, 403, 404, 422))
async def get_phone(callback_id: Number, _seer: Seer, desk: OurDesk) -> Phone:
    """The number in full, to be called; who looked stands in the audit log."""
    async with desk.transaction() as session:  # the look is written down or it does not happen
        found = await session.get(Callback, callback_id)
        if found is None:
            raise NotFound(f"no call-back {callback_id}")
        audit.note(f"callback:{callback_id}", matter=found.about[:80])
        return Phone(phone=found.phone)


@router.post("/callbacks/{callback_id}/settle", responses=describe(401, 403, 404, 409, 422))
async def settle(callback_id: Number, body: SettleIn, agent: Answerer, desk: OurDesk) -> CallbackBody:
    """Note what became of the call. 409 `refused` when somebody noted otherwise."""
    async with hold(desk, await _find_conversation(desk, callback_id)) as held:
        args = {"callback_id": callback_id, **body.model_dump()}
        await commands.execute_one(held, "settle_callback", args, authority="agent", actor=agent.name)
        found = await held.session.get_one(Callback, callback_id, populate_existing=True)
        held.record("callback", {"callback_id": found.id, "state": found.state})
        return show_callback(found, None)


async def _find_conversation(desk: Desk, callback_id: int) -> str:
    async with desk.reads() as session:
        found = await session.get(Callback, callback_id)
        if found is None:
            raise NotFound(f"no call-back {callback_id}")
        return found.conversation_id


def show_callback(found: Callback, buyer_name: str | None) -> CallbackBody:
    """A call-back with its number masked."""
    kept = {
        name: getattr(found, name)
        for name in CallbackBody.model_fields
        if name not in ("buyer_name", "phone")
    }
    return CallbackBody(**kept, buyer_name=buyer_name, phone=mask_phone(found.phone))
