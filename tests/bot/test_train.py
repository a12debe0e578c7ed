"""`make train` trains when, and only when, what the model is made from has changed."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml
from tiny import CONFIG, DOMAIN, INTENTS, RULES

from bot.models import find_model
from bot.train import fingerprint, is_fresh

ROOT = Path(__file__).parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A Rasa project of the tiny model."""
    data = {"nlu": [{"intent": name, "examples": f"- {name}\n"} for name in INTENTS], "rules": RULES}
    for file, content in (("domain.yml", DOMAIN), ("config.yml", CONFIG), ("data/all.yml", data)):
        path = tmp_path / file
        path.parent.mkdir(exist_ok=True)
        path.write_text(yaml.safe_dump({"version": "3.1", **content}, allow_unicode=True))
    return tmp_path


def train(checkout: Path) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests/bot")])
    return subprocess.run(
        [sys.executable, "-m", "bot.train"],
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=100,
    )


def test_a_model_is_trained_once_and_again_after_a_change(checkout: Path):
    first = train(checkout)
    assert first.returncode == 0, first.stderr
    assert "model: training (2 steps)\n" in first.stdout
    assert "→ models/xiaoer.tar.gz" in first.stdout
    assert sorted(path.name for path in (checkout / "models").iterdir()) == [
        ".lock",
        "xiaoer.stamp",
        "xiaoer.tar.gz",
    ]
    assert find_model(checkout, None).name == "xiaoer.tar.gz"

    second = train(checkout)
    assert (second.returncode, second.stdout) == (0, "model: models/xiaoer.tar.gz is up to date\n")

    rules = checkout / "data/all.yml"
    rules.write_text(rules.read_text() + "\n# changed\n")
    assert not is_fresh(checkout, fingerprint(checkout))
    (checkout / "models/xiaoer.tar.gz").write_bytes(b"half a model")
    rules.write_text(rules.read_text().removesuffix("\n# changed\n"))
    assert not is_fresh(checkout, fingerprint(checkout))


def test_two_trainings_at_once_train_once(checkout: Path):
    with ThreadPoolExecutor() as pool:
        done = list(pool.map(train, [checkout, checkout]))
    assert [result.returncode for result in done] == [0, 0]
    said = sorted(result.stdout.splitlines()[0] for result in done)
    assert said == ["model: training (2 steps)", "model: waiting for another training to end"]
    assert sum("up to date" in result.stdout for result in done) == 1


def test_a_failed_training_says_why_and_keeps_the_old_model(checkout: Path):
    old = checkout / "models/xiaoer.tar.gz"
    old.parent.mkdir()
    old.write_bytes(b"the old one")
    config = {**CONFIG, "pipeline": [{"name": "no.such.Component"}]}
    (checkout / "config.yml").write_text(yaml.safe_dump(config))
    failed = train(checkout)
    assert failed.returncode == 1
    assert "No module named 'no'" in failed.stderr
    assert failed.stderr.endswith("model: training failed; the reason is above\n")
    assert old.read_bytes() == b"the old one"
    assert sorted(path.name for path in old.parent.iterdir()) == [".lock", "xiaoer.tar.gz"]


@pytest.mark.parametrize("name", ["domain.yml", "config.yml", "data/all.yml", "bot/components/part.py"])
def test_every_source_makes_the_model_stale(checkout: Path, name: str):
    before = fingerprint(checkout)
    assert fingerprint(checkout) == before
    path = checkout / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text((path.read_text() if path.exists() else "") + "# more\n")
    changed = fingerprint(checkout)
    assert changed != before
    (checkout / "bot/components/__pycache__").mkdir(parents=True, exist_ok=True)
    (checkout / "bot/components/__pycache__/part.pyc").write_bytes(b"x")
    assert fingerprint(checkout) == changed
