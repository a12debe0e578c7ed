"""Requests of docs/bot-protocol.md: checked by hand so that a refusal names the field."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from bot.errors import RequestError

MAX_BODY_BYTES = 512_000
MAX_TEXT_CHARS = 20_000  # over it: 413. What is understood of a text ends earlier (bot/text.py).
MAX_TEXTS = 500
MAX_NAME_CHARS = 200

Json = dict[str, Any]


@dataclass(frozen=True)
class TurnRequest:
    """POST /turn. `state` is whatever came: the engine decides whether it is one of its own."""

    conversation: str
    text: str
    context: Json
    state: object = None
    second_reading_below: float = 0.0


def turn_request(body: bytes) -> TurnRequest:
    """The request in a body. Raises RequestError 413 or 422."""
    data = _object(body)
    _only(data, "conversation", "text", "state", "context", "second_reading_below")
    conversation = _text(data, "conversation")
    if not 0 < len(conversation) <= MAX_NAME_CHARS:
        raise _invalid("conversation", f"must have 1 to {MAX_NAME_CHARS} characters")
    context = data.get("context")
    if not isinstance(context, dict):
        raise _invalid("context", "must be an object")
    below = data.get("second_reading_below", 0.0)
    if isinstance(below, bool) or not isinstance(below, int | float) or not 0 <= below <= 1:
        raise _invalid("second_reading_below", "must be a number from 0 to 1")
    return TurnRequest(conversation, _text(data, "text"), context, data.get("state"), float(below))


def understand_request(body: bytes) -> list[str]:
    """The texts in a body. Raises RequestError 413 or 422."""
    data = _object(body)
    _only(data, "texts")
    texts = data.get("texts")
    if not isinstance(texts, list) or len(texts) > MAX_TEXTS:
        raise _invalid("texts", f"must be a list of at most {MAX_TEXTS} texts")
    return [_text({f"texts[{index}]": text}, f"texts[{index}]") for index, text in enumerate(texts)]


def _object(body: bytes) -> Json:
    try:
        data = json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise _invalid("body", "is not JSON") from error
    if not isinstance(data, dict):
        raise _invalid("body", "must be an object")
    return data


def _no_constant(name: str) -> None:
    raise ValueError(name)  # NaN and Infinity are no JSON


def _only(data: Json, *names: str) -> None:
    for name in data:
        if name not in names:
            raise _invalid(name[:MAX_NAME_CHARS], "is not known")


def _text(data: Json, name: str) -> str:
    value = data.get(name)
    if not isinstance(value, str):
        raise _invalid(name, "must be a text")
    if len(value) > MAX_TEXT_CHARS:
        raise RequestError(413, "too_long", f"has more than {MAX_TEXT_CHARS} characters", field=name)
    return value


def _invalid(field: str, detail: str) -> RequestError:
    return RequestError(422, "invalid", detail, field=field)
