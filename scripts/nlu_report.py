"""Measure the understanding, write var/nlu/report.md with pictures, and fail where a figure is under its bar.

Runs in the bot's environment (`make nlu`). Real customer turns come from the file that XIAOER_EVAL names
(tab-separated columns text, needs, severity); without it only written examples are measured. The bars
stand in tests/nlu/bars.yml.
"""

from __future__ import annotations

import argparse
import math
import os
import sys
from pathlib import Path

import structlog
import yaml

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bot.components.entities.words import Catalogue, WordFinder
from bot.components.entity_recognizer import EntityRecognizer
from bot.marked_turns import compare, read_marked
from scripts.nlu import measures
from scripts.nlu.turns import Turn, real_turns, written_examples

BARS = Path("tests/nlu/bars.yml")
OUT = Path("var/nlu")
MARKED = Path("tests/nlu/entities.txt")
AT_MOST = ("unclear turns", "share of unclear", "raised", "parse", "model")  # in these figures less is better


def main() -> int:
    """Measure, print, write; return 1 when a bar is missed."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--model", help="model archive; the newest in models/ if not given")
    options.add_argument("--no-cv", action="store_true", help="leave the written examples out (minutes)")
    chosen = options.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    OUT.mkdir(parents=True, exist_ok=True)
    model = Path(chosen.model) if chosen.model else max(Path("models").glob("*.tar.gz"), key=os.path.getmtime)
    real = os.environ.get("XIAOER_EVAL")
    sets: dict[str, list[Turn]] = {}
    figures: dict[str, dict[str, float]] = {"model": {"model archive, MB": model.stat().st_size / 1e6}}
    if real:
        turns = sets["real"] = real_turns(model, Path(real))
        figures["real"] = measures.reading_figures(turns) | measures.severity_figures(turns)
        figures["model"] |= measures.speed_figures(turns)
    else:
        print("no real turns: XIAOER_EVAL names no file")
    figures["entities"] = _entity_figures()
    if not chosen.no_cv:
        sets["written"], curve = _measure_written()
        figures["written"] = measures.reading_figures(sets["written"])
        _draw_learning(curve)
    missed = _missed(figures, yaml.safe_load(BARS.read_text(encoding="utf-8")))
    _print(figures)
    _write(figures, sets, missed)
    for line in missed:
        print(f"under the bar: {line}", file=sys.stderr)
    print(f"report: {OUT / 'report.md'}")
    return 1 if missed else 0


def _entity_figures() -> dict[str, float]:
    """F1 of every entity and of `all` on the marked turns, with the goods they name in the catalogue."""
    turns = read_marked(MARKED)
    goods = OUT / "goods.txt"
    named = {value for turn in turns for entity, value in turn.values if entity == "product"}
    goods.write_text("".join(f"{name}\n" for name in sorted(named)), encoding="utf-8")
    recognizer = EntityRecognizer(None, None, WordFinder.read(), Catalogue(goods))
    scores, _ = compare(turns, recognizer.entities)
    return {name: score.f1 for name, score in scores.items()}


def _measure_written() -> tuple[list[Turn], list[tuple[int, float]]]:
    from scripts.nlu.written import learning_curve, read_unseen

    texts, labels = written_examples()
    return read_unseen(texts, labels), learning_curve(texts, labels)


def _missed(figures: dict[str, dict[str, float]], bars: dict[str, dict[str, float]]) -> list[str]:
    """The measured figures that are worse than their bar."""
    lines = []
    for group, names in bars.items():
        for name, bar in names.items():
            value = figures.get(group, {}).get(name)
            if value is None or math.isnan(value):
                continue
            at_most = name.startswith(AT_MOST) or any(word in name for word in AT_MOST)
            if value > bar if at_most else value < bar:
                lines.append(f"{group}: {name} {value:.3f}, bar {bar:.3f}")
    return lines


def _print(figures: dict[str, dict[str, float]]) -> None:
    for group, values in figures.items():
        print(group)
        for name, value in values.items():
            print(f"  {name:56}{value:8.3f}")


def _draw_learning(curve: list[tuple[int, float]]) -> None:
    from scripts.nlu.pictures import draw_learning

    draw_learning(OUT / "learning.png", curve)


def _write(figures: dict[str, dict[str, float]], sets: dict[str, list[Turn]], missed: list[str]) -> None:
    from scripts.nlu.pictures import draw_confusions, draw_coverage, draw_reliability

    draw_reliability(OUT / "reliability.png", sets)
    draw_coverage(OUT / "coverage.png", sets)
    lines = ["# How well customers are understood", ""]
    lines += [f"**Under the bar:** {line}  " for line in missed]
    for group, values in figures.items():
        lines += ["", f"## {group}", "", "| figure | |", "|---|---|"]
        lines += [f"| {name} | {value:.3f} |" for name, value in values.items()]
    lines += ["", "![reliability](reliability.png) ![coverage](coverage.png)"]
    if (OUT / "learning.png").exists() and "written" in sets:
        lines += ["", "![learning curve](learning.png)"]
    for name, turns in sets.items():
        draw_confusions(OUT / f"confusions_{name}.png", turns)
        lines += ["", *_details(name, turns)]
    (OUT / "report.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _details(name: str, turns: list[Turn]) -> list[str]:
    """Per intent, the confusions, the surest errors, how far confidence may be trusted."""
    lines = [f"## {name}: per intent", "", "| intent | turns | recall | precision |", "|---|---|---|---|"]
    for intent, held in measures.by_label(turns).items():
        found = [turn for turn in turns if turn.intent == intent]
        recall = measures.share(held, measures.is_right)
        precision = measures.share(found, measures.is_right)
        lines.append(f"| {intent} | {len(held)} | {recall:.2f} | {precision:.2f} |")
    lines += ["", "| confidence | turns | mean | right |", "|---|---|---|---|"]
    lines += [
        f"| {band} | {n} | {mean:.2f} | {right:.2f} |" for band, n, mean, right in measures.reliability(turns)
    ]
    lines += [
        "",
        f"![confusions](confusions_{name}.png)",
        "",
        "| labelled | read as | turns |",
        "|---|---|---|",
    ]
    lines += [f"| {label} | {intent} | {count} |" for label, intent, count in measures.confusions(turns)[:30]]
    wrong = sorted((turn for turn in turns if not turn.is_right), key=lambda turn: -turn.confidence)[:40]
    lines += ["", "| sure and wrong | labelled | read as | confidence |", "|---|---|---|---|"]
    lines += [
        f"| {turn.text.replace('|', '/')[:60]} | {turn.label} | {turn.intent} | {turn.confidence:.2f} |"
        for turn in wrong
    ]
    return lines


if __name__ == "__main__":
    sys.exit(main())
