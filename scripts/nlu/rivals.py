"""Other models on the same split: what each reads right of unseen written examples and of real turns."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import yaml
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from bot.components.intent_features import BLOCK_WEIGHTS, FeatureReader, features_of
from bot.components.lexicon import Lexicon
from bot.components.linear_pair import LinearPair, Settings, Vocabulary
from bot.components.readers import Plan, split
from scripts.nlu.turns import Turn
from scripts.nlu.written import HELD_OUT, SEED

DIET_EXAMPLES = 2_600  # it is slow: a fixed sample and few epochs
DIET_EPOCHS = 10
SPACY_EPOCHS = 6
Labels = list[str]
DIET_CONFIG = {
    "recipe": "default.v1",
    "language": "zh",
    "pipeline": [
        {"name": "JiebaTokenizer"},
        {"name": "CountVectorsFeaturizer"},
        {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
        {"name": "DIETClassifier", "epochs": DIET_EPOCHS, "entity_recognition": False},
    ],
    "policies": [{"name": "RulePolicy"}],
    "assistant_id": "rival",
}


def compare(texts: list[str], labels: Labels, real: list[Turn]) -> dict[str, dict[str, float]]:
    """Return for each model its seconds of training and the shares read right."""
    known, held = split(labels, HELD_OUT, SEED)
    learn = [texts[at] for at in known], [labels[at] for at in known]
    asked = [texts[at] for at in held] + [turn.text for turn in real]
    sample = np.random.default_rng(SEED).permutation(known)[:DIET_EXAMPLES]
    some = [texts[at] for at in sample], [labels[at] for at in sample]
    trials: list[tuple[str, Callable[..., Labels], tuple[list[str], Labels]]] = [
        ("logistic regression", _linear("regression"), learn),
        ("linear SVM", _linear("svm"), learn),
        ("their mean, the linear pair", _linear("pair"), learn),
        ("spaCy text classifier", _spacy, learn),
        (f"the linear pair, {DIET_EXAMPLES} examples", _linear("pair"), some),
        (f"stock DIET, {DIET_EXAMPLES} examples, {DIET_EPOCHS} epochs", _diet, some),
    ]
    table = {}
    for name, read, (examples, names) in trials:
        begun = time.perf_counter()
        found = read(examples, names, asked)
        written = [intent == labels[at] for intent, at in zip(found, held, strict=False)]
        row = {"seconds": time.perf_counter() - begun, "written": float(np.mean(written))}
        clear = [
            any(intent in names for names in turn.needs)
            for intent, turn in zip(found[len(held) :], real, strict=True)
            if turn.is_clear
        ]
        table[name] = row | ({"real": float(np.mean(clear))} if clear else {})
        print(name, table[name], flush=True)
    return table


def _linear(kind: str) -> Callable[..., Labels]:
    def read(examples: list[str], labels: Labels, asked: list[str]) -> Labels:
        reader = FeatureReader(Lexicon.read())
        samples = [features_of(reader.read(text)) for text in examples]
        vocabulary = Vocabulary.learn(samples, BLOCK_WEIGHTS, Plan().seen_in)
        matrix = vocabulary.matrix(samples)
        rows = vocabulary.matrix([features_of(reader.read(text)) for text in asked])
        settings = Settings()
        if kind == "pair":
            pair = LinearPair.train(matrix, labels, settings)
            return [pair.labels[at] for at in pair.probabilities(rows).argmax(axis=1)]
        model = (
            LogisticRegression(C=settings.regression_c, solver="liblinear", random_state=settings.seed)
            if kind == "regression"
            else LinearSVC(C=settings.svm_c, random_state=settings.seed)
        )
        return [str(name) for name in model.fit(matrix, labels).predict(rows)]

    return read


def _spacy(examples: list[str], labels: Labels, asked: list[str]) -> Labels:
    """spaCy's own text classifier: bag of words beside a net over its subword vectors, jieba as segmenter."""
    import spacy
    from spacy.training import Example

    language = spacy.blank("zh", config={"nlp": {"tokenizer": {"segmenter": "jieba"}}})
    reader = language.add_pipe("textcat", config={"model": {"@architectures": "spacy.TextCatEnsemble.v2"}})
    names = sorted(set(labels))
    for name in names:
        reader.add_label(name)
    told = [
        Example.from_dict(language.make_doc(text), {"cats": {one: float(one == label) for one in names}})
        for text, label in zip(examples, labels, strict=True)
    ]
    optimizer = language.initialize(lambda: told[:500])
    order = np.random.default_rng(SEED)
    for _ in range(SPACY_EPOCHS):
        mixed = [told[at] for at in order.permutation(len(told))]
        for at in range(0, len(mixed), 256):
            language.update(mixed[at : at + 256], sgd=optimizer, drop=0.2)
    return [max(found.cats, key=lambda name: found.cats[name]) for found in language.pipe(asked)]


def _diet(examples: list[str], labels: Labels, asked: list[str]) -> Labels:
    import asyncio

    from rasa.core.agent import Agent

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write_project(folder, examples, labels)
        command = [
            sys.executable,
            "-m",
            "rasa",
            "train",
            "nlu",
            "--fixed-model-name",
            "rival",
            "--nlu",
            "nlu.yml",
        ]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        agent = Agent.load(str(folder / "models" / "rival.tar.gz"))

        async def read_all() -> Labels:
            return [(await agent.parse_message(text))["intent"]["name"] or "" for text in asked]

        return asyncio.run(read_all())


def _write_project(folder: Path, examples: list[str], labels: Labels) -> None:
    entries = []
    for intent in sorted(set(labels)):
        lines = [f"- {text}" for text, label in zip(examples, labels, strict=True) if label == intent]
        entries.append({"intent": intent, "examples": "\n".join(lines) + "\n"})
    files = {
        "config.yml": DIET_CONFIG,
        "domain.yml": {"version": "3.1", "intents": sorted(set(labels))},
        "nlu.yml": {"version": "3.1", "nlu": entries},
    }
    for file, content in files.items():
        (folder / file).write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
