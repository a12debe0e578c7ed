import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOLS = ("env", "bash", "dirname", "mktemp", "rm", "cat", "make", "find", "awk")
"""What the scripts and the Makefile call besides Python; none of them is an interpreter."""


@pytest.fixture
def bare(tmp_path: Path) -> dict[str, str]:
    """An environment with basic tools on PATH, an empty home and no Python."""
    tools, home = tmp_path / "tools", tmp_path / "home"
    tools.mkdir()
    home.mkdir()
    for name in TOOLS:
        found = shutil.which(name)
        assert found
        (tools / name).symlink_to(found)
    return {"PATH": str(tools), "HOME": str(home)}


def _run(script: Path, *options: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run([script, *options], env=env, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("version", ["3.10", "3.11"])
def test_a_missing_python_ends_with_one_line_that_says_what_to_do(bare: dict[str, str], version: str) -> None:
    ended = _run(ROOT / "scripts/find-python", version, env=bare)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.count("\n") == 1
    assert ended.stderr.startswith(f"Python {version} not found: install it")


def test_the_interpreter_on_the_path_is_found(bare: dict[str, str]) -> None:
    env = {**bare, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{bare['PATH']}"}
    ended = _run(ROOT / "scripts/find-python", "3.11", env=env)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert Path(ended.stdout.strip()).resolve() == Path(sys.executable).resolve()


def _copy_scripts(folder: Path) -> Path:
    """The scripts in a checkout that has nothing else, so that nothing can be built or found there."""
    return Path(shutil.copytree(ROOT / "scripts", folder / "scripts"))


def test_uv_is_not_installed_when_python_is_missing(bare: dict[str, str], tmp_path: Path) -> None:
    ended = _run(_copy_scripts(tmp_path / "clone") / "install-uv", env=bare)
    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1
    assert ended.stderr.startswith("Python 3.11 not found")


def test_node_is_not_fetched_when_python_is_missing(bare: dict[str, str], tmp_path: Path) -> None:
    scripts = _copy_scripts(tmp_path / "clone")
    uv = tmp_path / "clone/.tools/bin/uv"
    uv.parent.mkdir(parents=True)
    uv.write_text("#!/usr/bin/env bash\necho uv was called >&2\n")
    uv.chmod(0o755)
    ended = _run(scripts / "node", "npm", "--version", env=bare)
    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1
    assert ended.stderr.startswith("Python 3.11 not found")


@pytest.mark.parametrize(
    ("target", "version", "has_uv"),
    [(".tools/bin/uv", "3.11", False), (".venv/.ready", "3.11", True), ("bot/.venv/.ready", "3.10", True)],
)
def test_make_starts_no_step_when_python_is_missing(
    bare: dict[str, str], tmp_path: Path, target: str, version: str, has_uv: bool
) -> None:
    clone = tmp_path / "clone"
    _copy_scripts(clone)
    shutil.copy(ROOT / "Makefile", clone)
    for name in ("pyproject.toml", "uv.lock", "bot/pyproject.toml", "bot/uv.lock", "web/package.json"):
        (clone / name).parent.mkdir(exist_ok=True)
        (clone / name).touch()
    old = ["-o", ".tools/bin/uv"] if has_uv else []  # as if uv were there already
    ended = _run(Path(bare["PATH"]) / "make", "-C", str(clone), *old, target, env=bare)
    assert ended.returncode == 2
    said = [line for line in ended.stderr.splitlines() if not line.startswith("make:")]
    assert [line.partition(":")[0] for line in said] == [f"Python {version} not found"]
    assert "failed after" not in ended.stdout
