"""What a channel may do: hand in a customer's message, read the answers, close a conversation.

Every request is signed with the channel's secret over `timestamp + "." + body`; a GET has an empty body, so
there it is `timestamp + "."`.
"""

from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import JSONResponse
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from desk import conversations, messages, signing, speech
from desk.api.access import OurDesk
from desk.api.errors import ApiError, describe, to_field_error
from desk.api.schemas import Id, MessageList, OutcomeBody, PathId, check_year, clean_text, example
from desk.base import Desk
from desk.messages import Incoming
from desk.models import Channel, Conversation
from desk.outcome import wait_for_outcome
from shop.errors import NotFound

router = APIRouter(prefix="/api/v1/channels/{channel}", tags=["channels"])
LONGEST_WAIT_S = 60
MOST_ATTACHMENTS = 20
SIGNATURE = (
    'Signed with the channel\'s secret: `v1=` + hex HMAC-SHA256 of `timestamp + "." + body`. '
    "A GET signs the empty body. At most five minutes old."
)
MESSAGE_IN = {
    "message_id": "m-1001",
    "buyer_id": "b001",
    "text": "这款39码还有货吗",
    "sent_at": "2026-03-02T10:00:00+08:00",
    "context": {"item_id": "P1001"},
}
RECEIPT = {"conversation_id": "01JNB3K2W6Q8Y7T5R4E3W2Q1A0", "message_id": "m-1001", "duplicate": False}
Body = TypeVar("Body", bound=BaseModel)


class Attachment(BaseModel):
    """A picture or video at an address of the channel."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["image", "video", "audio", "file"]
    url: str = Field(max_length=2000, pattern=r"^https?://[^\s\x00-\x1f]+$")


class Context(BaseModel):
    """What the buyer is looking at."""

    model_config = ConfigDict(extra="forbid")

    item_id: Annotated[Id, Field(max_length=40)] | None = None
    sku_id: Annotated[Id, Field(max_length=60)] | None = None
    order_no: Annotated[Id, Field(max_length=40)] | None = None


class MessageIn(BaseModel):
    """A customer's message. The same message_id again has no second effect."""

    model_config = example(MESSAGE_IN)

    message_id: Annotated[Id, Field(max_length=128)]
    buyer_id: Annotated[Id, Field(max_length=60)]
    text: Annotated[str, AfterValidator(clean_text)]
    sent_at: Annotated[AwareDatetime, AfterValidator(check_year)] | None = None
    attachments: list[Attachment] = Field(default_factory=list, max_length=MOST_ATTACHMENTS)
    context: Context | None = None


class ReceiptBody(BaseModel):
    """The message is stored."""

    model_config = example(RECEIPT)

    conversation_id: str
    message_id: str
    duplicate: bool = Field(description="it was stored before: nothing happened now")


class CloseIn(BaseModel):
    """Whose conversation ended on the channel."""

    model_config = example({"buyer_id": "b001"}) | {"extra": "forbid"}

    buyer_id: Annotated[Id, Field(max_length=60)]


class Closed(BaseModel):
    """The conversation that was closed, if one was open."""

    model_config = example({"conversation_id": RECEIPT["conversation_id"]})

    conversation_id: str | None


async def read_signed(
    channel: str,
    request: Request,
    desk: OurDesk,
    timestamp: Annotated[
        str | None, Header(alias=signing.TIMESTAMP_HEADER, description="seconds since 1970")
    ] = None,
    signature: Annotated[str | None, Header(alias=signing.SIGNATURE_HEADER, description=SIGNATURE)] = None,
) -> bytes:
    """The raw body, once it is certain that the channel sent it. Raises NotFound or BadSignature."""
    async with desk.reads() as session:
        known = await session.get(Channel, channel) if channel.isprintable() else None
    if known is None:  # told apart from a wrong signature: a channel's name is no secret
        raise NotFound(f"no channel {channel!r}")
    body = await request.body()
    signing.verify(known.secret, timestamp, signature, body, desk.clock())
    return body


Signed = Annotated[bytes, Depends(read_signed)]


def _takes(model: type[BaseModel]) -> dict[str, Any]:
    """The OpenAPI of a body that the route reads raw."""
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    schema.pop("$defs", None)
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


@router.post(
    "/messages",
    status_code=202,
    response_model=ReceiptBody,
    responses={
        200: {"model": OutcomeBody, "description": "the outcome, with `wait`"},
        **describe(401, 404, 409, 413, 422, 503),
    },
    openapi_extra=_takes(MessageIn),
)
async def post_message(
    channel: str,
    raw: Signed,
    desk: OurDesk,
    wait: Annotated[
        float, Query(ge=0, le=LONGEST_WAIT_S, description="seconds to wait for the outcome")
    ] = 0.0,
) -> JSONResponse:
    """Hand in a customer's message. 202 once it is stored; with `wait` its outcome once the turn is done.

    409 `conflict` when another buyer's message has that message_id.
    """
    body = parse(MessageIn, raw)
    check_length(desk, body.text)
    receipt = await messages.receive(desk, to_incoming(channel, body))
    if wait:
        outcome = await wait_for_outcome(desk, receipt.turn_id, wait)
        if outcome is not None:
            return JSONResponse(outcome.to_json())
    answer = ReceiptBody(
        conversation_id=receipt.conversation_id, message_id=receipt.message_id, duplicate=receipt.duplicate
    )
    return JSONResponse(answer.model_dump(), status_code=202)


@router.get("/conversations/{conversation_id}/messages", responses=describe(401, 404, 422), dependencies=[])
async def list_messages(
    channel: str,
    conversation_id: PathId,
    _signed: Signed,
    desk: OurDesk,
    after: Annotated[int, Query(ge=0, le=2**31 - 1, description="the last id already seen")] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> MessageList:
    """The messages of a conversation after one, oldest first."""
    async with desk.reads() as session:
        conversation = await session.get(Conversation, conversation_id)
        if conversation is None or conversation.channel != channel:
            raise NotFound(f"no conversation {conversation_id}")
        found = await messages.list_messages(session, conversation_id, after, limit)
        return MessageList.model_validate({"messages": [speech.describe(message) for message in found]})


@router.post(
    "/conversations/close", responses=describe(401, 404, 413, 422, 503), openapi_extra=_takes(CloseIn)
)
async def close_conversation(channel: str, raw: Signed, desk: OurDesk) -> Closed:
    """Close the buyer's open conversation: their next message begins a new one."""
    body = parse(CloseIn, raw)
    async with desk.reads() as session:
        found = await conversations.find_open(session, channel, body.buyer_id)
    if found is not None:
        await conversations.close(desk, found.id)
    return Closed(conversation_id=found.id if found else None)


def parse(model: type[Body], raw: bytes) -> Body:
    """The body as the model has it. Raises a 422 that names the field."""
    try:
        return model.model_validate_json(raw)
    except ValidationError as error:
        raise to_field_error(error) from None


def check_length(desk: Desk, text: str) -> None:
    """Raises a 413 for a text over the limit."""
    if len(text) > desk.settings.max_text:
        message = f"text: has {len(text)} characters, {desk.settings.max_text} are allowed"
        raise ApiError(413, "too_large", message, field="text")


def to_incoming(channel: str, body: MessageIn) -> Incoming:
    """The message as the desk takes it."""
    sent_at: datetime | None = body.sent_at
    return Incoming(
        channel=channel,
        message_id=body.message_id,
        buyer_id=body.buyer_id,
        text=body.text,
        sent_at=sent_at,
        attachments=tuple(item.model_dump() for item in body.attachments),
        context=body.context.model_dump(exclude_none=True) if body.context else {},
    )
