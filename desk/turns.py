"""Turns: bubbles gather until a quiet gap, then one process claims the turn, in order, under a lease."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from desk import handoff
from desk.models import Author, Conversation, Json, Message, Owner, Turn, TurnState, new_id
from desk.ownership import Held, find_and_lock

OPEN_STATES = (TurnState.GATHERING, TurnState.WAITING)
CARDS = ("item", "order")
UNDONE = (TurnState.GATHERING, TurnState.WAITING, TurnState.CLAIMED)
"""Asked for by name, never as "not done": the index then finds them among any number of done ones."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A turn that this process may answer until the lease ends, as it stood when claimed."""

    turn_id: str
    token: str
    number: int
    opened_at: datetime
    attempts: int
    bubbles: tuple[str, ...]
    has_attachments: bool
    photos: tuple[str, ...]
    last_message_id: int
    conversation_id: str
    channel: str
    buyer_id: str
    owner: Owner
    epoch: int
    state: Json | None
    item_id: str | None
    sku_id: str | None
    order_no: str | None
    seen_until: int
    faults: int
    severity: str  # the conversation's highest so far
    queue_reason: str | None

    @property
    def text(self) -> str:
        """The bubbles of the turn, one a line."""
        return "\n".join(bubble for bubble in self.bubbles if bubble.strip())


@dataclass(frozen=True, slots=True)
class NotYet:
    """The turn is not due before this moment."""

    due_at: datetime


async def join(held: Held, characters: int) -> Turn:
    """The turn that a new bubble of so many characters belongs to.

    The bubble pushes the end of the quiet gap, never beyond the deadline. A turn that would grow too long is
    closed and the bubble opens the next.
    """
    session, conversation, settings, now = held.session, held.conversation, held.desk.settings, held.now
    gap = timedelta(seconds=settings.quiet_gap_s)
    gathering = await _find_gathering(session, conversation.id)
    if gathering is not None and gathering.characters + characters <= settings.max_turn_text:
        gathering.due_at = min(now + gap, gathering.deadline_at)
        gathering.characters += characters
        return gathering
    if gathering is not None:
        gathering.state, gathering.due_at = TurnState.WAITING, now
        await session.flush()  # before the next one may gather
    conversation.turn_count += 1
    turn = Turn(
        id=new_id(),
        conversation_id=conversation.id,
        number=conversation.turn_count,
        state=TurnState.GATHERING,
        opened_at=now,
        due_at=now + gap,
        deadline_at=now + timedelta(seconds=settings.turn_deadline_s),
        characters=characters,
        attempts=0,
        faults=0,
    )
    session.add(turn)
    await session.flush()
    return turn


async def _find_gathering(session: AsyncSession, conversation_id: str) -> Turn | None:
    query = select(Turn).where(Turn.conversation_id == conversation_id, Turn.state == TurnState.GATHERING)
    # What changed of the conversation is written with its turn, in one statement.
    return (await session.scalars(query, execution_options={"autoflush": False})).one_or_none()


async def claim(session: AsyncSession, turn_id: str, lease_s: float, now: datetime) -> Claim | NotYet | None:
    """Claim a turn that is due. NotYet when bubbles pushed it; None when it is done, claimed or not first."""
    its_conversation = select(Turn.conversation_id).where(Turn.id == turn_id).scalar_subquery()
    conversation = await find_and_lock(session, Conversation.id == its_conversation)
    if conversation is None:
        return None
    turn = await session.get_one(Turn, turn_id, populate_existing=True)
    if turn.state is TurnState.CLAIMED and turn.lease_until is not None and turn.lease_until <= now:
        turn.state = TurnState.WAITING  # its process died or hangs
        turn.faults += 1
    if turn.state not in OPEN_STATES or await _has_earlier(session, turn):
        return None
    if turn.due_at > now:
        return NotYet(turn.due_at)
    turn.state, turn.token = TurnState.CLAIMED, new_id()
    turn.lease_until = now + timedelta(seconds=lease_s)
    turn.attempts += 1
    return await _describe(session, conversation, turn)


async def _has_earlier(session: AsyncSession, turn: Turn) -> bool:
    query = select(
        exists().where(
            Turn.conversation_id == turn.conversation_id,
            Turn.number < turn.number,
            Turn.state.in_(UNDONE),
        )
    )
    return bool(await session.scalar(query))


