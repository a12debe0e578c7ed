"""The make targets that delete: only what can be built again."""

import shutil
import subprocess
from pathlib import Path

from tests.fixtures import ROOT

BUILT = [".venv/x", "bot/.venv/x", "models/x", "web/dist/x", "web/node_modules/x", "var/bench/x"]
KEPT = ["var/xiaoer.db", "var/secrets.env", "var/catalogue_terms.txt", "bot/app.py", "web/index.html"]


def test_clean_removes_what_was_built_and_keeps_the_shops_data(tmp_path: Path) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in BUILT + KEPT:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    subprocess.run(["make", "-C", tmp_path, "clean"], check=True, capture_output=True)
    assert [name for name in BUILT if (tmp_path / name).exists()] == []
    assert [name for name in KEPT if not (tmp_path / name).exists()] == []
