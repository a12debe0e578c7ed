"""Proposing the written note that a wish on an order becomes (C6, C7)."""

from actions.base import Proposal
from shop.models import Order
from shop.notes import MOST_WANTED, NoteKind, may_note


def propose_note(order: Order, kind: NoteKind, words: str) -> tuple[Proposal, ...]:
    """The note in the customer's words; nothing where the order's stage is past it or there are no words."""
    wanted = words.strip()[:MOST_WANTED]
    if not wanted or not may_note(order.stage, kind):
        return ()
    return (Proposal("add_order_note", {"order_no": order.no, "kind": kind.value, "wanted": wanted}),)
