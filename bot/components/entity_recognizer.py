"""Entities of a turn with normalised values."""

from __future__ import annotations

import json
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components import phrases, text
from bot.components.entities import amounts, body, contacts, dates, found, sizes, words
from bot.components.entities.found import Found
from bot.components.entities.words import Catalogue, WordFinder
from bot.components.fingerprint import fingerprint
from bot.components.text import half_width


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class EntityRecognizer(GraphComponent, EntityExtractorMixin):
    """Finds values by pattern and word list; training only stores the lists in the model."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the settings: none."""
        return {}

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Return a hash of the finders and lists, which Rasa's training cache does not see."""
        finders = [amounts, body, contacts, dates, found, phrases, sizes, text, words]
        return fingerprint(finders, words.FOLDER)

    def __init__(
        self,
        storage: ModelStorage,
        resource: Resource,
        finder: WordFinder | None = None,
        catalogue: Catalogue | None = None,
    ) -> None:
        self._storage = storage
        self._resource = resource
        self._finder = finder
        self._catalogue = catalogue or Catalogue()

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> EntityRecognizer:
        """Return a recogniser without word lists."""
        return cls(model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Take the word lists of data/lexicon/entities into the model."""
        self._finder = WordFinder.read()
        with self._storage.write_to(self._resource) as folder:
            lists = json.dumps(self._finder.lists, ensure_ascii=False)
            (folder / "lists.json").write_text(lists, encoding="utf-8")
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the entities to every message."""
        for message in messages:
            said = message.get(TEXT) or ""
            entities = [*(message.get(ENTITIES) or []), *self.entities(said)]
            message.set(ENTITIES, entities, add_to_output=True)
        return messages

    def entities(self, said: str) -> list[dict[str, Any]]:
        """Return Rasa entities of a text, by place; where two overlap the more telling kind stays."""
        if self._finder is None:
            raise RuntimeError("the entity recogniser is not trained; run `rasa train`")
        narrow = half_width(said)
        lower = narrow.lower() if len(narrow.lower()) == len(narrow) else narrow
        candidates = [
            *contacts.find(narrow),
            *self._catalogue.find(lower),
            *body.find(lower),
            *amounts.find(lower),
            *dates.find(narrow),
            *sizes.find(narrow),
            *self._finder.find(lower),
        ]
        return [_to_rasa(one, said) for one in _without_overlap(candidates)]

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> EntityRecognizer:
        """Return the recogniser with the lists of the model."""
        with model_storage.read_from(resource) as folder:
            lists = json.loads((folder / "lists.json").read_text(encoding="utf-8"))
        return cls(model_storage, resource, WordFinder(lists))


# These hold other values inside: 浙江省杭州市… is an address and names a region.
_MAY_CONTAIN = {"address", "invoice_title", "product"}
# No address stands in a title, though 桃源县青石镇卫生院 begins like one.
_NEVER_INSIDE = {"address", "invoice_title", "name"}


def _without_overlap(candidates: list[Found]) -> list[Found]:
    kept: list[Found] = []
    for one in candidates:
        rivals = [other for other in kept if one.start < other.end and other.start < one.end]
        if not rivals or (
            one.entity not in _NEVER_INSIDE
            and all(other.entity in _MAY_CONTAIN and other.entity != one.entity for other in rivals)
        ):
            kept.append(one)
    return sorted(kept, key=lambda one: (one.start, -one.end))


def _to_rasa(one: Found, said: str) -> dict[str, Any]:
    return {
        "entity": one.entity,
        "value": one.value,
        "raw": said[one.start : one.end],
        "start": one.start,
        "end": one.end,
        "extractor": "EntityRecognizer",
    }
