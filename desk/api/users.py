"""Accounts of the people at the desk, for supervisors and administrators."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import AfterValidator, BaseModel, Field

from desk import accounts, users
from desk.accounts import Change
from desk.api.access import Allowed, OurDesk
from desk.api.errors import describe
from desk.api.schemas import PathId, clean_text, example
from desk.permissions import Permission
from desk.users import Role, User

router = APIRouter(prefix="/api/v1/desk/users", tags=["users"])
Manager = Annotated[User, Depends(Allowed(Permission.MANAGE_USERS))]
Shown = Annotated[str, Field(max_length=80), AfterValidator(clean_text)]
Skill = Annotated[str, Field(min_length=1, max_length=60), AfterValidator(clean_text)]
USER = {
    "name": "lin",
    "display_name": "小林",
    "role": "presales",
    "active": True,
    "must_change_password": False,
    "second_proof": True,
    "skills": ["ask_size"],
    "capacity": None,
    "created_at": "2026-03-02T02:00:00Z",
}


class UserBody(BaseModel):
    """An account; nothing secret."""

    model_config = example(USER)

    name: str
    display_name: str
    role: str
    active: bool
    must_change_password: bool
    second_proof: bool
    skills: list[str]
    capacity: int | None
    created_at: datetime


class UserWithPassword(UserBody):
    """An account with its fresh password, shown this once."""

    model_config = example({**USER, "must_change_password": True, "password": "x7Kq…"})

    password: str


class UserIn(BaseModel):
    """A new account."""

    model_config = example({"name": "wang", "role": "aftersales", "display_name": "小王"})

    name: Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[^\s\x00-\x1f\x7f/]+$")]
    role: Role
    display_name: Shown = ""


class UserChange(BaseModel):
    """What to change; what is left out stays."""

    model_config = example({"role": "aftersales", "skills": ["request_return"], "capacity": 6})

    role: Role | None = None
    display_name: Shown | None = None
    active: bool | None = None
    skills: Annotated[list[Skill], Field(max_length=40)] | None = Field(
        None, description="intents this person is best at"
    )
    capacity: int | None = Field(None, ge=0, le=100, description="conversations at a time")


@router.get("", responses=describe(401, 403))
async def list_users(_manager: Manager, desk: OurDesk) -> list[UserBody]:
    """Every account, by name."""
    async with desk.reads() as session:
        return [_show(user) for user in await users.list_users(session)]


@router.post("", status_code=201, responses=describe(401, 403, 409, 422))
async def add(body: UserIn, manager: Manager, desk: OurDesk) -> UserWithPassword:
    """A new account; its password is shown once and must be changed at the first sign-in."""
    async with desk.transaction() as session:
        user, password = await accounts.add(
            session, manager, body.name, body.role, display_name=body.display_name, now=desk.clock()
        )
        return UserWithPassword(**dict(_show(user)), password=password)


@router.post("/{name}", responses=describe(401, 403, 404, 409, 422))
async def change(name: PathId, body: UserChange, manager: Manager, desk: OurDesk) -> UserBody:
    """Change role, name shown, skills or capacity; turn the account off or on."""
    async with desk.transaction() as session:
        return _show(await accounts.change(session, manager, name, Change(**dict(body))))


@router.post("/{name}/reset", responses=describe(401, 403, 404))
async def reset(name: PathId, manager: Manager, desk: OurDesk) -> UserWithPassword:
    """A fresh password, shown once; lifts lock and second proof, signs out everywhere."""
    async with desk.transaction() as session:
        user, password = await accounts.reset(session, manager, name)
        return UserWithPassword(**dict(_show(user)), password=password)


def _show(user: User) -> UserBody:
    return UserBody(
        name=user.name,
        display_name=user.display_name,
        role=user.role,
        active=user.active,
        must_change_password=user.must_change,
        second_proof=user.totp_on,
        skills=user.skills,
        capacity=user.capacity,
        created_at=user.created_at,
    )
