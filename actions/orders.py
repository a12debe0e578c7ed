"""Changes and wishes after ordering: address, goods, cancelling, notes (C6, C7, C8).

Every answer is of the order's present stage. A change is first said back to the customer; only their yes
proposes it, and people let it happen. Nothing is promised as done.
"""

from actions.base import Answer, Proposal, Question, Reply
from actions.choice import find_newest_order, read_candidates, tell_order
from actions.dialogue import Field, Form, Values
from actions.noting import propose_note
from actions.order_fields import (
    ADDRESS_FIELDS,
    ADDRESS_PARTS,
    FITS,
    ITEM_FIELDS,
    ITEM_PARTS,
    address_key,
    confirm_field,
    details_field,
    given,
    item_key,
    leaves_the_rest,
    means_to_cancel,
)
from actions.return_fields import get_own_order, goods_field, order_field
from shop.keys import join_key
from shop.models import Order
from shop.notes import MOST_WANTED, NoteKind
from shop.orders import Change, Purpose, Where, allowed_change


async def answer_change(question: Question, order: Order, kind: Change) -> Answer:
    """What holds for a change at the order's stage, with the note that asks for it where it makes sense."""
    notes = propose_note(order, NoteKind(kind.value), question.text)
    return Answer(
        replies=(await _tell_stage(question, order, kind),), proposals=notes, slots={"order_no": order.no}
    )


async def _tell_stage(question: Question, order: Order, kind: Change) -> Reply:
    facts = await question.read("change", join_key(order.no, kind=kind.value))
    where = Where(facts["where"].value)
    cancels = kind is Change.CANCEL and where is not Where.OVER
    # The rule itself is pinned, too: a stage that moves on changes what may be said.
    pinned = (facts["order_no"], facts["title"], facts["where"])
    return Reply(f"{'cancel' if cancels else 'change'}_{where.value}", pinned)


class _OrderChange(Form):
    """Base of the dialogues that change an order: which one, what, is that right, then it is proposed."""

    kind: Change

    async def check(self, question: Question, values: Values) -> Answer | None:
        """What is too late for the order's stage is said at once; an exchange or return goes its own way."""
        if "order_no" not in values:
            return await self._without_order(question)
        order = await get_own_order(question, values)
        rule = allowed_change(order.stage, self.kind)
        if rule.allowed and rule.where not in (Where.EXCHANGE, Where.RETURN):
            return None
        return await self._tell(question, order)

    async def _without_order(self, question: Question) -> Answer | None:
        """Several orders are asked about; one that is past changing is told as it stands (C6)."""
        if (await read_candidates(question, Purpose.CHANGE)).value:
            return None
        newest = await find_newest_order(question)
        return Answer((Reply("order_none"),)) if newest is None else await self._tell(question, newest)

    async def _tell(self, question: Question, order: Order) -> Answer:
        return await answer_change(question, order, self.kind)

    async def _propose(self, question: Question, values: Values, proposal: Proposal) -> Answer:
        order = await get_own_order(question, values)
        reply = await _tell_stage(question, order, self.kind)
        return Answer(replies=(reply,), proposals=(proposal,), slots={"order_no": order.no})


class ChangeAddressForm(_OrderChange):
    """Another address, phone or recipient."""

    intent = "change_address"
    takes = frozenset({"address", "phone", "name", "order_no"})
    kind = Change.ADDRESS
    fields = (
        order_field(Purpose.CHANGE),
        *ADDRESS_FIELDS,
        details_field(ADDRESS_PARTS, "change_address_ask"),
        confirm_field("change_address_confirm", "address_change", address_key, means_it=leaves_the_rest),
    )

    async def finish(self, question: Question, values: Values) -> Answer:
        """Confirmed by the customer: the change is proposed, the warehouse hears of it by its command."""
        parts = given(values, ADDRESS_PARTS)
        wanted = "改收货信息: " + " ".join(str(value) for value in parts.values())
        args = {"order_no": values["order_no"], "wanted": wanted[:MOST_WANTED], **parts}
        return await self._propose(question, values, Proposal("change_order", args))


class ChangeItemForm(_OrderChange):
    """Another colour, size or quantity."""

    intent = "change_order_item"
    takes = frozenset({"size", "color", "quantity", "order_no"})
    kind = Change.ITEM
    fields = (
        order_field(Purpose.CHANGE),
        goods_field(several=False),
        *ITEM_FIELDS,
        details_field(ITEM_PARTS, "change_item_ask"),
        FITS,
        confirm_field("change_item_confirm", "item_change", item_key),
    )

    async def finish(self, question: Question, values: Values) -> Answer:
        """Confirmed with its price difference: proposed, for people to let happen."""
        order = await get_own_order(question, values)
        line = next(item for item in order.lines if str(item.id) == values["goods"][0])
        parts = given(values, ITEM_PARTS)
        wanted = "改规格: " + " ".join(str(value) for value in parts.values())
        args = {"order_no": order.no, "wanted": wanted, "sku_id": line.sku_id, **parts}
        return await self._propose(question, values, Proposal("change_order", args))


class CancelOrderForm(_OrderChange):
    """The order is no longer wanted."""

    intent = "cancel_order"
    takes = frozenset({"order_no"})
    kind = Change.CANCEL
    fields = (
        order_field(Purpose.CHANGE),
        confirm_field(
            "cancel_confirm", "order", lambda values: str(values["order_no"]), means_it=means_to_cancel
        ),
    )

    async def finish(self, question: Question, values: Values) -> Answer:
        """Confirmed: proposed; the refund is people's."""
        args = {"order_no": values["order_no"], "wanted": "买家要求取消订单"}
        return await self._propose(question, values, Proposal("cancel_order", args))


MOST_WORDS = 300
"""How much of a wish travels with the dialogue; a greeting card has room in it."""


async def _hear_wish(question: Question, values: Values, asked: bool) -> str | None:
    """The customer's own words are the note: those that opened the dialogue, not those that pick an order."""
    return None if "words" in values else question.text.strip()[:MOST_WORDS] or None


async def _ask_wish(question: Question, values: Values) -> Reply:
    return await tell_order(question, "note_ask_words", values["order_no"])


class OrderNoteForm(_OrderChange):
    """A wish for the parcel: card, packing, delivery time (C7)."""

    intent = "add_order_note"
    takes = frozenset({"order_no"})
    kind = Change.NOTE
    fields = (order_field(Purpose.CHANGE), Field("words", _hear_wish, _ask_wish))

    async def finish(self, question: Question, values: Values) -> Answer:
        """What holds at this stage, with the note."""
        order = await get_own_order(question, values)
        reply = await _tell_stage(question, order, Change.NOTE)
        return Answer((reply,), propose_note(order, NoteKind.NOTE, str(values["words"])))
