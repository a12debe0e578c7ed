"""Trains the tiny models of the engine tests (a few seconds, mostly Rasa's own import)."""

from __future__ import annotations

from pathlib import Path

import yaml

INTENTS = [
    "greet",
    "thank",
    "inform",
    "unclear",
    "request_human",
    "complain",
    "ask_stock",
    "ask_size",
    "ask_dispatch",
    "report_quality_issue",
    "request_return",
    "request_exchange",
    "loop_forever",
]
SPOKEN = {
    "greet": {"replies": [{"script": "greet", "facts": []}]},
    "thank": {"replies": [{"script": "thank", "facts": []}]},
    "unclear": {"replies": [{"script": "unclear", "facts": []}]},
    "request_human": {"replies": [], "handoff": "asked_for_person"},
    "ask_order_no": {"replies": [{"script": "ask_order_no", "facts": []}]},
}
ACTIONS = ["inform", "complain", "ask_stock", "ask_size", "ask_dispatch", "report_quality_issue"]


def _slot(entity: str | None = None) -> dict[str, object]:
    mapping = {"type": "from_entity", "entity": entity} if entity else {"type": "custom"}
    return {"type": "any", "influence_conversation": False, "mappings": [mapping]}


DOMAIN = {
    "version": "3.1",
    "intents": INTENTS,
    "entities": ["size", "order_no"],
    "slots": {
        "context": _slot(),
        "last_intent": _slot(),
        "size": _slot("size"),
        "order_no": _slot("order_no"),
        "note": _slot(),
    },
    # The second is carried out by an action of its name, as the shop's dialogues are.
    "forms": {"return_form": {"required_slots": ["order_no"]}, "exchange_form": {"required_slots": []}},
    "responses": {f"utter_{name}": [{"custom": custom}] for name, custom in SPOKEN.items()},
    "actions": [
        *(f"action_{name}" for name in ACTIONS),
        "action_file_return",
        "action_again",
        "exchange_form",
    ],
    # The worker must not depend on these: sessions that expire at once and copy every slot.
    "session_config": {"session_expiration_time": 0.000001, "carry_over_slots_to_new_session": True},
}


def _rule(intent: str, action: str) -> dict[str, object]:
    return {"rule": intent, "steps": [{"intent": intent}, {"action": action}]}


FORM_RULES = [
    {
        "rule": "request_return",
        "steps": [{"intent": "request_return"}, {"action": "return_form"}, {"active_loop": "return_form"}],
    },
    {
        "rule": "file the return",
        "condition": [{"active_loop": "return_form"}],
        "steps": [
            {"action": "return_form"},
            {"active_loop": None},
            {"slot_was_set": [{"requested_slot": None}]},
            {"action": "action_file_return"},
        ],
    },
    {
        "rule": "request_exchange",
        "steps": [
            {"intent": "request_exchange"},
            {"action": "exchange_form"},
            {"active_loop": "exchange_form"},
        ],
    },
    {
        "rule": "request_exchange ends",
        "condition": [{"active_loop": "exchange_form"}],
        "steps": [{"action": "exchange_form"}, {"active_loop": None}],
    },
]
ENDLESS = {
    "rule": "endless",
    "steps": [{"intent": "loop_forever"}, {"action": "action_again"}, {"action": "action_again"}],
}
RULES = [
    *(_rule(name, f"utter_{name}") for name in ("greet", "thank", "unclear", "request_human")),
    *(_rule(name, f"action_{name}") for name in ACTIONS),
    _rule("loop_forever", "action_again"),
    *FORM_RULES,
]
CONFIG = {
    "recipe": "default.v1",
    "assistant_id": "tiny",
    "language": "zh",
    "pipeline": [{"name": "tiny_nlu.WordNLU"}],
    "policies": [{"name": "RulePolicy"}],
}


def train_tiny(folder: Path, name: str = "tiny") -> Path:
    """A model with the words of tiny_nlu, written to folder/models."""
    from rasa.model_training import train

    # Without an example Rasa trains no NLU at all; WordNLU learns nothing from it.
    data = {"nlu": [{"intent": name, "examples": f"- {name}\n"} for name in INTENTS], "rules": RULES}
    for file, content in (("domain.yml", DOMAIN), ("config.yml", CONFIG), ("data.yml", data)):
        folder.joinpath(file).write_text(yaml.safe_dump({"version": "3.1", **content}, allow_unicode=True))
    result = train(
        domain=str(folder / "domain.yml"),
        config=str(folder / "config.yml"),
        training_files=str(folder / "data.yml"),
        output=str(folder / "models"),
        fixed_model_name=name,
        force_training=True,
    )
    assert result.code == 0
    return Path(result.model)
