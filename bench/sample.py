"""Builds the three Rasa projects that are compared: same NLU sample, same domain, same rules, same action.

Every intent has one rule; half of the intents answer by a response of the domain, half by a custom action, as
in the real project. Stock Rasa's TED also gets stories (random walks over the same pairs).
"""

import random
import shutil
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
SEED = 20261122
SAMPLE_TURNS = 1_000
STORIES = 60

STOCK_PIPELINE = """
recipe: default.v1
language: zh
pipeline:
  - name: JiebaTokenizer
  - name: RegexFeaturizer
  - name: LexicalSyntacticFeaturizer
  - name: CountVectorsFeaturizer
  - name: CountVectorsFeaturizer
    analyzer: char_wb
    min_ngram: 1
    max_ngram: 4
  - name: DIETClassifier
    epochs: {epochs}
    constrain_similarities: true
  - name: EntitySynonymMapper
  - name: ResponseSelector
    epochs: {epochs}
    constrain_similarities: true
  - name: FallbackClassifier
    threshold: 0.3
    ambiguity_threshold: 0.1
policies:
  - name: MemoizationPolicy
  - name: RulePolicy
  - name: TEDPolicy
    max_history: 5
    epochs: {epochs}
    constrain_similarities: true
"""


def load_examples() -> dict[str, list[str]]:
    """Intent → its training turns, from data/nlu."""
    examples: dict[str, list[str]] = {}
    for path in sorted((ROOT / "data/nlu").glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8")).get("nlu", []):
            if "intent" in block:
                lines = [line.removeprefix("- ").strip() for line in block["examples"].splitlines()]
                examples.setdefault(block["intent"], []).extend(line for line in lines if line)
    return examples


def draw_sample(examples: dict[str, list[str]], turns: int, seed: int = SEED) -> dict[str, list[str]]:
    """About `turns` turns, the same share of every intent, the same draw every time."""
    draw = random.Random(seed)
    each = max(8, turns // len(examples))
    return {
        intent: sorted(draw.sample(texts, min(each, len(texts))))
        for intent, texts in sorted(examples.items())
    }


def split_answers(intents: list[str]) -> dict[str, str]:
    """Intent → what answers it: every second one a custom action, a greeting a response."""
    names = sorted(intents)
    utters = names.index("greet") % 2
    return {
        name: f"utter_{name}" if index % 2 == utters else "action_bench" for index, name in enumerate(names)
    }


def _stories(answers: dict[str, str]) -> list[dict[str, Any]]:
    draw = random.Random(SEED)
    stories = []
    for number in range(STORIES):
        steps = []
        for intent in draw.sample(sorted(answers), 3):
            steps += [{"intent": intent}, {"action": answers[intent]}]
        stories.append({"story": f"walk {number}", "steps": steps})
    return stories


def write_project(folder: Path, *, stock_pipeline: bool, action_port: int, epochs: int) -> None:
    """A Rasa project in `folder`, with stock pipeline and policies or with ours."""
    shutil.rmtree(folder / "data", ignore_errors=True)  # models of earlier runs stay
    (folder / "data").mkdir(parents=True)
    sample = draw_sample(load_examples(), SAMPLE_TURNS)
    answers = split_answers(list(sample))
    nlu = [
        {"intent": intent, "examples": "".join(f"- {text}\n" for text in texts)}
        for intent, texts in sample.items()
    ]
    rules = [
        {"rule": intent, "steps": [{"intent": intent}, {"action": answer}]}
        for intent, answer in answers.items()
    ]
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    domain["intents"] = sorted(sample)
    domain["actions"] = ["action_bench"]
    domain.pop("forms", None)
    domain["responses"] = {
        answer: [{"custom": {"replies": [{"script": intent, "facts": []}]}}]
        for intent, answer in answers.items()
        if answer != "action_bench"
    }
    if not stock_pipeline:  # the fallback of our policies
        domain["responses"].setdefault("utter_unclear", [{"custom": {"replies": []}}])
    _write(folder / "domain.yml", domain)
    _write(folder / "data/nlu.yml", {"version": "3.1", "nlu": nlu})
    _write(folder / "data/rules.yml", {"version": "3.1", "rules": rules})
    if stock_pipeline:
        _write(folder / "data/stories.yml", {"version": "3.1", "stories": _stories(answers)})
        (folder / "config.yml").write_text(STOCK_PIPELINE.format(epochs=epochs), encoding="utf-8")
    else:
        shutil.copy(ROOT / "config.yml", folder / "config.yml")
        for words in ("lexicon", "severity"):
            shutil.copytree(ROOT / "data" / words, folder / "data" / words)
    _write(folder / "endpoints.yml", {"action_endpoint": {"url": f"http://127.0.0.1:{action_port}/webhook"}})
    (folder / "credentials.yml").write_text("rest:\n", encoding="utf-8")


def draw_messages(count: int) -> list[str]:
    """Turns to send: a fixed draw over all training data, most of it outside the sample."""
    texts = sorted({text for examples in load_examples().values() for text in examples if len(text) > 1})
    return random.Random(SEED + 1).choices(texts, k=count)


def _write(path: Path, data: Any) -> None:
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")
