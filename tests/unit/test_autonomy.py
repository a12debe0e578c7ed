"""What the evidence allows: promotion by a bound, demotion by faults, never for money or safety."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk.autonomy import Evidence, Proposal, judge, least, wilson_lower
from desk.levels import apply
from shop.policy import Autonomy, AutonomySection, DemotionSection
from shop.policy_file import load_policy
from tests.fixtures import ROOT

RULES = AutonomySection(
    promote_at=0.9,
    reviews=50,
    window_days=30,
    demote=DemotionSection(recalls=2, fact_edits=3, complaints=2),
    never=["ask_refund"],
)
GOOD = Evidence(accepted=60)


@pytest.mark.parametrize(
    ("successes", "trials", "bound"),
    [(0, 0, 0.0), (60, 60, 0.9398), (59, 60, 0.9114), (9, 10, 0.5958), (0, 5, 0.0)],
)
def test_the_bound_is_wilsons(successes: int, trials: int, bound: float) -> None:
    assert wilson_lower(successes, trials) == pytest.approx(bound, abs=1e-4)


def test_enough_unedited_answers_propose_the_next_level_and_no_more() -> None:
    reason = "60 of 60 sent unedited, at least 0.94 to be expected"
    assert judge("ask_care", Autonomy.SUGGEST, GOOD, RULES) == Proposal("promote", Autonomy.AUTO, reason)
    shadow = judge("ask_care", Autonomy.SHADOW, GOOD, RULES)
    assert shadow is not None
    assert shadow.level is Autonomy.SUGGEST
    assert judge("ask_care", Autonomy.AUTO, GOOD, RULES) is None
    assert judge("ask_care", Autonomy.OFF, GOOD, RULES) is None


@pytest.mark.parametrize(
    "evidence",
    [Evidence(accepted=49), Evidence(accepted=56, edited=4), Evidence(accepted=56, rejected=4), Evidence()],
)
def test_too_few_or_too_many_edited_propose_nothing(evidence: Evidence) -> None:
    assert judge("ask_care", Autonomy.SUGGEST, evidence, RULES) is None


def test_money_liability_and_safety_are_never_proposed() -> None:
    assert judge("ask_refund", Autonomy.SUGGEST, Evidence(accepted=10_000), RULES) is None


@pytest.mark.parametrize(
    ("evidence", "reason"),
    [
        (Evidence(accepted=500, recalls=2), "2 recalls"),
        (Evidence(accepted=500, edited=3, fact_edits=3), "3 fact edits"),
        (Evidence(accepted=500, complaints=2, recalls=2), "2 recalls, 2 complaints"),
    ],
)
def test_faults_take_auto_whatever_else_went_well(evidence: Evidence, reason: str) -> None:
    assert judge("ask_care", Autonomy.AUTO, evidence, RULES) == Proposal("demote", Autonomy.SUGGEST, reason)
    assert judge("ask_care", Autonomy.SUGGEST, evidence, RULES) is None
    assert judge("ask_care", Autonomy.SHADOW, evidence, RULES) is None


@settings(max_examples=200)
@given(st.integers(0, 500), st.integers(0, 500))
def test_the_bound_is_below_the_share_and_grows_with_another_success(good: int, bad: int) -> None:
    bound = wilson_lower(good, good + bad)
    assert 0 <= bound <= (good / (good + bad) if good + bad else 0)
    assert wilson_lower(good + 1, good + bad + 1) >= bound


def test_what_holds_is_the_more_careful_of_policy_and_level() -> None:
    policy = load_policy(ROOT / "examples/shop/policy.yml")
    held = apply(policy, {"ask_stock": Autonomy.SUGGEST, "ask_product": Autonomy.AUTO})
    assert held.route("ask_stock").autonomy is Autonomy.SUGGEST
    assert held.route("ask_product").autonomy is policy.route("ask_product").autonomy
    assert held.route("ask_size") == policy.route("ask_size")
    assert apply(policy, {}) is policy
    assert least(Autonomy.SHADOW, Autonomy.OFF) is Autonomy.OFF
