"""The desk's side of docs/bot-protocol.md: what the bot says, as values."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from desk.errors import BotFault, BotRefused, BotUnavailable
from desk.models import Json
from shop.facts import Fact

SECRET_HEADER = "X-Xiaoer-Internal"  # noqa: S105 (the name of a header)
REFUSED = (413, 422)


@dataclass(frozen=True, slots=True)
class BotReply:
    """A script and the facts of its sentence."""

    script: str
    facts: tuple[Fact, ...] = ()

    def values(self) -> Json:
        """The facts as the script's template takes them."""
        return {fact.name: fact.value for fact in self.facts}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A command that the answer takes."""

    name: str
    args: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BotReading:
    """One reading of a question with what the dialogue answers to it."""

    intent: str
    confidence: float
    replies: tuple[BotReply, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    handoff: str | None = None
    hold: str | None = None
    failures: tuple[Json, ...] = ()
    takes_photos: bool = False
    said_later: bool = False  # its words stand behind the answer to a later question


@dataclass(frozen=True, slots=True)
class BotQuestion:
    """One question of a turn. `found` is the bot's own description, without the readings.

    `is_aside`: it goes along with the other questions, heard more than said: a displeasure, its matter, a
    second need.
    """

    text: str
    intent: str
    confidence: float
    readings: tuple[BotReading, ...] = ()
    found: Json = field(default_factory=dict)
    is_aside: bool = False


@dataclass(frozen=True, slots=True)
class BotAnswer:
    """What the bot says to a turn."""

    questions: tuple[BotQuestion, ...] = ()
    severity: str = "none"
    evidence: tuple[str, ...] = ()
    state: Json | None = None
    cut: bool = False  # the text was too long: its end was not read


def parse_answer(data: Json) -> BotAnswer:
    """The answer from the protocol's JSON. Raises KeyError, TypeError or ValueError if it is malformed."""
    return BotAnswer(
        questions=tuple(_parse_question(item) for item in data["questions"]),
        severity=data["severity"],
        evidence=tuple(data.get("severity_evidence") or ()),
        state=data["state"],
        cut=bool(data.get("cut")),
    )


def _parse_question(data: Json) -> BotQuestion:
    return BotQuestion(
        text=data["text"],
        intent=data["intent"],
        confidence=float(data["confidence"]),
        readings=tuple(_parse_reading(item) for item in data["readings"]),
        found={name: value for name, value in data.items() if name != "readings"},
        is_aside=bool(data.get("aside")),
    )


def _parse_reading(data: Json) -> BotReading:
    return BotReading(
        intent=data["intent"],
        confidence=float(data["confidence"]),
        replies=tuple(
            BotReply(item["script"], tuple(Fact.from_json(fact) for fact in item.get("facts") or ()))
            for item in data.get("replies") or ()
        ),
        proposals=tuple(
            Proposal(item["name"], item.get("args") or {}) for item in data.get("proposals") or ()
        ),
        handoff=data.get("handoff"),
        hold=data.get("hold"),
        failures=tuple(data.get("failures") or ()),
        takes_photos=bool(data.get("takes_photos")),
        said_later=bool(data.get("said_later")),
    )


class BotClient:
    """Asks the bot worker.

    BotUnavailable: it is away, try again. BotFault: it fails on this turn, try a few times.
    BotRefused: it never will.
    """

    def __init__(self, http: httpx.AsyncClient, url: str, secret: str, *, timeout_s: float) -> None:
        self._http = http
        self._url = url.rstrip("/")
        self._headers = {SECRET_HEADER: secret}
        self._timeout = timeout_s
        self.up = True  # whether the last call got through

    async def turn(self, request: Json) -> BotAnswer:
        """The bot's answer to a turn (POST /turn)."""
        data = await self._ask("POST", "/turn", request)
        try:
            return parse_answer(data)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BotFault(f"the bot's answer is malformed: {error!r}") from error

    async def understand(self, texts: list[str]) -> list[Json]:
        """What the bot understands of texts, without dialogue or actions (POST /understand)."""
        data = await self._ask("POST", "/understand", {"texts": texts})
        try:
            return list(data["results"])
        except (KeyError, TypeError) as error:
            raise BotFault(f"the bot's answer is malformed: {error!r}") from error

    async def health(self) -> Json:
        """The bot's own word on its health. Raises BotUnavailable unless it is ready."""
        data: Json = await self._ask("GET", "/healthz", None)
        return data

    async def _ask(self, method: str, path: str, body: Json | None) -> Any:
        try:
            response = await self._http.request(
                method, self._url + path, json=body, headers=self._headers, timeout=self._timeout
            )
        except httpx.HTTPError as error:
            self.up = False
            raise BotUnavailable(f"the bot does not answer: {type(error).__name__}") from error
        if response.status_code in REFUSED:
            raise BotRefused(f"the bot refuses this turn: {response.status_code} {response.text[:200]}")
        if response.status_code == httpx.codes.INTERNAL_SERVER_ERROR:
            raise BotFault(f"the bot fails on this turn: {response.text[:200]}")
        self.up = response.is_success
        try:
            data = response.json()
        except ValueError as error:
            self.up = False
            raise BotUnavailable(f"the bot answers {response.status_code} without JSON") from error
        if not response.is_success:
            loading = isinstance(data, dict) and data.get("status") == "loading"
            raise BotUnavailable(f"the bot answers {response.status_code}", loading=loading)
        return data
