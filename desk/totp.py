"""One-time codes as a second proof at sign-in (RFC 6238): enrolled, confirmed with a code, each used once."""

import hmac
from datetime import datetime

import pyotp
from sqlalchemy import select

from desk.base import Desk
from desk.users import User
from desk.vault import MARK, Vault
from shop.errors import Refused

ISSUER = "Xiaoer"
STEP_S = 30
STEPS_OFF = 1
"""Clocks may differ by so many steps."""


def enrol(user: User, vault: Vault) -> str:
    """Give the account a fresh secret, not yet asked for. Gives the address for an authenticator app."""
    if user.totp_on:
        raise Refused(
            "the second proof is on already; turn it off first to enrol another device",
            because="second_proof_on",
        )
    secret = pyotp.random_base32()
    user.totp_secret, user.totp_step = vault.seal(secret), 0
    return pyotp.TOTP(secret, name=user.name, issuer=ISSUER).provisioning_uri()


def confirm(user: User, code: str, now: datetime, vault: Vault) -> None:
    """Ask for codes from now on. Raises Refused when the code is wrong: the device does not work yet."""
    if user.totp_secret is None:
        raise Refused("enrol first: POST /api/v1/auth/totp", because="enrol_first")
    if not use_code(user, code, now, vault):
        raise Refused("that code is wrong or was used; take the next one of the app", because="code_wrong")
    user.totp_on = True


def disable(user: User) -> None:
    """Ask for no code any more."""
    user.totp_on, user.totp_secret, user.totp_step = False, None, 0


def use_code(user: User, code: str, now: datetime, vault: Vault) -> bool:
    """Whether the code is right and newer than the last one used; it is used up then."""
    if user.totp_secret is None or not code.isascii():
        return False
    totp, present = pyotp.TOTP(vault.open(user.totp_secret)), int(now.timestamp()) // STEP_S
    for step in range(present - STEPS_OFF, present + STEPS_OFF + 1):
        right = hmac.compare_digest(totp.generate_otp(step), code.strip())
        if right and step > user.totp_step:
            user.totp_step = step
            return True
    return False


async def seal_plain(desk: Desk) -> int:
    """Seal the secrets that were stored before there were seals; how many."""
    plain = select(User).where(User.totp_secret.is_not(None), ~User.totp_secret.startswith(MARK))
    async with desk.reads() as session:
        if await session.scalar(plain.limit(1)) is None:
            return 0
    async with desk.transaction() as session:
        found = list(await session.scalars(plain.with_for_update()))
        for user in found:
            user.totp_secret = desk.vault.seal(str(user.totp_secret))
    return len(found)
