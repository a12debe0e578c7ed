"""The worker's settings, from the environment of the process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from bot.errors import SettingsError


@dataclass(frozen=True)
class Settings:
    """How a worker runs. `root` is the Rasa project: the folder the worker is started in."""

    root: Path
    secret: str = field(repr=False)
    actions_url: str
    host: str = "127.0.0.1"
    port: int = 5006
    workers: int = 1
    model: str | None = None
    action_timeout_s: float = 5.0


def load_settings(environ: Mapping[str, str], root: Path) -> Settings:
    """Read the XIAOER_ settings. Raises SettingsError."""
    secret = environ.get("XIAOER_INTERNAL_SECRET", "")
    if not secret.strip():
        raise SettingsError("XIAOER_INTERNAL_SECRET is empty: set it to the secret the desk uses")
    return Settings(
        root=root,
        secret=secret,
        actions_url=environ.get("XIAOER_ACTIONS_URL") or _actions_url(root / "endpoints.yml"),
        host=environ.get("XIAOER_BOT_HOST") or "127.0.0.1",
        port=int(_number(environ, "XIAOER_BOT_PORT", 5006, least=0, most=65535)),
        workers=int(_number(environ, "XIAOER_BOT_WORKERS", 1, least=1, most=64)),
        model=environ.get("XIAOER_BOT_MODEL") or None,
        action_timeout_s=_number(environ, "XIAOER_ACTION_TIMEOUT_S", 5, least=0.1, most=60),
    )


def _number(environ: Mapping[str, str], name: str, default: float, *, least: float, most: float) -> float:
    text = environ.get(name) or str(default)
    value: float | None
    try:
        value = float(text) if isinstance(least, float) else int(text)
    except ValueError:
        value = None
    if value is None or not least <= value <= most:
        raise SettingsError(f"{name}={text!r}: give a number from {least} to {most}")
    return value


def _actions_url(path: Path) -> str:
    try:
        url = yaml.safe_load(path.read_text(encoding="utf-8"))["action_endpoint"]["url"]
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise SettingsError(f"no action_endpoint in {path.name}: set XIAOER_ACTIONS_URL") from error
    return str(url)
