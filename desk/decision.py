"""What becomes of a turn: auto, suggest or handoff. A pure rule on what the bot said and the policy.

Money, liability and safety never go by confidence alone: the severity comes first, then what an action or
the policy keeps for people, then failures and holds, and only then how sure the bot is.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from desk.bot_client import BotAnswer, BotQuestion, BotReading, BotReply, Proposal
from desk.models import Owner
from shop.policy import Autonomy, Policy

T = TypeVar("T")

OPEN_COMPLAINT = "open_complaint"
CALM = BotReply("calm")
"""First understanding, then the matter (A11)."""
SELF_HARM = "express_self_harm"
ASKED_FOR_PERSON = "asked_for_person"
DATA_UNAVAILABLE = "data_unavailable"
BOT_UNAVAILABLE = "bot_unavailable"
DOUBTFUL = "doubtful"
AGENT_HAS_IT = "agent_has_it"
PEOPLE_ONLY = "people_only"

PRIORITY = {
    "crisis": 0,
    "major": 1,
    "general": 2,
    ASKED_FOR_PERSON: 3,
    PEOPLE_ONLY: 3,
    DATA_UNAVAILABLE: 4,
    BOT_UNAVAILABLE: 4,
    DOUBTFUL: 5,
}
"""Lower is more urgent. A reason not named here stands with PEOPLE_ONLY."""
SEVERE = ("major", "crisis")
SALES = frozenset(
    {
        *("bargain", "ask_recommendation", "ask_promotion", "ask_coupon", "ask_gift"),
        *("ask_bulk_order", "ask_price"),
    }
)
"""Intents whose answers are sales talk: after a grave complaint people decide on every word of it (E4)."""
SEVERITY_RANK = {"none": 0, "general": 1, "major": 2, "crisis": 3}


class Kind(StrEnum):
    """The three ways of a turn."""

    AUTO = "auto"
    SUGGEST = "suggest"
    HANDOFF = "handoff"


@dataclass(frozen=True, slots=True)
class Situation:
    """What else counts: who owns the conversation, the policy, and facts about the turn.

    `needs` gives the authority a command needs, None for one that does not exist. `broken_scripts` cannot
    be rendered. `words` and `order_no` go into a complaint's ticket. `seen_by_person`: a person read the
    whole turn and gave the conversation back to the bot.
    """

    owner: Owner
    policy: Policy
    needs: Callable[[str], str | None]
    words: str = ""
    order_no: str | None = None
    has_attachments: bool = False
    seen_by_person: bool = False
    was_severe: bool = False  # this conversation held a grave complaint or a crisis (E4)
    broken_scripts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class DraftPlan:
    """An answer for a person to send or not."""

    intents: tuple[str, ...]
    confidence: float
    replies: tuple[BotReply, ...]
    proposals: tuple[Proposal, ...]
    shadow: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the queue a turn belongs, and what the customer hears about it (a script of the desk)."""

    team: str
    priority: int
    reason: str
    severity: str = "none"
    say: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a turn. An auto decision carries drafts and place for the case that it cannot be sent.

    `place` is None when a person has the conversation already.
    """

    kind: Kind
    reasons: tuple[str, ...] = ()  # why it is not auto
    replies: tuple[BotReply, ...] = ()  # sent at once; with a hand-over before the place is told
    proposals: tuple[
        Proposal, ...
    ] = ()  # executed at once; with a hand-over the ticket or what `replies` say
    drafts: tuple[DraftPlan, ...] = ()
    rest: tuple[DraftPlan, ...] = ()  # the drafts beside `replies` of a hand-over
    place: Place | None = None

    @property
    def is_severe(self) -> bool:
        """Whether a supervisor must hear of it, whoever has the conversation."""
        return self.place is not None and self.place.severity in SEVERE


def decide(answer: BotAnswer, situation: Situation) -> Decision:
    """What becomes of a turn. The owner decides last: while an agent has it, everything is a draft."""
    decision = _decide_by_content(answer, situation)
    return leave_to_agent(decision) if situation.owner is Owner.AGENT else decision


def hold_back(decision: Decision, reason: str) -> Decision:
    """An auto decision that may not be sent after all: its answer becomes a draft."""
    return replace(decision, kind=Kind.SUGGEST, reasons=(reason,), replies=(), proposals=())


def leave_to_agent(decision: Decision) -> Decision:
    """The same answer as drafts for the agent who has the conversation; severity still calls a supervisor.

    A complaint's ticket is opened all the same.
    """
    if decision.is_severe:
        return decision
    tickets = tuple(proposal for proposal in decision.proposals if proposal.name == OPEN_COMPLAINT)
    return Decision(
        Kind.SUGGEST, decision.reasons or (AGENT_HAS_IT,), proposals=tickets, drafts=decision.drafts
    )


def _decide_by_content(answer: BotAnswer, situation: Situation) -> Decision:
    if answer.severity in SEVERE:
        return _decide_severe(answer, situation)
    questions = _list_open_questions(answer, situation)
    found = _find_handoff(questions, answer.severity, situation)
    if found:
        return _hand_over(found, answer, questions, situation)
    failed = [question for question in questions if _list_failures(question, situation)]
    if failed:
        place = Place(
            _team(failed[0], situation), PRIORITY[DATA_UNAVAILABLE], DATA_UNAVAILABLE, say=DATA_UNAVAILABLE
        )
        return _hand_over(place, answer, questions, situation)
    return _decide_by_trust(answer, questions, situation)


def _decide_severe(answer: BotAnswer, situation: Situation) -> Decision:
    """E4: a supervisor at once, a script of care, no other word and no sales talk."""
    severity = answer.severity
    self_harm = any(question.intent == SELF_HARM for question in answer.questions)
    say = "handover_supervisor"
    if severity == "crisis":
        say = "self_harm_care" if self_harm else "crisis_care"
    place = replace(grave_place(severity), say=say)
    reason = place.reason
    tickets = _list_tickets(answer, situation)
    return Decision(Kind.HANDOFF, reasons=(reason,), proposals=tickets, place=place)


def grave_place(severity: str) -> Place:
    """Where a major complaint or a crisis goes, whoever noted it: to a supervisor, before all others (E4)."""
    reason = "crisis" if severity == "crisis" else "major_complaint"
    return Place("supervisor", PRIORITY[severity], reason, severity)


def _list_tickets(answer: BotAnswer, situation: Situation) -> tuple[Proposal, ...]:
    """E2: every complaint opens a ticket: the action's own, and for severe words one in any case."""
    best = [question.readings[0] for question in answer.questions if question.readings]
    proposed = [
        proposal
        for proposal in _join(reading.proposals for reading in best)
        if proposal.name == OPEN_COMPLAINT
    ]
    if not proposed and answer.severity in SEVERE:
        order = {"order_no": situation.order_no} if situation.order_no else {}
        proposed = [Proposal(OPEN_COMPLAINT, {"words": situation.words, **order})]
    # The whole turn goes into it: what happened often stands beside the sentence that blames.
    whole = {"words": situation.words} if situation.words else {}
    graded = {} if answer.severity == "none" else {"severity": answer.severity}
    return _join([(Proposal(OPEN_COMPLAINT, {**proposal.args, **whole, **graded}),) for proposal in proposed])


