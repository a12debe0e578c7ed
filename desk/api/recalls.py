"""Taking back what was said."""

from typing import Annotated

from fastapi import APIRouter, Path

from desk import recalls, speech
from desk.api.access import OurDesk
from desk.api.conversations import Answerer
from desk.api.errors import describe
from desk.api.schemas import MessageBody

router = APIRouter(prefix="/api/v1/desk/messages", tags=["desk"])


@router.post("/{message_id}/recall", responses=describe(401, 403, 404, 409, 422))
async def recall(
    message_id: Annotated[int, Path(ge=1, le=2**31 - 1)], agent: Answerer, desk: OurDesk
) -> MessageBody:
    """Take back a message of the bot or an agent. 409 when the channel has it and cannot take it back."""
    message = await recalls.recall(desk, message_id, agent.name)
    return MessageBody.model_validate(speech.describe(message))
