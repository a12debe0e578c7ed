"""The call-back form of the customer page."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import AfterValidator, AwareDatetime, BaseModel, Field

from desk import callbacks
from desk.api.access import Buyer, OurDesk
from desk.api.chat import CHANNEL
from desk.api.errors import describe
from desk.api.schemas import check_year, clean_text, example
from desk.masking import mask_phone
from shop.order_changes import PHONE
from shop.work_models import Callback

router = APIRouter(prefix="/api/v1/chat/callback", tags=["chat"])
CALL = {"phone": "138****5678", "call_at": "2026-03-03T09:15:00+08:00", "about": "鞋子开胶"}


class BookedCall(BaseModel):
    """A call that is booked; the number is masked."""

    model_config = example(CALL)

    phone: str | None
    call_at: datetime
    about: str


class CallOffer(BaseModel):
    """Whether a call is offered. `back_at`: when somebody is at the desk again, null while somebody is."""

    model_config = example(
        {
            "offered": True,
            "back_at": "2026-03-03T09:00:00+08:00",
            "earliest": "2026-03-03T09:00:00+08:00",
            "booked": None,
        }
    )

    offered: bool
    back_at: datetime | None
    earliest: datetime | None
    booked: BookedCall | None


class CallIn(BaseModel):
    """Where to call, about what; `at` for a certain time, else the next one at which somebody can."""

    model_config = example({"phone": "13812345678", "about": "鞋子开胶", "at": None})

    phone: str = Field(pattern=PHONE, max_length=20)
    about: Annotated[str, AfterValidator(clean_text), Field(min_length=1, max_length=500, pattern=r"\S")]
    at: Annotated[AwareDatetime, AfterValidator(check_year)] | None = None


@router.get("", responses=describe(401))
async def get_offer(buyer_id: Buyer, desk: OurDesk) -> CallOffer:
    """Whether a call is offered now, and the one that is booked."""
    found = await callbacks.find_offer(desk, CHANNEL, buyer_id)
    return CallOffer(
        offered=found.offered,
        back_at=desk.local(found.back_at) if found.back_at else None,
        earliest=desk.local(found.earliest) if found.earliest else None,
        booked=_show(found.booked) if found.booked else None,
    )


@router.post("", status_code=201, responses=describe(401, 409, 422))
async def book_call(body: CallIn, buyer_id: Buyer, desk: OurDesk) -> BookedCall:
    """Book a call for the open conversation; the same again changes nothing, another time moves it."""
    booked = await callbacks.book(
        desk, CHANNEL, buyer_id, phone=body.phone, about=body.about.strip(), at=body.at
    )
    return _show(booked)


def _show(booked: Callback) -> BookedCall:
    return BookedCall(phone=mask_phone(booked.phone), call_at=booked.call_at, about=booked.about)
