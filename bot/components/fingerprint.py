"""Hashes for Rasa's training cache, which looks at a component's own class only."""

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from types import ModuleType


def fingerprint(modules: Iterable[ModuleType], *places: Path) -> str:
    """Return one hash over the source of the modules and the files at the places."""
    files = [Path(module.__file__) for module in modules if module.__file__]
    for place in places:
        files += [place] if place.is_file() else sorted(file for file in place.rglob("*") if file.is_file())
    total = sha256()
    for file in files:
        total.update(file.name.encode())
        total.update(file.read_bytes())
    return total.hexdigest()
