"""The whole way of a message through a running shop, on SQLite and on PostgreSQL."""

import json
import uuid
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

import httpx

from bench import servers
from bench.compare import CONVERSATIONS, console
from bench.load import Send, run_load, run_long_conversation
from bench.servers import Server, answers, free_port
from desk.cli.client import find_channel_secret
from desk.settings import DeskSettings
from desk.signing import sign_headers
from shop.clock import system_clock
from tests.services import ServiceMissing, run_postgres

GAP_MS = 50
CHANNEL = "cli"
ITEM = "P1001"
WAIT_S = 30
LONG = "long-39"
"""The last demo buyer has the long conversation."""
TEXTS = ["这款39码还有货吗", "能开发票吗", "是正品吗", "今天下单什么时候发货", "发什么快递", "退货运费谁出"]
"""Plain questions that need the shop's data or its policy."""


async def run_desk(folder: Path, *, seconds: float, long: bool) -> dict[str, Any]:
    """Loads at 1, 8 and 32 buyers and one long conversation, on each database that this machine has."""
    databases, turns = {}, {}
    with ExitStack() as stack:
        urls = {"SQLite": f"sqlite:///{folder}/desk-{uuid.uuid4().hex[:6]}.db"}
        try:
            urls["PostgreSQL"] = stack.enter_context(run_postgres()) + "/postgres"
        except ServiceMissing as missing:
            console.print(f"  [yellow]not measured:[/] {missing}")
        for name, url in urls.items():
            console.print(f"  [bold]the whole way on {name}[/]")
            databases[name], turns[name] = await _measure(url, folder / f"desk-{name}.log", seconds, long)
    return {"gap_ms": GAP_MS, "databases": databases, "turn_ms": turns}


async def _measure(
    database_url: str, log: Path, seconds: float, long: bool
) -> tuple[list[dict[str, Any]], dict[str, float]]:
    port, bot_port, actions_port = free_port(), free_port(), free_port()
    settings = DeskSettings(database_url=database_url, port=port)
    env = {
        "XIAOER_DATABASE_URL": database_url,
        "XIAOER_PORT": str(port),
        "XIAOER_BOT_URL": f"http://127.0.0.1:{bot_port}",
        "XIAOER_ACTIONS_PORT": str(actions_port),
        "XIAOER_QUIET_GAP_S": str(GAP_MS / 1000),
    }
    url = f"http://127.0.0.1:{port}"
    command: list[str | Path] = [servers.ROOT / ".venv/bin/xiaoer", "demo"]
    loads = []
    with servers.start(
        command, url=url, ready=lambda: _all_ready(url), cwd=servers.ROOT, env=env, log=log
    ) as server:
        async with httpx.AsyncClient(
            timeout=WAIT_S + 10, limits=httpx.Limits(max_connections=64), trust_env=False
        ) as client:
            send = _talk_to_desk(client, server, find_channel_secret(settings, CHANNEL))
            for text in TEXTS:
                await send("warm-0", text)
            for conversations in CONVERSATIONS:
                load = await run_load(send, TEXTS, conversations=conversations, seconds=seconds)
                console.print(f"    {conversations:>2} at once: {load.per_second:.1f}/s, p95 {load.p95:.0f}")
                loads.append(asdict(load))
            turns = await run_long_conversation(
                lambda _, text: send(LONG, text), TEXTS, (10, 100, 1000) if long else (10, 100)
            )
    return loads, {str(mark): value for mark, value in turns.items()}


def _all_ready(url: str) -> bool:
    """Whether every part says it is ready, the bot too."""
    if not answers(f"{url}/readyz")():
        return False
    parts = httpx.get(f"{url}/readyz", timeout=2).json()["parts"]
    return all(part["ready"] for part in parts.values())


def _talk_to_desk(client: httpx.AsyncClient, server: Server, secret: str) -> Send:
    """Signed messages with wait; the buyer's number is the end of the conversation's name."""

    async def send(conversation: str, text: str) -> None:
        buyer = f"b{int(conversation.rsplit('-', 1)[1]) + 1:03d}"
        message = {
            "message_id": uuid.uuid4().hex,
            "buyer_id": buyer,
            "text": text,
            "context": {"item_id": ITEM},
        }
        body = json.dumps(message, ensure_ascii=False).encode()
        reply = await client.post(
            f"{server.url}/api/v1/channels/{CHANNEL}/messages?wait={WAIT_S}",
            content=body,
            headers={"Content-Type": "application/json", **sign_headers(secret, body, system_clock())},
        )
        reply.raise_for_status()
        if "decision" not in reply.json():
            raise RuntimeError(f"no outcome within {WAIT_S} s for {text!r}")

    return send
