"""The intent classifier: linear models and small nets read a turn, a learned certainty weighs it."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from safetensors.numpy import load, save
from threadpoolctl import ThreadpoolController

from bot.components import (
    certainty,
    intent_features,
    lexicon,
    linear_pair,
    readers,
    text,
    turn_encoding,
    turn_net,
    word_vectors,
)
from bot.components.certainty import Certainty, opinion, spread
from bot.components.fingerprint import fingerprint
from bot.components.intent_features import FEATURES, FeatureReader, Reading, features_of
from bot.components.lexicon import Lexicon
from bot.components.readers import Plan, Readers, train_readers

INTENT_RANKING = "intent_ranking"
_ONE_THREAD = ThreadpoolController()
HELPERS = [
    certainty,
    intent_features,
    lexicon,
    linear_pair,
    readers,
    text,
    turn_encoding,
    turn_net,
    word_vectors,
]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentModel(GraphComponent, IntentClassifier):
    """Reads what the customer wants, with calibrated confidence."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the settings: how many readings to list, what a blank text is, how long to learn."""
        return {"ranking_length": 10, "blank_intent": "unclear", "epochs": Plan().epochs}

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Return a hash of the helpers and the lexicon, which Rasa's training cache does not see."""
        training = Path(turn_net.__file__).with_name(
            "turn_net_training.py"
        )  # not imported: it loads TensorFlow
        return fingerprint(HELPERS, training, lexicon.FOLDER)

    def __init__(
        self,
        config: dict[str, Any],
        storage: ModelStorage,
        resource: Resource,
        *,
        reader: FeatureReader | None = None,
        readers: Readers | None = None,
        certainty: Certainty | None = None,
    ) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._reader = reader
        self._readers = readers
        self._certainty = certainty

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> IntentModel:
        """Return an untrained classifier."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on the examples, calibrate on those held out at first, persist."""
        self._reader = FeatureReader(Lexicon.read())
        # By intent: an intent stands in one file, and in which order Rasa finds the files differs by machine.
        examples = sorted(training_data.intent_examples, key=lambda example: str(example.get(INTENT)))
        labels = [example.get(INTENT) for example in examples]
        readings = [self._reader.read(example.get(TEXT) or "") for example in examples]
        plan = replace(Plan(), epochs=self._config["epochs"])
        self._readers, held_out = train_readers(readings, labels, sorted(self._reader.classes), plan)
        self._certainty = Certainty.learn(
            held_out.shares,
            [labels[place] for place in held_out.places],
            self._readers.labels,
        )
        self._persist(self._readers, self._certainty)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set intent and ranking on every message; leave the features for the components after this one."""
        if not (self._reader and self._readers and self._certainty):
            raise RuntimeError("the intent model is not trained; run `rasa train`")
        with _ONE_THREAD.limit(limits=1):  # a turn is too small to be shared out
            for message in messages:
                reading = self._reader.read(message.get(TEXT) or "")
                sample = features_of(reading)
                ranking = self._rank(reading, sample, self._readers, self._certainty)
                message.set(FEATURES, sample)
                message.set(INTENT, ranking[0], add_to_output=True)
                message.set(INTENT_RANKING, ranking, add_to_output=True)
        return messages

    def _rank(
        self, reading: Reading, sample: Counter[str], readers: Readers, certainty: Certainty
    ) -> list[dict[str, Any]]:
        if not sample:
            return [{"name": self._config["blank_intent"], "confidence": 1.0}]
        each = readers.shares(reading, sample)
        common = opinion(each)
        intent = readers.labels[int(common.argmax())]
        named = zip(readers.labels, spread(common, certainty.of(each)), strict=True)
        ranked = sorted(named, key=lambda one: (-one[1], one[0] != intent))
        length = self._config["ranking_length"]
        return [{"name": name, "confidence": float(share)} for name, share in ranked[:length]]

    def _persist(self, readers: Readers, certainty: Certainty) -> None:
        about = {
            **readers.to_json(),
            "certainty": certainty.to_json(),
            "lexicon": self._reader.classes if self._reader else {},
        }
        with self._storage.write_to(self._resource) as folder:
            (folder / "about.json").write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
            # Rasa packs the model as small as can be, which takes a quarter of a minute with bare weights.
            packed = gzip.compress(save(readers.to_tensors()), compresslevel=1, mtime=0)
            (folder / "weights.safetensors.gz").write_bytes(packed)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> IntentModel:
        """Return the trained classifier; a broken or missing file is an error, never an untrained model."""
        with model_storage.read_from(resource) as folder:
            about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
            tensors = load(gzip.decompress((folder / "weights.safetensors.gz").read_bytes()))
        readers = Readers.from_parts(about, tensors)
        return cls(
            config,
            model_storage,
            resource,
            reader=FeatureReader(Lexicon(about["lexicon"])),
            readers=readers,
            certainty=Certainty.from_json(about["certainty"], readers.labels),
        )
