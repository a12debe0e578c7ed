"""Handing on: transfer to a team or colleague, and the packet the next person reads."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import AfterValidator, BaseModel, Field, model_validator

from desk import conversations, permissions, transfer
from desk.api.access import OurDesk, cover
from desk.api.conversations import LONGEST_NOTE, Answerer, Ownership, Reader
from desk.api.errors import describe
from desk.api.schemas import FACT, PathId, clean_text, example
from desk.packets import read_packet
from desk.permissions import Permission

router = APIRouter(prefix="/api/v1/desk/conversations/{conversation_id}", tags=["desk"])


class TransferIn(BaseModel):
    """To whom, and what they must know. One of `team` and `agent`."""

    model_config = example({"team": "aftersales", "note": "要退货,已核对订单"})

    team: Literal["presales", "aftersales", "supervisor"] | None = None
    agent: Annotated[str, Field(min_length=1, max_length=60), AfterValidator(clean_text)] | None = None
    note: Annotated[str, Field(max_length=LONGEST_NOTE), AfterValidator(clean_text)] = ""

    @model_validator(mode="after")
    def _one_of_both(self) -> "TransferIn":
        if (self.team is None) == (self.agent is None):
            raise ValueError("give either team or agent")
        return self


class PacketBody(BaseModel):
    """What the next person must know and need not ask again."""

    model_config = example(
        {
            "summary": [{"text": "开胶了怎么办", "intent": "report_quality_issue", "decision": "suggest"}],
            "facts": [FACT],
            "tried": [
                {"words": "有货吗", "decision": "auto", "replies": ["亲,39码有货的。"], "commands": []}
            ],
            "promised": [
                {"words": "今天18点前回复", "due_at": "2026-03-02T10:00:00Z", "state": "open", "owner": "lin"}
            ],
            "known": [{"name": "size", "value": "39"}],
            "note": "已答应今天回复",
        }
    )

    summary: list[dict[str, Any]]
    facts: list[dict[str, Any]]
    tried: list[dict[str, Any]]
    promised: list[dict[str, Any]]
    known: list[dict[str, Any]] = Field(description="do not ask again")
    note: str | None


@router.post("/transfer", responses=describe(401, 403, 404, 409, 422))
async def hand_on(conversation_id: PathId, body: TransferIn, agent: Answerer, desk: OurDesk) -> Ownership:
    """Hand the conversation on. 409 `refused` when the colleague is not at the desk."""
    force = permissions.can(agent.role, Permission.TAKE_FROM_OTHERS)
    if body.team is not None:
        found = await transfer.to_team(desk, conversation_id, agent.name, body.team, body.note, force=force)
    else:
        assert body.agent is not None
        found = await transfer.to_agent(desk, conversation_id, agent.name, body.agent, body.note, force=force)
    return Ownership.model_validate(found, from_attributes=True)


@router.get("/packet", responses=describe(401, 403, 404))
async def get_packet(conversation_id: PathId, agent: Reader, desk: OurDesk) -> PacketBody:
    """The hand-over packet as it is now."""
    async with desk.reads() as session:
        conversation = await conversations.get_conversation(session, conversation_id)
        packet = PacketBody.model_validate(await read_packet(session, conversation), from_attributes=True)
        return PacketBody.model_validate(cover(packet.model_dump(), agent))
