"""The roster of shifts, and who is at the desk now."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AfterValidator, AwareDatetime, BaseModel, Field

from desk import assignment, roster
from desk.api.access import OurDesk
from desk.api.alarms import Supervisor
from desk.api.conversations import Reader
from desk.api.errors import describe
from desk.api.schemas import PathId, check_year, clean_text, example
from desk.roster import Shift
from desk.users import list_users

router = APIRouter(prefix="/api/v1/desk", tags=["supervisor"])
Moment = Annotated[AwareDatetime, AfterValidator(check_year)]
WEEK = timedelta(days=7)
MOST_DAYS = timedelta(days=62)


class ShiftIn(BaseModel):
    """Whose shift, from when to when."""

    model_config = example(
        {"agent": "lin", "starts_at": "2026-03-03T09:00:00+08:00", "ends_at": "2026-03-03T18:30:00+08:00"}
    )

    agent: Annotated[str, Field(min_length=1, max_length=60), AfterValidator(clean_text)]
    starts_at: Moment
    ends_at: Moment


class ShiftBody(BaseModel):
    """A planned shift."""

    model_config = example(
        {
            "id": "01JNB3K4F2",
            "agent": "lin",
            "starts_at": "2026-03-03T01:00:00Z",
            "ends_at": "2026-03-03T10:30:00Z",
            "planned_by": "zhou",
        }
    )

    id: str
    agent: str
    starts_at: datetime
    ends_at: datetime
    planned_by: str


class ColleagueBody(BaseModel):
    """Somebody a conversation may be handed to."""

    model_config = example(
        {
            "name": "lin",
            "display_name": "小林",
            "teams": ["presales"],
            "online": True,
            "load": 3,
            "capacity": 8,
        }
    )

    name: str
    display_name: str
    teams: list[str]
    online: bool = Field(description="at the desk and seen just now")
    load: int
    capacity: int


@router.get("/roster", responses=describe(401, 403, 422))
async def list_shifts(
    _supervisor: Supervisor,
    desk: OurDesk,
    begin: Annotated[Moment | None, Query(description="from; now by default")] = None,
    end: Annotated[Moment | None, Query(description="until; a week later by default")] = None,
) -> list[ShiftBody]:
    """The shifts that touch a time of at most two months."""
    since = begin or desk.clock()
    until = min(end or since + WEEK, since + MOST_DAYS)
    async with desk.reads() as session:
        return [_show(shift) for shift in await roster.list_shifts(session, since, until)]


@router.post("/roster", status_code=201, responses=describe(401, 403, 404, 409, 422))
async def plan(body: ShiftIn, supervisor: Supervisor, desk: OurDesk) -> ShiftBody:
    """Plan a shift. 409 when the person has one at that time."""
    async with desk.transaction() as session:
        return _show(await roster.plan(session, body.agent, body.starts_at, body.ends_at, supervisor.name))


@router.post("/roster/{shift_id}/delete", status_code=204, responses=describe(401, 403, 404))
async def drop(shift_id: PathId, _supervisor: Supervisor, desk: OurDesk) -> None:
    """Take a shift out."""
    async with desk.transaction() as session:
        await roster.drop(session, shift_id)


@router.get("/colleagues", responses=describe(401, 403))
async def list_colleagues(_agent: Reader, desk: OurDesk) -> list[ColleagueBody]:
    """Who has been at the desk, whether they are now, and how much they have."""
    async with desk.reads() as session:
        names = {user.name: user.display_name for user in await list_users(session)}
        found = await assignment.list_candidates(session, desk, desk.clock())
    return [
        ColleagueBody(
            name=one.name,
            display_name=names.get(one.name, one.name),
            teams=sorted(one.teams),
            online=one.online,
            load=one.load,
            capacity=one.capacity,
        )
        for one in sorted(found, key=lambda one: (not one.online, one.name))
    ]


def _show(shift: Shift) -> ShiftBody:
    return ShiftBody.model_validate(shift, from_attributes=True)
