"""Secrets of the house: from the settings, else made once per home and kept there.

One is shared by desk, bot and actions; the other seals what must not stand in the database in plain (vault).
"""

import os
import secrets
from pathlib import Path

from desk.settings import DeskSettings

SECRET_BYTES = 32
_INTERNAL = "XIAOER_INTERNAL_SECRET="
_DATA = "XIAOER_DATA_KEY="


def make_secret() -> str:
    """A fresh secret of 32 random bytes, in characters that fit a header and a line of a file."""
    return secrets.token_urlsafe(SECRET_BYTES)


def secrets_file(settings: DeskSettings) -> Path:
    """Where the generated secrets lie, readable by their owner only."""
    return settings.home / "var" / "secrets.env"


def find_internal_secret(settings: DeskSettings) -> str | None:
    """The shared secret of the settings or of the file, if there is one."""
    return settings.internal_secret or _find(settings, _INTERNAL)


def ensure_internal_secret(settings: DeskSettings) -> str:
    """The shared secret; made and kept in the home when there is none yet."""
    return settings.internal_secret or _ensure(settings, _INTERNAL)


def ensure_data_key(settings: DeskSettings) -> str:
    """The key that seals secrets in the database; made and kept in the home when there is none yet."""
    return settings.data_key or _ensure(settings, _DATA)


def _find(settings: DeskSettings, name: str) -> str | None:
    try:
        lines = secrets_file(settings).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return None
    return next((line.removeprefix(name) for line in lines if line.startswith(name)), None)


def _ensure(settings: DeskSettings, name: str) -> str:
    found = _find(settings, name)
    if found:
        return found
    path = secrets_file(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    secret = make_secret()
    # Appended whole in one write: of two starts at once, the first line counts for both.
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"{name}{secret}\n")
    return _find(settings, name) or secret
