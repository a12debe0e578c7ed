"""What can go wrong in the worker.

BotError
├── SettingsError    the worker cannot start as it is set up
├── ModelError       the model is missing, outside models/, or does not understand
├── StateError       a state which this version did not write
└── RequestError     the request is refused: status and, where it applies, the field
"""

from __future__ import annotations


class BotError(Exception):
    """Base of the worker's own errors; the text is fit for a one-line message."""


class SettingsError(BotError):
    """The environment does not allow a start; says what to do."""


class ModelError(BotError):
    """No model, a model from elsewhere, or one which failed its smoke test."""


class StateError(BotError):
    """A dialogue state that is corrupt or of another version."""


class RequestError(BotError):
    """A refused request: HTTP status, stable code, and the field that is wrong (or None)."""

    def __init__(self, status: int, code: str, detail: str, *, field: str | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.field = field
