"""Writes docs/settings.md from the settings classes; tests/unit/test_settings_page.py keeps it true."""

from pathlib import Path
from typing import Any

from desk.settings import DeskSettings

PAGE = Path(__file__).parents[1] / "docs/settings.md"
HEAD = """# Settings
Environment variables, or lines of `.env` in Xiaoer's home folder (`XIAOER_HOME`, by default the checkout);
the environment wins. Times are in seconds. This page is written by `scripts/settings_page.py`.

| variable | default | what it is |
|---|---|---|
"""
TAIL = """
The bot worker also reads `XIAOER_BOT_MODEL` (a file of `models/`; by default the newest) and
`XIAOER_ACTION_TIMEOUT_S` (5), both from the environment only: `.env` does not reach it.
"""


def make_page() -> str:
    """The page as it should be."""
    rows = [
        f"| `XIAOER_{name.upper()}` | {_show(field.get_default(call_default_factory=False))} "
        f"| {field.description or ''} |"
        for name, field in DeskSettings.model_fields.items()
        if name != "home"
    ]
    return HEAD + "\n".join(rows) + "\n" + TAIL


def _show(value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, Path) and value.is_absolute():
        return f"`{value.relative_to(PAGE.parents[1])}`"
    return f"`{value}`"


if __name__ == "__main__":
    PAGE.write_text(make_page(), encoding="utf-8")
