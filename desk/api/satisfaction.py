"""The customer's word after a conversation is closed."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import AfterValidator, BaseModel, Field

from desk import ratings
from desk.api.access import Buyer, OurDesk
from desk.api.chat import CHANNEL
from desk.api.errors import describe
from desk.api.schemas import Id, clean_text, example
from desk.ratings import HIGHEST, LOWEST

router = APIRouter(prefix="/api/v1/chat/satisfaction", tags=["chat"])


class Unrated(BaseModel):
    """The conversation to be rated; null when there is none."""

    model_config = example({"conversation_id": "01JNB3K2W6Q8Y7T5R4E3W2Q1A0"})

    conversation_id: str | None


class RatingIn(BaseModel):
    """From 1, unhappy, to 5, happy; words if one likes."""

    model_config = example({"conversation_id": "01JNB3K2W6Q8Y7T5R4E3W2Q1A0", "score": 5, "words": "回复很快"})

    conversation_id: Annotated[Id, Field(max_length=40)]
    score: int = Field(ge=LOWEST, le=HIGHEST)
    words: Annotated[str, Field(max_length=500), AfterValidator(clean_text)] = ""


@router.get("", responses=describe(401))
async def get_unrated(buyer_id: Buyer, desk: OurDesk) -> Unrated:
    """Which conversation the page may ask about: the last one, once it is closed."""
    async with desk.reads() as session:
        found = await ratings.find_unrated(session, CHANNEL, buyer_id, desk.clock())
        return Unrated(conversation_id=found.id if found else None)


@router.post("", status_code=204, responses=describe(401, 404, 409, 422))
async def rate(body: RatingIn, buyer_id: Buyer, desk: OurDesk) -> None:
    """Rate a closed conversation, once."""
    async with desk.transaction() as session:
        await ratings.rate(session, body.conversation_id, buyer_id, body.score, body.words, now=desk.clock())
