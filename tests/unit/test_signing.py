"""Signatures of messages and callbacks."""

from datetime import UTC, datetime

import pytest

from desk import signing

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
STAMP = "1772416800"


def test_the_signature_is_the_documented_hmac() -> None:
    # Computed with: printf '1772416800.{"a":1}' | openssl dgst -sha256 -hmac geheim
    expected = "v1=c15c34ce6b9a7a53246c9dafa51009a1407e3b8f2aa6fb457c018230c2bb5cce"
    assert signing.sign("geheim", STAMP, b'{"a":1}') == expected


def test_what_is_signed_is_accepted_for_five_minutes() -> None:
    headers = signing.sign_headers("geheim", b"body", NOW)
    assert headers[signing.TIMESTAMP_HEADER] == STAMP
    for late_s in (-300, 0, 300):
        moment = datetime.fromtimestamp(NOW.timestamp() + late_s, UTC)
        signing.verify("geheim", STAMP, headers[signing.SIGNATURE_HEADER], b"body", moment)


@pytest.mark.parametrize("late_s", [-301, 301, 86_400])
def test_a_stale_or_early_timestamp_is_refused(late_s: int) -> None:
    signature = signing.sign("geheim", STAMP, b"body")
    moment = datetime.fromtimestamp(NOW.timestamp() + late_s, UTC)
    with pytest.raises(signing.BadSignature, match="300 s away"):
        signing.verify("geheim", STAMP, signature, b"body", moment)


@pytest.mark.parametrize(
    ("timestamp", "signature", "body", "reason"),
    [
        (None, "v1=00", b"body", "required"),
        (STAMP, None, b"body", "required"),
        (STAMP, "", b"body", "required"),
        ("soon", "v1=00", b"body", "whole seconds"),
        ("１７７２", "v1=00", b"body", "whole seconds"),
        ("9" * 13, "v1=00", b"body", "whole seconds"),
        (STAMP, "v1=00", b"body", "does not fit"),
        (STAMP, "v1=签名", b"body", "does not fit"),
        (STAMP, signing.sign("geheim", STAMP, b"body"), b"other", "does not fit"),
        (STAMP, signing.sign("other", STAMP, b"body"), b"body", "does not fit"),
        ("1772416801", signing.sign("geheim", STAMP, b"body"), b"body", "does not fit"),
        (STAMP, signing.sign("geheim", STAMP, b"body").removeprefix("v1="), b"body", "does not fit"),
    ],
)
def test_a_wrong_signature_is_refused(
    timestamp: str | None, signature: str | None, body: bytes, reason: str
) -> None:
    with pytest.raises(signing.BadSignature, match=reason):
        signing.verify("geheim", timestamp, signature, body, NOW)
