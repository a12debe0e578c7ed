"""Complaints and crises (E1-E4): a ticket and a person. Nothing here admits or denies liability."""

from actions.base import Answer, Proposal, Question, Reply, ShopAction
from actions.choice import named_order
from shop.complaints import Severity
from shop.errors import NotFound
from shop.orders import get_order


class _Complaint(ShopAction):
    """Base: the customer's own words go into a ticket, a person takes over; the desk finds the words."""

    severity: Severity
    reason: str
    script: str | None = None

    async def answer(self, question: Question) -> Answer:
        """Propose the ticket and call people; a draft of neutral words only where the class names one."""
        ticket = {"severity": self.severity, "words": question.text, "order_no": await _own_order(question)}
        return Answer(
            replies=(Reply(self.script),) if self.script else (),
            proposals=(Proposal("open_complaint", ticket),),
            handoff=self.reason,
        )


async def _own_order(question: Question) -> str | None:
    """The order named or under view, if it is the buyer's own; a complaint is heard without one, too."""
    no = named_order(question) or question.slots.get("order_no")
    if not no:
        return None
    try:
        return (await get_order(question.reading.session, question.reading.buyer_id, str(no))).no
    except NotFound:
        return None


class ActionComplain(_Complaint):
    """Dissatisfied with goods, service or speed."""

    severity, reason, script = "general", "complaint", "complaint_heard"


class ActionAbuse(_Complaint):
    """Rude words: patience, and a person (E6)."""

    severity, reason, script = "general", "abuse", "complaint_heard"


class ActionThreatenEscalation(_Complaint):
    """Platform, regulator, media, court, bad review."""

    severity, reason = "major", "threat"


class ActionReportSafetyIncident(_Complaint):
    """Someone was hurt or is in danger."""

    severity, reason = "crisis", "safety"


class ActionExpressSelfHarm(_Complaint):
    """The customer may hurt themselves: care comes from the desk at once, a person follows."""

    severity, reason = "crisis", "self_harm"
