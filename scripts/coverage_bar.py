"""Holds shop/ and desk/ to the bar of covered branches: coverage_bar.py FILE (from `coverage json`)."""

import json
import sys
from pathlib import Path
from typing import Any

PACKAGES = ("shop", "desk")
BAR = 90.0
"""Percent of the branches of each package."""


def measure(report: dict[str, Any], package: str) -> float:
    """Covered branches of a package in percent. Raises ValueError when the report knows none."""
    files = ((Path(path), file["summary"]) for path, file in report["files"].items())
    summaries = [summary for path, summary in files if path.is_relative_to(package)]
    branches = sum(summary["num_branches"] for summary in summaries)
    if not branches:
        raise ValueError(f"the report has no branches of {package}/")
    return 100 * float(sum(summary["covered_branches"] for summary in summaries)) / branches


def main(path: Path) -> int:
    """Print every package's figure; 1 when one is below the bar."""
    report = json.loads(path.read_text(encoding="utf-8"))
    shares = {package: measure(report, package) for package in PACKAGES}
    for package, share in shares.items():
        verdict = "ok" if share >= BAR else f"BELOW {BAR:.0f} %"
        print(f"branches covered in {package + '/':6}{share:6.1f} %  {verdict}")
    return int(min(shares.values()) < BAR)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
