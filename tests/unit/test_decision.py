"""What becomes of a turn, by what the bot said and the policy's routes."""

from dataclasses import replace
from pathlib import Path

import pytest

from desk.bot_client import BotAnswer, BotQuestion, BotReading, BotReply, Proposal
from desk.decision import Decision, Kind, Place, Situation, decide, hold_back, leave_to_agent
from desk.models import Owner
from shop.policy import Autonomy, Policy, Route
from shop.policy_file import load_policy

NEEDS = {"note": "auto", "refund": "agent", "open_complaint": "auto"}


@pytest.fixture(scope="module")
def policy(policy_path: Path) -> Policy:
    loaded = load_policy(policy_path)
    routes = loaded.routes | {
        "watched": Route(autonomy=Autonomy.SHADOW, team="presales"),
        "strict": Route(autonomy=Autonomy.AUTO, team="aftersales", threshold=0.99),
        "lax": Route(autonomy=Autonomy.AUTO, team="aftersales", threshold=0.0),
    }
    return loaded.model_copy(update={"routes": routes})


@pytest.fixture
def situation(policy: Policy) -> Situation:
    return Situation(Owner.BOT, policy, NEEDS.get, words="你们太差了", order_no="N1")


def ask(intent: str, confidence: float = 0.97, script: str | None = None, **more: object) -> BotQuestion:
    replies = (BotReply(script or intent),)
    best = BotReading(intent, confidence, **({"replies": replies} | more))  # type: ignore[arg-type]
    return BotQuestion(intent, intent, confidence, (best,))


def test_a_sure_question_on_an_auto_route_is_sent(situation: Situation) -> None:
    decision = decide(BotAnswer((ask("ask_stock"),)), situation)
    assert (decision.kind, decision.replies, decision.reasons) == (Kind.AUTO, (BotReply("ask_stock"),), ())


def test_all_questions_are_answered_in_order_and_a_like_reply_once(situation: Situation) -> None:
    asked = (ask("ask_stock"), ask("greet"), ask("ask_courier", script="greet"))
    decision = decide(BotAnswer(asked), situation)
    assert decision.replies == (BotReply("ask_stock"), BotReply("greet"))


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        (ask("ask_size", 0.84), "unsure"),
        (ask("ask_stock", 0.69), "unsure"),
        (ask("strict", 0.98), "unsure"),
        (ask("ask_product"), "suggest"),
        (ask("watched"), "shadow"),
        (ask("never_heard_of"), "suggest"),
        (ask("ask_stock", hold="several_items"), "several_items"),
        (ask("ask_stock", replies=()), "no_answer"),
        (BotQuestion("?", "ask_stock", 0.99), "no_answer"),
        (ask("ask_stock", proposals=(Proposal("refund"),)), "needs_person"),
        (ask("ask_stock", proposals=(Proposal("unknown"),)), "needs_person"),
    ],
)
def test_what_is_not_sure_or_not_allowed_is_a_draft(
    question: BotQuestion, reason: str, situation: Situation
) -> None:
    decision = decide(BotAnswer((ask("greet"), question)), situation)
    assert (decision.kind, decision.reasons, decision.replies) == (Kind.SUGGEST, (reason,), ())
    assert decision.place == Place("presales", 5, "doubtful")


@pytest.mark.parametrize("intent", ["lax", "ask_stock"])
def test_a_threshold_of_its_own_stands_before_the_general_one(intent: str, situation: Situation) -> None:
    decision = decide(BotAnswer((ask(intent, 0.0 if intent == "lax" else 0.91),)), situation)
    assert decision.kind is Kind.AUTO


def test_a_picture_is_looked_at_by_a_person(situation: Situation) -> None:
    decision = decide(BotAnswer((ask("greet"),)), replace(situation, has_attachments=True))
    assert (decision.kind, decision.reasons) == (Kind.SUGGEST, ("attachment",))


def test_a_picture_that_a_dialogue_asked_for_is_its_answer(situation: Situation) -> None:
    """D3: a photo instead of words."""
    shown = replace(situation, has_attachments=True)
    decision = decide(BotAnswer((ask("request_return", takes_photos=True),)), shown)
    assert (decision.kind, decision.replies) == (Kind.AUTO, (BotReply("request_return"),))
    verified = ask("request_return", takes_photos=True, handoff="fault_to_verify")
    decision = decide(BotAnswer((verified,)), shown)
    assert (decision.kind, decision.replies) == (Kind.HANDOFF, (BotReply("request_return"),))
    assert decision.place == Place("aftersales", 3, "fault_to_verify", say="handover")