def _list_open_questions(answer: BotAnswer, situation: Situation) -> list[BotQuestion]:
    """The questions that still want an answer.

    Not the wish for a person that a person has met, and not a displeasure that is hardly more than a tone: it
    is shown to people, and the answers to the rest begin with a word of understanding (A11).
    """
    least = situation.policy.confidence.handoff
    asked = [
        question for question in answer.questions if not question.is_aside or question.confidence >= least
    ]
    if not situation.seen_by_person:
        return asked
    return [question for question in asked if _handoff_of(question) != ASKED_FOR_PERSON]


def _handoff_of(question: BotQuestion) -> str | None:
    return question.readings[0].handoff if question.readings else None


def _find_handoff(questions: list[BotQuestion], severity: str, situation: Situation) -> Place | None:
    """The most urgent place that an action or a route `off` asks for.

    A reading that is hardly more than a guess asks for nothing: it becomes a draft.
    """
    places = []
    for question in questions:
        reason = _handoff_of(question)
        if reason is None and situation.policy.route(question.intent).autonomy is Autonomy.OFF:
            reason = PEOPLE_ONLY
        if reason is None or question.confidence < situation.policy.confidence.handoff:
            continue
        priority = _urgency(PRIORITY.get(reason, PRIORITY[PEOPLE_ONLY]), severity)
        places.append(Place(_team(question, situation), priority, reason, severity, "handover"))
    return min(places, key=lambda place: place.priority, default=None)


def _urgency(priority: int, severity: str) -> int:
    """An upset customer comes before the others of the same matter (E1)."""
    return min(priority, PRIORITY["general"]) if severity == "general" else priority


def _decide_by_trust(answer: BotAnswer, questions: list[BotQuestion], situation: Situation) -> Decision:
    reasons = [reason for question in questions for reason in list_doubts(question, situation)]
    if _has_unread_photos(questions, situation):
        reasons.append("attachment")
    if not answer.questions:
        reasons.append("no_question")
    if answer.cut:
        reasons.append("cut")
    team = _team(questions[0], situation) if questions else "presales"
    place = Place(team, _urgency(PRIORITY[DOUBTFUL], answer.severity), DOUBTFUL, answer.severity)
    drafts = _list_drafts(questions, situation)
    if reasons:
        return Decision(Kind.SUGGEST, tuple(dict.fromkeys(reasons)), drafts=drafts, place=place)
    best = [question.readings[0] for question in questions]
    return Decision(
        Kind.AUTO,
        replies=_calmed(_join(reading.replies for reading in best), answer.severity),
        proposals=_join(reading.proposals for reading in best),
        drafts=drafts,
        place=place,
    )


