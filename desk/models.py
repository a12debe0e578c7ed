"""Tables of the desk: channels, conversations, messages, turns, drafts, commands, queue, outbox, live events.

Whoever writes to a conversation first takes its row (`conversations.lock`), so that what follows in the
same transaction happens to one conversation at a time, on SQLite and PostgreSQL alike.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Enum, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column
from ulid import ULID

from shop.db import Base, JsonType, UtcDateTime

Json = dict[str, Any]


def new_id() -> str:
    """A fresh id (ULID): 26 characters that sort by time."""
    return str(ULID())


class Owner(StrEnum):
    """Who answers a conversation now."""

    BOT = "bot"
    QUEUE = "queue"
    AGENT = "agent"
    CLOSED = "closed"


class Author(StrEnum):
    """Who wrote a message."""

    CUSTOMER = "customer"
    BOT = "bot"
    AGENT = "agent"
    SYSTEM = "system"


class TurnState(StrEnum):
    """gathering (bubbles may join) → waiting (closed, to be tried at due_at) → claimed (leased) → done."""

    GATHERING = "gathering"
    WAITING = "waiting"
    CLAIMED = "claimed"
    DONE = "done"


class DraftState(StrEnum):
    """What became of a draft. `shadow` is recorded and never shown to anybody at work."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"
    SHADOW = "shadow"


class CommandState(StrEnum):
    """What became of a command."""

    PROPOSED = "proposed"
    EXECUTED = "executed"
    REJECTED = "rejected"
    FAILED = "failed"