def test_a_turn_without_a_question_is_doubtful(situation: Situation) -> None:
    decision = decide(BotAnswer(()), situation)
    assert (decision.kind, decision.reasons, decision.drafts) == (Kind.SUGGEST, ("no_question",), ())


def test_shadow_drafts_are_marked(situation: Situation) -> None:
    decision = decide(BotAnswer((ask("watched"),)), situation)
    assert [plan.shadow for plan in decision.drafts] == [True]


def test_drafts_are_the_best_reading_and_the_second(situation: Situation) -> None:
    unsure = ask("ask_stock", 0.6)
    second = BotReading("ask_size", 0.3, (BotReply("ask_size"),))
    unsure = replace(unsure, readings=(*unsure.readings, second))
    decision = decide(BotAnswer((ask("greet"), unsure)), situation)
    assert [(plan.intents, plan.confidence) for plan in decision.drafts] == [
        (("greet", "ask_stock"), 0.6),
        (("greet", "ask_size"), 0.3),
    ]
    assert decision.drafts[1].replies == (BotReply("greet"), BotReply("ask_size"))


def test_two_readings_that_answer_alike_are_one_draft_only_if_all_is_alike(situation: Situation) -> None:
    unsure = ask("ask_stock", 0.6)
    same = replace(unsure, readings=(unsure.readings[0], unsure.readings[0]))
    assert len(decide(BotAnswer((same,)), situation).drafts) == 1


def test_a_failed_look_up_calls_people_and_what_is_known_is_said(situation: Situation) -> None:
    failed = ask("track_order", failures=({"action": "action_track_order", "reason": "timeout"},), replies=())
    decision = decide(BotAnswer((ask("greet"), failed)), situation)
    assert (decision.kind, decision.reasons) == (Kind.HANDOFF, ("data_unavailable",))
    assert decision.place == Place("aftersales", 4, "data_unavailable", say="data_unavailable")
    assert (decision.replies, decision.rest) == ((BotReply("greet"),), ())


def test_a_script_that_cannot_be_rendered_counts_as_failed(situation: Situation) -> None:
    decision = decide(BotAnswer((ask("greet"),)), replace(situation, broken_scripts=frozenset({"greet"})))
    assert (decision.kind, decision.reasons, decision.drafts) == (Kind.HANDOFF, ("data_unavailable",), ())


def test_the_wish_for_a_person_is_met_before_any_answer_is_sure(situation: Situation) -> None:
    wish = ask("request_human", 0.5, handoff="asked_for_person", replies=())
    decision = decide(BotAnswer((ask("ask_stock"), wish)), situation)
    assert decision.kind is Kind.HANDOFF
    assert decision.place == Place("presales", 3, "asked_for_person", say="handover")
    assert decision.replies == (BotReply("ask_stock"),)


def test_the_wish_that_a_person_has_met_does_not_fire_again(situation: Situation) -> None:
    wish = ask("request_human", handoff="asked_for_person", replies=())
    seen = replace(situation, seen_by_person=True)
    assert decide(BotAnswer((wish,)), seen).kind is Kind.AUTO
    assert decide(BotAnswer((wish,)), seen).replies == ()
    assert decide(BotAnswer((wish, ask("ask_stock"))), seen).replies == (BotReply("ask_stock"),)


def test_an_intent_kept_for_people_is_handed_over_to_its_team(situation: Situation) -> None:
    decision = decide(BotAnswer((ask("abuse"),)), situation)
    assert decision.kind is Kind.HANDOFF
    assert decision.place == Place("supervisor", 3, "people_only", say="handover")


def test_the_most_urgent_of_several_hand_overs_counts(situation: Situation) -> None:
    asked = (ask("ask_stock", handoff="bot_unavailable"), ask("ask_stock", handoff="asked_for_person"))
    assert decide(BotAnswer(asked), situation).reasons == ("asked_for_person",)


TICKET = Proposal("open_complaint", {"severity": "general", "words": "太差"})
WHOLE = Proposal("open_complaint", {"severity": "general", "words": "你们太差了"})
"""The ticket with the words of the whole turn."""


