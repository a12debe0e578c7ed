"""Private notes on a conversation, and whispers of supervisors."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import AfterValidator, BaseModel, Field

from desk import conversations, notes, permissions, users
from desk.api.access import OurDesk
from desk.api.conversations import Answerer, Reader
from desk.api.errors import describe
from desk.api.schemas import PathId, clean_text, example
from desk.ownership import hold
from desk.permissions import Permission

router = APIRouter(prefix="/api/v1/desk/conversations/{conversation_id}/notes", tags=["desk"])
LONGEST_NOTE = 2_000
NOTE = {
    "id": "01JNB3K4C8",
    "author": "zhou",
    "text": "先安抚,补差价的额度我来批",
    "whisper_to": "lin",
    "created_at": "2026-03-02T02:00:00Z",
}


class NoteIn(BaseModel):
    """What to leave; `whisper_to` makes it one agent's only."""

    model_config = example({"text": "买家下午才方便接电话"})

    text: Annotated[str, Field(min_length=1, max_length=LONGEST_NOTE), AfterValidator(clean_text)]
    whisper_to: Annotated[str, Field(min_length=1, max_length=60), AfterValidator(clean_text)] | None = None


class NoteBody(BaseModel):
    """A note; customers never see it."""

    model_config = example(NOTE)

    id: str
    author: str
    text: str
    whisper_to: str | None
    created_at: datetime


@router.get("", responses=describe(401, 403, 404))
async def list_notes(conversation_id: PathId, agent: Reader, desk: OurDesk) -> list[NoteBody]:
    """The notes this person may read, oldest first."""
    async with desk.reads() as session:
        await conversations.get_conversation(session, conversation_id)
        supervises = permissions.can(agent.role, Permission.SUPERVISE)
        found = await notes.list_notes(session, conversation_id, agent.name, all_whispers=supervises)
        return [NoteBody.model_validate(note, from_attributes=True) for note in found]


@router.post("", status_code=201, responses=describe(401, 403, 404, 422))
async def add_note(conversation_id: PathId, body: NoteIn, agent: Answerer, desk: OurDesk) -> NoteBody:
    """Leave a note. Whispering takes a supervisor; 404 when there is no such colleague."""
    if body.whisper_to is not None:
        permissions.require(agent.role, Permission.SUPERVISE)
    async with hold(desk, conversation_id) as held:
        whisper_to = None
        if body.whisper_to is not None:
            whisper_to = (await users.get_user(held.session, body.whisper_to)).name
        note = await notes.add(held, agent.name, body.text, whisper_to=whisper_to)
        return NoteBody.model_validate(note, from_attributes=True)
