"""A delivery under way and what became of the try."""

from dataclasses import dataclass
from typing import Any

import httpx

Json = dict[str, Any]
FIRST_TRY = 1
LONGEST_ERROR = 300


@dataclass(frozen=True, slots=True)
class Parcel:
    """A delivery that this process may try until its lease ends.

    `thread`: the conversation as the channel knows it. `message`: as `speech.describe` shows it.
    """

    id: int
    token: str
    attempts: int
    conversation_id: str
    channel: str
    kind: str
    url: str
    secret: str
    settings: Json
    buyer_id: str
    thread: str | None
    message: Json

    @property
    def is_ours(self) -> bool:
        """Whether no person wrote it: such a message gives way to people."""
        return bool(self.message["author"] != "agent")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one try: delivered when `error` is None.

    `final`: another try is useless. `withheld`: a person has the conversation there, so it was not said.
    """

    error: str | None = None
    final: bool = False
    withheld: bool = False


DELIVERED = Outcome()


def failed(error: Exception) -> Outcome:
    """A try that ended in an error of the network."""
    return Outcome(f"{type(error).__name__}: {error}"[:LONGEST_ERROR])


def answered(response: httpx.Response) -> Outcome:
    """What a plain HTTP answer says."""
    return DELIVERED if response.is_success else Outcome(f"the channel answers {response.status_code}")
