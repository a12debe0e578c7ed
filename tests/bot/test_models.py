"""Which model is loaded, and when it counts as ready."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from rasa.core.channels.channel import UserMessage
from rasa.core.processor import MessageProcessor
from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
from rasa.shared.core.trackers import DialogueStateTracker
from turns import SECRET, turn

from bot.endpoint import ActionEndpoint
from bot.engine import Engine
from bot.errors import ModelError
from bot.models import find_model
from bot.runner import DirectRunner
from bot.smoke import load_cases, smoke_test
from bot.train import fingerprint, is_fresh

ROOT = Path(__file__).parents[2]


def touched(path: Path, at: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"")
    os.utime(path, (at, at))
    return path


def test_the_newest_model_is_taken(tmp_path: Path):
    touched(tmp_path / "models/z-old.tar.gz", 1_000)
    newest = touched(tmp_path / "models/a-new.tar.gz", 2_000)
    touched(tmp_path / "models/other.txt", 3_000)
    assert find_model(tmp_path, None) == newest


def test_a_model_is_named_by_file_or_path(tmp_path: Path):
    model = touched(tmp_path / "models/m.tar.gz", 1_000)
    assert find_model(tmp_path, "m.tar.gz") == model
    assert find_model(tmp_path, "models/m.tar.gz") == model
    assert find_model(tmp_path, str(model)) == model


def test_only_files_of_models_are_loaded(tmp_path: Path):
    outside = touched(tmp_path / "download/m.tar.gz", 1_000)
    (tmp_path / "models").mkdir()
    (tmp_path / "models/link.tar.gz").symlink_to(outside)
    for name in (str(outside), "download/m.tar.gz", "../download/m.tar.gz", "link.tar.gz"):
        with pytest.raises(ModelError):
            find_model(tmp_path, name)
    with pytest.raises(ModelError, match="not in models/"):
        find_model(tmp_path, None)


def test_a_missing_model_says_what_to_do(tmp_path: Path):
    with pytest.raises(ModelError, match="run `make train`"):
        find_model(tmp_path, None)
    with pytest.raises(ModelError, match=r"no model m\.tar\.gz: run `make train`"):
        find_model(tmp_path, "m.tar.gz")


async def test_the_smoke_test_passes_a_model_that_understands(engine: Engine):
    await smoke_test(engine, load_cases())


async def test_the_smoke_test_fails_what_is_not_understood(engine: Engine):
    with pytest.raises(ModelError, match="'你好' understood as \\['greet'\\], not \\['goodbye'\\]"):
        await smoke_test(engine, [{"text": "你好", "intents": ["goodbye"]}])


async def test_the_smoke_test_fails_a_turn_that_is_not_answered(engine: Engine):
    engine.endpoint.url = "http://127.0.0.1:9/webhook"
    with pytest.raises(ModelError, match="was not answered"):
        await smoke_test(engine, [{"text": "有货吗", "intents": ["ask_stock"]}])


def test_the_direct_runner_gives_what_rasas_own_gives(tiny_model: Path):
    _, metadata, runner = MessageProcessor._load_model(tiny_model)
    inputs = {
        PLACEHOLDER_MESSAGE: [UserMessage("39码有货吗"), UserMessage("你好")],
        PLACEHOLDER_TRACKER: DialogueStateTracker.from_events("", []),
    }
    targets = [metadata.nlu_target]
    direct = DirectRunner(runner).run(inputs, targets)
    by_dask = runner.run(inputs=inputs, targets=targets)
    assert list(direct) == list(by_dask) == targets
    found = [message.as_dict() for message in direct[targets[0]]]
    assert found == [message.as_dict() for message in by_dask[targets[0]]]
    assert [message["intent"]["name"] for message in found] == ["ask_stock", "greet"]


def test_the_projects_rules_stay_inside_rasas_cache():
    """RulePolicy keeps 1,000 parsed rule keys; beyond them each prediction parses JSON anew."""
    steps = 0
    for file in (ROOT / "data/rules").glob("*.yml"):
        for rule in yaml.safe_load(file.read_text(encoding="utf-8"))["rules"]:
            steps += len(rule["steps"])
    assert 50 < steps < 500  # each step gives at most two keys


def test_telemetry_is_off_once_the_worker_sets_up_rasa():
    code = (
        "from bot.worker import quiet_rasa; quiet_rasa();"
        "from rasa import telemetry; print(telemetry.is_telemetry_enabled())"
    )
    environ = {name: value for name, value in os.environ.items() if name != "RASA_TELEMETRY_ENABLED"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.strip() == "False"


@pytest.fixture
def real_model() -> Path:
    if not is_fresh(ROOT, fingerprint(ROOT)):
        pytest.skip(
            "THE REAL MODEL IS NOT TESTED: models/xiaoer.tar.gz is missing or stale, run `make train`"
        )
    return find_model(ROOT, "xiaoer.tar.gz")


async def test_the_real_model_is_ready_and_keeps_the_contract(real_model: Path):
    endpoint = ActionEndpoint("http://127.0.0.1:9/webhook", secret=SECRET, timeout_s=0.5)
    engine = Engine(real_model, endpoint)
    await smoke_test(engine, load_cases())
    answer = await engine.turn(turn("你好,我要投诉你们,马上打12315\n39码的有货吗", below=0.8))
    assert answer["severity"] == "major"
    assert answer["severity_evidence"]
    assert any(
        (entity["entity"], entity["value"]) == ("size", "39")
        for question in answer["questions"]
        for entity in question["entities"]
    )
    for text in ("", "😀", "/restart", "啊" * 5_000, "\x00\ud83d"):
        assert (await engine.turn(turn(text)))["questions"]
    assert json.dumps(answer["state"])
    lookup = next(
        node._component.lookup
        for node in engine._processor.graph_runner._nodes.values()
        if type(getattr(node, "_component", None)).__name__ == "RulePolicy"
    )
    assert 50 < len(lookup["rules"]) < 1_000
    await engine.close()
