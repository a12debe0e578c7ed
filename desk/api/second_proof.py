"""The second proof at sign-in (TOTP): enrol a device, confirm it with a code, turn it off."""

import asyncio
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from desk import totp, users
from desk.api.access import Agent, OurDesk
from desk.api.auth import Me, Password, show_me
from desk.api.errors import describe
from desk.api.schemas import example
from desk.auth import SignInFailed

router = APIRouter(prefix="/api/v1/auth/totp", tags=["auth"])


class Enrolment(BaseModel):
    """What an authenticator app needs: shown once."""

    model_config = example({"uri": "otpauth://totp/Xiaoer:lin?secret=JBSWY3DPEHPK3PXP&issuer=Xiaoer"})

    uri: str = Field(description="as a QR code, or its `secret` typed in")


class CodeIn(BaseModel):
    """A code the app shows."""

    model_config = example({"code": "492039"})

    code: Annotated[str, Field(min_length=6, max_length=10)]


class PasswordProof(BaseModel):
    """The person's password."""

    model_config = example({"password": "my-own-long-password"})

    password: Password


@router.post("", responses=describe(401, 403, 409))
async def enrol(agent: Agent, desk: OurDesk) -> Enrolment:
    """A fresh secret for the app. Sign-in asks for codes only once it is confirmed."""
    async with desk.transaction() as session:
        return Enrolment(uri=totp.enrol(await users.get_user(session, agent.name), desk.vault))


@router.post("/confirm", responses=describe(401, 403, 409, 422))
async def confirm(body: CodeIn, agent: Agent, desk: OurDesk) -> Me:
    """Turn the second proof on with a code of the app."""
    async with desk.transaction() as session:
        user = await users.get_user(session, agent.name)
        totp.confirm(user, body.code, desk.clock(), desk.vault)
        return show_me(user, desk)


@router.post("/disable", responses=describe(401, 403, 422))
async def disable(body: PasswordProof, agent: Agent, desk: OurDesk) -> Me:
    """Turn the second proof off; takes the password."""
    if not await asyncio.to_thread(users.is_password, agent, body.password):
        raise SignInFailed("the password is wrong")
    async with desk.transaction() as session:
        user = await users.get_user(session, agent.name)
        totp.disable(user)
        return show_me(user, desk)
