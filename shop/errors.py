"""The errors of the shop.

    ShopError
    ├── NotFound          the record does not exist, or is not this buyer's (same words for both)
    ├── Refused           the shop's policy or the order's stage forbids it
    ├── PolicyError       the policy file is broken; carries file, line and reason
    ├── ScriptError       a script is missing, broken or lacks a fact
    ├── CommandError      a command is unknown or its arguments are wrong (a fault of the caller)
    └── ImportFileError   a data file has faulty rows; nothing was written

Each has a stable `code`; the edges (HTTP, CLI, actions) map codes, the shop knows none of them. Where a code
has several grounds `because` names the one, as stable, so that a page can say it in its reader's language.
"""


class ShopError(Exception):
    """Base of all errors that the shop raises on purpose."""

    code = "shop_error"

    def __init__(self, message: str = "", *, because: str | None = None) -> None:
        super().__init__(message)
        self.because = because


class NotFound(ShopError):
    """The record does not exist or is not visible to this buyer; both read the same."""

    code = "not_found"


class Refused(ShopError):
    """What was asked is against the policy or too late for the order's stage."""

    code = "refused"


class PolicyError(ShopError):
    """The policy file cannot be used. The message is one line: file:line: reason."""

    code = "policy_broken"


class ScriptError(ShopError):
    """A script is missing, does not parse, or was given too few facts."""

    code = "script_broken"


class CommandError(ShopError):
    """No command has that name, or its arguments do not fit."""

    code = "command_broken"


class ImportFileError(ShopError):
    """A data file has faulty rows. `rows` lists (row number, column, reason)."""

    code = "import_broken"

    def __init__(self, message: str, rows: list[tuple[int, str, str]] | None = None) -> None:
        super().__init__(message)
        self.rows = rows or []
