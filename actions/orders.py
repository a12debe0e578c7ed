"""Changes and wishes after ordering: address, goods, cancelling, notes (C6, C7, C8).

Every answer is of the order's present stage and proposes the written note; nothing is promised as done.
"""

from actions.base import Answer, Question, Reply, ShopAction
from actions.choice import pick_order
from actions.noting import propose_note
from shop.keys import join_key
from shop.models import Order
from shop.notes import NoteKind
from shop.orders import Change, Purpose, Where, allowed_change

ADDRESS_PARTS = ("address", "phone", "name", "region")
ITEM_PARTS = ("size", "color", "quantity", "product", "product_kind")


async def answer_change(question: Question, order: Order, kind: Change) -> Answer:
    """What holds for a change at the order's stage, with the note that asks for it where it makes sense."""
    facts = await question.read("change", join_key(order.no, kind=kind.value))
    where = Where(facts["where"].value)
    cancels = kind is Change.CANCEL and where is not Where.OVER
    reply = Reply(f"{'cancel' if cancels else 'change'}_{where.value}", (facts["order_no"], facts["title"]))
    # The rule itself is pinned, too: a stage that moves on changes what may be said.
    pinned = Reply(reply.script, (*reply.facts, facts["where"]))
    notes = propose_note(order, NoteKind(kind.value), question.text)
    return Answer(replies=(pinned,), proposals=notes, slots={"order_no": order.no})


async def ask_details(question: Question, order: Order, script: str) -> Answer:
    """Ask what exactly is wanted on an order."""
    facts = await question.read("order", order.no)
    reply = Reply(script, (facts["order_no"], facts["title"]))
    return Answer(replies=(reply,), slots={"order_no": order.no})


class _ChangeAction(ShopAction):
    """Base of changes: details that are missing are asked for while the change still makes sense."""

    kind: Change
    parts: tuple[str, ...] = ()
    asks: str = ""

    async def answer(self, question: Question) -> Answer:
        """Ask for missing details, else tell what holds at this stage and propose the note."""
        order = await pick_order(question, Purpose.CHANGE)
        if isinstance(order, Answer):
            return order
        given = not self.parts or any(question.names(part) for part in self.parts)
        if not given and allowed_change(order.stage, self.kind).allowed:
            return await ask_details(question, order, self.asks)
        return await answer_change(question, order, self.kind)


class ActionChangeAddress(_ChangeAction):
    """Another address, phone or recipient."""

    takes = frozenset({*ADDRESS_PARTS, "order_no"})
    kind, parts, asks = Change.ADDRESS, ADDRESS_PARTS, "change_address_ask"


class ActionChangeOrderItem(_ChangeAction):
    """Another colour, size, quantity or item."""

    takes = frozenset({*ITEM_PARTS, "order_no"})
    kind, parts, asks = Change.ITEM, ITEM_PARTS, "change_item_ask"


class ActionCancelOrder(_ChangeAction):
    """The order is no longer wanted."""

    takes = frozenset({"order_no"})
    kind = Change.CANCEL


class ActionAddOrderNote(_ChangeAction):
    """A wish for the parcel: card, packing, delivery time. The customer's own words are the note."""

    takes = frozenset({"order_no"})
    kind = Change.NOTE
