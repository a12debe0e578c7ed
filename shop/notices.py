"""What a buyer must hear without having asked: written where it arises, said once by the desk (C5, C10)."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shop.work_models import Notice


async def give_notice(
    session: AsyncSession,
    key: str,
    *,
    buyer_id: str,
    script: str,
    source: str,
    now: datetime,
    order_no: str | None = None,
) -> Notice:
    """Note that the buyer must hear of something. The same `key` gives one notice, however often."""
    found = await session.scalar(select(Notice).where(Notice.key == key))
    if found is None:
        found = Notice(
            key=key, buyer_id=buyer_id, order_no=order_no, script=script, source=source, created_at=now
        )
        session.add(found)
        await session.flush()
    return found


async def list_untold(session: AsyncSession, limit: int = 100) -> list[Notice]:
    """Notices nobody has told yet, the oldest first."""
    query = select(Notice).where(Notice.told_at.is_(None), Notice.dropped.is_(None))
    return list(await session.scalars(query.order_by(Notice.id).limit(limit)))
