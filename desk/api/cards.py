"""Cards of the customer page: an order, a parcel's way, an item's stock, a return, as they are now."""

from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field, RootModel

from desk.api.access import Buyer, OurDesk
from desk.api.errors import describe
from desk.api.schemas import example
from shop.cards import read_card

router = APIRouter(prefix="/api/v1/chat/cards", tags=["chat"])
LONGEST_ADDRESS = 200
NOW = "2026-03-02T10:00:00+08:00"


class Goods(BaseModel):
    """One line of an order."""

    item_id: str | None
    title: str
    color: str
    size: str
    quantity: int
    image: str | None


class Step(BaseModel):
    """A step on the way; `at` is null while it is still to come."""

    name: str
    at: datetime | None


class Scan(BaseModel):
    """One scan of a parcel by the courier."""

    at: datetime
    place: str
    text: str


class Size(BaseModel):
    """A size and whether it is there: in, low or out."""

    size: str
    state: str


class Color(BaseModel):
    """A colour with its sizes."""

    color: str
    sizes: list[Size]


class _Card(BaseModel):
    address: str
    read_at: datetime


class OrderCard(_Card):
    """An order of the buyer: goods, sum and how far it is."""

    kind: Literal["order"]
    order_no: str
    stage: str
    total: str
    goods: list[Goods]
    steps: list[Step]


class ParcelCard(_Card):
    """A parcel's way, the newest scan first."""

    kind: Literal["parcel"]
    order_no: str
    title: str
    courier: str
    tracking_no: str
    direction: str
    state: str
    shipped_at: datetime
    expected_on: date | None
    late: bool
    scans: list[Scan]


class StockCard(_Card):
    """An item's stock by colour and size; never how many pieces (B1)."""

    kind: Literal["item"]
    item_id: str
    title: str
    image: str | None
    price: str
    asked_color: str | None
    asked_size: str | None
    colors: list[Color]


class ReturnCard(_Card):
    """How far a return, an exchange or a refund is."""

    kind: Literal["return"]
    order_no: str
    title: str
    request_kind: str
    state: str
    refund_amount: str | None
    return_courier: str | None
    return_no: str | None
    new_courier: str | None
    new_no: str | None
    steps: list[Step]


class Card(RootModel[OrderCard | ParcelCard | StockCard | ReturnCard]):
    """A card; `kind` says which."""

    root: OrderCard | ParcelCard | StockCard | ReturnCard = Field(discriminator="kind")
    model_config = example(
        {
            "kind": "item",
            "address": "range:P1001?size=39",
            "read_at": NOW,
            "item_id": "P1001",
            "title": "轻羽跑鞋",
            "image": None,
            "price": "239.00",
            "asked_color": None,
            "asked_size": "39",
            "colors": [{"color": "曜石黑", "sizes": [{"size": "39", "state": "in"}]}],
        }
    )


@router.get("", responses=describe(401, 404, 422))
async def get_card(
    buyer_id: Buyer,
    desk: OurDesk,
    address: Annotated[
        str,
        Query(
            min_length=3,
            max_length=LONGEST_ADDRESS,
            pattern=r"^[^\s\x00-\x1f\x7f]+$",
            description="one of a message's `cards`",
        ),
    ],
) -> Card:
    """A card as it is now; another buyer's reads like a missing one."""
    async with desk.reads() as session:
        shown = await read_card(desk.reading(session, buyer_id, desk.clock()), address)
    return Card.model_validate(shown)
