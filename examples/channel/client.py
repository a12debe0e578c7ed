"""A channel in one file, with nothing but Python: hands in messages, takes the answers, checks signatures.

    xiaoer channel add myshop --callback http://127.0.0.1:8900/
    XIAOER_SECRET=… python examples/channel/client.py --channel myshop --buyer b001 "这款39码还有货吗"

A marketplace's adapter does the same: sign what it sends, verify what it gets, keep each message once.
"""

import argparse
import hashlib
import hmac
import json
import os
import threading
import time
import urllib.error
import urllib.request
import uuid
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

STALE_AFTER_S = 300


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The signature of a body: HMAC-SHA256 over timestamp, dot and body."""
    return "v1=" + hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()


def is_genuine(secret: str, timestamp: str, signature: str, body: bytes, now: float) -> bool:
    """Whether a callback was signed with our secret within the last five minutes."""
    fresh = timestamp.isdigit() and abs(now - int(timestamp)) <= STALE_AFTER_S
    return fresh and hmac.compare_digest(sign(secret, timestamp, body).encode(), signature.encode())


def send(address: str, channel: str, secret: str, message: dict[str, Any]) -> dict[str, Any]:
    """Hand in a customer's message. The same message_id again has no second effect, so a retry is safe."""
    body = json.dumps(message, ensure_ascii=False).encode()
    timestamp = str(int(time.time()))
    request = urllib.request.Request(
        f"{address}/api/v1/channels/{channel}/messages",
        body,
        {
            "Content-Type": "application/json",
            "X-Xiaoer-Timestamp": timestamp,
            "X-Xiaoer-Signature": sign(secret, timestamp, body),
        },
    )
    with urllib.request.urlopen(request, timeout=10) as response:
        receipt: dict[str, Any] = json.load(response)
        return receipt


class Inbox(HTTPServer):
    """Takes the answers: genuine ones once each, in `answers`; `arrived` is set by each."""

    def __init__(self, port: int, secret: str) -> None:
        super().__init__(("127.0.0.1", port), Callback)
        self.secret = secret
        self.answers: dict[str, dict[str, Any]] = {}
        self.arrived = threading.Event()


class Callback(BaseHTTPRequestHandler):
    """One answer from the desk. 204 says that it is kept; anything else and the desk tries again."""

    server: Inbox

    def do_POST(self) -> None:
        """Check, keep once, say so."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        timestamp = self.headers.get("X-Xiaoer-Timestamp", "")
        signature = self.headers.get("X-Xiaoer-Signature", "")
        genuine = is_genuine(self.server.secret, timestamp, signature, body, time.time())
        self.send_response(204 if genuine else 401)
        self.end_headers()
        if genuine:
            answer = json.loads(body)
            self.server.answers[answer["message_id"]] = answer  # a retry brings the same id
            self.server.arrived.set()

    def log_message(self, *_: object) -> None:
        """Say nothing of each request."""


def main() -> int:
    """Send one message, print the answers that come; 1 when none came."""
    options = argparse.ArgumentParser(description="A reference channel")
    options.add_argument("text")
    options.add_argument("--address", default="http://127.0.0.1:8000")
    options.add_argument("--channel", default="myshop")
    options.add_argument("--buyer", default="b001")
    options.add_argument("--item")
    options.add_argument("--port", type=int, default=8900, help="where the desk's callbacks come in")
    options.add_argument("--wait", type=float, default=15.0, help="seconds to wait for the answer")
    chosen = options.parse_args()
    secret = os.environ["XIAOER_SECRET"]
    inbox = Inbox(chosen.port, secret)
    threading.Thread(target=inbox.serve_forever, daemon=True).start()
    message = {"message_id": uuid.uuid4().hex, "buyer_id": chosen.buyer, "text": chosen.text}
    if chosen.item:
        message["context"] = {"item_id": chosen.item}
    try:
        send(chosen.address, chosen.channel, secret, message)
    except urllib.error.HTTPError as error:
        print(f"{error.code}: {error.read().decode()}")
        return 1
    inbox.arrived.wait(chosen.wait)
    inbox.shutdown()
    for answer in inbox.answers.values():
        print(f"{answer['author']}: {answer['text']}")
    return int(not inbox.answers)


if __name__ == "__main__":
    raise SystemExit(main())
