"""Pictures that a channel sends as addresses: fetched once, kept like photos left on our own page (D3).

A fetch is a row: whichever process leases it tries it; one that fails is tried again with back-off, then
stands as failed until a person asks for another round. The message tells what became of each of its pictures.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from desk import photos
from desk.base import Desk
from desk.degraded import find_pause
from desk.download import DownloadFailed, Limits, download
from desk.models import Conversation, Json, Message, new_id
from desk.ownership import hold
from desk.photos import PhotoRefused
from shop.db import Base, UtcDateTime
from shop.errors import NotFound, Refused

log = structlog.get_logger(__name__)

WAITING, KEPT, FAILED = "waiting", "kept", "failed"
BATCH = 8
LONGEST_URL = 2_000


class Fetch(Base):
    """A picture of a message that is to be fetched. `place`: which of the message's attachments it is."""

    __tablename__ = "fetches"
    __table_args__ = (
        UniqueConstraint("message_id", "place"),
        Index("ix_fetches_due", "state", "next_try_at"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"))
    place: Mapped[int]
    url: Mapped[str] = mapped_column(String(LONGEST_URL))
    state: Mapped[str] = mapped_column(String(10))
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime] = mapped_column(UtcDateTime)
    token: Mapped[str | None] = mapped_column(String(40))  # whose try is under way
    error: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


def is_fetched(attachment: Json) -> bool:
    """Whether an attachment is a picture that lies at an address of the web."""
    url = str(attachment.get("url", ""))
    is_web = url.startswith(("http://", "https://")) and len(url) <= LONGEST_URL
    return attachment.get("type") == "image" and is_web


def note(session: AsyncSession, message: Message, now: datetime) -> None:
    """Note what of a stored message is to be fetched."""
    for place, attachment in enumerate(message.attachments):
        if is_fetched(attachment):
            session.add(
                Fetch(
                    id=new_id(),
                    message_id=message.id,
                    place=place,
                    url=str(attachment["url"]),
                    state=WAITING,
                    next_try_at=now,
                    created_at=now,
                )
            )


async def fetch_due(desk: Desk) -> None:
    """Try every picture that is due, a few at once."""
    while leased := await _lease(desk):
        await asyncio.gather(*(_fetch(desk, fetch) for fetch in leased))


async def _lease(desk: Desk) -> Sequence[Fetch]:
    now = desk.clock()
    due = (Fetch.state == WAITING, Fetch.next_try_at <= now)
    query = select(Fetch.id).where(*due).order_by(Fetch.next_try_at, Fetch.id).limit(BATCH)
    async with desk.reads() as session:
        ids = list(await session.scalars(query))
    if not ids:
        return []
    # A try that is cut is due again when its time is over: the lease is the next try.
    until = now + timedelta(seconds=desk.settings.fetch_timeout_s * 2)
    taken = (
        update(Fetch)
        .where(Fetch.id.in_(ids), *due)
        .values(next_try_at=until, attempts=Fetch.attempts + 1, token=new_id())
        .returning(Fetch)
        .execution_options(synchronize_session=False)
    )
    async with desk.transaction() as session:
        return list(await session.scalars(taken))


async def _fetch(desk: Desk, fetch: Fetch) -> None:
    async with desk.reads() as session:
        message = await session.get_one(Message, fetch.message_id)
        conversation = await session.get_one(Conversation, message.conversation_id)
    settings = desk.settings
    limits = Limits(settings.max_photo, settings.fetch_timeout_s, settings.trusted_hosts)
    try:
        content = await download(fetch.url, limits)
        photo = await photos.store(desk, conversation.channel, conversation.buyer_id, content)
    except DownloadFailed as error:
        over = error.final or fetch.attempts >= settings.fetch_tries
        log.info("fetches.failed", fetch=fetch.id, attempts=fetch.attempts, reason=str(error), final=over)
        await _settle(desk, conversation.id, fetch, error=error.code, over=over)
    except PhotoRefused as error:
        await _settle(desk, conversation.id, fetch, error=error.because or error.code, over=True)
    else:
        await _settle(desk, conversation.id, fetch, photo={"photo": photo.id, "mime": photo.mime})


async def _settle(
    desk: Desk,
    conversation_id: str,
    fetch: Fetch,
    *,
    photo: Json | None = None,
    error: str | None = None,
    over: bool = True,
) -> None:
    """Note what became of a try, and tell those who look at the message once it is decided."""
    async with hold(desk, conversation_id) as held:
        found = await held.session.get_one(Fetch, fetch.id, populate_existing=True)
        if found.token != fetch.token or found.state != WAITING:
            return  # our time was over and another process has it
        found.token, found.error = None, error
        if not over:
            pause = find_pause(found.attempts, desk.settings.retry_first_s, desk.settings.fetch_most_s)
            found.next_try_at = held.now + timedelta(seconds=pause)
            return
        found.state = KEPT if photo else FAILED
        message = await held.session.get_one(Message, found.message_id, populate_existing=True)
        _mark(message, found.place, photo or {"failed": error})
        held.record("attachment", {"id": message.id, "state": found.state})
    desk.counters.add("fetches", KEPT if photo else FAILED)


def _mark(message: Message, place: int, told: Json) -> None:
    """Put what is known of a picture into its message."""
    attachments = [dict(one) for one in message.attachments]
    kept = {name: value for name, value in attachments[place].items() if name != "failed"}
    attachments[place] = {**kept, **told}
    message.attachments = attachments


async def retry(desk: Desk, message_id: int) -> Message:
    """Try the failed pictures of a message once more. Raises NotFound, Refused when none has failed."""
    async with desk.reads() as session:
        known = await session.get(Message, message_id)
    if known is None:
        raise NotFound(f"no message {message_id}")
    async with hold(desk, known.conversation_id) as held:
        again = update(Fetch).where(Fetch.message_id == message_id, Fetch.state == FAILED)
        again = again.values(state=WAITING, attempts=0, token=None, error=None, next_try_at=held.now)
        places = list(await held.session.scalars(again.returning(Fetch.place)))
        if not places:
            raise Refused("no picture of this message has failed", because="nothing_failed")
        message = await held.session.get_one(Message, message_id, populate_existing=True)
        for place in places:
            _mark(message, place, {})
        held.record("attachment", {"id": message.id, "state": WAITING})
    return message
