"""The customer's word after a conversation is closed, and what these words come to."""

from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AfterValidator, BaseModel, Field

from desk import ratings
from desk.api.access import Buyer, OurDesk
from desk.api.alarms import Supervisor
from desk.api.chat import CHANNEL
from desk.api.errors import describe
from desk.api.schemas import Id, clean_text, example
from desk.ratings import HIGHEST, LOWEST
from desk.users import list_users

router = APIRouter(prefix="/api/v1", tags=["chat"])
MOST_DAYS = 92


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


@router.get("/chat/satisfaction", responses=describe(401))
async def get_unrated(buyer_id: Buyer, desk: OurDesk) -> Unrated:
    """Which conversation the page may ask about: the last one, once it is closed."""
    async with desk.reads() as session:
        found = await ratings.find_unrated(session, CHANNEL, buyer_id, desk.clock())
        return Unrated(conversation_id=found.id if found else None)


@router.post("/chat/satisfaction", status_code=204, responses=describe(401, 404, 409, 422))
async def rate(body: RatingIn, buyer_id: Buyer, desk: OurDesk) -> None:
    """Rate a closed conversation, once."""
    async with desk.transaction() as session:
        await ratings.rate(session, body.conversation_id, buyer_id, body.score, body.words, now=desk.clock())


class DayMean(BaseModel):
    """The ratings of a day in the shop's zone."""

    day: date
    count: int
    mean: float


class AgentMean(BaseModel):
    """The ratings of conversations that this person answered last; null: the bot alone."""

    agent: str | None
    display_name: str | None
    count: int
    mean: float


class UnhappyBody(BaseModel):
    """A low rating, to be looked at."""

    conversation_id: str
    score: int
    words: str
    agent: str | None
    at: datetime


class SatisfactionBody(BaseModel):
    """What customers said in the last days."""

    model_config = example(
        {
            "by_day": [{"day": "2026-03-02", "count": 12, "mean": 4.5}],
            "by_agent": [{"agent": "lin", "display_name": "小林", "count": 5, "mean": 4.8}],
            "unhappy": [
                {
                    "conversation_id": "01JNB3K2W6Q8Y7T5R4E3W2Q1A0",
                    "score": 1,
                    "words": "等太久",
                    "agent": None,
                    "at": "2026-03-02T02:00:00Z",
                }
            ],
        }
    )

    by_day: list[DayMean] = Field(description="days with ratings, oldest first")
    by_agent: list[AgentMean] = Field(description="the least satisfied customers first")
    unhappy: list[UnhappyBody] = Field(description="newest first")


@router.get("/desk/satisfaction", tags=["supervisor"], responses=describe(401, 403, 422))
async def get_satisfaction(
    _supervisor: Supervisor, desk: OurDesk, days: Annotated[int, Query(ge=1, le=MOST_DAYS)] = 7
) -> SatisfactionBody:
    """Ratings of today and the days before, by day and by who answered, and the unhappy ones."""
    midnight = desk.local(desk.clock()).replace(hour=0, minute=0, second=0, microsecond=0)
    async with desk.reads() as session:
        found = await ratings.read_satisfaction(
            session, midnight - timedelta(days=days - 1), desk.policy.current().zone
        )
        names = {user.name: user.display_name for user in await list_users(session)}
    return SatisfactionBody(
        by_day=[DayMean(day=day, count=one.count, mean=one.mean) for day, one in found.by_day.items()],
        by_agent=[
            AgentMean(agent=name, display_name=names.get(name or ""), count=one.count, mean=one.mean)
            for name, one in sorted(found.by_agent.items(), key=lambda item: item[1].mean)
        ],
        unhappy=[UnhappyBody.model_validate(one, from_attributes=True) for one in found.unhappy],
    )
