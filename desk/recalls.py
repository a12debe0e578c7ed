"""Taking a message back where the channel can: from our own page, or while a callback has not gone out."""

from sqlalchemy import select

from desk import reviews
from desk.base import Desk
from desk.errors import Conflict
from desk.models import Author, Channel, Delivery, DeliveryState, Message, Turn
from desk.ownership import hold
from shop.errors import NotFound

OWN_PAGE = "web"
RECALLABLE = (Author.BOT, Author.AGENT)


async def recall(desk: Desk, message_id: int, agent: str) -> Message:
    """Take back what the bot or an agent said; again changes nothing. It counts against its intents.

    Raises NotFound for what is not ours to take back, Conflict when the channel has it already and cannot.
    """
    async with desk.reads() as session:
        found = await session.get(Message, message_id)
    if found is None or found.author not in RECALLABLE:
        raise NotFound(f"no message {message_id} of the shop's")
    async with hold(desk, found.conversation_id) as held:
        message = await held.session.get_one(Message, message_id)
        if message.recalled_at is not None:
            return message
        channel = await held.session.get_one(Channel, message.channel)
        query = select(Delivery).where(Delivery.message_id == message_id)
        delivery = (await held.session.scalars(query)).one_or_none()
        if channel.kind != OWN_PAGE:
            if delivery is None or delivery.state is DeliveryState.SENT or delivery.token is not None:
                raise Conflict(
                    "the channel has this message already and takes nothing back", because="recall_late"
                )
            await held.session.delete(delivery)
        message.recalled_at, message.recalled_by = held.now, agent
        if message.author is Author.BOT and message.turn_id is not None:
            turn = await held.session.get_one(Turn, message.turn_id)
            intents = [str(question["intent"]) for question in (turn.outcome or {}).get("questions", [])]
            ref = f"turn:{turn.id}"  # an answer in several bubbles went wrong once
            await reviews.signal(held.session, intents, reviews.RECALL, ref, held.now)
        held.record("recall", {"id": message.id, "by": agent})
        return message
