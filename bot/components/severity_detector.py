"""The severity of a turn, as Rasa's pipeline hands it on."""

from __future__ import annotations

import json
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components import severity_rules, text
from bot.components.fingerprint import fingerprint
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
        """Return a hash of the rules, which Rasa's training cache does not see."""
        return fingerprint([severity_rules, text], severity_rules.FILE)

    def __init__(self, storage: ModelStorage, resource: Resource, rules: SeverityRules | None = None) -> None:
        self._storage = storage
        self._resource = resource
        self._rules = rules

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
        """Take the severity file into the model."""
        self._rules = SeverityRules.read()
        with self._storage.write_to(self._resource) as folder:
            written = json.dumps(self._rules.data, ensure_ascii=False)
            (folder / "rules.json").write_text(written, encoding="utf-8")
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Return the training data as it is: severity is no feature."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Set severity and evidence on every message."""
        if self._rules is None:
            raise RuntimeError("the severity detector is not trained; run `rasa train`")
        for message in messages:
            intent = message.get(INTENT) or {}
            confidence = float(intent.get("confidence") or 0.0)
            found = self._rules.judge(message.get(TEXT) or "", intent.get("name") or "", confidence)
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
        """Return the detector with the rules of the model."""
        with model_storage.read_from(resource) as folder:
            data = json.loads((folder / "rules.json").read_text(encoding="utf-8"))
        return cls(model_storage, resource, SeverityRules(data))
