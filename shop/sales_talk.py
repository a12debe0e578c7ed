"""How far a sales talk has come, and which piece of it is due (A8).

Greeting, promotion, goods, objections, order, its confirmation, the invitation to follow the shop, farewell:
each piece is added once, at its moment, and never where it is about something gone wrong.
"""

from collections.abc import Iterable
from enum import StrEnum

from sqlalchemy import exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from shop.models import Complaint
from shop.policy import Policy, SalesTalkSection
from shop.return_models import ReturnRequest


class Step(StrEnum):
    """What a sales talk has behind it. The greeting is its opening, the farewell its end."""

    PROMOTION = "promotion"
    GOODS = "goods"
    OBJECTION = "objection"
    ORDER = "order"  # how to order was told, or paying was talked of
    CONFIRMED = "confirmed"  # what was bought and where it goes (A10)
    INVITED = "invited"


TOPICS: dict[str, Step] = {
    "ask_promotion": Step.PROMOTION,
    "bargain": Step.OBJECTION,
    "ask_payment": Step.ORDER,
} | dict.fromkeys(
    (
        *("ask_stock", "ask_size", "ask_product", "ask_care", "ask_color_difference", "ask_recommendation"),
        *("ask_authenticity", "ask_price"),
    ),
    Step.GOODS,
)
"""The step that a question of the customer makes."""


def list_steps(topics: Iterable[str], said: Iterable[str]) -> frozenset[Step]:
    """The steps taken: by what was asked, and by the pieces that were added."""
    return frozenset(TOPICS[topic] for topic in topics if topic in TOPICS) | frozenset(map(Step, said))


def find_due(moment: str, steps: frozenset[Step], rules: SalesTalkSection) -> Step | None:
    """The piece that is due when a customer greets, agrees, thanks or takes leave; None where none is."""
    if moment == "greet":
        past = {Step.PROMOTION, Step.ORDER, Step.CONFIRMED, Step.INVITED}
        return Step.PROMOTION if rules.promotion and not steps & past else None
    if moment == "affirm":
        begun, past = {Step.GOODS, Step.OBJECTION}, {Step.ORDER, Step.CONFIRMED, Step.INVITED}
        return Step.ORDER if rules.order and steps & begun and not steps & past else None
    if moment in ("thank", "goodbye"):
        return Step.INVITED if rules.invite and steps and Step.INVITED not in steps else None
    return None


def is_for_sale(topics: Iterable[str], policy: Policy) -> bool:
    """Whether everything talked of so far is before the sale; a complaint or an order's trouble is not."""
    return all(policy.route(topic).team == "presales" for topic in topics)


async def has_open_matter(session: AsyncSession, buyer_id: str) -> bool:
    """Whether the buyer waits for the end of a complaint or of a return: no time for sales talk."""
    complaint = exists().where(Complaint.buyer_id == buyer_id, Complaint.closed_at.is_(None))
    request = exists().where(ReturnRequest.buyer_id == buyer_id, ReturnRequest.closed_at.is_(None))
    return bool(await session.scalar(select(or_(complaint, request))))
