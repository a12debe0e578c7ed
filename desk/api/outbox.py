"""Deliveries that were given up: seen and tried again by those who may."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel

from desk import outbox
from desk.api.access import Allowed, OurDesk
from desk.api.errors import describe
from desk.api.schemas import example
from desk.models import Delivery
from desk.permissions import Permission
from desk.users import User

router = APIRouter(prefix="/api/v1/desk/outbox", tags=["desk"])
Repairer = Annotated[User, Depends(Allowed(Permission.REPAIR_OUTBOX))]


class DeliveryBody(BaseModel):
    """A message on its way to a channel."""

    model_config = example(
        {
            "id": 7,
            "conversation_id": "01JNB3K2W6Q8Y7T5R4E3W2Q1A0",
            "channel": "taobao",
            "message_id": 42,
            "state": "dead",
            "attempts": 12,
            "last_error": "503",
            "created_at": "2026-03-02T02:00:01Z",
        }
    )

    id: int
    conversation_id: str
    channel: str
    message_id: int
    state: str
    attempts: int
    last_error: str | None
    created_at: datetime


@router.get("/dead", responses=describe(401, 403, 422))
async def list_dead(
    _agent: Repairer, desk: OurDesk, limit: Annotated[int, Query(ge=1, le=500)] = 100
) -> list[DeliveryBody]:
    """Deliveries that were given up, the newest first."""
    async with desk.reads() as session:
        return [show_delivery(found) for found in await outbox.list_dead(session, limit)]


@router.post("/{delivery_id}/retry", responses=describe(401, 403, 404, 409, 422))
async def retry(
    delivery_id: Annotated[int, Path(ge=1, le=2**31 - 1)], _agent: Repairer, desk: OurDesk
) -> DeliveryBody:
    """Try a dead delivery again from the start."""
    return show_delivery(await outbox.retry(desk, delivery_id))


def show_delivery(delivery: Delivery) -> DeliveryBody:
    """A delivery as the API and the command line show it."""
    return DeliveryBody.model_validate(delivery, from_attributes=True)
