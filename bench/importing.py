"""How long an import of many orders takes: `python -m bench.importing [--orders 100000]`, on SQLite."""

import argparse
import asyncio
import csv
import random
import tempfile
import time
from pathlib import Path

from shop.clock import system_clock
from shop.data_files.importing import import_file
from shop.data_files.records import read_records
from shop.db import create_engine, create_sessions
from shop.demo.fill import DEMO_FOLDER, load_demo
from shop.policy_file import load_policy
from shop.schema import upgrade

LIMIT_S = 60.0
HEAD = (
    *("no", "buyer_id", "stage", "created_at", "paid_at", "recipient", "phone", "region", "address"),
    *("sku_id", "quantity", "unit_price"),
)


def write_orders(path: Path, count: int) -> None:
    """A file of paid orders of the demo shop's goods and buyers, the same in every run."""
    pick = random.Random(7)
    skus = [record.values for record in read_records(DEMO_FOLDER / "skus.csv")]
    buyers = [record.values["id"] for record in read_records(DEMO_FOLDER / "customers.csv")]
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(HEAD)
        for number in range(count):
            sku = pick.choice(skus)
            who = [
                pick.choice(buyers),
                "paid",
                "2026-03-02 09:00",
                "2026-03-02 09:05",
                "收件人",
                "1",
                "浙江",
                "1号",
            ]
            rows.writerow([f"X{number:012d}", *who, sku["id"], 1 + number % 3, sku["price"]])


async def main(count: int) -> int:
    """Import twice and print both times; 1 when the first takes longer than the limit allows."""
    with tempfile.TemporaryDirectory(prefix="xiaoer-bench-") as folder:
        url, path = f"sqlite:///{folder}/bench.db", Path(folder) / "orders.csv"
        await upgrade(url)
        write_orders(path, count)
        engine = create_engine(url)
        sessions = create_sessions(engine)
        await load_demo(sessions, DEMO_FOLDER, system_clock())
        zone = load_policy(DEMO_FOLDER / "policy.yml").zone
        took = []
        for what in ("new", "the same file again"):
            began = time.perf_counter()
            summary = await import_file(sessions, "orders", path, zone=zone)
            took.append(time.perf_counter() - began)
            print(f"{summary.records} orders, {what}: {took[-1]:.1f} s")
        await engine.dispose()
    return int(took[0] > LIMIT_S * count / 100_000)


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--orders", type=int, default=100_000)
    raise SystemExit(asyncio.run(main(options.parse_args().orders)))
