"""What the shop says: a script rendered from pinned facts, stored as a message, put into the outbox."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import func, select

from desk.base import Desk, later
from desk.bot_client import BotReply
from desk.decision import ASKED_FOR_PERSON, DATA_UNAVAILABLE, Place
from desk.handoff import QueueEntry
from desk.models import Author, Channel, Delivery, DeliveryState, Json, Message
from desk.ownership import Held
from desk.promises import note_promises
from shop.errors import ScriptError
from shop.facts import Fact
from shop.figures import find_unpinned, is_stated
from shop.wording import split_parts

log = structlog.get_logger(__name__)

HANDOVER = "handover"
DEGRADED = "degraded"
WAIT = "wait"


def render(desk: Desk, reply: BotReply, seed: str, nth: int = 0) -> str:
    """The text of a reply in the shop's tone, the nth variant of it. Raises ScriptError."""
    tone = desk.policy.current().shop.tone
    return _pinned(reply, desk.scripts.render(reply.script, reply.values(), tone=tone, seed=seed, nth=nth))


def _pinned(reply: BotReply, text: str) -> str:
    """The text, if it states no figure but its facts'. Raises ScriptError."""
    if loose := find_unpinned(text, reply.values().values()):
        raise ScriptError(f"script {reply.script!r} states {', '.join(loose)}, which no fact gives")
    return text


def find_broken(desk: Desk, replies: Iterable[BotReply]) -> dict[str, str]:
    """Scripts among these replies of which some variant cannot be said, with the reason."""
    broken = {}
    tone = desk.policy.current().shop.tone
    for reply in replies:
        try:
            for text in desk.scripts.render_tone(reply.script, reply.values(), tone=tone):
                _pinned(reply, text)
        except (ScriptError, ValueError, TypeError, ArithmeticError) as error:
            # The last three come from filters: a day that is none, money that is no number.
            broken[reply.script] = str(error)
    return broken


async def count_said(held: Held, script: str) -> int:
    """How often this conversation heard the script."""
    query = select(func.count()).where(
        Message.conversation_id == held.conversation.id, Message.script == script
    )
    return await held.session.scalar(query) or 0


def split(desk: Desk, text: str, reply: BotReply) -> list[tuple[str, str | None, list[Fact]]]:
    """A long text in parts (A2), each with the facts it states; the first has what no part writes out."""
    pinned = list(reply.facts)
    texts = split_parts(text, desk.policy.current().shop.part_characters)
    if len(texts) == 1:
        return [(text, reply.script, pinned)]
    stated = [[fact for fact in pinned if is_stated(part, fact.value)] for part in texts]
    unsaid = [fact for fact in pinned if not any(fact in some for some in stated)]
    stated[0] += unsaid
    scripts = [reply.script, *[None] * (len(texts) - 1)]  # counted once, see `count_said`
    return list(zip(texts, scripts, stated, strict=True))


async def send(
    held: Held,
    text: str,
    *,
    author: Author,
    turn_id: str | None = None,
    agent: str | None = None,
    script: str | None = None,
    facts: Iterable[Fact] = (),
) -> Message:
    """Store a message to the customer and, where the channel has a callback address, its delivery."""
    message = Message(
        conversation_id=held.conversation.id,
        turn_id=turn_id,
        channel=held.conversation.channel,
        author=author,
        agent=agent,
        text=text,
        script=script,
        facts=[fact.to_json() for fact in facts],
        attachments=[],
        created_at=held.now,
    )
    held.session.add(message)
    await held.session.flush()
    await _put_into_outbox(held, message)
    held.conversation.active_at = held.now
    held.record("message", describe(message))
    if author is Author.AGENT and agent is not None:
        await note_promises(held, text, agent)
    return message


async def _put_into_outbox(held: Held, message: Message) -> None:
    channel = await held.session.get_one(Channel, message.channel)
    if not channel.callback_url:
        return
    held.session.add(
        Delivery(
            conversation_id=message.conversation_id,
            channel=channel.name,
            message_id=message.id,
            state=DeliveryState.PENDING,
            next_try_at=held.now,
            attempts=0,
            created_at=held.now,
        )
    )
    later(held.session, held.desk.runner.wake_outbox)


