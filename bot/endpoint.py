"""Calls to the action server: one keep-alive session, a time limit, and failures that are told.

Stock Rasa opens a connection for each action, waits up to 300 s, checks its JSON schema anew on every call
and swallows what goes wrong.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import aiohttp
import jsonschema  # type: ignore[import-untyped, unused-ignore]
from rasa.core.actions.action import RemoteAction
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from bot.run import current_run

INTERNAL_HEADER = "X-Xiaoer-Internal"
MAX_ANSWER_BYTES = 1_000_000


class ActionEndpoint(EndpointConfig):  # type: ignore[misc]
    """The action server's address as Rasa wants it. Create and use inside one event loop."""

    def __init__(self, url: str, *, secret: str, timeout_s: float) -> None:
        # Without selective domain every call carries the whole domain (6 kB for ours). Current SDKs refuse
        # a call without any, so an empty one is sent (see request).
        super().__init__(url, headers={INTERNAL_HEADER: secret}, enable_selective_domain=True)
        self.timeout_s = timeout_s
        self._shared: aiohttp.ClientSession | None = None

    def session(self) -> aiohttp.ClientSession:
        """The shared session, opened at first use."""
        if self._shared is None or self._shared.closed:
            self._shared = aiohttp.ClientSession(headers=self.headers)
        return self._shared

    async def close(self) -> None:
        """Close the shared session."""
        if self._shared is not None:
            await self._shared.close()

    async def request(self, *args: Any, **kwargs: Any) -> Any:
        """Run the action named in `json`; raises what Rasa expects and notes the failure in the run."""
        body: dict[str, Any] = {"domain": {}, **kwargs["json"]}
        action = str(body["next_action"])
        try:
            status, content = await asyncio.wait_for(self._post(body), self.timeout_s)
        except (asyncio.TimeoutError, TimeoutError) as error:
            current_run().fail(action, "timeout", f"no answer within {self.timeout_s:g} s")
            raise aiohttp.ClientConnectionError("timeout") from error
        except aiohttp.ClientError as error:
            current_run().fail(action, "unreachable", f"{type(error).__name__} at {self.url}")
            raise aiohttp.ClientConnectionError(str(error)) from error
        return _answer(action, status, content)

    async def _post(self, body: Mapping[str, Any]) -> tuple[int, bytes]:
        """Post once, and once more when a kept connection turns out to be closed.

        Actions only read, so a second call does no harm.
        """
        try:
            return await self._post_once(body)
        except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError) as error:
            if isinstance(error, aiohttp.ClientConnectorError):
                raise
            return await self._post_once(body)

    async def _post_once(self, body: Mapping[str, Any]) -> tuple[int, bytes]:
        async with self.session().post(self.url, json=body) as response:
            return response.status, await _read_limited(response)


async def _read_limited(response: aiohttp.ClientResponse) -> bytes:
    content = bytearray()
    async for chunk in response.content.iter_any():
        content += chunk
        if len(content) > MAX_ANSWER_BYTES:
            break
    return bytes(content)


def _answer(action: str, status: int, content: bytes) -> dict[str, Any]:
    """The checked answer, or an exception as Rasa expects it."""
    run = current_run()
    if status >= 400:
        text = content.decode("utf-8", "replace")
        if not _is_rejection(status, text):
            run.fail(action, "error", f"status {status}")
            status = 500  # only a well-formed rejection may go on as 400
        raise ClientResponseError(status, "action failed", text)
    try:
        answer = json.loads(content) if len(content) <= MAX_ANSWER_BYTES else None
    except ValueError:
        answer = None
    fault = "not JSON, or too long" if answer is None else find_fault(answer)
    if fault is not None:
        run.fail(action, "error", f"answer refused: {fault}")
        raise aiohttp.ClientPayloadError(fault)
    assert isinstance(answer, dict)
    return answer


def _is_rejection(status: int, text: str) -> bool:
    if status != 400:
        return False
    try:
        return isinstance(json.loads(text)["action_name"], str)
    except (ValueError, KeyError, TypeError):
        return False


@cache
def _validator() -> Any:
    """Rasa's schema of an action's answer, checked and compiled once per process."""
    schema = RemoteAction.action_response_format_spec()
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    return kind(schema)


def find_fault(answer: object) -> str | None:
    """Where an action's answer breaks Rasa's schema, or None; names the place, never the content."""
    error = next(_validator().iter_errors(answer), None)
    return None if error is None else f"{error.json_path} ({error.validator})"


def use_cached_validator() -> None:
    """Replace Rasa's check by ours: `jsonschema.validate` checks the schema itself on every call."""

    def validate(self: Any, result: Any) -> bool:
        fault = find_fault(result)
        if fault is not None:
            raise aiohttp.ClientPayloadError(fault)
        return True

    RemoteAction._validate_action_result = validate
