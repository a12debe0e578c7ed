"""Stock Rasa, stock Rasa with our pipeline, our worker: trained on one sample, loaded one after another."""

import asyncio
import hashlib
import os
import subprocess
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from bench import sample, servers
from bench.load import Send, run_load, run_long_conversation
from bench.servers import Server
from bench.talk import new_names, open_client, talk_to_stock, talk_to_worker

CONVERSATIONS = (1, 8, 32)
WARM_UP = 20

console = Console()


@dataclass(frozen=True, slots=True)
class Contender:
    """One system: its project, how it is started, how it is talked to."""

    key: str
    title: str
    stock_pipeline: bool
    run: Callable[[Path, Path, int, Path], AbstractContextManager[Server]]
    talk: Callable[[Any, str], Send]


CONTENDERS = (
    Contender(
        "stock",
        "stock Rasa server, zh pipeline of `rasa init` (Jieba, DIET, TED)",
        True,
        lambda project, model, _port, log: servers.run_stock_rasa(project, model, log),
        talk_to_stock,
    ),
    Contender(
        "stock_ours",
        "stock Rasa server with our pipeline",
        False,
        lambda project, model, _port, log: servers.run_stock_rasa(project, model, log),
        talk_to_stock,
    ),
    Contender(
        "worker",
        "our bot worker",
        False,
        servers.run_worker,
        talk_to_worker,
    ),
)


def digest(project: Path) -> str:
    """A short hash of everything a project's model is made of."""
    total = hashlib.sha256()
    for folder in (project, servers.ROOT / "bot/components"):
        for path in sorted(
            p for p in folder.rglob("*") if p.is_file() and p.suffix in {".py", ".yml", ".tsv"}
        ):
            if path.name != "endpoints.yml":
                total.update(path.read_bytes())
    return total.hexdigest()[:12]


def train(
    folder: Path, key: str, *, stock_pipeline: bool, action_port: int, epochs: int
) -> tuple[Path, float]:
    """The model of a project and the seconds its training took; a model of equal input is used again."""
    project = folder / key
    sample.write_project(project, stock_pipeline=stock_pipeline, action_port=action_port, epochs=epochs)
    name = f"{key}-{digest(project)}"
    models = project.resolve() / "models"
    model, took = models / f"{name}.tar.gz", models / f"{name}.seconds"
    if model.exists() and took.exists():
        return model, float(took.read_text())
    console.print(f"  training {key} …")
    started = time.monotonic()
    command = [servers.ROOT / "bot/.venv/bin/rasa", "train", "--force"]
    with (folder / f"{key}.train.log").open("wb") as log:
        subprocess.run(
            [*command, "--out", models, "--fixed-model-name", name],
            cwd=project,
            check=True,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, **servers.QUIET_RASA},
        )
    seconds = time.monotonic() - started
    took.write_text(f"{seconds:.1f}")
    return model, seconds


async def measure(
    server: Server, talk: Callable[[Any, str], Send], seconds: float, long: bool
) -> dict[str, Any]:
    """Loads at 1, 8 and 32 conversations, one long conversation, memory at the end."""
    texts = sample.draw_messages(1_000)
    async with open_client() as client:
        send = talk(client, server.url)
        for text in texts[:WARM_UP]:
            await send("warm", text)
        loads = []
        for conversations in CONVERSATIONS:
            load = await run_load(new_names(send), texts, conversations=conversations, seconds=seconds)
            console.print(
                f"    {conversations:>2} conversations: {load.per_second:.1f}/s, p95 {load.p95:.0f} ms"
            )
            loads.append(asdict(load))
        marks = (10, 100, 1000) if long else (10, 100)  # only the worker goes that far: stock turns grow
        turns = await run_long_conversation(new_names(send), texts, marks)
    return {
        "cold_start_s": server.cold_start_s,
        "memory_mb": server.memory_mb(),
        "loads": loads,
        "turn_ms": {str(mark): value for mark, value in turns.items()},
    }


def run_contenders(folder: Path, *, seconds: float, epochs: int, long: bool) -> dict[str, Any]:
    """All three, in one run on this machine."""
    results: dict[str, Any] = {}
    action_port = servers.free_port()
    with servers.run_action_server(action_port, folder / "actions.log"):
        for contender in CONTENDERS:
            key = "ours" if not contender.stock_pipeline else f"stock-{epochs}"
            model, trained_s = train(
                folder, key, stock_pipeline=contender.stock_pipeline, action_port=action_port, epochs=epochs
            )
            console.print(f"  [bold]{contender.title}[/]")
            log = folder / f"{contender.key}.log"
            with contender.run(folder / key, model, action_port, log) as server:
                own = contender.key == "worker"
                results[contender.key] = asyncio.run(measure(server, contender.talk, seconds, long and own))
            results[contender.key] |= {"title": contender.title, "trained_s": trained_s}
    return results