def _has_unread_photos(questions: Iterable[BotQuestion], situation: Situation) -> bool:
    """Whether photos came that no dialogue had asked for: what they show must be seen first."""
    taken = any(question.readings and question.readings[0].takes_photos for question in questions)
    return situation.has_attachments and not taken


def list_doubts(question: BotQuestion, situation: Situation, *, with_people: bool = False) -> list[str]:
    """Why a question's best reading must not be sent by itself; empty when it may.

    `with_people`: it goes out while people are called, so that the action's own call is no doubt.
    """
    if not question.readings:
        return ["no_answer"]
    reading = question.readings[0]
    route = situation.policy.route(question.intent)
    threshold = situation.policy.confidence.auto if route.threshold is None else route.threshold
    needs = [situation.needs(proposal.name) for proposal in reading.proposals]
    checks = {
        route.autonomy.value: route.autonomy is not Autonomy.AUTO,
        "unsure": question.confidence < threshold,
        str(reading.hold): reading.hold is not None,
        str(reading.handoff): reading.handoff is not None and not with_people,
        "no_answer": not (reading.replies or reading.proposals or reading.said_later),
        DATA_UNAVAILABLE: bool(_list_failures(question, situation)),
        "no_sales_talk": situation.was_severe and question.intent in SALES,
        "needs_person": any(authority != "auto" for authority in needs),
        # In the queue the bot may go on answering, but changes nothing behind the person's back.
        "queued": bool(reading.proposals) and situation.owner is not Owner.BOT,
    }
    return [reason for reason, applies in checks.items() if applies]


def _list_failures(question: BotQuestion, situation: Situation) -> list[str]:
    """What an answer lacks because an action failed or a script cannot be rendered."""
    if not question.readings:
        return []
    reading = question.readings[0]
    broken = [reply.script for reply in reading.replies if reply.script in situation.broken_scripts]
    return [str(failure.get("reason")) for failure in reading.failures] + broken


def _hand_over(
    place: Place, answer: BotAnswer, questions: list[BotQuestion], situation: Situation
) -> Decision:
    """People come. What is sure beside it (a parcel's state, C4) is said and done at once.

    Not to a complaint, not beside a photo nobody has seen, and not while an agent has the conversation.
    """
    tickets = _list_tickets(answer, situation)
    sure = [question for question in questions if not list_doubts(question, situation, with_people=True)]
    if tickets or _has_unread_photos(questions, situation) or situation.owner is Owner.AGENT:
        sure = []
    told = [question.readings[0] for question in sure]
    leave_out = OPEN_COMPLAINT if tickets else None
    rest = [question for question in questions if question not in sure]
    return Decision(
        Kind.HANDOFF,
        (place.reason,),
        replies=_calmed(_join(reading.replies for reading in told), answer.severity),
        proposals=(*tickets, *_join(reading.proposals for reading in told)),
        drafts=_list_drafts(questions, situation, leave_out=leave_out),
        rest=_list_drafts(rest, situation, leave_out=leave_out),
        place=place,
    )


def _calmed(replies: tuple[BotReply, ...], severity: str) -> tuple[BotReply, ...]:
    """To an upset customer first a word of understanding (A11)."""
    return (CALM, *replies) if replies and severity == "general" else replies


def _list_drafts(
    questions: list[BotQuestion], situation: Situation, *, leave_out: str | None = None
) -> tuple[DraftPlan, ...]:
    """Up to two answers to the whole turn: best readings, then second readings where there are any."""
    answered = [question for question in questions if question.readings]
    if not answered:
        return ()
    shadow = any(situation.policy.route(question.intent).autonomy is Autonomy.SHADOW for question in answered)
    plans = [_plan([question.readings[0] for question in answered], situation, shadow=shadow)]
    if any(len(question.readings) > 1 for question in answered):
        second = [question.readings[1 if len(question.readings) > 1 else 0] for question in answered]
        plans.append(_plan(second, situation, shadow=shadow))
    plans = [
        replace(plan, proposals=tuple(item for item in plan.proposals if item.name != leave_out))
        for plan in plans
    ]
    kept = [plan for plan in plans if plan.replies or plan.proposals]
    return tuple(plan for number, plan in enumerate(kept) if plan not in kept[:number])


def _plan(readings: list[BotReading], situation: Situation, *, shadow: bool) -> DraftPlan:
    usable = [reading for reading in readings if not reading.failures]
    return DraftPlan(
        intents=tuple(reading.intent for reading in readings),
        confidence=min(reading.confidence for reading in readings),
        replies=tuple(
            reply
            for reply in _join(reading.replies for reading in usable)
            if reply.script not in situation.broken_scripts
        ),
        proposals=_join(reading.proposals for reading in usable),
        shadow=shadow,
    )


def _team(question: BotQuestion, situation: Situation) -> str:
    return situation.policy.route(question.intent).team


def _join(groups: Iterable[tuple[T, ...]]) -> tuple[T, ...]:
    """All items in order, each once. Arguments may be unhashable, so it compares."""
    joined: list[T] = []
    for group in groups:
        joined += [item for item in group if item not in joined]
    return tuple(joined)
