"""`python -m bot.train`: plain `rasa train`, run only when what the model is made from has changed."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

NAME = "xiaoer"
SOURCES = ("domain.yml", "config.yml", "bot/uv.lock")  # the lock: a pickled model fits its libraries only
FOLDERS = ("data", "bot/components")
_QUIET = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONUNBUFFERED": "1"}
_STEP = re.compile(r"(?:Starting to train component|Restored component) '([^']+)'")


def main() -> int:
    """Bring models/xiaoer.tar.gz up to date. Exit code 1 when the training fails."""
    root = Path.cwd()
    with _alone(root):
        wanted = fingerprint(root)
        if is_fresh(root, wanted):
            print(f"model: models/{NAME}.tar.gz is up to date")
            return 0
        for left in (root / "models").glob(".training-*"):  # of a training that was killed
            shutil.rmtree(left, ignore_errors=True)
        with tempfile.TemporaryDirectory(prefix=".training-", dir=root / "models") as folder:
            code = _train(root, Path(folder))
            if code == 0:
                _publish(root, Path(folder) / f"{NAME}.tar.gz", wanted)
    return code


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Wait until no other training runs here; the lock ends with the process."""
    (root / "models").mkdir(exist_ok=True)
    with (root / "models" / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("model: waiting for another training to end", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def fingerprint(root: Path) -> str:
    """A hash over everything the model is made from."""
    digest = hashlib.sha256()
    for path in _source_files(root):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _source_files(root: Path) -> Iterator[Path]:
    yield from (root / name for name in SOURCES if (root / name).is_file())
    for folder in FOLDERS:
        files = (path for path in (root / folder).rglob("*") if path.is_file())
        yield from sorted(path for path in files if "__pycache__" not in path.parts)


def is_fresh(root: Path, wanted: str) -> bool:
    """Whether the model is there, whole, and made from just these sources."""
    try:
        stamp: object = json.loads(_stamp(root).read_text(encoding="utf-8"))
        found = {"sources": wanted, "model": _hash(_model(root))}
    except (OSError, ValueError):
        return False
    return stamp == found


def _publish(root: Path, trained: Path, wanted: str) -> None:
    """Put model and stamp in place, each in one step; a stop in between only means training again."""
    stamp = {"sources": wanted, "model": _hash(trained)}
    written = trained.with_name("stamp")
    written.write_text(json.dumps(stamp), encoding="utf-8")
    trained.replace(_model(root))
    written.replace(_stamp(root))


def _train(root: Path, out: Path) -> int:
    """Run `rasa train` into `out`, telling each step; its whole output is shown only when it fails."""
    command = [sys.executable, "-m", "rasa", "train", "--fixed-model-name", NAME, "--out", str(out)]
    started, said = time.monotonic(), []
    total = _number_of_steps(root)
    print(f"model: training ({total} steps)", flush=True)
    with subprocess.Popen(  # noqa: S603 - our own interpreter, no outside input
        command,
        cwd=root,
        env={**os.environ, **_QUIET},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        step = 0
        for line in process.stdout:
            said.append(line)
            if found := _STEP.search(line):
                step += 1
                took = time.monotonic() - started
                print(
                    f"model: [{step}/{max(step, total)}] {found[1].split('.')[-1]} ({took:.0f} s)", flush=True
                )
    if process.returncode != 0 or not (out / f"{NAME}.tar.gz").is_file():
        sys.stderr.writelines(said)
        print("model: training failed; the reason is above", file=sys.stderr)
        return 1
    print(f"model: trained in {time.monotonic() - started:.0f} s → models/{NAME}.tar.gz")
    return 0


def _number_of_steps(root: Path) -> int:
    config = yaml.safe_load((root / "config.yml").read_text(encoding="utf-8"))
    return len(config.get("pipeline") or []) + len(config.get("policies") or [])


def _model(root: Path) -> Path:
    return root / "models" / f"{NAME}.tar.gz"


def _stamp(root: Path) -> Path:
    return root / "models" / f"{NAME}.stamp"


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