def describe(message: Message) -> Json:
    """A message as lists, events and callbacks carry it."""
    return {
        "id": message.id,
        "conversation_id": message.conversation_id,
        "turn_id": message.turn_id,
        "author": message.author.value,
        "agent": message.agent,
        "text": message.text,
        "script": message.script,
        "facts": message.facts,
        "attachments": message.attachments,
        "created_at": message.created_at.isoformat(),
        **({"recalled_by": message.recalled_by} if message.recalled_at else {}),
    }


def describe_reply(message: Message) -> Json:
    """A message as the `replies` of an outcome carry it."""
    return {"text": message.text, "script": message.script, "facts": message.facts}


async def say(
    held: Held, reply: BotReply, *, author: Author = Author.SYSTEM, turn_id: str | None = None
) -> list[Message]:
    """Render a reply, another variant than the last time, and send it, a long one in parts."""
    nth = await count_said(held, reply.script)
    text = render(held.desk, reply, held.conversation.id, nth)
    return [
        await send(held, part, author=author, turn_id=turn_id, script=script, facts=facts)
        for part, script, facts in split(held.desk, text, reply)
    ]


async def tell_place(
    held: Held, place: Place, entry: QueueEntry, *, turn_id: str | None = None
) -> list[Message]:
    """Tell the customer about the queue entry that now exists: the second phase of a hand-over.

    The same thing is not said twice about one entry, unless the customer asks for a person again. When a
    script is broken nothing is said and the entry counts as untold: it stands, and the sweeper speaks later.
    """
    topic = place.say or WAIT
    if entry.handoff.told == topic and place.reason != ASKED_FOR_PERSON:
        return []
    try:
        words = choose_words(held.desk, place, entry, held.now)
        counts = [await count_said(held, reply.script) for reply in words]
        texts = [
            render(held.desk, reply, held.conversation.id, nth)
            for reply, nth in zip(words, counts, strict=True)
        ]
    except ScriptError as error:
        log.error("speech.script_broken", conversation=held.conversation.id, say=topic, reason=str(error))
        return []
    if words:
        entry.handoff.told = topic
    return [
        await send(held, text, author=Author.SYSTEM, turn_id=turn_id, script=reply.script, facts=reply.facts)
        for reply, text in zip(words, texts, strict=True)
    ]


def choose_words(desk: Desk, place: Place, entry: QueueEntry, now: datetime) -> list[BotReply]:
    """The desk's replies for a place in the queue; care and supervisor scripts stand alone (E4)."""
    if place.say is None:
        # A draft: the customer hears at once only if nobody can look at it before the next opening.
        return [_describe_wait(desk, entry, now)] if entry.wait.call_back_at else []
    if place.say == HANDOVER:
        return [_describe_wait(desk, entry, now)]
    if place.say in (DATA_UNAVAILABLE, DEGRADED):
        return [BotReply(place.say), _describe_wait(desk, entry, now)]
    if place.say == "self_harm_care":
        help_line = Fact("help_line", desk.policy.current().shop.help_line, "policy:shop", now)
        return [BotReply(place.say, (help_line,))]
    return [BotReply(place.say)]


def _describe_wait(desk: Desk, entry: QueueEntry, now: datetime) -> BotReply:
    """Place and time from the entry; out of hours the call-back time; no figure where none is honest."""
    source = f"handoff:{entry.handoff.id}"
    if entry.wait.call_back_at:
        moment = desk.local(entry.wait.call_back_at).isoformat()
        return BotReply("handover_out_of_hours", (Fact("callback_at", moment, source, now),))
    team = desk.scripts.render(f"team_{entry.handoff.team}", {})
    facts = [Fact("position", entry.position, source, now), Fact("team_name", team, source, now)]
    if entry.wait.seconds is None:
        return BotReply("handover_waiting", tuple(facts))
    minutes = -(-timedelta(seconds=entry.wait.seconds) // timedelta(minutes=1))
    facts.append(Fact("eta_minutes", minutes, source, now))
    return BotReply("handover_queued", tuple(facts))
