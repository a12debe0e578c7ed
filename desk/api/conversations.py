"""The agents' view of conversations: lists, one in full, and every way an agent acts on it."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Response
from pydantic import AfterValidator, BaseModel, Field, TypeAdapter
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from desk import conversations, drafts, handoff, messages, permissions, speech
from desk.api.access import Allowed, OurDesk, cover, reads_in_full
from desk.api.drafts import DraftBody, show_draft
from desk.api.errors import describe
from desk.api.schemas import HANDOFF_ENTRY, Id, MessageBody, PathId, check_year, clean_text, example
from desk.base import Desk
from desk.clocks import Clock
from desk.duty import Wait
from desk.masking import mask_name
from desk.models import CommandRun, Conversation, Draft, DraftState, Handoff, HandoffState, Message, Owner
from desk.permissions import Permission
from desk.users import User
from desk.waiting import read_clocks
from shop.models import Customer

router = APIRouter(prefix="/api/v1/desk/conversations", tags=["desk"])
LONGEST_TEXT = 5_000
LONGEST_NOTE = 500
Reader = Annotated[User, Depends(Allowed(Permission.READ_CONVERSATIONS))]
Answerer = Annotated[User, Depends(Allowed(Permission.ANSWER))]
View = Literal["mine", "queue", "bot", "all"]
SUMMARY = {
    "id": "01JNB3K2W6Q8Y7T5R4E3W2Q1A0",
    "channel": "web",
    "buyer_id": "b001",
    "buyer_name": "林晚晴",
    "owner": "queue",
    "assignee": None,
    "epoch": 2,
    "severity": "major",
    "handoff": HANDOFF_ENTRY,
    "open_drafts": 1,
    "last_message": {"author": "customer", "text": "我要投诉", "created_at": "2026-03-02T02:00:00Z"},
    "active_at": "2026-03-02T02:00:01Z",
    "clocks": [{"kind": "first", "started_at": "2026-03-02T02:00:01Z", "due_at": "2026-03-02T02:00:31Z"}],
}


class HandoffBody(BaseModel):
    """The open entry of the queue."""

    id: str
    team: str
    priority: int
    reason: str
    severity: str
    state: str
    waiting_since: datetime
    claimed_by: str | None
    offered_to: str | None = Field(None, description="an agent it is shown to first")
    offered_until: datetime | None = None
    position: int | None = Field(None, description="in the team's queue, from 1, while it waits")
    eta_seconds: int | None = Field(
        None, description="until somebody takes it; null without an honest figure"
    )


class LastMessage(BaseModel):
    """The newest bubble."""

    author: str
    text: str
    created_at: datetime


class CustomerBody(BaseModel):
    """Who writes; phone and address are not part of it."""

    id: str
    name: str | None
    tier: str | None
    region: str | None


class CommandBody(BaseModel):
    """A command of one of the turns."""

    id: str
    name: str
    args: dict[str, Any]
    state: str
    error: str | None


class ClockBody(BaseModel):
    """A running SLA clock."""

    kind: str = Field(description="first | next | resolution")
    started_at: datetime
    due_at: datetime


class Summary(BaseModel):
    """A row of the list."""

    model_config = example(SUMMARY)

    id: str
    channel: str
    buyer_id: str
    buyer_name: str | None
    owner: str
    assignee: str | None
    epoch: int
    severity: str
    handoff: HandoffBody | None
    open_drafts: int
    last_message: LastMessage | None
    active_at: datetime
    clocks: list[ClockBody] = Field(description="the one about to be lost first; none while the bot has it")


JSON = "application/json"
LIST = TypeAdapter(list[Summary])


class Detail(Summary):
    """A conversation with its drafts and commands."""

    model_config = example(
        {
            **SUMMARY,
            "customer": {"id": "b001", "name": "林晚晴", "tier": "vip", "region": "浙江"},
            "note": None,
            "item_id": "P1001",
            "order_no": None,
            "drafts": [],
            "commands": [],
        }
    )

    customer: CustomerBody | None
    note: str | None
    item_id: str | None
    order_no: str | None
    drafts: list[DraftBody]
    commands: list[CommandBody]


class Ownership(BaseModel):
    """Who has the conversation now, under which epoch."""

    model_config = example({"id": SUMMARY["id"], "owner": "agent", "assignee": "lin", "epoch": 3})

    id: str
    owner: str
    assignee: str | None
    epoch: int


class HandBackIn(BaseModel):
    """What was agreed, for the bot and the next colleague."""

    model_config = example({"note": "已答应今天18点前回复"})

    note: Annotated[str, Field(max_length=LONGEST_NOTE), AfterValidator(clean_text)] = ""


class WriteIn(BaseModel):
    """An agent's own words, under the epoch they saw."""

    model_config = example(
        {"epoch": 3, "text": "您好,我来为您处理。", "page_id": "6f1c9a52-8a55-4c1e-9d0e-0c7b1a3f2e11"}
    )

    epoch: int = Field(ge=0, le=2**31 - 1)
    text: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT), AfterValidator(clean_text)]
    page_id: Annotated[Id, Field(max_length=64)] | None = Field(
        None, description="the page's name for this message: sent again, it goes out once"
    )


