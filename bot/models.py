"""Which model file to load. A model is code (pickles): only files of models/ of this checkout are opened."""

from __future__ import annotations

from pathlib import Path

from bot.errors import ModelError

FOLDER = "models"


def find_model(root: Path, name: str | None) -> Path:
    """The named model, or the newest of models/. Raises ModelError."""
    folder = (root / FOLDER).resolve()
    if name is None:
        found = sorted(folder.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime_ns)
        if not found:
            raise ModelError("no model in models/: run `make train`")
        name = found[-1].name
    path = next((place for place in (root / name, folder / name) if place.is_file()), None)
    if path is None:
        raise ModelError(f"no model {name}: run `make train`")
    if not path.resolve().is_relative_to(folder):
        raise ModelError(f"model {name} is not in models/: only what was trained here is loaded")
    return path.resolve()
