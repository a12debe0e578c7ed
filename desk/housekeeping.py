"""What is kept no longer than it must: audit entries, photos, guests' proofs and tries, used passes."""

import asyncio
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, select

from desk import audit, guests, passes
from desk.audit import AuditEntry
from desk.auth import GUEST_HOURS
from desk.base import Desk
from desk.models import Conversation, Owner, Photo
from desk.photos import path_of
from shop.guests import OrderProof
from shop.models import Complaint
from shop.return_models import ReturnRequest
from shop.return_states import OVER

log = structlog.get_logger(__name__)
BATCH = 500
BY = "xiaoer"


async def tidy(desk: Desk) -> None:
    """One round. Several processes at once do no harm; what a cut round left, the next one drops."""
    entries, photos = await drop_audit(desk), await drop_photos(desk)
    now = desk.clock()
    async with desk.transaction() as session:
        await guests.forget_tries(session, now)
        await passes.forget_used(session, now)
        gone = now - timedelta(hours=GUEST_HOURS)
        await session.execute(delete(OrderProof).where(OrderProof.proven_at <= gone))
    if entries or photos:
        log.info("housekeeping.dropped", audit=entries, photos=photos)


async def drop_audit(desk: Desk) -> int:
    """Drop audit entries that are older than kept, and note how many: a log that shrinks says so."""
    now = desk.clock()
    before = now - timedelta(days=desk.settings.audit_keep_days)
    dropped = 0
    while True:
        async with desk.transaction() as session:
            old = select(AuditEntry.id).where(AuditEntry.at < before).order_by(AuditEntry.id).limit(BATCH)
            ids = list(await session.scalars(old))
            if not ids:
                return dropped
            await session.execute(delete(AuditEntry).where(AuditEntry.id.in_(ids)))
            about = f"until:{before.date().isoformat()}"
            audit.add(session, now, who=BY, what="audit.dropped", about=about, number=str(len(ids)))
        dropped += len(ids)


async def drop_photos(desk: Desk) -> int:
    """Delete photos that are older than kept, unless their buyer has something open; how many.

    The file goes before its row: what is cut in between is a row without a file, which the next round drops.
    """
    before = desk.clock() - timedelta(days=desk.settings.photos_keep_days)
    dropped, last = 0, ""
    while True:
        found = await _list_old(desk, before, last)
        if not found:
            return dropped
        for photo in found:
            await asyncio.to_thread(path_of(desk, photo).unlink, missing_ok=True)
        async with desk.transaction() as session:
            await session.execute(delete(Photo).where(Photo.id.in_([photo.id for photo in found])))
        dropped, last = dropped + len(found), found[-1].id


async def _list_old(desk: Desk, before: datetime, last: str) -> list[Photo]:
    busy = (
        select(Conversation.id).where(
            Conversation.buyer_id == Photo.buyer_id, Conversation.owner != Owner.CLOSED
        ),
        select(Complaint.id).where(Complaint.buyer_id == Photo.buyer_id, Complaint.state != "closed"),
        select(ReturnRequest.id).where(
            ReturnRequest.buyer_id == Photo.buyer_id,
            ReturnRequest.state.not_in([state.value for state in OVER]),
        ),
    )
    query = select(Photo).where(Photo.created_at < before, Photo.id > last, *(~one.exists() for one in busy))
    async with desk.reads() as session:
        return list(await session.scalars(query.order_by(Photo.id).limit(BATCH)))
