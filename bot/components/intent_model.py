"""The intent classifier: characters, words and word classes under two linear models."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, replace
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from safetensors.numpy import load_file, save_file

from bot.components import certainty, intent_features, lexicon, linear_pair, text
from bot.components.certainty import Certainty, spread
from bot.components.fingerprint import fingerprint
from bot.components.intent_features import BLOCK_WEIGHTS, FEATURES, FeatureReader
from bot.components.lexicon import Lexicon
from bot.components.linear_pair import (
    LinearPair,
    Settings,
    Vocabulary,
    fit_temperature,
    out_of_fold,
    tempered,
)
from bot.components.text import reading_form

INTENT_RANKING = "intent_ranking"
MATRICES = ("regression", "regression_bias", "svm", "svm_bias")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentModel(GraphComponent, IntentClassifier):
    """Reads what the customer wants, with calibrated confidence."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the settings: training constants, how many readings to list."""
        return {"ranking_length": 10, "seen_in": 2, "blank_intent": "unclear", **asdict(Settings())}

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Return a hash of the helpers and the lexicon, which Rasa's training cache does not see."""
        return fingerprint([certainty, intent_features, lexicon, linear_pair, text], lexicon.FOLDER)

    def __init__(
        self,
        config: dict[str, Any],
        storage: ModelStorage,
        resource: Resource,
        *,
        reader: FeatureReader | None = None,
        vocabulary: Vocabulary | None = None,
        pair: LinearPair | None = None,
        certainty: Certainty | None = None,
    ) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._reader = reader
        self._vocabulary = vocabulary
        self._pair = pair
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
        """Fit on the examples, calibrate on held-out ones, persist."""
        self._reader = FeatureReader(Lexicon.read())
        examples = training_data.intent_examples
        labels = [example.get(INTENT) for example in examples]
        samples = [self._reader.features(example.get(TEXT) or "") for example in examples]
        settings = Settings(**{name: self._config[name] for name in asdict(Settings())})
        seen_in = self._config["seen_in"]
        held_out = out_of_fold(samples, labels, BLOCK_WEIGHTS, seen_in, settings)
        temperature = fit_temperature(held_out, labels)
        self._vocabulary = Vocabulary.learn(samples, BLOCK_WEIGHTS, seen_in)
        pair = LinearPair.train(self._vocabulary.matrix(samples), labels, settings)
        self._pair = replace(pair, temperature=temperature)
        sizes = [len(reading_form(example.get(TEXT) or "")) for example in examples]
        self._certainty = Certainty.learn(tempered(held_out, temperature), sizes, labels, self._pair.labels)
        self._persist()
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set intent and ranking on every message; leave the features for the components after this one."""
        if self._reader is None:
            raise RuntimeError("the intent model is not trained; run `rasa train`")
        for message in messages:
            said = message.get(TEXT) or ""
            sample = self._reader.features(said)
            ranking = self._rank(said, sample)
            message.set(FEATURES, sample)
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING, ranking, add_to_output=True)
        return messages

    def _rank(self, said: str, sample: Counter[str]) -> list[dict[str, Any]]:
        assert self._vocabulary is not None
        assert self._pair is not None
        assert self._certainty is not None
        if not sample:
            return [{"name": self._config["blank_intent"], "confidence": 1.0}]
        shares = self._pair.probabilities_of(*self._vocabulary.vector(sample))
        intent = self._pair.labels[int(shares.argmax())]
        shares = spread(shares, self._certainty.of(shares, len(reading_form(said)), intent))
        ranked = sorted(
            zip(self._pair.labels, shares, strict=True), key=lambda one: (-one[1], one[0] != intent)
        )
        length = self._config["ranking_length"]
        return [{"name": name, "confidence": float(share)} for name, share in ranked[:length]]

    def _persist(self) -> None:
        assert self._pair is not None
        assert self._vocabulary is not None
        assert self._certainty is not None
        about = {
            "labels": self._pair.labels,
            "features": list(self._vocabulary.index),
            "blocks": self._vocabulary.blocks,
            "svm_sharpness": self._pair.svm_sharpness,
            "temperature": self._pair.temperature,
            "certainty": self._certainty.to_json(),
            "lexicon": self._reader.classes if self._reader else {},
        }
        matrices = {name: getattr(self._pair, name).astype(np.float16) for name in MATRICES}
        with self._storage.write_to(self._resource) as folder:
            (folder / "about.json").write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
            save_file({**matrices, "weights": self._vocabulary.weights}, folder / "weights.safetensors")

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
            tensors = load_file(folder / "weights.safetensors")
        index = {name: at for at, name in enumerate(about["features"])}
        matrices = {name: tensors[name].astype(np.float32) for name in MATRICES}
        pair = LinearPair(
            about["labels"],
            **matrices,
            svm_sharpness=about["svm_sharpness"],
            temperature=about["temperature"],
        )
        vocabulary = Vocabulary(index, tensors["weights"], about["blocks"])
        reader = FeatureReader(Lexicon(about["lexicon"]))
        return cls(
            config,
            model_storage,
            resource,
            reader=reader,
            vocabulary=vocabulary,
            pair=pair,
            certainty=Certainty.from_json(about["certainty"]),
        )
