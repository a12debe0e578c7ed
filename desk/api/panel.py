"""Beside the chat: the buyer's orders with stage and parcel, coupons, earlier conversations, what is owed."""

from datetime import date, datetime
from decimal import Decimal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from desk import conversations
from desk.api.access import OurDesk
from desk.api.calls import CALLBACK, CallbackBody, show_callback
from desk.api.conversations import Reader, show_name
from desk.api.errors import describe
from desk.api.schemas import PathId, example
from desk.masking import mask_address, mask_phone
from desk.models import Conversation
from desk.panel import read_panel
from desk.users import User
from shop.coupons import Usable
from shop.models import Customer, Order, Shipment

router = APIRouter(prefix="/api/v1/desk/conversations", tags=["customers"])


class BuyerBody(BaseModel):
    """The customer; phone and address are masked, POST /api/v1/desk/unmask gives them."""

    id: str
    name: str | None
    phone: str | None
    region: str
    address: str | None
    tier: str
    joined_at: datetime
    do_not_contact: bool


class LineBody(BaseModel):
    """Goods of an order."""

    title: str
    color: str
    size: str
    quantity: int
    unit_price: Decimal


class ParcelBody(BaseModel):
    """A parcel with its last scan."""

    direction: str
    courier: str
    tracking_no: str
    state: str
    expected_on: date | None
    last_scan_at: datetime | None
    last_scan: str | None


class OrderBody(BaseModel):
    """An order of the buyer."""

    no: str
    stage: str
    sale: str
    flag: str | None
    total: Decimal
    created_at: datetime
    paid_at: datetime | None
    shipped_at: datetime | None
    signed_at: datetime | None
    recipient: str | None
    phone: str | None
    address: str | None
    lines: list[LineBody]
    parcels: list[ParcelBody]


class CouponBody(BaseModel):
    """A coupon the buyer holds or may fetch."""

    id: str
    title: str
    amount_off: Decimal
    threshold: Decimal
    ends_at: datetime
    state: str


class EarlierBody(BaseModel):
    """An earlier conversation of the same buyer."""

    id: str
    channel: str
    owner: str
    severity: str
    note: str | None
    opened_at: datetime
    active_at: datetime


class TicketBrief(BaseModel):
    """A complaint of the buyer: how grave, in whose hands, until when."""

    id: int
    conversation_id: str
    severity: str
    category: str
    state: str = Field(description="open | assigned | measured | closed")
    handler: str | None
    measure: str | None
    opened_at: datetime
    due_at: datetime


class PanelBody(BaseModel):
    """The panel; `customer` is null for a guest the shop does not know."""

    model_config = example(
        {
            "customer": {
                "id": "b001",
                "name": "林**",
                "phone": "138****0000",
                "region": "浙江",
                "address": "杭州市示例区****",
                "tier": "vip",
                "joined_at": "2025-03-02T02:00:00Z",
                "do_not_contact": False,
            },
            "orders": [],
            "coupons": [],
            "earlier": [],
            "tickets": [],
            "callbacks": [CALLBACK],
            "phone": "138****0000",
        }
    )

    customer: BuyerBody | None
    orders: list[OrderBody]
    coupons: list[CouponBody]
    earlier: list[EarlierBody]
    tickets: list[TicketBrief] = Field(description="the buyer's complaints, those still open first")
    callbacks: list[CallbackBody] = Field(description="the buyer's call-backs, those still due first")
    phone: str | None = Field(description="the number a call-back goes to, masked")


@router.get("/{conversation_id}/panel", responses=describe(401, 403, 404))
async def get_panel(conversation_id: PathId, agent: Reader, desk: OurDesk) -> PanelBody:
    """What the shop knows of the buyer of a conversation."""
    async with desk.reads() as session:
        conversation = await conversations.get_conversation(session, conversation_id)
        found = await read_panel(session, conversation, desk.clock())
        return PanelBody(
            customer=_show_buyer(found.customer, agent) if found.customer else None,
            orders=[_show_order(order, agent) for order in found.orders],
            coupons=[_show_coupon(usable) for usable in found.coupons],
            earlier=[_show_earlier(other) for other in found.earlier],
            tickets=[TicketBrief.model_validate(one, from_attributes=True) for one in found.tickets],
            callbacks=[show_callback(one, None) for one in found.callbacks],
            phone=mask_phone(found.phone),
        )


def _show_buyer(customer: Customer, agent: User) -> BuyerBody:
    return BuyerBody(
        id=customer.id,
        name=show_name(customer.name, agent),
        phone=mask_phone(customer.phone),
        region=customer.region,
        address=mask_address(customer.address),
        tier=customer.tier,
        joined_at=customer.joined_at,
        do_not_contact=customer.do_not_contact,
    )


def _show_order(order: Order, agent: User) -> OrderBody:
    return OrderBody(
        no=order.no,
        stage=order.stage.value,
        sale=order.sale,
        flag=order.flag,
        total=order.total,
        created_at=order.created_at,
        paid_at=order.paid_at,
        shipped_at=order.shipped_at,
        signed_at=order.signed_at,
        recipient=show_name(order.recipient, agent),
        phone=mask_phone(order.phone),
        address=mask_address(order.address),
        lines=[LineBody.model_validate(line, from_attributes=True) for line in order.lines],
        parcels=[_show_parcel(parcel) for parcel in order.shipments],
    )


def _show_parcel(parcel: Shipment) -> ParcelBody:
    last = parcel.scans[-1] if parcel.scans else None
    return ParcelBody(
        direction=parcel.direction,
        courier=parcel.courier,
        tracking_no=parcel.tracking_no,
        state=parcel.state.value,
        expected_on=parcel.expected_on,
        last_scan_at=last.at if last else None,
        last_scan=f"{last.place} {last.text}" if last else None,
    )


def _show_coupon(usable: Usable) -> CouponBody:
    coupon = usable.coupon
    return CouponBody(
        id=coupon.id,
        title=coupon.title,
        amount_off=coupon.amount_off,
        threshold=coupon.threshold,
        ends_at=coupon.ends_at,
        state=usable.state,
    )


def _show_earlier(other: Conversation) -> EarlierBody:
    return EarlierBody(
        id=other.id,
        channel=other.channel,
        owner=other.owner.value,
        severity=other.severity,
        note=other.note,
        opened_at=other.opened_at,
        active_at=other.active_at,
    )
