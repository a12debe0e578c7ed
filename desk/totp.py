"""One-time codes as a second proof at sign-in (RFC 6238): enrolled, confirmed with a code, each used once."""

import hmac
from datetime import datetime

import pyotp

from desk.users import User
from shop.errors import Refused

ISSUER = "Xiaoer"
STEP_S = 30
STEPS_OFF = 1
"""Clocks may differ by so many steps."""


def enrol(user: User) -> str:
    """Give the account a fresh secret, not yet asked for. Gives the address for an authenticator app."""
    if user.totp_on:
        raise Refused("the second proof is on already; turn it off first to enrol another device")
    user.totp_secret, user.totp_step = pyotp.random_base32(), 0
    return pyotp.TOTP(user.totp_secret, name=user.name, issuer=ISSUER).provisioning_uri()


def confirm(user: User, code: str, now: datetime) -> None:
    """Ask for codes from now on. Raises Refused when the code is wrong: the device does not work yet."""
    if user.totp_secret is None:
        raise Refused("enrol first: POST /api/v1/auth/totp")
    if not use_code(user, code, now):
        raise Refused("that code is wrong or was used; take the next one of the app")
    user.totp_on = True


def disable(user: User) -> None:
    """Ask for no code any more."""
    user.totp_on, user.totp_secret, user.totp_step = False, None, 0


def use_code(user: User, code: str, now: datetime) -> bool:
    """Whether the code is right and newer than the last one used; it is used up then."""
    if user.totp_secret is None or not code.isascii():
        return False
    totp, present = pyotp.TOTP(user.totp_secret), int(now.timestamp()) // STEP_S
    for step in range(present - STEPS_OFF, present + STEPS_OFF + 1):
        right = hmac.compare_digest(totp.generate_otp(step), code.strip())
        if right and step > user.totp_step:
            user.totp_step = step
            return True
    return False
