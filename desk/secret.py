"""The secret that desk, bot and actions share: from the settings, else made once per home and kept there."""

import os
import secrets
from pathlib import Path

from desk.settings import DeskSettings

SECRET_BYTES = 32
_PREFIX = "XIAOER_INTERNAL_SECRET="


def make_secret() -> str:
    """A fresh secret of 32 random bytes, in characters that fit a header and a line of a file."""
    return secrets.token_urlsafe(SECRET_BYTES)


def secrets_file(settings: DeskSettings) -> Path:
    """Where the generated secret lies, readable by its owner only."""
    return settings.home / "var" / "secrets.env"


def find_internal_secret(settings: DeskSettings) -> str | None:
    """The secret of the settings or of the file, if there is one."""
    if settings.internal_secret:
        return settings.internal_secret
    try:
        lines = secrets_file(settings).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return None
    found = [line.removeprefix(_PREFIX) for line in lines if line.startswith(_PREFIX)]
    return found[0] if found else None


def ensure_internal_secret(settings: DeskSettings) -> str:
    """The secret; made and kept in the home when there is none yet."""
    found = find_internal_secret(settings)
    if found:
        return found
    path = secrets_file(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    secret = make_secret()
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another start was faster, or the file lacks our line
        handle = os.open(path, os.O_WRONLY | os.O_APPEND)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"{_PREFIX}{secret}\n")
    return find_internal_secret(settings) or secret