class CloseIn(BaseModel):
    """The last message the agent saw: a newer one of the customer stops the closing."""

    model_config = example({"seen": 42})

    seen: int | None = Field(None, ge=0, le=2**31 - 1)


@router.get("", response_model=list[Summary], responses=describe(401, 403, 422))
async def list_conversations(
    agent: Reader,
    desk: OurDesk,
    view: Annotated[View, Query(description="mine, waiting for people, with the bot, or every one")] = "mine",
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
    before: Annotated[
        Annotated[datetime, AfterValidator(check_year)] | None,
        Query(description="only those active before: the next page"),
    ] = None,
) -> Response:
    """Conversations, the latest activity first; the queue in the order it is to be served."""
    if before is not None and before.tzinfo is None:
        before = before.replace(tzinfo=desk.clock().tzinfo)

    async def read() -> bytes:
        return LIST.dump_json(await _list(agent, desk, view, limit, before))

    if view == "mine" or before is not None:
        return Response(await read(), media_type=JSON)
    # Everybody's lists look the same to all who may read the same of it, and change all the time.
    key = ("list", view, limit, reads_in_full(agent))
    return Response(await desk.together.read(key, read), media_type=JSON)


async def _list(agent: User, desk: Desk, view: View, limit: int, before: datetime | None) -> list[Summary]:
    wanted: dict[View, dict[str, Any]] = {
        "mine": {"owner": Owner.AGENT, "assignee": agent.name},
        "queue": {"owner": Owner.QUEUE},
        "bot": {"owner": Owner.BOT},
        "all": {},
    }
    async with desk.reads() as session:
        found = await conversations.list_conversations(session, limit=limit, before=before, **wanted[view])
        shown = await summarise(session, found, agent, desk)
    if view == "queue":
        shown.sort(key=_urgency)
    return shown


@router.get("/{conversation_id}", responses=describe(401, 403, 404))
async def get_conversation(conversation_id: PathId, agent: Reader, desk: OurDesk) -> Detail:
    """A conversation with its open drafts, its commands and its place in the queue."""
    async with desk.reads() as session:
        conversation = await conversations.get_conversation(session, conversation_id)
        (summary,) = await summarise(session, [conversation], agent, desk)
        customer = await session.get(Customer, conversation.buyer_id)
        found = await drafts.list_drafts(session, conversation_id=conversation_id)
        runs = await session.scalars(
            select(CommandRun)
            .where(CommandRun.conversation_id == conversation_id)
            .order_by(CommandRun.created_at, CommandRun.id)
        )
        return Detail(
            **dict(summary),
            customer=_show_customer(customer, agent),
            note=conversation.note,
            item_id=conversation.item_id,
            order_no=conversation.order_no,
            drafts=[show_draft(draft) for draft in found],
            commands=[CommandBody.model_validate(run, from_attributes=True) for run in runs],
        )


@router.get("/{conversation_id}/messages", responses=describe(401, 403, 404))
async def list_messages(
    conversation_id: PathId,
    agent: Reader,
    desk: OurDesk,
    after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 500,
) -> list[MessageBody]:
    """The messages of a conversation after one, oldest first."""
    async with desk.reads() as session:
        await conversations.get_conversation(session, conversation_id)
        found = await messages.list_messages(session, conversation_id, after, limit)
        return [MessageBody.model_validate(cover(speech.describe(message), agent)) for message in found]


@router.post("/{conversation_id}/take-over", responses=describe(401, 403, 404, 409))
async def take_over(conversation_id: PathId, agent: Answerer, desk: OurDesk) -> Ownership:
    """Take the conversation; a supervisor may take it from a colleague."""
    force = permissions.can(agent.role, Permission.TAKE_FROM_OTHERS)
    return _show_owner(await conversations.take_over(desk, conversation_id, agent.name, force=force))


@router.post("/{conversation_id}/hand-back", responses=describe(401, 403, 404, 409, 422))
async def hand_back(
    conversation_id: PathId, agent: Answerer, desk: OurDesk, body: HandBackIn | None = None
) -> Ownership:
    """Give the conversation back to the bot with what was agreed."""
    note = body.note if body else ""
    return _show_owner(await conversations.hand_back(desk, conversation_id, agent.name, note))


