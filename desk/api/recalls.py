"""What is done to a message that stands: taking it back, fetching its pictures once more."""

from typing import Annotated

from fastapi import APIRouter, Path

from desk import fetches, recalls, speech
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


@router.post("/{message_id}/fetch", responses=describe(401, 403, 404, 409, 422))
async def fetch(
    message_id: Annotated[int, Path(ge=1, le=2**31 - 1)], _agent: Answerer, desk: OurDesk
) -> MessageBody:
    """Try the pictures of a message that could not be fetched once more. 409 when none has failed."""
    return MessageBody.model_validate(speech.describe(await fetches.retry(desk, message_id)))
