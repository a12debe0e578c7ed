"""The supervisor's wall."""

from fastapi import APIRouter
from pydantic import BaseModel, Field

from desk.api.access import OurDesk
from desk.api.alarms import Supervisor
from desk.api.errors import describe
from desk.api.roster import ColleagueBody, list_colleagues
from desk.api.schemas import example
from desk.wall import read_wall

router = APIRouter(prefix="/api/v1/desk/wall", tags=["supervisor"])


class WallBody(BaseModel):
    """The figures now and since midnight; a share is null when there was nothing to share."""

    model_config = example(
        {
            "waiting": 3,
            "longest_wait_s": 95,
            "waiting_by_team": {"presales": 2, "supervisor": 1},
            "breaches_today": 1,
            "turns_today": 240,
            "under_6s_share": 0.98,
            "bot_share": 0.74,
            "complaints_today": {"general": 2, "major": 1},
            "satisfaction": 4.6,
            "agents": [],
        }
    )

    waiting: int
    longest_wait_s: int
    waiting_by_team: dict[str, int]
    breaches_today: int = Field(description="entries nobody took within the time of a first answer")
    turns_today: int = Field(description="answered by the bot alone")
    under_6s_share: float | None
    bot_share: float | None = Field(description="conversations that no person had to take")
    complaints_today: dict[str, int]
    satisfaction: float | None = Field(description="mean of today's ratings, 1 to 5")
    agents: list[ColleagueBody]


@router.get("", responses=describe(401, 403))
async def get_wall(supervisor: Supervisor, desk: OurDesk) -> WallBody:
    """What matters now; read it again on live events, at most every few seconds."""
    async with desk.reads() as session:
        wall = await read_wall(session, desk)
    figures = {name: getattr(wall, name) for name in WallBody.model_fields if name != "agents"}
    return WallBody(**figures, agents=await list_colleagues(supervisor, desk))
