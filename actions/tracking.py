"""Where is my parcel (C4), and what is wrong with its delivery."""

from actions.base import Answer, Proposal, Question, Reply, ShopAction
from actions.choice import pick_order
from actions.noting import propose_note, query_courier
from shop.keys import join_key
from shop.models import Order, ParcelState, Stage
from shop.notes import NoteKind
from shop.orders import WAITING, Purpose
from shop.tracking import TROUBLES, list_parcels

MOST_PARCELS = 3
"""How many parcels of one order an answer lists."""


class ActionTrackOrder(ShopAction):
    """Courier, number, last scan and expected day; why and by when if it is not sent yet."""

    takes = frozenset({"order_no", "tracking_no"})

    async def answer(self, question: Question) -> Answer:
        """Answer for the newest order on its way, else the newest waiting one, unless one is named."""
        order = await pick_order(question, Purpose.TRACK)
        return order if isinstance(order, Answer) else await track(question, order)


class ActionReportDeliveryProblem(ShopAction):
    """Signed but not received, lost, damaged, refused: a query at once, and a person."""

    takes = frozenset({"order_no", "tracking_no"})

    async def answer(self, question: Question) -> Answer:
        """Apologise, say what the courier reports, and propose a note for the courier query."""
        order = await pick_order(question, Purpose.TRACK)
        if isinstance(order, Answer):
            return order
        if not list_parcels(order):
            return await track(question, order)
        parcel = await question.read("parcel", order.no)
        signed = parcel["state"].value == ParcelState.SIGNED.value
        script = "delivery_problem_signed" if signed else "delivery_problem"
        return Answer(
            replies=(Reply(script, tuple(parcel.values())),),
            proposals=(
                *query_courier(order, question.text, ParcelState(parcel["state"].value)),
                *propose_note(order, NoteKind.COURIER, question.text),
            ),
            slots={"order_no": order.no},
            handoff="delivery_problem",
        )


async def track(question: Question, order: Order) -> Answer:
    """Where an order is, whatever its stage."""
    slots = {"order_no": order.no}
    parcels = list_parcels(order)[:MOST_PARCELS]
    if parcels and order.stage in (Stage.SHIPPED, Stage.SIGNED):
        return await _track_parcels(question, order, [parcel.tracking_no for parcel in parcels])
    if order.stage in WAITING:
        return await not_shipped(question, order)
    facts = await question.read("order", order.no)
    script = {
        Stage.UNPAID: "track_unpaid",
        Stage.CLOSED: "track_closed",
    }.get(order.stage, "track_no_scan")
    hold = "no_scan" if script == "track_no_scan" else None
    return Answer(replies=(Reply(script, tuple(facts.values())),), slots=slots, hold=hold)


async def not_shipped(question: Question, order: Order) -> Answer:
    """Why a paid order is not on its way yet and by when it will be; late ones go to a person."""
    facts = await question.read("dispatch", order.no)
    slots = {"order_no": order.no}
    if not facts["overdue"].value:
        return Answer(replies=(Reply("dispatch_order", tuple(facts.values())),), slots=slots)
    urge = propose_note(order, NoteKind.URGE, question.text)
    reply = Reply("dispatch_overdue", tuple(facts.values()))
    return Answer(replies=(reply,), proposals=urge, slots=slots, hold="promise_overdue")


async def _track_parcels(question: Question, order: Order, numbers: list[str]) -> Answer:
    replies, troubled = [], False
    queries: list[Proposal] = []
    for number in numbers:
        facts = await question.read("parcel", join_key(order.no, tracking=number))
        state = ParcelState(facts["state"].value)
        troubled |= state in TROUBLES
        if state in TROUBLES:
            queries += query_courier(order, question.text, state, number)
        replies.append(Reply(_script_of(state), tuple(facts.values())))
    return Answer(
        replies=tuple(replies),
        proposals=(*queries, *(propose_note(order, NoteKind.COURIER, question.text) if queries else ())),
        slots={"order_no": order.no},
        handoff="parcel_trouble" if troubled else None,
    )


def _script_of(state: ParcelState) -> str:
    return f"track_{state.value}" if state in TROUBLES or state is ParcelState.SIGNED else "track_moving"
