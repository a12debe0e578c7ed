"""The way of a return request (D5), as a pure rule."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.errors import Refused
from shop.return_states import OVER, RULES, ReturnKind, ReturnState, Step, next_state

S, K = ReturnState, ReturnKind
AUTHORITIES = ("auto", "agent", "supervisor")


@pytest.mark.parametrize(
    ("kind", "last", "end"),
    [(K.RETURN, Step.REFUND, S.REFUNDED), (K.EXCHANGE, Step.SEND_EXCHANGE, S.EXCHANGE_SENT)],
)
def test_d5_the_whole_way_in_order(kind, last, end):
    state, way = S.REQUESTED, []
    for step in (Step.APPROVE, Step.SHIP_BACK, Step.RECEIVE, Step.CHECK, last, Step.CLOSE):
        state = next_state(state, step, kind, "agent")
        way.append(state)
    assert way == [S.APPROVED, S.SHIPPED_BACK, S.RECEIVED, S.CHECKED, end, S.CLOSED]


@pytest.mark.parametrize("state", [S.APPROVED, S.SHIPPED_BACK, S.RECEIVED])
def test_d5_no_exchange_leaves_before_the_goods_are_checked_save_by_a_supervisor(state):
    with pytest.raises(Refused, match="supervisor"):
        next_state(state, Step.SEND_EXCHANGE, K.EXCHANGE, "agent")
    assert next_state(state, Step.SEND_EXCHANGE, K.EXCHANGE, "supervisor") is S.EXCHANGE_SENT


def test_d6_money_without_goods_waits_for_approval_only():
    assert next_state(S.APPROVED, Step.REFUND, K.REFUND_ONLY, "agent") is S.REFUNDED
    with pytest.raises(Refused, match="approved"):
        next_state(S.APPROVED, Step.REFUND, K.RETURN, "supervisor")


steps = st.lists(st.tuples(st.sampled_from(Step), st.sampled_from(AUTHORITIES)), min_size=1, max_size=25)


@given(kind=st.sampled_from(ReturnKind), steps=steps)
def test_d6_whatever_is_tried_money_goes_at_most_once_and_never_by_the_bot_alone(kind, steps):
    state, refunds, exchanges = S.REQUESTED, 0, 0
    for step, authority in steps:
        before = state
        try:
            state = next_state(state, step, kind, authority)
        except Refused:
            continue
        refunds += step is Step.REFUND
        exchanges += step is Step.SEND_EXCHANGE
        assert before not in OVER
        if step in {Step.APPROVE, Step.REJECT, Step.CHECK, Step.REFUND, Step.SEND_EXCHANGE}:
            assert authority != "auto"
    assert refunds + exchanges <= 1
    assert not (refunds and kind is K.EXCHANGE)
    assert not (exchanges and kind is not K.EXCHANGE)


@pytest.mark.parametrize("state", sorted(OVER))
@pytest.mark.parametrize("step", list(Step))
def test_nothing_follows_on_an_end(state, step):
    for kind in RULES[step].kinds:
        with pytest.raises(Refused):
            next_state(state, step, kind, "supervisor")
