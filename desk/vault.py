"""Secrets that must be read again are stored sealed (Fernet); the key lies outside the database."""

import base64
import hashlib
from collections.abc import Callable
from functools import cached_property

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from desk.errors import DeskError

MARK = "fernet:"


class VaultClosed(DeskError):
    """What was sealed cannot be opened with the keys at hand."""

    code = "unavailable"


class Vault:
    """Seals and opens. `find_keys` gives one or several keys parted by commas: the first seals, all open."""

    def __init__(self, find_keys: Callable[[], str]) -> None:
        self._find_keys = find_keys

    @cached_property
    def _fernet(self) -> MultiFernet:
        keys = [part.strip() for part in self._find_keys().split(",") if part.strip()]
        return MultiFernet(
            [Fernet(base64.urlsafe_b64encode(hashlib.sha256(k.encode()).digest())) for k in keys]
        )

    def seal(self, text: str) -> str:
        """The text as it is stored."""
        return MARK + self._fernet.encrypt(text.encode()).decode()

    def open(self, stored: str) -> str:
        """The text that was sealed; one stored before there were seals as it is. Raises VaultClosed."""
        if not is_sealed(stored):
            return stored
        try:
            return self._fernet.decrypt(stored.removeprefix(MARK).encode()).decode()
        except InvalidToken:
            raise VaultClosed("sealed with another key: set XIAOER_DATA_KEY to the one used before") from None


def is_sealed(stored: str) -> bool:
    """Whether a stored secret is sealed."""
    return stored.startswith(MARK)
