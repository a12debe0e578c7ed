"""Every component keeps what it learned, and the training cache sees its helpers."""

import shutil
from pathlib import Path

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.entity_recognizer import EntityRecognizer
from bot.components.fingerprint import fingerprint
from bot.components.intent_model import IntentModel
from bot.components.severity_detector import SeverityDetector

COMPONENTS = [IntentModel, EntityRecognizer, SeverityDetector]
EXAMPLES = {
    "ask_stock": ["还有货吗", "有39码吗", "有没有黑色", "什么时候补货", "没货了吗", "还有现货没"],
    "ask_size": ["穿多大码", "偏大吗", "尺码标准吗", "脚长24选几码", "选多大的", "码数正不正"],
    "track_order": ["到哪了", "物流不更新", "快递单号多少", "怎么还没收到", "查一下物流", "包裹到哪里了"],
}
TURNS = ["39码黑色还有货吗", "脚长24.5cm穿多大", "我要投诉你们,马上打12315", "", "   ", "😀"]


@pytest.fixture
def graph(tmp_path):
    """Storage, resource and context as Rasa's graph gives them."""
    storage = LocalModelStorage(tmp_path / "storage")
    (tmp_path / "storage").mkdir()
    return storage, Resource("component"), ExecutionContext(GraphSchema({}), "model")


def _train(component, graph):
    examples = [Message({TEXT: text, INTENT: name}) for name, texts in EXAMPLES.items() for text in texts]
    config = component.get_default_config()
    trained = component.create(config, *graph)
    trained.train(TrainingData(examples))
    return config, trained


def _answers(component):
    messages = [Message({TEXT: text}) for text in TURNS]
    return [message.as_dict() for message in component.process(messages)]


@pytest.mark.parametrize("component", COMPONENTS)
def test_a_loaded_component_answers_as_the_trained_one(component, graph):
    config, trained = _train(component, graph)
    loaded = component.load(config, *graph)
    for before, after in zip(_answers(trained), _answers(loaded), strict=True):
        assert before.keys() == after.keys()
        for key, value in before.items():
            if key not in ("intent", "intent_ranking"):
                assert after[key] == value
        if component is IntentModel:  # weights are kept in half precision
            assert after["intent"]["name"] == before["intent"]["name"]
            assert after["intent"]["confidence"] == pytest.approx(before["intent"]["confidence"], abs=2e-3)


@pytest.mark.parametrize("component", COMPONENTS)
def test_an_untrained_component_refuses_to_work(component, graph):
    untrained = component.create(component.get_default_config(), *graph)
    with pytest.raises(RuntimeError, match="rasa train"):
        untrained.process([Message({TEXT: "还有货吗"})])


@pytest.mark.parametrize("component", COMPONENTS)
def test_a_damaged_model_is_an_error_and_never_an_untrained_component(component, graph, tmp_path):
    config, _ = _train(component, graph)
    for file in (tmp_path / "storage").rglob("*.json"):
        file.write_text("{", encoding="utf-8")
    with pytest.raises(ValueError, match="Expecting"):
        component.load(config, *graph)


def test_blank_text_is_unclear(graph):
    _, trained = _train(IntentModel, graph)
    (blank,) = trained.process([Message({TEXT: "  "})])
    assert blank.get(INTENT) == {"name": "unclear", "confidence": 1.0}


def test_entities_stay_beside_those_of_earlier_components(graph):
    _, trained = _train(EntityRecognizer, graph)
    earlier = {"entity": "name", "value": "李青", "start": 0, "end": 2}
    (message,) = trained.process([Message({TEXT: "李青要39码", "entities": [earlier]})])
    assert [one["entity"] for one in message.get("entities")] == ["name", "size"]


@pytest.mark.parametrize("component", COMPONENTS)
def test_the_training_cache_sees_the_lists(component, tmp_path, monkeypatch):
    before = component.fingerprint_addon({})
    for folder in ("data/lexicon", "data/severity"):
        shutil.copytree(folder, tmp_path / folder)
    monkeypatch.chdir(tmp_path)
    assert component.fingerprint_addon({}) == before
    for file in (tmp_path / "data/lexicon").rglob("*"):
        if file.is_file():
            file.write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert component.fingerprint_addon({}) != before


def test_the_training_cache_sees_the_helpers(tmp_path):
    from bot.components import text

    before = fingerprint([text])
    copy = tmp_path / "text.py"
    copy.write_text(Path(text.__file__).read_text(encoding="utf-8"), encoding="utf-8")
    text_copy = type(text)("text")
    text_copy.__file__ = str(copy)
    assert fingerprint([text_copy]) == before
    copy.write_text("# changed\n", encoding="utf-8")
    assert fingerprint([text_copy]) != before
