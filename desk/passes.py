"""Passes: a shop's own site vouches for its signed-in buyer, so that they need prove nothing (ADR 15).

A pass is `CHANNEL.PAYLOAD.SIGNATURE`: the payload is base64url of JSON {buyer_id, expires_at, nonce}; the
signature is the channel's over the word `pass` and the payload, which no signed request can stand for. It is
good for a few minutes and for one browser.
"""

import base64
import binascii
import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import String, delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from desk import signing
from desk.errors import DeskError
from desk.models import Channel
from shop.db import Base, UtcDateTime
from shop.guests import is_guest

LONGEST_LIFE = timedelta(minutes=10)
"""A pass that claims to be good for longer is refused: it is for the click from the shop's page to ours."""
VOUCHING = "http"
"""The kind of channel that vouches: a shop's own program, which holds the secret."""
DOMAIN = "pass"
PARTS = 3


class PassRefused(DeskError):
    """A pass is forged, over, or was used."""

    code = "pass_refused"


class UsedPass(Base):
    """A pass that opened a session; kept until it is over anyway."""

    __tablename__ = "used_passes"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    buyer_id: Mapped[str] = mapped_column(String(60))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class Payload(BaseModel):
    """For whom, until when (seconds since 1970), and what makes it the only one."""

    model_config = ConfigDict(extra="forbid", strict=True)

    buyer_id: Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[!-~]+$")]
    expires_at: Annotated[int, Field(gt=0, lt=2**34)]
    nonce: Annotated[str, Field(min_length=8, max_length=80)]


def make_pass(channel: str, secret: str, payload: Payload) -> str:
    """A pass as a shop's site makes it."""
    told = base64.urlsafe_b64encode(payload.model_dump_json().encode()).rstrip(b"=")
    signature = signing.sign(secret, DOMAIN, told).removeprefix(signing.PREFIX)
    return f"{channel}.{told.decode()}.{signature}"


async def use(session: AsyncSession, given: str, now: datetime, *, known: str | None = None) -> str:
    """The buyer that a pass vouches for; from now on it is used. Raises PassRefused.

    `known`: who the browser's session already is; the same pass again in the same browser changes nothing.
    """
    payload = await _verify(session, given)
    expires_at = datetime.fromtimestamp(payload.expires_at, tz=now.tzinfo)
    if expires_at <= now:
        raise PassRefused("the pass is over; come from the shop's page again", because="pass_over")
    if expires_at > now + LONGEST_LIFE:
        raise PassRefused(f"a pass may be good for {LONGEST_LIFE} at most", because="pass_wrong")
    used = UsedPass(
        digest=hashlib.sha256(given.encode()).hexdigest(), buyer_id=payload.buyer_id, expires_at=expires_at
    )
    try:
        async with session.begin_nested():
            session.add(used)
    except IntegrityError:
        if known != payload.buyer_id:
            raise PassRefused(
                "the pass was used; come from the shop's page again", because="pass_used"
            ) from None
    return payload.buyer_id


async def forget_used(session: AsyncSession, now: datetime) -> None:
    """Drop the used passes that would be refused as over anyway."""
    await session.execute(delete(UsedPass).where(UsedPass.expires_at <= now))


async def _verify(session: AsyncSession, given: str) -> Payload:
    """What a pass says, once it is certain who made it; every wrong one reads the same."""
    parts = given.split(".") if given.isascii() else []
    channel = await session.get(Channel, parts[0]) if len(parts) == PARTS else None
    if channel is None or channel.kind != VOUCHING:
        raise PassRefused("the pass is not one of ours", because="pass_wrong")
    wanted = signing.sign(channel.secret, DOMAIN, parts[1].encode()).removeprefix(signing.PREFIX)
    if not hmac.compare_digest(wanted, parts[2]):
        raise PassRefused("the pass is not one of ours", because="pass_wrong")
    try:
        padded = parts[1] + "=" * (-len(parts[1]) % 4)
        payload = Payload.model_validate_json(base64.urlsafe_b64decode(padded))
    except (ValidationError, ValueError, binascii.Error) as error:
        raise PassRefused("the pass does not say what it must", because="pass_wrong") from error
    if is_guest(payload.buyer_id):
        raise PassRefused("nobody vouches for a guest", because="pass_wrong")
    return payload
