"""Signatures of messages in and callbacks out: HMAC-SHA256 over timestamp, dot and body."""

import hashlib
import hmac
from datetime import datetime

from shop.errors import ShopError

TIMESTAMP_HEADER = "X-Xiaoer-Timestamp"
SIGNATURE_HEADER = "X-Xiaoer-Signature"
STALE_AFTER_S = 300
PREFIX = "v1="


class BadSignature(ShopError):
    """The signature is missing, wrong, or older (or newer) than five minutes."""

    code = "bad_signature"


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The value of the signature header: `v1=<hex>`."""
    digest = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256)
    return PREFIX + digest.hexdigest()


def sign_headers(secret: str, body: bytes, now: datetime) -> dict[str, str]:
    """Both headers of a signed request; the timestamp is in whole seconds since 1970."""
    timestamp = str(int(now.timestamp()))
    return {TIMESTAMP_HEADER: timestamp, SIGNATURE_HEADER: sign(secret, timestamp, body)}


def verify(
    secret: str,
    timestamp: str | None,
    signature: str | None,
    body: bytes,
    now: datetime,
    *,
    headers: tuple[str, str] = (TIMESTAMP_HEADER, SIGNATURE_HEADER),
) -> None:
    """Raise BadSignature unless the body was signed with the secret within the last five minutes.

    `headers`: the names of the two headers, for channels that sign the same way under other names.
    """
    if not timestamp or not signature:
        raise BadSignature(f"the headers {' and '.join(headers)} are required")
    if not (timestamp.isascii() and timestamp.isdigit()) or len(timestamp) > 12:
        raise BadSignature(f"{headers[0]} must be whole seconds since 1970")
    # Compared as bytes: compare_digest raises on text that is not ASCII.
    if not hmac.compare_digest(sign(secret, timestamp, body).encode(), signature.encode()):
        raise BadSignature("the signature does not fit the body")
    if abs(now.timestamp() - int(timestamp)) > STALE_AFTER_S:
        raise BadSignature(f"the timestamp is more than {STALE_AFTER_S} s away from now")