def test_a_general_complaint_opens_a_ticket_and_goes_before_other_waiting_people(
    situation: Situation,
) -> None:
    complaint = ask("complain", handoff="complaint", proposals=(TICKET,))
    decision = decide(BotAnswer((ask("ask_stock"), complaint), "general"), situation)
    assert (decision.kind, decision.proposals, decision.replies) == (Kind.HANDOFF, (WHOLE,), ())
    assert decision.place is not None
    assert (decision.place.reason, decision.place.priority) == ("complaint", 2)
    assert (decision.place.severity, decision.place.say) == ("general", "handover")


def test_an_upset_customer_with_a_sure_question_is_calmed_and_answered(situation: Situation) -> None:
    decision = decide(BotAnswer((ask("ask_stock"),), "general"), situation)
    assert (decision.kind, decision.proposals) == (Kind.AUTO, ())
    assert decision.replies == (BotReply("calm"), BotReply("ask_stock"))


def test_an_upset_customer_who_is_not_understood_waits_before_others(situation: Situation) -> None:
    decision = decide(BotAnswer((ask("ask_stock", 0.5),), "general"), situation)
    assert decision.kind is Kind.SUGGEST
    assert decision.place == Place("presales", 2, "doubtful", "general")


def test_a_guess_calls_nobody(situation: Situation) -> None:
    handoff = situation.policy.confidence.handoff
    guess = ask("complain", handoff - 0.01, handoff="complaint", proposals=(TICKET,))
    assert decide(BotAnswer((guess,)), situation).kind is Kind.SUGGEST
    enough = ask("complain", handoff, handoff="complaint", proposals=(TICKET,))
    assert decide(BotAnswer((enough,)), situation).kind is Kind.HANDOFF


TROUBLE = ask("ask_stock", handoff="parcel_trouble", proposals=(Proposal("note"),))


def test_what_is_sure_is_said_and_done_while_people_are_called(situation: Situation) -> None:
    decision = decide(BotAnswer((TROUBLE, ask("ask_product"))), situation)
    assert (decision.kind, decision.replies) == (Kind.HANDOFF, (BotReply("ask_stock"),))
    assert decision.proposals == (Proposal("note"),)
    assert [draft.intents for draft in decision.rest] == [("ask_product",)]
    assert [draft.intents for draft in decision.drafts] == [("ask_stock", "ask_product")]
    upset = decide(BotAnswer((TROUBLE,), "general"), situation)
    assert upset.replies == (BotReply("calm"), BotReply("ask_stock"))


def test_nothing_is_said_beside_a_photo_nobody_has_seen_or_to_an_agents_customer(
    situation: Situation,
) -> None:
    for unlike in (replace(situation, has_attachments=True), replace(situation, owner=Owner.AGENT)):
        decision = decide(BotAnswer((TROUBLE,)), unlike)
        assert (decision.replies, decision.proposals) == ((), ())
        assert [draft.proposals for draft in decision.drafts] == [(Proposal("note"),)]


def test_an_agent_who_takes_over_meanwhile_gets_what_would_have_been_said(situation: Situation) -> None:
    left = leave_to_agent(decide(BotAnswer((TROUBLE,)), situation))
    assert (left.kind, left.replies, left.proposals) == (Kind.SUGGEST, (), ())
    assert [draft.replies for draft in left.drafts] == [(BotReply("ask_stock"),)]


def test_a_text_whose_end_was_not_read_is_never_answered_alone(situation: Situation) -> None:
    decision = decide(BotAnswer((ask("ask_stock"),), cut=True), situation)
    assert (decision.kind, decision.reasons) == (Kind.SUGGEST, ("cut",))


def test_an_unsure_part_is_a_draft_while_people_are_called(situation: Situation) -> None:
    unsure = decide(BotAnswer((ask("ask_stock", 0.69, handoff="parcel_trouble"),)), situation)
    assert (unsure.kind, unsure.replies) == (Kind.HANDOFF, ())
    assert [draft.intents for draft in unsure.drafts] == [("ask_stock",)]


def test_the_actions_own_ticket_is_taken_with_the_severity_of_the_turn(situation: Situation) -> None:
    own = Proposal("open_complaint", {"severity": "general", "words": "太差", "demand": "赔偿"})
    asked = (ask("complain", proposals=(own, Proposal("note"))),)
    decision = decide(BotAnswer(asked, "major"), situation)
    assert decision.proposals == (
        Proposal("open_complaint", {"severity": "major", "words": "你们太差了", "demand": "赔偿"}),
    )
    mild = decide(BotAnswer(asked), situation)
    assert mild.proposals == (Proposal("open_complaint", {**own.args, "words": "你们太差了"}),)
    assert mild.drafts[0].proposals == (Proposal("note"),)


