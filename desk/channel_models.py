"""Tables of channels with a side of their own: how far they were read, what was opened for people there."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from shop.db import Base, UtcDateTime


class ChannelCursor(Base):
    """How far a channel's messages were pulled."""

    __tablename__ = "channel_cursors"

    channel: Mapped[str] = mapped_column(ForeignKey("channels.name"), primary_key=True)
    cursor: Mapped[str] = mapped_column(String(200))
    moved_at: Mapped[datetime] = mapped_column(UtcDateTime)


class OpenedThere(Base):
    """A queue entry whose conversation was opened for people on the channel's own side."""

    __tablename__ = "opened_there"

    handoff_id: Mapped[str] = mapped_column(ForeignKey("handoffs.id"), primary_key=True)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
