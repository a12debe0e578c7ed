"""Writes docs/benchmarks.md from the figures of one run: ratios first, the raw figures under them."""

import os
import platform
from datetime import date
from pathlib import Path
from typing import Any

import psutil

HEAD = """# Benchmarks
Written by `make bench` ({day}). One run, one machine, one sample of {turns} training turns for every system;
load comes from the same machine over loopback, so compare the ratios and not the seconds. Every system
answers half of the intents by a response of the domain and half by the same custom action. A model is trained
once and kept until its data changes; its training time is that of the run that trained it. The stock policies
are those of `rasa init` without UnexpecTED, which only makes them slower. Its models learn {epochs} epochs;
the 100 of `rasa init` would change how long they learn and not how fast they answer.

Machine: {cpu}, {cores} cores, {memory:.0f} GB, {system}, Python {python} (desk), 3.10 (Rasa 3.6.21).
"""


def write_report(path: Path, results: dict[str, Any]) -> None:
    """The whole page."""
    parts = [_head(results), _worker(results["contenders"])]
    if "desk" in results:
        parts.append(_desk(results["desk"]))
    path.write_text("\n".join(parts) + "\n", encoding="utf-8")


def _head(results: dict[str, Any]) -> str:
    return HEAD.format(
        day=date.fromisoformat(results["day"]).isoformat(),
        turns=results["turns"],
        epochs=results["epochs"],
        cpu=_cpu(),
        cores=os.cpu_count(),
        memory=psutil.virtual_memory().total / 2**30,
        system=platform.system(),
        python=platform.python_version(),
    )


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def _worker(found: dict[str, Any]) -> str:
    stock, worker = found["stock"], found["worker"]
    lines = ["## The worker against stock Rasa", ""]
    lines += [
        f"- Throughput at {ours['conversations']} conversations: "
        f"**{ours['per_second'] / theirs['per_second']:.1f} times** the stock server's; "
        f"p95 **{theirs['p95'] / ours['p95']:.1f} times** shorter."
        for ours, theirs in zip(worker["loads"], stock["loads"], strict=True)
    ]
    first, last = _ends(worker["turn_ms"])
    stock_first, stock_last = _ends(stock["turn_ms"])
    lines += [
        f"- The {last[0]}th turn of a conversation costs **{last[1] / first[1]:.2f} times** the {first[0]}th "
        f"(stock: the {stock_last[0]}th {stock_last[1] / stock_first[1]:.2f} times the {stock_first[0]}th).",
        f"- Memory: {worker['memory_mb'] / stock['memory_mb']:.2f} of stock's; "
        f"cold start: {worker['cold_start_s'] / stock['cold_start_s']:.2f}; "
        f"training: {worker['trained_s'] / stock['trained_s']:.2f}.",
        "",
        "| system | conversations | messages/s | p50 ms | p95 ms | p99 ms |",
        "|---|---|---|---|---|---|",
    ]
    for entry in found.values():
        lines += [_load_row(entry["title"], load) for load in entry["loads"]]
    marks = list(worker["turn_ms"])
    turn_heads = " | ".join(f"turn {mark}, ms" for mark in marks)
    lines += [
        "",
        f"| system | memory MB | cold start s | training s | {turn_heads} |",
        "|---|---|---|---|" + "---|" * len(marks),
    ]
    for entry in found.values():
        taken = entry["turn_ms"]
        turns = " | ".join(f"{taken[mark]:.1f}" if mark in taken else "–" for mark in marks)
        lines.append(
            f"| {entry['title']} | {entry['memory_mb']:.0f} | {entry['cold_start_s']:.1f} "
            f"| {entry['trained_s']:.0f} | {turns} |"
        )
    return "\n".join(lines) + "\n"


def _desk(found: dict[str, Any]) -> str:
    lines = [
        "## The whole way through the desk",
        "From the signed message to the outcome: store, quiet gap, bot, look-up, decision, commit. The quiet",
        f"gap was set to {found['gap_ms']} ms for this (a shop keeps about a second); the times include it.",
        "",
        "| database | conversations | messages/s | p50 ms | p95 ms | p99 ms |",
        "|---|---|---|---|---|---|",
    ]
    for database, loads in found["databases"].items():
        lines += [_load_row(database, load) for load in loads]
    marks = list(next(iter(found["turn_ms"].values())))
    lines += [
        "",
        "One long conversation:",
        "",
        "| database | " + " | ".join(f"turn {mark}, ms" for mark in marks) + " |",
        "|---|" + "---|" * len(marks),
    ]
    for database, turns in found["turn_ms"].items():
        lines.append(f"| {database} | " + " | ".join(f"{turns[mark]:.1f}" for mark in marks) + " |")
    return "\n".join(lines) + "\n"


def _load_row(title: str, load: dict[str, Any]) -> str:
    return (
        f"| {title} | {load['conversations']} | {load['per_second']:.1f} "
        f"| {load['p50']:.1f} | {load['p95']:.1f} | {load['p99']:.1f} |"
    )


def _ends(turns: dict[str, float]) -> tuple[tuple[str, float], tuple[str, float]]:
    marks = sorted(turns, key=int)
    return (marks[0], turns[marks[0]]), (marks[-1], turns[marks[-1]])