@pytest.mark.parametrize(
    ("severity", "intent", "say", "reason"),
    [
        ("major", "ask_stock", "handover_supervisor", "major_complaint"),
        ("crisis", "report_safety_incident", "crisis_care", "crisis"),
        ("crisis", "express_self_harm", "self_harm_care", "crisis"),
        ("major", "express_self_harm", "handover_supervisor", "major_complaint"),
    ],
)
def test_major_and_crisis_reach_a_supervisor_without_another_word(
    severity: str, intent: str, say: str, reason: str, situation: Situation
) -> None:
    decision = decide(BotAnswer((ask("ask_stock"), ask(intent)), severity), replace(situation, order_no=None))
    assert decision.kind is Kind.HANDOFF
    assert decision.place == Place("supervisor", 0 if severity == "crisis" else 1, reason, severity, say)
    assert (decision.replies, decision.drafts) == ((), ())
    assert decision.proposals == (Proposal("open_complaint", {"words": "你们太差了", "severity": severity}),)


def test_in_the_queue_the_bot_answers_but_changes_nothing(situation: Situation) -> None:
    queued = replace(situation, owner=Owner.QUEUE)
    assert decide(BotAnswer((ask("ask_stock"),)), queued).kind is Kind.AUTO
    note = ask("ask_stock", proposals=(Proposal("note"),))
    assert decide(BotAnswer((note,)), situation).proposals == (Proposal("note"),)
    assert decide(BotAnswer((note,)), queued).reasons == ("queued",)


def test_while_an_agent_has_it_everything_is_a_draft(situation: Situation) -> None:
    having = replace(situation, owner=Owner.AGENT)
    decision = decide(BotAnswer((ask("ask_stock"),)), having)
    assert (decision.kind, decision.reasons, decision.place) == (Kind.SUGGEST, ("agent_has_it",), None)
    assert decision.drafts[0].replies == (BotReply("ask_stock"),)
    asked = BotAnswer((ask("complain", handoff="complaint", proposals=(TICKET,)),), "general")
    complaint = decide(asked, having)
    assert (complaint.kind, complaint.reasons, complaint.place) == (Kind.SUGGEST, ("complaint",), None)
    assert [proposal.name for proposal in complaint.proposals] == ["open_complaint"]


def test_severity_calls_a_supervisor_even_while_an_agent_has_it(situation: Situation) -> None:
    decision = decide(BotAnswer((ask("ask_stock"),), "major"), replace(situation, owner=Owner.AGENT))
    assert decision.kind is Kind.HANDOFF
    assert decision.place is not None
    assert decision.place.team == "supervisor"


def test_an_auto_answer_that_is_held_back_becomes_a_draft_with_a_place() -> None:
    place = Place("presales", 5, "doubtful")
    auto = Decision(Kind.AUTO, replies=(BotReply("greet"),), proposals=(Proposal("note"),), place=place)
    assert hold_back(auto, "command_refused") == Decision(Kind.SUGGEST, ("command_refused",), place=place)
    assert leave_to_agent(auto) == Decision(Kind.SUGGEST, ("agent_has_it",))


def test_e4_after_a_grave_complaint_no_sales_talk_goes_out_by_itself(situation: Situation) -> None:
    later = replace(situation, was_severe=True)
    for intent in ("bargain", "ask_coupon", "ask_price"):
        decision = decide(BotAnswer((ask(intent),)), later)
        assert (decision.kind, decision.replies) == (Kind.SUGGEST, ())
        assert "no_sales_talk" in decision.reasons
    assert decide(BotAnswer((ask("track_order"),)), later).kind is Kind.AUTO


@pytest.mark.parametrize(
    ("confidence", "kind"), [(0.2, Kind.AUTO), (0.44, Kind.AUTO), (0.45, Kind.HANDOFF), (0.9, Kind.HANDOFF)]
)
def test_a11_a_displeasure_beside_a_need_calls_people_only_when_it_is_more_than_a_tone(
    confidence: float, kind: Kind, situation: Situation
) -> None:
    aside = replace(ask("complain", confidence), is_aside=True)
    decision = decide(BotAnswer((ask("ask_stock"), aside), severity="general"), situation)
    assert decision.kind is kind
    if kind is Kind.AUTO:
        assert decision.replies == (BotReply("calm"), BotReply("ask_stock"))
