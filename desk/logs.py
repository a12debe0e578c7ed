"""Structured logs of the desk, with phones and addresses masked before anything is written."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

PHONE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?(1[3-9]\d)[- ]?\d{4}[- ]?(\d{4})(?!\d)")
LANDLINE = re.compile(r"(?<!\d)(0\d{2,3})[- ]?\d{3,4}(\d{4})(?!\d)")
# A street with a house number, and the place names right before it. Every part has a bound, so that no text
# makes the search slow.
ADDRESS = re.compile(
    r"[\u4e00-\u9fff\dA-Za-z]{1,20}(?:路|街|巷|弄|大道|小区|村|镇|花园|公寓)\s?[\dA-Za-z\u4e00-\u9fff-]{0,12}?"
    r"\d(?:号|栋|幢|单元|室|楼)[\dA-Za-z号栋幢单元室楼层-]{0,20}"
)
HIDDEN_KEYS = frozenset({"address", "recipient", "password", "secret", "token", "signature", "cookie"})
MASK = "***"


def mask_text(text: str) -> str:
    """The text with phone numbers and street addresses hidden."""
    text = PHONE.sub(r"\1****\2", text)
    text = LANDLINE.sub(r"\1****\2", text)
    return ADDRESS.sub(MASK, text)


def mask(value: Any) -> Any:
    """A value of any shape with what is private hidden, by key and by content."""
    if isinstance(value, str):
        return mask_text(value)
    if isinstance(value, dict):
        return {key: MASK if _is_hidden(key) and item else mask(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [mask(item) for item in value]
    return value


def mask_event(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The structlog processor that masks every field of a log line."""
    for key, value in event.items():
        event[key] = MASK if _is_hidden(key) and value else mask(value)
    return event


def configure_logs(*, level: str = "INFO", as_json: bool | None = None) -> None:
    """Send structlog and the standard library's logs to stderr, masked. JSON unless stderr is a terminal."""
    plain = not sys.stderr.isatty() if as_json is None else as_json
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        mask_event,
    ]
    renderer: structlog.types.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False) if plain else structlog.dev.ConsoleRenderer()
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for quiet in ("httpx", "httpcore", "aiosqlite", "alembic", "taskiq"):
        logging.getLogger(quiet).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def _is_hidden(key: object) -> bool:
    return isinstance(key, str) and key.lower() in HIDDEN_KEYS
