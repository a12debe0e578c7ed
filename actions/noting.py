"""Proposing the written note that a wish on an order becomes (C6, C7)."""

from actions.base import Proposal
from shop.models import Order, ParcelState
from shop.notes import MOST_WANTED, NoteKind, may_note
from shop.order_cases import NOT_RECEIVED
from shop.tracking import TROUBLES, list_parcels


def propose_note(order: Order, kind: NoteKind, words: str) -> tuple[Proposal, ...]:
    """The note in the customer's words; nothing where the order's stage is past it or there are no words."""
    wanted = words.strip()[:MOST_WANTED]
    if not wanted or not may_note(order.stage, kind):
        return ()
    return (Proposal("add_order_note", {"order_no": order.no, "kind": kind.value, "wanted": wanted}),)


def query_courier(
    order: Order, words: str, state: ParcelState, tracking_no: str | None = None
) -> tuple[Proposal, ...]:
    """A query at the courier, opened at once (C4)."""
    wanted = words.strip()[:MOST_WANTED]
    if not wanted or not list_parcels(order):
        return ()
    kind = state.value if state in TROUBLES else NOT_RECEIVED if state is ParcelState.SIGNED else "other"
    args = {"order_no": order.no, "words": wanted, "kind": kind}
    return (Proposal("open_courier_query", args | ({"tracking_no": tracking_no} if tracking_no else {})),)
