"""The way of a return request, as a pure rule: which step leads where, and who may take it (D5).

requested → approved → shipped back → received → checked → refunded or exchange sent → closed; rejected and
withdrawn end it. No exchange leaves before the goods are in, save by a supervisor; a refund happens once.
"""

from dataclasses import dataclass
from enum import StrEnum

from shop.commands import RANK, Authority
from shop.errors import Refused


class ReturnKind(StrEnum):
    """What the customer wants."""

    RETURN = "return"
    EXCHANGE = "exchange"
    REFUND_ONLY = "refund_only"  # money back without goods: never arrived, missing from the parcel


class ReturnState(StrEnum):
    """How far a request has come."""

    REQUESTED = "requested"
    APPROVED = "approved"
    SHIPPED_BACK = "shipped_back"
    RECEIVED = "received"
    CHECKED = "checked"
    REFUNDED = "refunded"
    EXCHANGE_SENT = "exchange_sent"
    CLOSED = "closed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Step(StrEnum):
    """What may be done with a request."""

    APPROVE = "approve"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    SHIP_BACK = "ship_back"
    RECEIVE = "receive"
    CHECK = "check"
    REFUND = "refund"
    SEND_EXCHANGE = "send_exchange"
    CLOSE = "close"


OVER = frozenset({ReturnState.CLOSED, ReturnState.REJECTED, ReturnState.WITHDRAWN})
"""Nothing follows on these."""
OPEN = frozenset(ReturnState) - OVER

_S = ReturnState
_BOTH = frozenset({ReturnKind.RETURN, ReturnKind.EXCHANGE})
_BACK = frozenset({ReturnKind.RETURN, ReturnKind.REFUND_ONLY})
_ALL = frozenset(ReturnKind)


@dataclass(frozen=True, slots=True)
class Rule:
    """From where a step may be taken, where it leads, for which kinds and on whose authority.

    `early` are states from which only a supervisor may take it.
    """

    sources: frozenset[ReturnState]
    target: ReturnState
    kinds: frozenset[ReturnKind] = _ALL
    needs: Authority = "agent"
    early: frozenset[ReturnState] = frozenset()


RULES: dict[Step, Rule] = {
    Step.APPROVE: Rule(frozenset({_S.REQUESTED}), _S.APPROVED),
    Step.REJECT: Rule(
        frozenset({_S.REQUESTED, _S.APPROVED, _S.SHIPPED_BACK, _S.RECEIVED, _S.CHECKED}), _S.REJECTED
    ),
    Step.WITHDRAW: Rule(frozenset({_S.REQUESTED, _S.APPROVED}), _S.WITHDRAWN, needs="auto"),
    # A parcel sent before anyone approved is registered all the same (D4); a wrong number may be mended.
    Step.SHIP_BACK: Rule(
        frozenset({_S.REQUESTED, _S.APPROVED, _S.SHIPPED_BACK}), _S.SHIPPED_BACK, _BOTH, needs="auto"
    ),
    Step.RECEIVE: Rule(frozenset({_S.APPROVED, _S.SHIPPED_BACK}), _S.RECEIVED, _BOTH),
    Step.CHECK: Rule(frozenset({_S.RECEIVED}), _S.CHECKED, _BOTH),
    Step.REFUND: Rule(frozenset({_S.CHECKED}), _S.REFUNDED, _BACK),
    Step.SEND_EXCHANGE: Rule(
        frozenset({_S.CHECKED}),
        _S.EXCHANGE_SENT,
        frozenset({ReturnKind.EXCHANGE}),
        early=frozenset({_S.APPROVED, _S.SHIPPED_BACK, _S.RECEIVED}),
    ),
    Step.CLOSE: Rule(frozenset({_S.REFUNDED, _S.EXCHANGE_SENT}), _S.CLOSED),
}


def next_state(state: ReturnState, step: Step, kind: ReturnKind, authority: Authority) -> ReturnState:
    """Where a step leads. Raises Refused when the state, the kind or the authority forbids it (D5).

    Money back without goods waits for nothing to arrive: it is refunded once it was approved.
    """
    rule = RULES[step]
    sources = rule.sources
    if step is Step.REFUND and kind is ReturnKind.REFUND_ONLY:
        sources = frozenset({_S.APPROVED})
    if kind not in rule.kinds:
        raise Refused(f"a request of kind {kind.value} has no step {step.value}", because="step_unknown")
    if RANK[authority] < RANK[rule.needs]:
        raise Refused(f"{step.value} needs {rule.needs}, not {authority}", because="needs_authority")
    if state in rule.early:
        if RANK[authority] < RANK["supervisor"]:
            raise Refused(
                "the goods are not back and checked: sending before that takes a supervisor",
                because="goods_not_back",
            )
        return rule.target
    if state not in sources:
        raise Refused(f"{step.value} is not possible: the request is {state.value}", because="stage_forbids")
    return rule.target
