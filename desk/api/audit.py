"""The audit log, for supervisors."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import AfterValidator, BaseModel

from desk import audit
from desk.api.access import Allowed, OurDesk
from desk.api.errors import describe
from desk.api.schemas import clean_text, example
from desk.permissions import Permission
from desk.users import User

router = APIRouter(prefix="/api/v1/desk/audit", tags=["audit"])
Auditor = Annotated[User, Depends(Allowed(Permission.READ_AUDIT))]
Word = Annotated[Annotated[str, AfterValidator(clean_text)] | None, Query(max_length=160)]


class AuditBody(BaseModel):
    """Who did or saw what, when, from where."""

    model_config = example(
        {
            "id": 17,
            "at": "2026-03-02T02:00:00Z",
            "who": "chen",
            "role": "aftersales",
            "what": "customers.unmask",
            "about": "customer:b001",
            "detail": {"reason": "回电确认地址"},
            "origin": "10.0.0.7",
        }
    )

    id: int
    at: datetime
    who: str
    role: str
    what: str
    about: str
    detail: dict[str, str]
    origin: str


@router.get("", responses=describe(401, 403, 422))
async def list_audit(
    _auditor: Auditor,
    desk: OurDesk,
    *,
    who: Word = None,
    what: Word = None,
    about: Word = None,
    before: Annotated[int | None, Query(ge=1, le=2**31 - 1, description="id of the last one seen")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> list[AuditBody]:
    """Entries, the newest first, by person, by kind (`drafts.accept`) or by thing (`customer:b001`)."""
    async with desk.reads() as session:
        found = await audit.list_entries(session, who=who, what=what, about=about, before=before, limit=limit)
        return [AuditBody.model_validate(entry, from_attributes=True) for entry in found]
