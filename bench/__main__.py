"""`make bench`: measures everything in one run and writes docs/benchmarks.md.

`python -m bench --quick` is a smoke run of a minute or two: few epochs, short loads, no report.
"""

import argparse
import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import compare, sample
from bench.desk_way import run_desk
from bench.report import write_report

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Run all measurements; the raw figures go to var/bench/results.json."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smoke run; writes no report")
    parser.add_argument("--report", type=Path, default=ROOT / "docs/benchmarks.md")
    parser.add_argument(
        "--epochs", type=int, default=100, help="of the stock models; 100 are those of `rasa init`"
    )
    choice = parser.parse_args()
    folder = ROOT / "var/bench"
    folder.mkdir(parents=True, exist_ok=True)
    seconds, epochs = (3.0, 2) if choice.quick else (15.0, choice.epochs)
    results: dict[str, Any] = {
        "day": datetime.now(UTC).date().isoformat(),
        "epochs": epochs,
        "turns": sum(map(len, sample.draw_sample(sample.load_examples(), sample.SAMPLE_TURNS).values())),
    }
    results["contenders"] = compare.run_contenders(
        folder, seconds=seconds, epochs=epochs, long=not choice.quick
    )
    _keep(folder, results)  # the second half may fail; the first took long
    results["desk"] = asyncio.run(run_desk(folder, seconds=seconds, long=not choice.quick))
    _keep(folder, results)
    if not choice.quick:
        write_report(choice.report, results)
        compare.console.print(f"written: {choice.report}")


def _keep(folder: Path, results: dict[str, Any]) -> None:
    (folder / "results.json").write_text(json.dumps(results, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
