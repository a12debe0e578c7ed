"""Dialogues: a form asks for what it lacks, one thing at a time, and lets the customer do as people do.

The frame of every topic that needs several turns. It stands on Rasa's loop: a rule opens the form, the loop
keeps it open, and a text that is no answer is rejected, so that Rasa's rules answer it as usual and
then call the form once more, to ask again. What was heard lies in the slot `dialogue`, small and without
the customer's record.
"""

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

from rasa_sdk.interfaces import ActionExecutionRejection

from actions.base import Answer, Json, Question, Reply, ShopAction
from actions.hearing import asks, gives_up

Values = dict[str, Any]

SURE = 0.6
"""From here a text counts as another need than the open question's answer."""
MOST_MISSES = 2
"""How often the same thing is asked again before a person helps (A12, A13)."""
FORGOTTEN_AFTER = timedelta(hours=24)
"""A dialogue left for longer is not come back to; an answer to it is still taken."""
NEUTRAL = frozenset({"inform", "affirm", "deny", "unclear", "out_of_scope"})
"""Intents that say nothing of their own need: an answer may sound like any of them."""
ALWAYS_OUT = frozenset(
    {
        *("request_human", "complain", "threaten_escalation", "report_safety_incident"),
        *("express_self_harm", "abuse"),
    }
)
"""Never an answer, however unsure."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something was heard for a field that cannot be; `reply` says so and asks again.

    `values` replaces what was known, where that must not be tried again.
    """

    reply: Reply
    values: Values | None = None
    name: str = ""


