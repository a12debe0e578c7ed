"""A guest of the customer page proves that an order is theirs."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from desk import guests
from desk.api.access import Buyer, OurDesk, get_origin
from desk.api.errors import describe
from desk.api.schemas import Id, example
from shop.guests import is_guest, list_proven

router = APIRouter(prefix="/api/v1/chat/proof", tags=["chat"])
NO = "202603020000018812"


class ProofIn(BaseModel):
    """An order's number and the last four digits of the phone it goes to."""

    model_config = example({"order_no": NO, "digits": "5678"})

    order_no: Annotated[Id, Field(max_length=40)]
    digits: str = Field(pattern=r"^[0-9]{4}$")


class Proven(BaseModel):
    """Whether the page's visitor is a guest, and the orders they have proved."""

    model_config = example({"guest": True, "orders": [NO]})

    guest: bool
    orders: list[str]


@router.get("", responses=describe(401))
async def list_proofs(buyer_id: Buyer, desk: OurDesk) -> Proven:
    """What the visitor has proved."""
    async with desk.reads() as session:
        return Proven(guest=is_guest(buyer_id), orders=await list_proven(session, buyer_id))


@router.post("", responses=describe(401, 403, 409, 422, 429))
async def prove(body: ProofIn, request: Request, buyer_id: Buyer, desk: OurDesk) -> Proven:
    """Prove an order. 403 `proof_failed` for every wrong pair alike, 429 `too_many_tries` after a few."""
    await guests.prove(desk, buyer_id, body.order_no, body.digits, origin=get_origin(request))
    return await list_proofs(buyer_id, desk)