@router.post("/{conversation_id}/messages", responses=describe(401, 403, 404, 409, 422))
async def write(conversation_id: PathId, body: WriteIn, agent: Answerer, desk: OurDesk) -> MessageBody:
    """Write to the customer. 409 `stale_epoch` when the conversation changed hands since."""
    message = await messages.send_as_agent(
        desk, conversation_id, agent.name, body.epoch, body.text, page_id=body.page_id
    )
    return MessageBody.model_validate(speech.describe(message))


@router.post("/{conversation_id}/close", responses=describe(401, 403, 404, 409, 422))
async def close(
    conversation_id: PathId, agent: Answerer, desk: OurDesk, body: CloseIn | None = None
) -> Ownership:
    """Close the conversation. 409 `new_message` when the customer wrote after what the agent saw."""
    seen = body.seen if body else None
    return _show_owner(await conversations.close(desk, conversation_id, agent.name, seen=seen))


async def summarise(
    session: AsyncSession, found: list[Conversation], agent: User, desk: Desk
) -> list[Summary]:
    """The rows of a list, with a fixed number of queries however long it is."""
    ids = [conversation.id for conversation in found]
    buyers = {conversation.buyer_id for conversation in found}
    named = select(Customer.id, Customer.name).where(Customer.id.in_(buyers))
    names = dict((await session.execute(named)).all())
    waiting = select(Handoff).where(Handoff.conversation_id.in_(ids), Handoff.state != HandoffState.CLOSED)
    handoffs = {entry.conversation_id: entry for entry in await session.scalars(waiting)}
    counting = (
        select(Draft.conversation_id, func.count())
        .where(Draft.conversation_id.in_(ids), Draft.state == DraftState.OPEN)
        .group_by(Draft.conversation_id)
    )
    counts = dict((await session.execute(counting)).all())
    newest = select(func.max(Message.id)).where(Message.conversation_id.in_(ids))
    lasts = select(Message).where(Message.id.in_(newest.group_by(Message.conversation_id)))
    last = {message.conversation_id: message for message in await session.scalars(lasts)}
    clocks = await read_clocks(session, desk, list(handoffs.values()))
    waits = any(entry.state is HandoffState.WAITING for entry in handoffs.values())
    places = await handoff.read_places(session, desk) if waits else {}
    return [
        _show(
            conversation,
            agent=agent,
            name=show_name(names.get(conversation.buyer_id), agent),
            entry=_show_entry(handoffs.get(conversation.id), places),
            open_drafts=counts.get(conversation.id, 0),
            last=last.get(conversation.id),
            clocks=clocks.get(conversation.id, []),
        )
        for conversation in found
    ]


def _show(
    conversation: Conversation,
    *,
    agent: User,
    name: str | None,
    entry: HandoffBody | None,
    open_drafts: int,
    last: Message | None,
    clocks: list[Clock],
) -> Summary:
    return Summary(
        id=conversation.id,
        channel=conversation.channel,
        buyer_id=conversation.buyer_id,
        buyer_name=name,
        owner=conversation.owner.value,
        assignee=conversation.assignee,
        epoch=conversation.epoch,
        severity=conversation.severity,
        handoff=entry,
        open_drafts=open_drafts,
        last_message=LastMessage(
            author=last.author.value, text=cover(last.text, agent), created_at=last.created_at
        )
        if last
        else None,
        active_at=conversation.active_at,
        clocks=[ClockBody.model_validate(clock, from_attributes=True) for clock in clocks],
    )


def _show_entry(entry: Handoff | None, places: dict[str, tuple[int, Wait]]) -> HandoffBody | None:
    """An entry of the queue, with its place while it waits."""
    if entry is None:
        return None
    body = HandoffBody.model_validate(entry, from_attributes=True)
    if entry.id in places:
        body.position, wait = places[entry.id]
        body.eta_seconds = wait.seconds
    return body


def show_name(name: str | None, agent: User) -> str | None:
    """A customer's name, in full only for roles whose work takes it (G3)."""
    return name if reads_in_full(agent) else mask_name(name)


def _show_customer(customer: Customer | None, agent: User) -> CustomerBody | None:
    if customer is None:
        return None
    return CustomerBody(
        id=customer.id, name=show_name(customer.name, agent), tier=customer.tier, region=customer.region
    )


def _show_owner(conversation: Conversation) -> Ownership:
    return Ownership.model_validate(conversation, from_attributes=True)


def _urgency(summary: Summary) -> tuple[int, datetime]:
    """The order in which the queue is to be served."""
    if summary.handoff is None:
        return 99, summary.active_at
    return summary.handoff.priority, summary.handoff.waiting_since
