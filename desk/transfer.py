"""Handing a conversation on to another team or to one colleague, with a note of what matters."""

from datetime import timedelta

from desk import duty, handoff, notes
from desk.base import Desk
from desk.decision import PEOPLE_ONLY, PRIORITY, Place
from desk.errors import Conflict
from desk.models import Conversation, Owner, Presence
from desk.ownership import Held, access_as_agent, hold, set_owner
from desk.users import User
from shop.errors import NotFound, Refused

TRANSFERRED = "transferred"


async def to_team(
    desk: Desk, conversation_id: str, agent: str, team: str, note: str, *, force: bool = False
) -> Conversation:
    """Back into the queue, of that team, with the place by the time it first waited.

    Raises NotYours unless the agent has it (a supervisor may `force`), Conflict when it is closed.
    """
    async with hold(desk, conversation_id) as held:
        await _begin(held, agent, note, force=force)
        entry = await handoff.find_open(held.session, conversation_id)
        set_owner(held, Owner.QUEUE)
        if entry is None:
            await handoff.enqueue(held, Place(team, PRIORITY[PEOPLE_ONLY], TRANSFERRED))
        else:
            entry.team, entry.offered_to, entry.offered_until = team, None, None
            await handoff.put_back(held)
        held.record("transfer", {"by": agent, "team": team, "agent": None})
        return held.conversation


async def to_agent(
    desk: Desk, conversation_id: str, agent: str, colleague: str, note: str, *, force: bool = False
) -> Conversation:
    """To one colleague, who must be at the desk: nothing is handed to an empty chair. Raises Refused."""
    async with hold(desk, conversation_id) as held:
        await _begin(held, agent, note, force=force)
        await _access_colleague(held, colleague)
        set_owner(held, Owner.AGENT, assignee=colleague)
        await handoff.claim_open(held, colleague)
        held.record("transfer", {"by": agent, "team": None, "agent": colleague})
        return held.conversation


async def _begin(held: Held, agent: str, note: str, *, force: bool) -> None:
    conversation = held.conversation
    if conversation.owner is Owner.CLOSED:
        raise Conflict(f"conversation {conversation.id} is closed", because="closed")
    if not force:
        access_as_agent(conversation, agent)
    if note:
        await notes.add(held, agent, note)
        conversation.note = note[:500]


async def _access_colleague(held: Held, colleague: str) -> None:
    user = await held.session.get(User, colleague)
    if user is None or not user.active:
        raise NotFound(f"no colleague {colleague!r}")
    presence = await held.session.get(Presence, colleague)
    since = held.now - timedelta(seconds=held.desk.settings.presence_s)
    if presence is None or presence.status != duty.ONLINE or presence.seen_at <= since:
        raise Refused(
            f"{user.display_name} is not at the desk now; hand it to the team instead",
            because="colleague_away",
        )
