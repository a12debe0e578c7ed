"""Every part is killed in the middle of 200 messages; afterwards each message has exactly one outcome."""

import json
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from desk.signing import BadSignature, verify
from tests.e2e.harness import System, run_system
from tests.services import ServiceMissing, run_postgres

pytestmark = [pytest.mark.system, pytest.mark.timeout(600)]

BUYERS = [f"b{number:03d}" for number in range(1, 21)]
TEXTS = [
    "这款39码还有货吗",
    "能便宜点吗",
    "能开发票吗",
    "是正品吗",
    "发什么快递",
    "退货运费谁出",
    "这款41码还有货吗",
    "今天下单什么时候发货",
    "有什么优惠券",
    "你好",
]
KILL_AFTER = 70
DOWN_S = 3.0
SETTLED_WITHIN_S = 180.0
SEND_TRIES = 60


class Marketplace:
    """The channel's side: takes signed callbacks and remembers what was delivered."""

    def __init__(self) -> None:
        self.delivered: Counter[int] = Counter()
        self.secret = ""
        self.forged = 0
        marketplace = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                marketplace.take(dict(self.headers), body)
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/callback"
        self._lock = threading.Lock()

    def take(self, headers: dict[str, str], body: bytes) -> None:
        lower = {name.lower(): value for name, value in headers.items()}
        with self._lock:
            try:
                stamp, signature = lower["x-xiaoer-timestamp"], lower["x-xiaoer-signature"]
                verify(self.secret, stamp, signature, body, datetime.now(UTC))
            except BadSignature:
                self.forged += 1
                raise
            self.delivered[int(json.loads(body)["message_id"])] += 1


@contextmanager
def run_marketplace() -> Iterator[Marketplace]:
    marketplace = Marketplace()
    thread = threading.Thread(target=marketplace.server.serve_forever, daemon=True)
    thread.start()
    try:
        yield marketplace
    finally:
        marketplace.server.shutdown()
        marketplace.server.server_close()


def send_as_a_channel_does(system: System, buyer: str, text: str) -> str:
    """Send until the desk says it has it, always under the same message id."""
    body = {
        "message_id": uuid.uuid4().hex,
        "buyer_id": buyer,
        "text": text,
        "context": {"item_id": "P1001"},
    }
    for _ in range(SEND_TRIES):
        try:
            answer = system.post(body, wait=0)
        except httpx.TransportError:
            time.sleep(0.5)
            continue
        if answer.status_code == 202:
            return str(body["message_id"])
        assert answer.status_code >= 500, answer.text
        time.sleep(0.5)
    raise AssertionError(f"never accepted: {text}")


def send_all_and_kill(system: System, part: str) -> list[str]:
    """200 messages from 20 buyers at once; the part dies when 70 are in, and comes back."""
    accepted: list[str] = []
    enough = threading.Event()

    def talk(buyer: str) -> None:
        for text in TEXTS:
            accepted.append(send_as_a_channel_does(system, buyer, text))
            if len(accepted) >= KILL_AFTER:
                enough.set()
            time.sleep(0.15)

    with ThreadPoolExecutor(len(BUYERS)) as pool:
        talks = [pool.submit(talk, buyer) for buyer in BUYERS]
        assert enough.wait(120)
        system.kill(part)
        time.sleep(DOWN_S)
        system.start(part)
        for done in talks:
            done.result()
    return accepted


def wait_until_settled(system: System) -> None:
    """Until every turn is done and every callback is out."""
    end = time.monotonic() + SETTLED_WITHIN_S
    while time.monotonic() < end:
        (open_turns,) = system.query("SELECT count(*) FROM turns WHERE state <> 'done'")[0]
        (waiting,) = system.query("SELECT count(*) FROM outbox WHERE state = 'pending'")[0]
        if open_turns == waiting == 0:
            return
        time.sleep(0.5)
    raise AssertionError(f"{open_turns} turns open, {waiting} callbacks waiting\n{system.read_logs()}")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    if request.param == "sqlite":
        yield {}
        return
    try:
        with run_postgres() as server:
            yield {"database_url": f"{server}/postgres"}
    except ServiceMissing as missing:
        pytest.skip(f"NOT TESTED on PostgreSQL: {missing}")


@pytest.mark.parametrize("part", ["bot", "actions", "desk"])
def test_a_killed_part_costs_no_message_and_answers_none_twice(
    part: str, database: dict[str, str], tmp_path: Path
) -> None:
    with run_marketplace() as market, run_system(tmp_path, quiet_gap_s=0.3, **database) as system:
        market.secret = system.secret
        system.query("UPDATE channels SET callback_url = ? RETURNING name", market.url)
        sent = send_all_and_kill(system, part)
        wait_until_settled(system)

        assert len(set(sent)) == 200
        stored = system.query("SELECT external_id, turn_id FROM messages WHERE author = 'customer'")
        assert Counter(row[0] for row in stored) == Counter(sent)
        outcomes = dict(system.query("SELECT id, decision FROM turns"))
        assert {turn for _, turn in stored} == set(outcomes)
        assert set(outcomes.values()) <= {"auto", "suggest", "handoff"}
        assert_said_once(system)
        assert_done_once(system)
        ours = {row[0] for row in system.query("SELECT id FROM messages WHERE author <> 'customer'")}
        assert set(market.delivered) == ours
        assert market.forged == 0


def assert_said_once(system: System) -> None:
    """What stands in the chat for a turn is what its outcome says, no bubble more."""
    said = Counter(row[0] for row in system.query("SELECT turn_id FROM messages WHERE author <> 'customer'"))
    for turn, outcome in system.query("SELECT id, outcome FROM turns"):
        replies = (outcome if isinstance(outcome, dict) else json.loads(outcome))["replies"]
        assert said[turn] == len(replies), (turn, replies)


def assert_done_once(system: System) -> None:
    """No command ran twice: a buyer's rounds of bargaining are counted without a gap or a double."""
    executed = system.query("SELECT count(*) FROM commands WHERE name = 'grant_offer' AND state = 'executed'")
    rounds = system.query("SELECT buyer_id, product_id, round FROM offers")
    assert len(rounds) == executed[0][0]
    assert len(set(rounds)) == len(rounds)
