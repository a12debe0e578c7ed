"""The worker's heart: Rasa's Agent driven as a pure function of text, state and context."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.core.lock_store import InMemoryLockStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActiveLoop, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from bot.answers import reading_of
from bot.endpoint import ActionEndpoint, use_cached_validator
from bot.errors import StateError
from bot.fragments import read_after
from bot.parse import UNCLEAR
from bot.processor import TurnProcessor
from bot.protocol import TurnRequest
from bot.questions import COMPLAIN, NO_NEED, REMARKS, Question
from bot.run import Collector, Run, running
from bot.state import CONTEXT_SLOT, dump_state, load_state
from bot.store import HandedInStore
from bot.understanding import Understanding, understand

Json = dict[str, Any]
LAST_INTENT_SLOT = "last_intent"
TOPICS_SLOT = "topics"
MOST_TOPICS = 20
LEAVE = ("thank", "goodbye")
"""Intents after which an open form keeps still until the customer writes on."""


class Engine:
    """A loaded model that answers turns. Keeps nothing between them; for the tasks of one event loop."""

    def __init__(self, model: Path, endpoint: ActionEndpoint) -> None:
        """Load the model (seconds, blocking). Raises what Rasa raises when it cannot."""
        started = time.perf_counter()
        use_cached_validator()
        store, locks = HandedInStore(), InMemoryLockStore()
        agent = Agent(tracker_store=store, lock_store=locks, action_endpoint=endpoint)
        self._processor = TurnProcessor(
            model_path=model,
            tracker_store=store,
            lock_store=locks,
            generator=agent.nlg,
            action_endpoint=endpoint,
        )
        agent.processor, agent.domain = self._processor, self._processor.domain
        store.domain = agent.domain
        agent.nlg.responses = agent.domain.responses
        self._agent = agent
        self.endpoint = endpoint
        self.model = f"{agent.model_name}@{agent.model_id[:8]}"
        self.loaded_in_s = round(time.perf_counter() - started, 1)

    @property
    def domain(self) -> Domain:
        """The model's domain."""
        return self._agent.domain

    async def close(self) -> None:
        """Close the connections to the action server."""
        await self.endpoint.close()

    def understand(self, texts: Sequence[str]) -> list[Json]:
        """The questions and the severity of each text; no dialogue, no actions."""
        return [
            {
                "questions": [found.to_json(question) for question in found.questions],
                "severity": found.severity,
                "severity_evidence": found.evidence,
            }
            for found in (understand(text, self._processor.parse_texts) for text in texts)
        ]

    async def turn(self, request: TurnRequest) -> Json:
        """Answer one turn: its questions with their readings, and the state after it."""
        started = time.perf_counter()
        tracker, was_reset = self._open(request)
        found = understand(request.text, self._processor.parse_texts)
        answered: list[Json] = []
        if found.severity != "none":
            self._add_topic(tracker, COMPLAIN)
        lost = False  # an action server that did not answer just now will not answer the next either
        for alone in found.questions:
            text = found.text_of(alone)
            # What is only heard along with the rest opens no dialogue and corrects none.
            heard_by = tracker.copy() if alone.is_aside else tracker
            question = replace(alone, parse=read_after(self._last_intent(tracker), text, alone.parse))
            if lost:
                readings = [_unasked(question)]
            else:
                readings = await self._read(heard_by, text, question, request.second_reading_below)
                lost = is_lost(readings[0])
            best = {name: readings[0][name] for name in ("intent", "confidence")}
            answered.append({**found.to_json(question), **best, "readings": readings})
            if not question.is_aside:
                self._remember(tracker, readings[0]["intent"])
            self._add_topic(tracker, readings[0]["intent"])
        _ask_last(answered)
        answer = _answer(found, answered, tracker)
        if was_reset:
            answer["state_reset"] = True
        return {**answer, "model": self.model, "took_ms": round((time.perf_counter() - started) * 1000)}

    def _open(self, request: TurnRequest) -> tuple[DialogueStateTracker, bool]:
        """The tracker of the state handed in, and whether that state had to be given up."""
        try:
            tracker, was_reset = load_state(request.state, self.domain, request.conversation), False
        except StateError:
            tracker, was_reset = load_state(None, self.domain, request.conversation), True
        if CONTEXT_SLOT in tracker.slots:
            tracker.update(SlotSet(CONTEXT_SLOT, request.context), self.domain)
        return tracker, was_reset

    async def _read(
        self, tracker: DialogueStateTracker, text: str, question: Question, second_below: float
    ) -> list[Json]:
        """The best reading, run on `tracker`; and the second best, run on a copy made before."""
        (intent, confidence), *others = question.parse.ranking
        before = tracker.copy() if confidence < second_below and others else None
        readings = [await self._run(tracker, text, question, intent, confidence)]
        unsure = readings[0]["confidence"] < second_below
        if before is not None and unsure and not is_lost(readings[0]):
            readings.append(await self._run(before, text, question, *others[0]))
        return readings

    async def _run(
        self, tracker: DialogueStateTracker, text: str, question: Question, intent: str, confidence: float
    ) -> Json:
        """Run the dialogue for a question read as `intent`; changes `tracker`."""
        message = UserMessage(
            text,
            output_channel=Collector(),
            sender_id=tracker.sender_id,
            input_channel=Collector.name(),
            message_id="",
            parse_data=_parse_data(text, question, intent, confidence),
        )
        if tracker.is_active_loop_rejected:  # it passed on another question, not on this one
            tracker.update(ActiveLoop(tracker.active_loop_name), self.domain)
        with running(Run(tracker)) as run:
            await self._processor.handle_message(message)
        return reading_of(run, intent, confidence)

    @staticmethod
    def _last_intent(tracker: DialogueStateTracker) -> object:
        """What was asked last; None while a form waits for its own answer."""
        if tracker.active_loop_name or LAST_INTENT_SLOT not in tracker.slots:
            return None
        return tracker.get_slot(LAST_INTENT_SLOT)

    def _remember(self, tracker: DialogueStateTracker, intent: str) -> None:
        """Keep what was asked last, so that a fragment (那39呢) can follow it."""
        if LAST_INTENT_SLOT in tracker.slots and intent not in REMARKS and intent != UNCLEAR:
            tracker.update(SlotSet(LAST_INTENT_SLOT, intent), self.domain)

    def _add_topic(self, tracker: DialogueStateTracker, intent: str) -> None:
        """Keep what the conversation was about: each intent once, the newest last."""
        if TOPICS_SLOT not in tracker.slots or intent in REMARKS | NO_NEED:
            return
        topics = with_topic(tracker.get_slot(TOPICS_SLOT) or [], intent)
        tracker.update(SlotSet(TOPICS_SLOT, topics), self.domain)