Hear = Callable[[Question, Values, bool], Awaitable[Any]]
"""What a text gives for a field: a value, Wrong, or None. The last argument: whether it was just asked."""
Ask = Callable[[Question, Values], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a form must know.

    `answers` are needs that answer it when asked ("鞋底开胶了" to "why?"). Another value makes
    those of `resets` unknown again. A field that is not `wanted` is not asked. `offers` gives the ids of what
    a question offered to choose from; they are kept as the value `offered`, where "第二个" counts.
    """

    name: str
    hear: Hear
    ask: Ask
    answers: frozenset[str] = frozenset()
    resets: tuple[str, ...] = ()
    wanted: Callable[[Values], bool] = lambda _: True
    offers: Callable[[Reply], list[str]] | None = None


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A form's state as it travels in the slot `dialogue`. `paused` is another one that waits meanwhile."""

    form: str
    since: str
    values: Values = field(default_factory=dict)
    asked: str | None = None
    misses: int = 0
    done: bool = False
    back: bool = False  # it was paused and is to ask again, not to listen
    paused: Json | None = None

    def to_json(self) -> Json:
        """The dialogue as the slot keeps it: what is empty is left out."""
        return {name: value for name, value in asdict(self).items() if value or name == "form"}


def find_dialogue(question: Question) -> Dialogue | None:
    """The dialogue in the slot, open or done; None where there is none, or it has another shape."""
    kept = question.slots.get("dialogue")
    try:
        return Dialogue(**kept) if isinstance(kept, dict) else None
    except TypeError:
        return None


class Form(ShopAction):
    """Base of a dialogue. A subclass names its intent and fields and says what happens at the end.

    `intent` opens it; `replaces` are forms that it takes the place of (a return becomes an exchange), all
    others wait until it is done.
    """

    intent: ClassVar[str]
    fields: ClassVar[tuple[Field, ...]]
    replaces: ClassVar[frozenset[str]] = frozenset()

    async def check(self, question: Question, values: Values) -> Answer | None:
        """Whether the matter can go on with what is known; an answer ends it at once."""
        return None

    async def finish(self, question: Question, values: Values) -> Answer:
        """Everything is known: say so and propose what should happen."""
        raise NotImplementedError

    async def answer(self, question: Question) -> Answer:
        """Open, listen, or ask again. Raises ActionExecutionRejection on what is no answer."""
        kept = find_dialogue(question)
        is_open = question.loop == self.name() and kept is not None and kept.form == self.name()
        if not is_open or kept is None:
            return await self._open(question, kept)
        if question.rejected or kept.back:
            return await self._come_back(question, kept)
        return await self._listen(question, kept)

    async def _open(self, question: Question, kept: Dialogue | None) -> Answer:
        waits = kept and not kept.done and question.loop == kept.form and kept.form != self.name()
        replaced = kept is not None and kept.form in self.replaces and not kept.done
        dialogue = Dialogue(
            self.name(),
            question.reading.now.isoformat(),
            values=dict(kept.values) if kept and replaced else {},
            paused=replace(kept, paused=None).to_json() if kept and waits and not replaced else None,
        )
        _, dialogue, wrong = await self._hear(question, dialogue)
        return await self._go_on(question, dialogue, wrong)

    async def _listen(self, question: Question, dialogue: Dialogue) -> Answer:
        if is_out(question):
            raise ActionExecutionRejection(self.name())
        asked = self._field(dialogue.asked)
        other = self._is_other_need(question, asked)
        heard, after, wrong = (False, dialogue, None)
        if not (other and asks(question.text)):
            heard, after, wrong = await self._hear(question, dialogue)
        if heard or wrong:
            answer = await self._go_on(question, replace(after, misses=0), wrong)
            if wrong is None and asked and asked.offers and self._next(after.values) is asked:
                # Something else was told than what to choose was asked for: it is not lost.
                answer = replace(answer, replies=(Reply("dialogue_noted"), *answer.replies))
            return self._taken(replace(answer, takes_photos=bool(question.photos)))
        if gives_up(question.text) and not other:
            return self._taken(self._close(question, dialogue, Answer((Reply("dialogue_given_up"),))))
        if other or question.intent not in (*NEUTRAL, self.intent) or is_forgotten(question, dialogue):
            raise ActionExecutionRejection(self.name())
        return await self._miss(question, dialogue)

    def _is_other_need(self, question: Question, asked: Field | None) -> bool:
        """Whether the text surely is about something else than the open question."""
        own = NEUTRAL | {self.intent} | (asked.answers if asked else frozenset())
        return question.intent not in own and question.confidence >= SURE

    async def _hear(self, question: Question, dialogue: Dialogue) -> tuple[bool, Dialogue, Wrong | None]:
        """The values the text gives, in the order of the fields; corrections of earlier ones count too."""
        values, heard, wrong = dict(dialogue.values), False, None
        for item in self.fields:
            found = await item.hear(question, values, item.name == dialogue.asked)
            if isinstance(found, Wrong):
                wrong = wrong or replace(found, name=item.name)
                values = dict(found.values) if found.values is not None else values
            elif found is not None and found != values.get(item.name):
                gone = item.resets if item.name in values else ()
                values = {name: value for name, value in values.items() if name not in gone}
                values[item.name], heard = found, True
            elif found is not None:
                heard = True
        return heard, replace(dialogue, values=values), wrong

    async def _go_on(self, question: Question, dialogue: Dialogue, wrong: Wrong | None) -> Answer:
        """Ask for the next thing; with everything known, finish."""
        # Without its subject (an order that was not found) there is nothing to check yet.
        has_subject = wrong is None or wrong.name != self.fields[0].name
        early = await self.check(question, dialogue.values) if has_subject else None
        if early is not None:
            return self._close(question, dialogue, early)
        if wrong is not None:
            return self._ask(question, dialogue, wrong.name, wrong.reply)
        missing = self._next(dialogue.values)
        if missing is None:
            answer = await self.finish(question, dialogue.values)
            return self._close(question, replace(dialogue, done=True), answer)
        reply = await missing.ask(question, dialogue.values)
        return self._ask(question, dialogue, missing.name, reply)

    async def _come_back(self, question: Question, dialogue: Dialogue) -> Answer:
        """Something else was answered: ask again, unless the dialogue was left too long ago."""
        missing = self._next(dialogue.values)
        if missing is None or is_forgotten(question, dialogue):
            return self._close(question, replace(dialogue, paused=None), Answer())
        reply = await missing.ask(question, dialogue.values)
        answer = self._ask(question, replace(dialogue, back=False), missing.name, reply)
        return replace(answer, again=True)

    async def _miss(self, question: Question, dialogue: Dialogue) -> Answer:
        """Not understood: ask once more in other words, then a person helps."""
        misses = dialogue.misses + 1
        missing = self._next(dialogue.values)
        if missing is None or misses > MOST_MISSES:
            stuck = Answer((Reply("dialogue_stuck"),), handoff="dialogue_stuck")
            return self._taken(self._close(question, dialogue, stuck))
        reply = await missing.ask(question, dialogue.values)
        answer = self._ask(question, replace(dialogue, misses=misses), missing.name, reply)
        return self._taken(replace(answer, replies=(Reply("dialogue_again"), *answer.replies)))

    def _ask(self, question: Question, dialogue: Dialogue, name: str | None, reply: Reply) -> Answer:
        now = question.reading.now.isoformat()
        asked = self._field(name)
        offered = asked.offers(reply) if asked and asked.offers else []
        values = dialogue.values | {"offered": offered} if offered else dialogue.values
        kept = replace(dialogue, asked=name, since=now, values=values)
        slots = {"dialogue": kept.to_json(), "last_intent": self.intent}
        return Answer((reply,), slots=slots | _remember(kept.values), loop=self.name())

    def _close(self, question: Question, dialogue: Dialogue, answer: Answer) -> Answer:
        """The form ends with this answer; one that waited for it goes on."""
        paused = dialogue.paused
        kept = {**paused, "back": True} if paused else replace(dialogue, asked=None, paused=None).to_json()
        slots = {"dialogue": kept, "last_intent": self.intent} | _remember(dialogue.values) | answer.slots
        return replace(answer, slots=slots, loop=str(paused["form"]) if paused else None)

    def _taken(self, answer: Answer) -> Answer:
        return replace(answer, reads_as=self.intent)

    def _field(self, name: str | None) -> Field | None:
        return next((item for item in self.fields if item.name == name), None)

    def _next(self, values: Values) -> Field | None:
        """The first wanted thing that is not known yet."""
        return next((item for item in self.fields if item.name not in values and item.wanted(values)), None)


def is_forgotten(question: Question, dialogue: Dialogue) -> bool:
    """Whether the dialogue was left so long ago that its question is not put again."""
    return question.reading.now - datetime.fromisoformat(dialogue.since) > FORGOTTEN_AFTER


def is_out(question: Question) -> bool:
    """Whether the text calls for people or is about danger: no form keeps it.

    "个人" as an invoice's title sounds a little like a call for a person: that alone must be sure.
    """
    if question.intent == "request_human" and question.confidence < SURE:
        return False
    return question.intent in ALWAYS_OUT


def _remember(values: Values) -> Json:
    """The order a dialogue is about is the one talked about afterwards."""
    return {"order_no": values["order_no"]} if values.get("order_no") else {}


def find_form(intent: str) -> Form | None:
    """The form that an intent opens, or None; the server has imported all topics."""
    pending: list[type[Form]] = list(Form.__subclasses__())
    while pending:
        kind = pending.pop()
        pending += kind.__subclasses__()
        if getattr(kind, "intent", None) == intent:
            return kind()
    return None


def reopen(question: Question, form: Form) -> Answer | None:
    """A correction after the end ("打错了,39"): the form listens again; None where it was another's."""
    kept = find_dialogue(question)
    if kept is None or not kept.done or kept.form != form.name():
        return None
    return Answer(slots={"dialogue": replace(kept, done=False).to_json()}, loop=form.name())
