"""The errors of the desk: a branch of the shop's tree (shop.errors), so that the edges map one tree.

    ShopError ─ DeskError
    ├── Conflict          somebody else was faster, or the thing is no longer in that state
    │   ├── StaleEpoch    the conversation changed hands since the caller looked
    │   ├── NewMessage    the customer wrote something the caller has not seen
    │   └── FactsChanged  a draft rests on figures that are different now; carries them
    ├── NotYours          the conversation is another agent's
    ├── DeskBusy          the database is locked or gone for the moment; nothing was stored
    ├── BotUnavailable    the bot is down, slow or still loading; the turn stays and is tried again
    └── BotRefused        the bot will never take this turn; people must

`code` is stable; the edges map it.
"""

from typing import Any

from shop.errors import ShopError


class DeskError(ShopError):
    """Base of all errors that the desk raises on purpose."""

    code = "desk_error"


class Conflict(DeskError):
    """Somebody else was faster, or the thing is no longer in the state the caller thought."""

    code = "conflict"


class StaleEpoch(Conflict):
    """The conversation changed hands since the caller looked."""

    code = "stale_epoch"


class NewMessage(Conflict):
    """The customer wrote something that the caller has not seen."""

    code = "new_message"


class FactsChanged(Conflict):
    """Figures of a draft are different now. `changes`: [{name, source, was, now}]."""

    code = "facts_changed"

    def __init__(self, changes: list[dict[str, Any]]) -> None:
        names = ", ".join(change["name"] for change in changes)
        super().__init__(f"these figures changed since the draft was made: {names}")
        self.changes = changes
        self.details = {"changes": changes}


class NotYours(DeskError):
    """The conversation is another agent's."""

    code = "not_yours"


class DeskBusy(DeskError):
    """The database is locked or gone for the moment; nothing was stored."""

    code = "unavailable"


class BotUnavailable(DeskError):
    """The bot is down, slow or still loading; the turn stays and is tried again."""

    code = "bot_unavailable"

    def __init__(self, reason: str, *, loading: bool = False) -> None:
        super().__init__(reason)
        self.loading = loading


class BotFault(BotUnavailable):
    """The bot fails on this turn though it is there: tried a few times, then people take it."""

    code = "bot_fault"


class BotRefused(DeskError):
    """The bot will never take this turn (too long, malformed)."""

    code = "bot_refused"
