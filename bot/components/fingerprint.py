"""Hashes for Rasa's training cache, which looks at a component's own class only."""

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from types import ModuleType


def fingerprint(modules: Iterable[ModuleType], *folders: Path) -> str:
    """Return one hash over the source of the modules and the files of the folders."""
    files = [Path(module.__file__) for module in modules if module.__file__]
    for folder in folders:
        files += sorted(file for file in folder.rglob("*") if file.is_file())
    total = sha256()
    for file in files:
        total.update(file.name.encode())
        total.update(file.read_bytes())
    return total.hexdigest()
