"""The severity of a turn, as Rasa's pipeline hands it on."""

from __future__ import annotations

import json
from collections import Counter
from functools import cached_property
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from safetensors.numpy import load_file, save_file

from bot.components import intent_features, lexicon, linear_pair, severity_reader, severity_rules, text
from bot.components.fingerprint import fingerprint
from bot.components.intent_features import FEATURES, FeatureReader
from bot.components.lexicon import Lexicon
from bot.components.severity_reader import IMPLIED, SeverityReader, is_bare, join, read_lines
from bot.components.severity_rules import SeverityRules

SEVERITY = "severity"
EVIDENCE = "severity_evidence"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class SeverityDetector(GraphComponent):
    """Sets `severity` (none, general, major, crisis) and `severity_evidence`; stands after the classifier."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the settings: none."""
        return {}

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Return a hash of helpers, rules, lines and lexicon, which Rasa's training cache does not see."""
        helpers = [intent_features, lexicon, linear_pair, severity_reader, severity_rules, text]
        return fingerprint(helpers, lexicon.FOLDER, severity_reader.FOLDER)

    def __init__(
        self,
        storage: ModelStorage,
        resource: Resource,
        rules: SeverityRules | None = None,
        reader: SeverityReader | None = None,
    ) -> None:
        self._storage = storage
        self._resource = resource
        self._rules = rules
        self._reader = reader

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SeverityDetector:
        """Return a detector without rules."""
        return cls(model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Take the severity file into the model; learn from its lines and from what intents imply."""
        self._rules = SeverityRules.read()
        lines = dict(read_lines())
        implied = {
            example.get(TEXT): IMPLIED[example.get(INTENT)]
            for example in training_data.intent_examples
            if example.get(INTENT) in IMPLIED and example.get(TEXT) not in lines
        }
        samples = [self._features.features(line) for line in [*lines, *implied]]
        self._reader = SeverityReader.learn(samples, [*lines.values(), *implied.values()], len(lines))
        with self._storage.write_to(self._resource) as folder:
            for name, data in (("rules", self._rules.data), ("reader", self._reader.about())):
                written = json.dumps(data, ensure_ascii=False)
                (folder / f"{name}.json").write_text(written, encoding="utf-8")
            save_file(self._reader.arrays(), folder / "reader.safetensors")
        return self._resource

    @cached_property
    def _features(self) -> FeatureReader:
        """For training, and for a pipeline whose classifier hands no features on."""
        return FeatureReader(Lexicon.read())

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Return the training data as it is: severity is no feature."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Set severity and evidence on every message."""
        if self._rules is None or self._reader is None:
            raise RuntimeError("the severity detector is not trained; run `rasa train`")
        for message in messages:
            intent = message.get(INTENT) or {}
            confidence = float(intent.get("confidence") or 0.0)
            said = message.get(TEXT) or ""
            name = intent.get("name") or ""
            told = self._rules.judge(said, name, confidence)
            sample: Counter[str] | None = message.get(FEATURES)
            if sample is None:
                sample = self._features.features(said)
            found = told if is_bare(said, name) or not sample else join(told, self._reader.hear(sample))
            message.set(SEVERITY, found.level, add_to_output=True)
            message.set(EVIDENCE, list(found.evidence), add_to_output=True)
        return messages

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SeverityDetector:
        """Return the detector with the rules and the reader of the model."""
        with model_storage.read_from(resource) as folder:
            rules = json.loads((folder / "rules.json").read_text(encoding="utf-8"))
            about = json.loads((folder / "reader.json").read_text(encoding="utf-8"))
            arrays = load_file(folder / "reader.safetensors")
        return cls(model_storage, resource, SeverityRules(rules), SeverityReader.restore(about, arrays))
