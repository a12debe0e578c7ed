"""A channel as seen from the command line: signs with the channel's secret, posts, reads."""

import os
import sqlite3
import time
from typing import TYPE_CHECKING, Any

import httpx

from desk.cli.shared import UNPREPARED, desk_address, fail, first_line, is_unprepared
from desk.signing import sign

if TYPE_CHECKING:
    from desk.settings import DeskSettings

WAIT_S = 30
MARGIN_S = 10.0
SECRET_QUERY = "SELECT secret FROM channels WHERE name = "  # noqa: S105


class ChannelClient:
    """Talks to the desk as the channel `name`. Ends the command with one line when that fails."""

    def __init__(self, settings: "DeskSettings", name: str) -> None:
        self._name = name
        self._secret = find_channel_secret(settings, name)
        self._url = desk_address(settings)
        # No proxy of the environment: the desk is on this machine.
        self._http = httpx.Client(base_url=self._url, timeout=WAIT_S + MARGIN_S, trust_env=False)

    def __enter__(self) -> "ChannelClient":
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def post_message(self, body: dict[str, Any], *, wait: int = WAIT_S) -> dict[str, Any]:
        """Send a message and wait for its outcome; without one in time, the receipt."""
        return self._send("POST", "messages", body, params={"wait": wait})

    def close(self, buyer_id: str) -> dict[str, Any]:
        """Close the buyer's open conversation, if there is one."""
        return self._send("POST", "conversations/close", {"buyer_id": buyer_id})

    def list_messages(self, conversation_id: str, after: int) -> list[dict[str, Any]]:
        """The messages of a conversation after one."""
        path = f"conversations/{conversation_id}/messages"
        messages: list[dict[str, Any]] = self._send("GET", path, None, params={"after": after})["messages"]
        return messages

    def _send(
        self, method: str, path: str, body: dict[str, Any] | None, params: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        request = self._http.build_request(
            method, f"/api/v1/channels/{self._name}/{path}", params=params, json=body
        )
        timestamp = str(int(time.time()))
        request.headers["X-Xiaoer-Timestamp"] = timestamp
        request.headers["X-Xiaoer-Signature"] = sign(self._secret, timestamp, request.read())
        try:
            answer = self._http.send(request)
        except httpx.TimeoutException:
            fail(f"the desk at {self._url} did not answer in {WAIT_S + MARGIN_S:.0f} s")
        except httpx.TransportError:
            fail(f"nobody answers at {self._url}: start it with `xiaoer run` (or `make demo`)")
        if answer.is_error:
            fail(_describe(answer))
        data: dict[str, Any] = answer.json()
        return data


def find_channel_secret(settings: "DeskSettings", name: str) -> str:
    """The channel's secret from XIAOER_CHANNEL_SECRET, else from the database.

    Plain drivers instead of SQLAlchemy: its import alone would double the time this command takes.
    """
    given = os.environ.get("XIAOER_CHANNEL_SECRET")
    if given:
        return given
    url = settings.database_url
    try:
        row = _ask_sqlite(url, name) if url.startswith("sqlite") else _ask_postgres(url, name)
    except Exception as error:  # two drivers, two trees of errors: any of them ends the command
        if is_unprepared(error):
            fail(UNPREPARED)
        fail(f"the database cannot be read: {first_line(error)} (XIAOER_DATABASE_URL)")
    if row is None:
        fail(f"no channel {name!r}: `xiaoer channel list` shows them, `xiaoer channel add {name}` makes it")
    return str(row[0])


def _ask_sqlite(url: str, name: str) -> Any:
    path = url.split("///", 1)[1]
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5.0)
    try:
        return connection.execute(SECRET_QUERY + "?", (name,)).fetchone()
    finally:
        connection.close()


def _ask_postgres(url: str, name: str) -> Any:
    import psycopg

    with psycopg.connect("postgresql://" + url.split("://", 1)[1], connect_timeout=5) as connection:
        return connection.execute(SECRET_QUERY + "%s", (name,)).fetchone()


def _describe(answer: httpx.Response) -> str:
    """The desk's own words about what went wrong."""
    try:
        return str(answer.json()["message"])
    except (ValueError, KeyError, TypeError):
        return f"the desk answered {answer.status_code}"
