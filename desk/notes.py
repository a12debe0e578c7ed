"""Private notes on a conversation, and whispers to one agent. Customers never see them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from desk.models import new_id
from desk.ownership import Held
from shop.db import Base, UtcDateTime


class Note(Base):
    """What one colleague leaves for the others. `whisper_to`: meant for one agent."""

    __tablename__ = "notes"
    __table_args__ = (Index("ix_notes_conversation", "conversation_id", "created_at"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=new_id)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    author: Mapped[str] = mapped_column(String(60))
    text: Mapped[str] = mapped_column(String(2000))
    whisper_to: Mapped[str | None] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


async def add(held: Held, author: str, text: str, *, whisper_to: str | None = None) -> Note:
    """Leave a note. The live event tells that there is one, not what it says."""
    note = Note(
        id=new_id(),
        conversation_id=held.conversation.id,
        author=author,
        text=text,
        whisper_to=whisper_to,
        created_at=held.now,
    )
    held.session.add(note)
    await held.session.flush()
    held.record("note", {"note_id": note.id, "author": author, "whisper_to": whisper_to})
    return note


async def list_notes(
    session: AsyncSession, conversation_id: str, reader: str, *, all_whispers: bool = False
) -> Sequence[Note]:
    """The notes a colleague may read, oldest first: whispers only to whom they go, by whom they are."""
    query = select(Note).where(Note.conversation_id == conversation_id).order_by(Note.created_at, Note.id)
    if not all_whispers:
        mine = or_(Note.whisper_to.is_(None), Note.whisper_to == reader, Note.author == reader)
        query = query.where(mine)
    return (await session.scalars(query)).all()
