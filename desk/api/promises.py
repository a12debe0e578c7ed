"""The ledger of promises: what was promised to whom until when, and whether it was kept (A9)."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from desk.api.access import OurDesk
from desk.api.conversations import Reader
from desk.api.errors import describe
from desk.api.schemas import example
from shop.promises import list_promises

router = APIRouter(prefix="/api/v1/desk/promises", tags=["complaints"])
PROMISE = {
    "id": 9,
    "conversation_id": "01JNB3K2W6Q8Y7T5R4E3W2Q1A0",
    "buyer_id": "b001",
    "order_no": "2026-7001",
    "kind": "ship",
    "words": "今天给您发出",
    "owner": "chen",
    "made_at": "2026-03-02T02:00:00Z",
    "due_at": "2026-03-02T15:00:00Z",
    "alerted_at": None,
    "state": "open",
    "settled_at": None,
}


class PromiseBody(BaseModel):
    """A promise; the event that proves it kept settles it, nobody's word."""

    model_config = example(PROMISE)

    id: int
    conversation_id: str
    buyer_id: str
    order_no: str | None
    kind: str = Field(description="ship | pay_difference | call_back | invoice | answer")
    words: str
    owner: str
    made_at: datetime
    due_at: datetime
    alerted_at: datetime | None
    state: str = Field(description="open | kept | broken")
    settled_at: datetime | None


@router.get("", responses=describe(401, 403, 422))
async def list_all(
    _agent: Reader, desk: OurDesk, state: Annotated[Literal["open", "kept", "broken"], Query()] = "open"
) -> list[PromiseBody]:
    """Promises of a state: open ones by when they are due, settled ones the newest first."""
    async with desk.reads() as session:
        found = await list_promises(session, state)
        return [PromiseBody.model_validate(one, from_attributes=True) for one in found]
