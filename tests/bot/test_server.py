"""The real server in its own process, over HTTP."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from peer import Peer
from turns import CONTEXT

pytestmark = pytest.mark.timeout(240)  # each start imports Rasa, and the machine may be busy
ROOT = Path(__file__).parents[2]
SECRET = "the server's secret"
TURN = {
    "conversation": "c1",
    "text": "39码有货吗",
    "state": None,
    "context": CONTEXT,
    "second_reading_below": 0.8,
}


BROKEN_BODIES = {
    "empty": b"",
    "torn": b"{",
    "list": b"[]",
    "text": b'"x"',
    "no utf-8": b"\xff\xfe",
    "NaN": b'{"text": NaN}',
    "deep": b"[" * 100_000,
}


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def environment(port: int, **more: str) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests/bot'}",
        "XIAOER_INTERNAL_SECRET": SECRET,
        "XIAOER_BOT_PORT": str(port),
        "XIAOER_ACTIONS_URL": "http://127.0.0.1:9/webhook",
        "XIAOER_ACTION_TIMEOUT_S": "1",
        **more,
    }


def start(folder: Path, port: int, **more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "bot.server"],
        cwd=folder,
        env=environment(port, **more),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@contextmanager
def running(folder: Path, **more: str) -> Iterator[tuple[httpx.Client, subprocess.Popen[str]]]:
    """A server of its own and a client that has its secret; the server may still be loading."""
    port = free_port()
    process = start(folder, port, **more)
    headers = {"X-Xiaoer-Internal": SECRET}
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=20) as client:
            yield client, process
    finally:
        process.terminate()
        process.communicate(timeout=30)


def wait(client: httpx.Client, process: subprocess.Popen[str], *status: str) -> dict[str, Any]:
    """The first answer of healthz with one of the statuses."""
    health: dict[str, Any] = {}
    until = time.monotonic() + 110
    while time.monotonic() < until:
        if process.poll() is not None:
            raise AssertionError(process.communicate()[0])
        try:
            health = client.get("/healthz").json()
        except httpx.TransportError:
            health = {}
        if health.get("status") in status:
            return health
        time.sleep(0.05)
    raise AssertionError(f"never {status}: {health}")


@pytest.fixture(scope="module")
def project(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    folder.joinpath("models").mkdir()
    shutil.copy(tiny_model, folder / "models" / "tiny.tar.gz")
    return folder


@pytest.fixture(scope="module")
def server(project: Path) -> Iterator[httpx.Client]:
    with running(project) as (client, process):
        wait(client, process, "loading")
        answer = client.get("/healthz")
        assert answer.status_code == 503
        assert answer.json() == {"status": "loading", "reason": "the model is being loaded"}
        early = client.post("/turn", json=TURN)
        assert (early.status_code, early.json()["error"]["code"]) == (503, "loading")
        wait(client, process, "ready")
        yield client


def test_health_tells_the_model(server: httpx.Client):
    answer = server.get("/healthz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ready"
    assert answer.json()["model"].startswith("tiny.tar.gz@")
    assert 0 < answer.json()["loaded_in_s"] < 60


def test_a_turn_over_http(server: httpx.Client):
    answer = server.post("/turn", json={**TURN, "text": "你好"})
    assert answer.status_code == 200
    data = answer.json()
    assert data["questions"][0]["readings"][0]["replies"] == [{"script": "greet", "facts": []}]
    assert (data["severity"], data["severity_evidence"]) == ("none", [])
    assert data["state"]["version"] == 1
    assert data["model"].startswith("tiny.tar.gz@")
    assert data["took_ms"] < 1_000


def test_an_unreachable_action_server_is_told(server: httpx.Client):
    (question,) = server.post("/turn", json=TURN).json()["questions"]
    (failure,) = question["readings"][0]["failures"]
    assert (failure["action"], failure["reason"]) == ("action_ask_stock", "unreachable")


def test_understanding_over_http(server: httpx.Client):
    answer = server.post("/understand", json={"texts": ["39码有货吗\n今天发货吗", "", "12315"]})
    results = answer.json()["results"]
    assert [[question["intent"] for question in result["questions"]] for result in results] == [
        ["ask_stock", "ask_dispatch"],
        ["unclear"],
        ["unclear"],
    ]
    assert [result["severity"] for result in results] == ["none", "none", "major"]


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + " x", "密"])
@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/turn"), ("POST", "/understand"), ("GET", "/healthz")]
)
def test_no_answer_without_the_secret(server: httpx.Client, secret: str | None, method: str, path: str):
    headers = {} if secret is None else {"X-Xiaoer-Internal": secret.encode()}
    with httpx.Client(base_url=server.base_url, headers=headers) as stranger:
        answer = stranger.request(method, path)
    assert answer.status_code == 401
    assert answer.json() == {
        "error": {"code": "unauthorised", "detail": "X-Xiaoer-Internal is missing or wrong"}
    }


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": None}, "text"),
        ({"text": 39}, "text"),
        ({"conversation": ""}, "conversation"),
        ({"conversation": "c" * 201}, "conversation"),
        ({"context": None}, "context"),
        ({"context": []}, "context"),
        ({"second_reading_below": "high"}, "second_reading_below"),
        ({"second_reading_below": 1.1}, "second_reading_below"),
        ({"second_reading_below": True}, "second_reading_below"),
        ({"statee": {}}, "statee"),
    ],
)
def test_a_malformed_turn_names_its_field(server: httpx.Client, change: dict[str, Any], field: str):
    answer = server.post("/turn", json={**TURN, **change})
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid")
    assert answer.json()["error"]["field"] == field


@pytest.mark.parametrize("body", BROKEN_BODIES.values(), ids=BROKEN_BODIES.keys())
def test_a_body_that_is_no_object_is_refused(server: httpx.Client, body: bytes):
    answer = server.post("/turn", content=body)
    assert answer.status_code == 422
    assert answer.json()["error"]["field"] == "body"


def test_texts_to_understand_are_checked(server: httpx.Client):
    for texts, field in ((None, "texts"), ("x", "texts"), (["a", 1], "texts[1]"), (["x"] * 501, "texts")):
        answer = server.post("/understand", json={"texts": texts})
        assert (answer.status_code, answer.json()["error"]["field"]) == (422, field)


def test_a_text_over_the_limit_is_too_long(server: httpx.Client):
    assert server.post("/turn", json={**TURN, "text": "啊" * 20_000}).json()["cut"] is True
    answer = server.post("/turn", json={**TURN, "text": "啊" * 20_001})
    assert (answer.status_code, answer.json()["error"]["field"]) == (413, "text")
    answer = server.post("/turn", content=b" " * 600_000)
    assert (answer.status_code, answer.json()["error"]["field"]) == (413, "body")


def test_lone_surrogates_do_not_break_the_answer(server: httpx.Client):
    state = {"version": 1, "slots": {"note": "\ud83d"}, "active_loop": None, "events": []}
    body = json.dumps({**TURN, "text": "你好\ud83d", "state": state})
    answer = server.post("/turn", content=body.encode())
    assert answer.status_code == 200
    assert answer.json()["questions"][0]["text"] == "你好"
    assert answer.json()["state"]["slots"] == {"note": "?"}


def test_nothing_else_is_served(server: httpx.Client):
    paths = ["/", "/webhooks/rest/webhook", "/model", "/conversations/c1/tracker", "/version"]
    assert [server.get(path).status_code for path in paths] == [404] * len(paths)
    assert server.get("/turn").status_code == 405
    assert "access-control-allow-origin" not in server.get("/healthz", headers={"Origin": "http://x"}).headers


async def test_the_worker_calls_the_action_server_with_its_secret(project: Path, peer: Peer):
    with running(project, XIAOER_ACTIONS_URL=peer.url) as (client, process):
        wait(client, process, "ready")
        (question,) = (await asyncio.to_thread(client.post, "/turn", json=TURN)).json()["questions"]
    assert question["readings"][0]["replies"] == [{"script": "ask_stock", "facts": []}]
    assert peer.headers[0]["X-Xiaoer-Internal"] == SECRET


def test_several_processes_answer_on_one_port(project: Path):
    with running(project, XIAOER_BOT_WORKERS="2") as (client, process):
        client.headers["Connection"] = "close"
        wait(client, process, "ready")
        children = children_of(process.pid)
        assert len(children) == 2
        for _ in range(100):
            answers = {client.get("/healthz").json()["status"] for _ in range(10)}
            if answers == {"ready"}:
                break
            time.sleep(0.1)
        assert answers == {"ready"}
    assert all(not Path(f"/proc/{child}").exists() for child in children)


def children_of(pid: int) -> list[int]:
    """The worker processes (not multiprocessing's resource tracker) below `pid`."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rsplit(")", 1)[1].split()[1])
            command = (stat.parent / "cmdline").read_text()
        except (OSError, IndexError):
            continue
        if parent == pid and "spawn_main" in command:
            found.append(int(stat.parent.name))
    return found


def test_a_port_in_use_is_one_line_that_says_what_to_do(project: Path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = start(project, port)
        said, _ = process.communicate(timeout=20)
    assert process.returncode == 1
    assert said == f"bot: port in use: 127.0.0.1:{port}. Stop what runs there or set XIAOER_BOT_PORT\n"


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (
            {"XIAOER_INTERNAL_SECRET": ""},
            "XIAOER_INTERNAL_SECRET is empty: set it to the secret the desk uses",
        ),
        (
            {"XIAOER_INTERNAL_SECRET": "  "},
            "XIAOER_INTERNAL_SECRET is empty: set it to the secret the desk uses",
        ),
        ({"XIAOER_BOT_PORT": "many"}, "XIAOER_BOT_PORT='many': give a number from 0 to 65535"),
        ({"XIAOER_BOT_WORKERS": "0"}, "XIAOER_BOT_WORKERS='0': give a number from 1 to 64"),
        ({"XIAOER_ACTION_TIMEOUT_S": "nan"}, "XIAOER_ACTION_TIMEOUT_S='nan': give a number from 0.1 to 60"),
        ({"XIAOER_ACTIONS_URL": ""}, "no action_endpoint in endpoints.yml: set XIAOER_ACTIONS_URL"),
    ],
)
def test_a_wrong_setting_is_one_line(project: Path, change: dict[str, str], line: str):
    process = start(project, free_port(), **change)
    said, _ = process.communicate(timeout=20)
    assert (process.returncode, said) == (1, f"bot: {line}\n")


def test_no_model_is_a_reason(tmp_path: Path):
    with running(tmp_path) as (client, process):
        health = wait(client, process, "failed")
        assert health["reason"] == "ModelError: no model in models/: run `make train`"
        answer = client.post("/turn", json=TURN)
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "failed")


def test_a_broken_model_file_is_a_reason(tmp_path: Path):
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "broken.tar.gz").write_bytes(b"not a model")
    with running(tmp_path) as (client, process):
        assert wait(client, process, "failed")["reason"].startswith("ModelNotFound: ")