class HandoffState(StrEnum):
    """A queue entry waits, is claimed by an agent, or is closed."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    CLOSED = "closed"


class DeliveryState(StrEnum):
    """What became of a callback."""

    PENDING = "pending"
    SENT = "sent"
    DEAD = "dead"
    WITHHELD = "withheld"  # a person has the conversation on the channel's side: not said


def _enum(kind: type[StrEnum]) -> Enum:
    return Enum(kind, native_enum=False, length=20, values_callable=lambda k: [e.value for e in k])


def _one_where(name: str, columns: tuple[str, ...], condition: str) -> Index:
    """A unique index over the rows that fulfil a condition."""
    where = text(condition)
    return Index(name, *columns, unique=True, sqlite_where=where, postgresql_where=where)


class Channel(Base):
    """Where customers write from: a marketplace's adapter or the shop's own page."""

    __tablename__ = "channels"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), default="http")  # of channel_settings.KINDS
    secret: Mapped[str] = mapped_column(String(200))
    callback_url: Mapped[str | None] = mapped_column(String(500))  # or where the channel's API is
    settings: Mapped[Json] = mapped_column(JsonType, default=dict)  # see channel_settings
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Conversation(Base):
    """A buyer's open matter on a channel. `epoch` rises with every change of owner.

    `next_due_at` is when the sweeper takes the next step that the owner implies: it closes an idle one of
    the bot, raises a waiting one, takes a silent agent's claim back.
    """

    __tablename__ = "conversations"
    __table_args__ = (
        _one_where("uq_conversations_open", ("channel", "buyer_id"), "owner != 'closed'"),
        Index("ix_conversations_due", "owner", "next_due_at"),
        Index("ix_conversations_thread", "channel", "thread"),
        Index("ix_conversations_listed", "owner", "active_at"),
        Index("ix_conversations_assignee", "assignee", "active_at"),
        Index("ix_conversations_opened", "opened_at"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=new_id)
    channel: Mapped[str] = mapped_column(ForeignKey("channels.name"))
    buyer_id: Mapped[str] = mapped_column(String(60), index=True)
    thread: Mapped[str | None] = mapped_column(String(80))  # the conversation as the channel knows it
    owner: Mapped[Owner] = mapped_column(_enum(Owner), default=Owner.BOT)
    assignee: Mapped[str | None] = mapped_column(String(60))
    epoch: Mapped[int] = mapped_column(default=1)
    turn_count: Mapped[int] = mapped_column(default=0)
    state: Mapped[Json | None] = mapped_column(JsonType)  # the bot's, opaque to the desk
    severity: Mapped[str] = mapped_column(String(10), default="none")  # highest so far (E1)
    item_id: Mapped[str | None] = mapped_column(String(40))
    sku_id: Mapped[str | None] = mapped_column(String(60))
    order_no: Mapped[str | None] = mapped_column(String(40))
    note: Mapped[str | None] = mapped_column(String(500))  # what the last agent agreed, for the next one
    seen_until: Mapped[int] = mapped_column(default=0)  # last message a person had seen when handing back
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    active_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    next_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Message(Base):
    """One bubble. `external_id` is the channel's message id; ours have none.

    `page_id` is what an agent's page called it: sent again after a lost answer, it goes out once.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("channel", "external_id"),
        Index("ix_messages_conversation", "conversation_id", "id"),
        Index("ix_messages_page_id", "conversation_id", "page_id", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    turn_id: Mapped[str | None] = mapped_column(ForeignKey("turns.id"), index=True)
    channel: Mapped[str] = mapped_column(String(40))
    external_id: Mapped[str | None] = mapped_column(String(128))
    page_id: Mapped[str | None] = mapped_column(String(64))
    author: Mapped[Author] = mapped_column(_enum(Author))
    agent: Mapped[str | None] = mapped_column(String(60))
    text: Mapped[str] = mapped_column(Text)
    script: Mapped[str | None] = mapped_column(String(80))
    facts: Mapped[list[Json]] = mapped_column(JsonType, default=list)
    attachments: Mapped[list[Json]] = mapped_column(JsonType, default=list)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # what the channel says
    recalled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # taken back: customers see it no more
    recalled_by: Mapped[str | None] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Photo(Base):
    """A picture a buyer left: whose and what it is; the file lies in the data folder (desk/photos.py)."""

    __tablename__ = "photos"
    __table_args__ = (UniqueConstraint("channel", "buyer_id", "sha256"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    channel: Mapped[str] = mapped_column(String(40))
    buyer_id: Mapped[str] = mapped_column(String(60))
    mime: Mapped[str] = mapped_column(String(20))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Turn(Base):
    """Bubbles that are answered together, once. `outcome` is the answer as the API gives it."""

    __tablename__ = "turns"
    __table_args__ = (
        UniqueConstraint("conversation_id", "number"),
        _one_where("uq_turns_gathering", ("conversation_id",), "state = 'gathering'"),
        _one_where("uq_turns_claimed", ("conversation_id",), "state = 'claimed'"),
        Index("ix_turns_undone", "conversation_id", "state", "number"),
        Index("ix_turns_due", "state", "due_at"),
        Index("ix_turns_done", "done_at"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=new_id)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    number: Mapped[int]
    state: Mapped[TurnState] = mapped_column(_enum(TurnState), default=TurnState.GATHERING)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)  # end of the quiet gap, or next try
    deadline_at: Mapped[datetime] = mapped_column(UtcDateTime)  # later bubbles never push due_at beyond it
    characters: Mapped[int] = mapped_column(default=0)
    token: Mapped[str | None] = mapped_column(String(40))  # whose claim it is
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    faults: Mapped[int] = mapped_column(default=0)  # tries that failed by our own fault, or vanished
    last_error: Mapped[str | None] = mapped_column(String(300))
    decision: Mapped[str | None] = mapped_column(String(10))  # auto | suggest | handoff
    outcome: Mapped[Json | None] = mapped_column(JsonType)
    policy_version: Mapped[str | None] = mapped_column(String(12))  # under which it was answered
    latency_ms: Mapped[int | None]  # from the first bubble to the outcome
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Draft(Base):
    """A proposed answer to a turn: replies with pinned facts, and the commands it takes."""

    __tablename__ = "drafts"
    __table_args__ = (
        UniqueConstraint("turn_id", "rank"),
        Index("ix_drafts_conversation", "conversation_id", "state"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=new_id)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    turn_id: Mapped[str] = mapped_column(ForeignKey("turns.id"))
    rank: Mapped[int]  # 1 is the best reading
    state: Mapped[DraftState] = mapped_column(_enum(DraftState), default=DraftState.OPEN)
    intents: Mapped[list[str]] = mapped_column(JsonType, default=list)
    confidence: Mapped[float]  # of its least sure part
    reasons: Mapped[list[str]] = mapped_column(JsonType, default=list)  # why it is not sent by itself
    replies: Mapped[list[Json]] = mapped_column(JsonType, default=list)  # {text, script, facts}
    proposals: Mapped[list[Json]] = mapped_column(JsonType, default=list)  # {name, args}
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(String(60))
    sent_text: Mapped[str | None] = mapped_column(Text)  # None unless accepted
    edited: Mapped[bool] = mapped_column(default=False)  # sent in other words
    shown_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when somebody first saw it
    reject_reason: Mapped[str | None] = mapped_column(String(300))


class CommandRun(Base):
    """A command of a turn, executed at most once."""

    __tablename__ = "commands"
    __table_args__ = (UniqueConstraint("conversation_id", "turn_id", "name", "args_hash"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=new_id)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    turn_id: Mapped[str] = mapped_column(ForeignKey("turns.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    args: Mapped[Json] = mapped_column(JsonType)
    args_hash: Mapped[str] = mapped_column(String(64))
    state: Mapped[CommandState] = mapped_column(_enum(CommandState))
    actor: Mapped[str | None] = mapped_column(String(60))  # who let it happen
    result: Mapped[Json | None] = mapped_column(JsonType)
    error: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Handoff(Base):
    """An entry of the queue. Lower `priority` is more urgent; see decision.PRIORITY."""

    __tablename__ = "handoffs"
    __table_args__ = (
        _one_where("uq_handoffs_open", ("conversation_id",), "state != 'closed'"),
        Index("ix_handoffs_conversation", "conversation_id", "state"),
        Index("ix_handoffs_queue", "state", "team", "priority", "waiting_since"),
        Index("ix_handoffs_closed", "state", "closed_at"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=new_id)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    turn_id: Mapped[str | None] = mapped_column(ForeignKey("turns.id"))
    team: Mapped[str] = mapped_column(String(20))
    priority: Mapped[int]
    reason: Mapped[str] = mapped_column(String(60))
    severity: Mapped[str] = mapped_column(String(10), default="none")
    state: Mapped[HandoffState] = mapped_column(_enum(HandoffState), default=HandoffState.WAITING)
    waiting_since: Mapped[datetime] = mapped_column(UtcDateTime)
    told: Mapped[str | None] = mapped_column(String(80))  # the script the customer last got about it
    raised: Mapped[int] = mapped_column(default=0)  # how often the sweeper raised it
    offered_to: Mapped[str | None] = mapped_column(String(60))  # an agent it is shown to first
    offered_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claimed_by: Mapped[str | None] = mapped_column(String(60))
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_why: Mapped[str | None] = mapped_column(String(60))


class Presence(Base):
    """Whether a person is at the desk (G2). One not seen for a while counts as gone."""

    __tablename__ = "presences"

    agent: Mapped[str] = mapped_column(String(60), primary_key=True)
    teams: Mapped[list[str]] = mapped_column(JsonType, default=list)
    status: Mapped[str] = mapped_column(String(10))  # online | away | offline
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Delivery(Base):
    """A message on its way to the channel's callback address (the outbox)."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_due", "state", "next_try_at"),
        Index("ix_outbox_order", "conversation_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    channel: Mapped[str] = mapped_column(ForeignKey("channels.name"))
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), unique=True)
    state: Mapped[DeliveryState] = mapped_column(_enum(DeliveryState), default=DeliveryState.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime] = mapped_column(UtcDateTime)
    token: Mapped[str | None] = mapped_column(String(40))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LiveEvent(Base):
    """Something that happened to a conversation, for those who watch. Old ones are swept."""

    __tablename__ = "events"
    __table_args__ = (
        Index("ix_events_conversation", "conversation_id", "id"),
        {"sqlite_autoincrement": True},  # an id never comes back, though old rows go
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(20))
    data: Mapped[Json] = mapped_column(JsonType)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class PolicyVersion(Base):
    """A text of the policy file that was in force, with who answers for it and since when."""

    __tablename__ = "policy_versions"

    version: Mapped[str] = mapped_column(String(12), primary_key=True)
    content: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(String(80))
    reason: Mapped[str] = mapped_column(String(300), default="")
    loaded_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
