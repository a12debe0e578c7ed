"""A small, exact understanding for engine tests: what a text contains decides everything about it."""

from __future__ import annotations

import re
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.message import Message

# The first match decides; the number is the confidence.
WORDS = [
    ("转人工", "request_human", 0.95),
    ("投诉", "complain", 0.93),
    ("发货", "ask_dispatch", 0.92),
    ("有货", "ask_stock", 0.9),
    ("还有吗", "ask_stock", 0.9),
    ("尺码", "ask_size", 0.55),
    ("开胶", "report_quality_issue", 0.88),
    ("退货", "request_return", 0.9),
    ("换货", "request_exchange", 0.9),
    ("身高", "inform", 0.9),
    ("你好", "greet", 0.97),
    ("谢谢", "thank", 0.96),
    ("卡住", "loop_forever", 0.9),
]
SEVERE = [("12315", "major"), ("受伤", "crisis"), ("太差", "general")]


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER], is_trainable=False)
class WordNLU(GraphComponent):
    """Intent, ranking, entities (with raw) and severity by plain words."""

    @classmethod
    def create(
        cls, config: dict[str, Any], storage: ModelStorage, resource: Resource, context: ExecutionContext
    ) -> WordNLU:
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            _understand(message, message.get("text"))
        return messages


def _understand(message: Message, text: str) -> None:
    if not text.strip():
        raise ValueError("an empty text reached the classifier")
    name, confidence = next(((name, value) for word, name, value in WORDS if word in text), ("unclear", 0.3))
    second = "ask_size" if name == "ask_stock" else "ask_stock"
    ranking = [{"name": name, "confidence": confidence}, {"name": second, "confidence": 1 - confidence}]
    message.set("intent", ranking[0], add_to_output=True)
    message.set("intent_ranking", ranking, add_to_output=True)
    entities = [_entity("size", found) for found in re.finditer(r"(?<!\d)\d\d码?(?!\d)", text)]
    entities += [_entity("order_no", found) for found in re.finditer(r"[A-Z]\d{3,}", text)]
    message.set("entities", entities, add_to_output=True)
    for word, severity in SEVERE:
        if word in text:
            message.set("severity", severity, add_to_output=True)
            message.set("severity_evidence", [word], add_to_output=True)


def _entity(name: str, found: re.Match[str]) -> dict[str, Any]:
    raw = found.group()
    return {
        "entity": name,
        "value": raw.removesuffix("码"),
        "raw": raw,
        "start": found.start(),
        "end": found.end(),
    }
