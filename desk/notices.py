"""News for buyers, said once through the outbox: the shop writes it down, the desk finds where to say it."""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from desk import speech
from desk.base import Desk
from desk.bot_client import BotReply
from desk.models import Channel, Conversation, Owner, new_id
from desk.ownership import Held, lock, set_next_step
from shop.errors import NotFound, ScriptError
from shop.facts import read
from shop.hours import is_quiet
from shop.notices import list_untold
from shop.work_models import Notice

log = structlog.get_logger(__name__)

PRESENT = timedelta(minutes=10)
"""Who wrote so lately is told even in the quiet hours."""
NO_CHANNEL = "no channel reaches the buyer"


async def tell_all(desk: Desk) -> None:
    """Say every notice that nobody has told yet. One that fails does not keep the others waiting.

    In the policy's quiet hours nothing is said to those who are not in the chat just then.
    """
    await _try_again(desk)
    async with desk.reads() as session:
        waiting = [notice.id for notice in await list_untold(session)]
        if is_quiet(desk.policy.current().notices, desk.policy.current().zone, desk.clock()):
            waiting = await _keep_present(session, waiting, since=desk.clock() - PRESENT)
    for notice_id in waiting:
        try:
            await tell(desk, notice_id)
        except Exception:
            # The edge of one notice: it is tried again in the next round.
            desk.counters.add("notices", "failed")
            log.exception("notices.failed", notice=notice_id)


async def tell(desk: Desk, notice_id: int) -> None:
    """Say a notice in the buyer's conversation, or drop it with the reason when that is impossible."""
    now = desk.clock()
    async with desk.transaction() as session:
        notice = await session.get_one(Notice, notice_id)
        held = await _hold_conversation(desk, session, notice.buyer_id, now)
        await session.refresh(notice)  # as it is now that the conversation is held
        if notice.told_at is not None or notice.dropped is not None:
            return
        if held is None:
            _drop(desk, notice, NO_CHANNEL)
            return
        try:
            scheme, _, key = notice.source.partition(":")
            facts = await read(desk.reading(session, notice.buyer_id, now), scheme, key)
            await speech.say(held, BotReply(notice.script, tuple(facts.values())))
        except (NotFound, ScriptError) as error:
            _drop(desk, notice, f"{error.code}: {error}"[:80])
            return
        notice.told_at = now
        if held.conversation.owner is Owner.BOT:
            set_next_step(held)
    desk.counters.add("notices", "told")


async def _keep_present(session: AsyncSession, notices: list[int], *, since: datetime) -> list[int]:
    """Those whose buyer wrote a moment ago: they are awake, and may be waiting for just this."""
    talks = exists().where(
        Conversation.buyer_id == Notice.buyer_id,
        Conversation.owner != Owner.CLOSED,
        Conversation.active_at > since,
    )
    return list(await session.scalars(select(Notice.id).where(Notice.id.in_(notices), talks)))


async def _try_again(desk: Desk) -> None:
    """What no channel could carry is said after all once the buyer has written."""
    wrote = exists().where(Conversation.buyer_id == Notice.buyer_id)
    query = select(Notice.id).where(Notice.told_at.is_(None), Notice.dropped == NO_CHANNEL, wrote)
    async with desk.reads() as session:
        found = list(await session.scalars(query))
    if found:
        async with desk.transaction() as session:
            await session.execute(update(Notice).where(Notice.id.in_(found)).values(dropped=None))


def _drop(desk: Desk, notice: Notice, why: str) -> None:
    notice.dropped = why
    desk.counters.add("notices", "dropped")
    log.error("notices.dropped", notice=notice.id, script=notice.script, reason=why)


async def _hold_conversation(desk: Desk, session: AsyncSession, buyer_id: str, now: datetime) -> Held | None:
    """The buyer's open conversation, held, or a new one where they wrote last; None without a channel."""
    query = select(Conversation.id).where(
        Conversation.buyer_id == buyer_id, Conversation.owner != Owner.CLOSED
    )
    found = await session.scalar(query.order_by(Conversation.active_at.desc()).limit(1))
    if found is not None:
        conversation = await lock(session, found)
        if conversation.owner is not Owner.CLOSED:
            return Held(desk, session, conversation, now)
    channel = await _find_channel(session, buyer_id)
    if channel is None:
        return None
    conversation = Conversation(
        id=new_id(),
        channel=channel,
        buyer_id=buyer_id,
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
    held = Held(desk, session, conversation, now)
    set_next_step(held)
    return held


async def _find_channel(session: AsyncSession, buyer_id: str) -> str | None:
    """Where the buyer wrote last; for one who never wrote, the shop's only channel."""
    query = select(Conversation.channel).where(Conversation.buyer_id == buyer_id)
    last = await session.scalar(query.order_by(Conversation.active_at.desc()).limit(1))
    if last is not None:
        return last
    count = await session.scalar(select(func.count()).select_from(Channel))
    return await session.scalar(select(Channel.name)) if count == 1 else None
