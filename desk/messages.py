"""Messages: a customer's is stored once, whatever is sent twice; an agent's goes out under the epoch."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession

from desk import fetches, speech, turns
from desk.base import Desk, later
from desk.conversations import find_open
from desk.errors import Conflict, DeskBusy
from desk.models import Author, Channel, Conversation, Json, Message, Owner, Turn, new_id
from desk.ownership import Held, access_as_agent, check_epoch, hold, lock, set_next_step
from shop.errors import NotFound

log = structlog.get_logger(__name__)

FIRST_PAUSE_S = 0.05
LONGEST_PAUSE_S = 1.0
MOST_RACES = 10


@dataclass(frozen=True, slots=True)
class Incoming:
    """A customer's message as a channel sends it.

    `context`: item_id, sku_id, order_no in view. `thread`: the conversation as the channel knows it.
    """

    channel: str
    message_id: str
    buyer_id: str
    text: str
    sent_at: datetime | None = None
    attachments: tuple[Json, ...] = ()
    context: Json = field(default_factory=dict)
    thread: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where a message went. `message_id` is the channel's; `id` the desk's, which rises."""

    conversation_id: str
    message_id: str
    id: int
    turn_id: str
    duplicate: bool


async def receive(desk: Desk, incoming: Incoming) -> Receipt:
    """Store a customer's message once and let it join the conversation's gathering turn.

    The same message id again gives the first receipt. Waits `storage_wait_s` for a locked or lost database,
    then raises DeskBusy; nothing was stored then. Raises NotFound for an unknown channel, Conflict when
    another buyer's message has that id.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + desk.settings.storage_wait_s
    pause, races = FIRST_PAUSE_S, 0
    while True:
        try:
            return await _store(desk, incoming)
        except IntegrityError:
            # Another request stored the same message or opened the conversation: look again.
            races += 1
            if races > MOST_RACES:
                raise
        except (DBAPIError, PoolTimeout, OSError) as error:
            if loop.time() + pause > end:
                raise DeskBusy("the database is locked or gone; send the message again") from error
            log.warning("messages.storage_waits", reason=type(error).__name__, channel=incoming.channel)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_S)


async def _store(desk: Desk, incoming: Incoming) -> Receipt:
    async with desk.transaction() as session:
        stored = await find_by_external_id(session, incoming.channel, incoming.message_id)
        if stored is not None:
            assert stored.turn_id is not None
            conversation = await session.get_one(Conversation, stored.conversation_id)
            if conversation.buyer_id != incoming.buyer_id:
                raise Conflict(
                    f"message_id {incoming.message_id!r} is taken by another buyer's message",
                    because="message_id_taken",
                )
            return Receipt(stored.conversation_id, incoming.message_id, stored.id, stored.turn_id, True)
        held, cards = await _open_conversation(session, desk, incoming)
        turn = await turns.join(held, len(incoming.text))
        message = await _insert(held, turn, incoming, cards)
        turn_id, due_at = turn.id, turn.due_at
        later(session, lambda: desk.runner.watch(turn_id, due_at))
        return Receipt(turn.conversation_id, incoming.message_id, message.id, turn.id, False)


async def find_by_external_id(session: AsyncSession, channel: str, external_id: str) -> Message | None:
    """The customer's message of that channel and id."""
    query = select(Message).where(Message.channel == channel, Message.external_id == external_id)
    return (await session.scalars(query)).one_or_none()


async def _open_conversation(
    session: AsyncSession, desk: Desk, incoming: Incoming
) -> tuple[Held, list[Json]]:
    """The buyer's open conversation, held, or a new one; and cards of what the customer comes with now."""
    now = desk.clock()
    found = await find_open(session, incoming.channel, incoming.buyer_id)
    conversation = await lock(session, found.id) if found else None
    if conversation is None or conversation.owner is Owner.CLOSED:
        conversation = await _create_conversation(session, incoming, now)
    cards = find_cards(conversation, incoming.context)
    for name in ("item_id", "sku_id", "order_no"):
        if incoming.context.get(name):
            setattr(conversation, name, incoming.context[name])
    conversation.thread = incoming.thread or conversation.thread
    conversation.active_at = now
    held = Held(desk, session, conversation, now)
    if conversation.owner is Owner.BOT:
        set_next_step(held)
    return held, cards


def find_cards(conversation: Conversation, context: Json) -> list[Json]:
    """The item and the order that come into view with a message; none for what was in view already."""
    item_id, order_no = context.get("item_id"), context.get("order_no")
    cards: list[Json] = []
    if item_id and item_id != conversation.item_id:
        cards.append({"type": "item", "item_id": str(item_id)})
    if order_no and order_no != conversation.order_no:
        cards.append({"type": "order", "order_no": str(order_no)})
    return cards


async def _create_conversation(session: AsyncSession, incoming: Incoming, now: datetime) -> Conversation:
    if await session.get(Channel, incoming.channel) is None:
        raise NotFound(f"no channel {incoming.channel!r}")
    conversation = Conversation(
        id=new_id(),
        channel=incoming.channel,
        buyer_id=incoming.buyer_id,
        owner=Owner.BOT,
        epoch=1,
        turn_count=0,
        severity="none",
        seen_until=0,
        opened_at=now,
        active_at=now,
    )
    session.add(conversation)
    await session.flush()
    return conversation


async def _insert(held: Held, turn: Turn, incoming: Incoming, cards: list[Json]) -> Message:
    message = Message(
        conversation_id=held.conversation.id,
        turn_id=turn.id,
        channel=incoming.channel,
        external_id=incoming.message_id,
        author=Author.CUSTOMER,
        text=incoming.text,
        facts=[],
        attachments=[*incoming.attachments, *cards],
        sent_at=incoming.sent_at,
        created_at=held.now,
    )
    held.session.add(message)
    await held.session.flush()
    fetches.note(held.session, message, held.now)
    held.record("message", speech.describe(message))
    return message


async def list_messages(
    session: AsyncSession, conversation_id: str, after: int = 0, limit: int = 100
) -> Sequence[Message]:
    """A conversation's messages with an id above `after`, oldest first."""
    query = (
        select(Message)
        .where(Message.conversation_id == conversation_id, Message.id > after)
        .order_by(Message.id)
        .limit(limit)
    )
    return (await session.scalars(query)).all()


async def send_as_agent(
    desk: Desk, conversation_id: str, agent: str, epoch: int, text: str, *, page_id: str | None = None
) -> Message:
    """Send an agent's own words. Raises NotYours, or StaleEpoch if it changed hands since they looked.

    The same `page_id` again gives the first message, whatever became of the conversation since; with other
    words, or from somebody else, it raises Conflict.
    """
    async with hold(desk, conversation_id) as held:
        sent = await _find_by_page_id(held, page_id)
        if sent is not None:
            if (sent.agent, sent.text) != (agent, text):
                raise Conflict(
                    f"message {page_id!r} was sent before, with other words; give it a new id",
                    because="message_id_taken",
                )
            return sent
        access_as_agent(held.conversation, agent)
        check_epoch(held.conversation, epoch)
        message = await speech.send(held, text, author=Author.AGENT, agent=agent)
        message.page_id = page_id
        set_next_step(held)
        return message


async def _find_by_page_id(held: Held, page_id: str | None) -> Message | None:
    if page_id is None:
        return None
    query = select(Message).where(Message.conversation_id == held.conversation.id, Message.page_id == page_id)
    return await held.session.scalar(query)