async def _describe(session: AsyncSession, conversation: Conversation, turn: Turn) -> Claim:
    query = (
        select(Message)
        .where(Message.turn_id == turn.id, Message.author == Author.CUSTOMER)
        .order_by(Message.id)
    )
    messages = list(await session.scalars(query))
    entry = await handoff.find_open(session, conversation.id)
    assert turn.token is not None
    return Claim(
        turn_id=turn.id,
        token=turn.token,
        number=turn.number,
        opened_at=turn.opened_at,
        attempts=turn.attempts,
        bubbles=tuple(message.text for message in messages),
        has_attachments=any(not is_card(item) for message in messages for item in message.attachments),
        photos=tuple(
            photo for message in messages for photo in list_photo_ids(message.id, message.attachments)
        ),
        last_message_id=max((message.id for message in messages), default=0),
        conversation_id=conversation.id,
        channel=conversation.channel,
        buyer_id=conversation.buyer_id,
        owner=conversation.owner,
        epoch=conversation.epoch,
        state=conversation.state,
        item_id=conversation.item_id,
        sku_id=conversation.sku_id,
        order_no=conversation.order_no,
        seen_until=conversation.seen_until,
        severity=conversation.severity,
        faults=turn.faults,
        queue_reason=entry.reason if entry is not None else None,
    )


async def find_claimed(session: AsyncSession, claim: Claim) -> Turn | None:
    """The turn if the claim still holds; None if it was lost. The caller has the conversation's row."""
    turn = await session.get_one(Turn, claim.turn_id, populate_existing=True)
    return turn if turn.state is TurnState.CLAIMED and turn.token == claim.token else None


def put_off(turn: Turn, due_at: datetime, reason: str) -> None:
    """Give a claimed turn back, to be tried again at `due_at`."""
    turn.state, turn.token, turn.lease_until = TurnState.WAITING, None, None
    turn.due_at, turn.last_error = due_at, reason[:300]


def finish(turn: Turn, decision: str, outcome: Json, now: datetime) -> None:
    """Close the turn with its outcome."""
    turn.state, turn.token, turn.lease_until = TurnState.DONE, None, None
    turn.decision, turn.outcome, turn.done_at = decision, outcome, now
    turn.latency_ms, turn.policy_version = outcome["latency_ms"], outcome["policy_version"] or None


async def find_next(session: AsyncSession, conversation_id: str) -> Turn | None:
    """The conversation's first turn that is not done."""
    query = (
        select(Turn)
        .where(Turn.conversation_id == conversation_id, Turn.state.in_(UNDONE))
        .order_by(Turn.number)
        .limit(1)
    )
    return (await session.scalars(query)).one_or_none()


async def list_due(session: AsyncSession, now: datetime, limit: int = 200) -> list[str]:
    """Turns that could be claimed now: due or with a lost lease, and the first of their conversation."""
    earlier = aliased(Turn)
    blocked = exists().where(
        earlier.conversation_id == Turn.conversation_id,
        earlier.number < Turn.number,
        earlier.state.in_(UNDONE),
    )
    due = Turn.state.in_(OPEN_STATES) & (Turn.due_at <= now)
    lost = (Turn.state == TurnState.CLAIMED) & (Turn.lease_until <= now)
    query = select(Turn.id).where(due | lost, ~blocked).order_by(Turn.due_at).limit(limit)
    return list(await session.scalars(query))


async def hasten(session: AsyncSession, now: datetime) -> None:
    """Make every turn that waits for another try due at once: what failed is back."""
    await session.execute(
        update(Turn).where(Turn.state == TurnState.WAITING, Turn.due_at > now).values(due_at=now)
    )


def is_card(attachment: Json) -> bool:
    """Whether it shows the item or order the customer came with: nothing that a person must look at."""
    return attachment.get("type") in CARDS


def list_photo_ids(message_id: int, attachments: Sequence[Json]) -> list[str]:
    """What a dialogue calls the pictures of a message: a kept photo's id, else its place in the message."""
    return [
        str(item.get("photo") or f"{message_id}-{place}")
        for place, item in enumerate(attachments)
        if item.get("type") == "image"
    ]
