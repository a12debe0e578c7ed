"""Alarms of major complaints and crises, for supervisors."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from desk import alarms
from desk.alarms import Alarm
from desk.api.access import Allowed, OurDesk
from desk.api.errors import describe
from desk.api.schemas import PathId, example
from desk.permissions import Permission
from desk.users import User

router = APIRouter(prefix="/api/v1/desk/alarms", tags=["supervisor"])
Supervisor = Annotated[User, Depends(Allowed(Permission.SUPERVISE))]


class AlarmBody(BaseModel):
    """A call for a supervisor."""

    model_config = example(
        {
            "id": "01JNB3K4D9",
            "handoff_id": "01JNB3K4B7",
            "conversation_id": "01JNB3K2W6Q8Y7T5R4E3W2Q1A0",
            "severity": "major",
            "level": 1,
            "raised_at": "2026-03-02T02:00:00Z",
            "due_at": "2026-03-02T02:01:00Z",
            "acknowledged_at": None,
            "acknowledged_by": None,
        }
    )

    id: str
    handoff_id: str
    conversation_id: str
    severity: str
    level: int = Field(description="1 supervisors, 2 administrators as well, 3 everybody at the desk")
    raised_at: datetime
    due_at: datetime = Field(description="raised again then")
    acknowledged_at: datetime | None
    acknowledged_by: str | None


@router.get("", responses=describe(401, 403))
async def list_alarms(_supervisor: Supervisor, desk: OurDesk) -> list[AlarmBody]:
    """Alarms nobody acknowledged yet, crises first."""
    async with desk.reads() as session:
        return [_show(alarm) for alarm in await alarms.list_open(session)]


@router.post("/{alarm_id}/acknowledge", responses=describe(401, 403, 404))
async def acknowledge(alarm_id: PathId, supervisor: Supervisor, desk: OurDesk) -> AlarmBody:
    """Say that one is on it; the first to do so stands. It is not raised again."""
    return _show(await alarms.acknowledge(desk, alarm_id, supervisor.name))


def _show(alarm: Alarm) -> AlarmBody:
    return AlarmBody.model_validate(alarm, from_attributes=True)