def with_topic(topics: Sequence[str], intent: str) -> list[str]:
    """What a conversation was about, with this intent as its newest; bounded."""
    return [*(topic for topic in topics if topic != intent), intent][-MOST_TOPICS:]


def _ask_last(questions: list[Json]) -> None:
    """What an open form asks again after other questions were answered is said once, and last of all.

    Not where people are called, nor to somebody who is taking leave.
    """
    again: list[Json] = []
    for reading in (reading for question in questions for reading in reversed(question["readings"])):
        again = reading.pop("again", [])
    last = questions[-1]["readings"][0]
    if last["handoff"] or last["failures"] or not last["replies"] or last["intent"] in LEAVE:
        return
    for reading in (question["readings"][0] for question in questions):
        kept = [reply for reply in reading["replies"] if reply not in again]
        if reading["replies"] and not kept and reading is not last:
            reading["said_later"] = True
        reading["replies"] = kept
    last["replies"] += again


def is_lost(reading: Json) -> bool:
    """Whether the action server did not answer in time, or at all."""
    return any(failure["reason"] != "error" for failure in reading["failures"])


def _unasked(question: Question) -> Json:
    """The reading of a question whose action was not tried, to keep the turn within its time."""
    failure = {"action": "", "reason": "unreachable", "detail": "not tried: the action server is away"}
    return {
        "intent": question.parse.intent,
        "confidence": question.parse.confidence,
        "replies": [],
        "proposals": [],
        "handoff": None,
        "hold": None,
        "failures": [failure],
    }


def _answer(found: Understanding, answered: list[Json], tracker: DialogueStateTracker) -> Json:
    answer: Json = {
        "questions": answered,
        "severity": found.severity,
        "severity_evidence": found.evidence,
        "state": dump_state(tracker),
    }
    if found.cleaned.cut:
        answer["cut"] = True
    return answer


def _parse_data(text: str, question: Question, intent: str, confidence: float) -> Json:
    """A question as the pipeline would have given it, so that Rasa parses nothing again."""
    return {
        "text": text,
        "intent": {"name": intent, "confidence": confidence},
        "intent_ranking": [{"name": name, "confidence": value} for name, value in question.parse.ranking],
        "entities": [entity.to_json() for entity in question.parse.entities],
    }
