"""The action server as a real process: who may call it, how it fails, how it refuses to start."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
import yaml

from actions.server import SECRET_HEADER, create_executor, list_action_classes
from shop.db import Base, create_engine, create_sessions
from shop.models import Stage
from tests.small_orders import make_order
from tests.small_shop import open_shop

ROOT = Path(__file__).parents[2]
SECRET = {SECRET_HEADER: "a secret"}


@dataclass
class Server:
    """A running action server."""

    url: str
    start_cost_s: float  # processor time, so that a busy machine does not fail the test
    process: subprocess.Popen[str]

    def stop(self) -> str:
        """Ask it to stop; what it wrote since it began to listen."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.communicate(timeout=10)[1]


def settings_of(folder: Path, **changes: str) -> dict[str, str]:
    return {
        **os.environ,
        "XIAOER_HOME": str(ROOT),
        "XIAOER_DATABASE_URL": f"sqlite:///{folder}/empty.db",
        "XIAOER_INTERNAL_SECRET": "a secret",
        "XIAOER_ACTIONS_PORT": "0",
        **changes,
    }


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    process = subprocess.Popen(
        [sys.executable, "-m", "actions.server"],
        env=settings_of(folder),
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        line = json.loads(process.stderr.readline())
        assert (line["event"], line["host"]) == ("actions.listening", "127.0.0.1")
        used = psutil.Process(process.pid).cpu_times()
        yield Server(f"http://127.0.0.1:{line['port']}", used.user + used.system, process)
    finally:
        process.kill()
        process.communicate()


def refusal(env: dict[str, str]) -> str:
    """The one line with which the server refuses to start."""
    ended = subprocess.run(
        [sys.executable, "-m", "actions.server"],
        env=env,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert ended.returncode == 1
    return ended.stderr.removesuffix("\n")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("actions")) as server:
        yield server


def call(name: str) -> dict[str, Any]:
    message = {"text": "我的包裹到哪了", "intent": {"name": "track_order"}, "entities": []}
    slots = {"context": {"buyer_id": "b1", "now": "2026-03-02T10:00:00+08:00"}}
    return {
        "next_action": name,
        "tracker": {"sender_id": "c1", "slots": slots, "latest_message": message, "events": []},
    }


def test_health_is_open_and_counts_the_actions(server: Server) -> None:
    answer = httpx.get(f"{server.url}/health")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")
    assert answer.json()["actions"] == len(create_executor().actions)


@pytest.mark.parametrize("headers", [{}, {SECRET_HEADER: ""}, {SECRET_HEADER: "wrong"}])
def test_a_call_without_the_secret_is_refused(server: Server, headers: dict[str, str]) -> None:
    answer = httpx.post(f"{server.url}/webhook", json=call("action_track_order"), headers=headers)
    assert (answer.status_code, answer.json()) == (401, {"error": f"{SECRET_HEADER} is missing or wrong"})


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"next_action": "action_track_order"}'])
def test_a_malformed_call_is_refused(server: Server, body: bytes) -> None:
    answer = httpx.post(f"{server.url}/webhook", content=body, headers=SECRET)
    assert answer.status_code == 400
    assert answer.json() == {"error": "the body must be JSON with next_action and tracker"}


async def test_an_answer_comes_through_the_wire_from_the_shops_database(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/empty.db")
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    await open_shop(create_sessions(engine), make_order("O1", Stage.PAID, buyer="b001"))
    await engine.dispose()
    with running(tmp_path) as server, httpx.Client(base_url=server.url, headers=SECRET) as client:
        asked = call("action_track_order")
        asked["tracker"]["slots"]["context"]["buyer_id"] = "b001"
        answers = [client.post("/webhook", json=asked) for _ in range(2)]
        logged = server.stop()
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    said = answers[0].json()["responses"][0]["custom"]
    assert [reply["script"] for reply in said["replies"]] == ["dispatch_order"]
    assert {"event": "slot", "timestamp": None, "name": "order_no", "value": "O1"} in answers[0].json()[
        "events"
    ]
    assert logged == ""  # quiet at info: nothing of the customer in the log


def test_an_unknown_action_is_named(server: Server) -> None:
    answer = httpx.post(f"{server.url}/webhook", json=call("action_dance"), headers=SECRET)
    assert (answer.status_code, answer.json()["action_name"]) == (404, "action_dance")


def test_it_starts_in_under_three_seconds(server: Server) -> None:
    assert server.start_cost_s < 3


def test_a_failing_action_is_a_500_and_the_log_holds_no_customer_text(tmp_path: Path) -> None:
    with running(tmp_path) as server:  # its database has no tables
        answer = httpx.post(f"{server.url}/webhook", json=call("action_track_order"), headers=SECRET)
        logged = server.stop()
    assert answer.status_code == 500
    assert answer.json() == {
        "error": "OperationalError",
        "code": "failed",
        "action_name": "action_track_order",
    }
    assert json.loads(logged)["event"] == "action.failed"
    assert "包裹" not in logged
    assert "b1" not in logged


def test_a_port_in_use_is_said_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        line = refusal(settings_of(tmp_path, XIAOER_ACTIONS_PORT=str(port)))
    assert line == (
        f"xiaoer actions: 127.0.0.1:{port}: Address already in use: stop the program that uses it, "
        "or set XIAOER_ACTIONS_HOST and XIAOER_ACTIONS_PORT"
    )


def test_without_a_secret_it_does_not_start(tmp_path: Path) -> None:
    line = refusal(settings_of(tmp_path, XIAOER_INTERNAL_SECRET=""))
    assert line.startswith("xiaoer actions: XIAOER_INTERNAL_SECRET is empty")
    assert "\n" not in line


def test_a_broken_policy_is_said_with_file_line_and_reason(tmp_path: Path, policy_path: Path) -> None:
    text = policy_path.read_text(encoding="utf-8").replace('cutoff: "16:00"', "cutoff: soon")
    broken = tmp_path / "policy.yml"
    broken.write_text(text, encoding="utf-8")
    number = text.splitlines().index(next(row for row in text.splitlines() if "cutoff: soon" in row)) + 1
    line = refusal(settings_of(tmp_path, XIAOER_POLICY=str(broken)))
    assert line.startswith(f"{broken}:{number}: shipping.cutoff: ")
    assert "\n" not in line


def test_every_action_of_the_domain_has_exactly_one_class() -> None:
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    assert sorted(kind().name() for kind in list_action_classes()) == sorted(domain["actions"])
