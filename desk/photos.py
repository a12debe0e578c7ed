"""Photos of customers: kept in the data folder under names of our own, shown only to who may see them (D3).

What a file is, its first bytes say; what the sender calls it counts for nothing.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from desk.base import Desk
from desk.errors import DeskError
from desk.models import Json, Photo, new_id
from shop.errors import NotFound

MOST_AT_ONCE = 6
"""Photos of one message."""
MOST_A_DAY = 60
"""Photos one buyer may leave within a day; what is more is refused."""
FOLDER = "photos"
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/gif": "gif"}


class PhotoRefused(DeskError):
    """The file is no photo that is taken, or too many came."""

    code = "photo_refused"


def sniff(content: bytes) -> str | None:
    """The kind of picture by its first bytes; None for anything else."""
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return None


async def store(desk: Desk, channel: str, buyer_id: str, content: bytes) -> Photo:
    """Keep a photo of a buyer; the same content again gives the one already kept.

    The file is whole on the disk before the row says that it is. Raises PhotoRefused.
    """
    mime = sniff(content)
    if mime is None:
        raise PhotoRefused("send a photo in the format JPEG, PNG, WebP or GIF", because="photo_format")
    digest = hashlib.sha256(content).hexdigest()
    now = desk.clock()
    async with desk.transaction() as session:
        query = select(Photo).where(
            Photo.channel == channel, Photo.buyer_id == buyer_id, Photo.sha256 == digest
        )
        found = (await session.scalars(query)).one_or_none()
        if found is not None:
            return found
        await _check_number(session, channel, buyer_id, now)
        photo = Photo(
            id=new_id(),
            channel=channel,
            buyer_id=buyer_id,
            mime=mime,
            size=len(content),
            sha256=digest,
            created_at=now,
        )
        try:
            async with session.begin_nested():
                session.add(photo)
        except IntegrityError:  # the same photo came twice at once, and the other was faster
            return (await session.scalars(query)).one()
        await asyncio.to_thread(_write, path_of(desk, photo), content)
        return photo


async def _check_number(session: AsyncSession, channel: str, buyer_id: str, now: datetime) -> None:
    since = now.replace(hour=0, minute=0, second=0, microsecond=0)
    query = select(func.count()).where(
        Photo.channel == channel, Photo.buyer_id == buyer_id, Photo.created_at >= since
    )
    if (await session.scalar(query) or 0) >= MOST_A_DAY:
        raise PhotoRefused(
            f"no more than {MOST_A_DAY} photos a day are taken; write to us instead",
            because="photos_too_many",
        )


def path_of(desk: Desk, photo: Photo) -> Path:
    """Where a photo lies; its name is made of its id and its kind alone."""
    return desk.settings.home / "var" / FOLDER / photo.id[-2:] / f"{photo.id}.{ENDINGS[photo.mime]}"


def _write(path: Path, content: bytes) -> None:
    """Write beside and rename, so that nobody ever reads half a photo."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_bytes(content)
    part.replace(path)


async def get_photo(session: AsyncSession, photo_id: str) -> Photo:
    """A photo for signed-in people. Raises NotFound."""
    photo = await session.get(Photo, photo_id)
    if photo is None:
        raise NotFound(f"no photo {photo_id!r}")
    return photo


async def access_photo(session: AsyncSession, photo_id: str, channel: str, buyer_id: str) -> Photo:
    """A buyer's own photo. Raises NotFound alike for a missing one and another buyer's."""
    photo = await session.get(Photo, photo_id)
    if photo is None or (photo.channel, photo.buyer_id) != (channel, buyer_id):
        raise NotFound(f"no photo {photo_id!r}")
    return photo


async def attach(desk: Desk, channel: str, buyer_id: str, photo_ids: Sequence[str]) -> tuple[Json, ...]:
    """The attachments of a message for a buyer's own photos. Raises NotFound."""
    async with desk.reads() as session:
        photos = [await access_photo(session, photo_id, channel, buyer_id) for photo_id in photo_ids]
    return tuple({"type": "image", "photo": photo.id, "mime": photo.mime} for photo in photos)
