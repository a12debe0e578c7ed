"""The customer page's API: choose a demo buyer, write, read, and see it live."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Annotated, Any

from fastapi import APIRouter, Cookie, Header, Query, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import AfterValidator, BaseModel, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from desk import audit, auth, handoff, live, messages, passes
from desk.api.access import BUYER_COOKIE, Buyer, OurDesk, get_origin, set_cookie
from desk.api.channels import Context, check_length
from desk.api.errors import ApiError, describe
from desk.api.schemas import Id, PathId, clean_text, example, read_event_id
from desk.base import Desk
from desk.guests import make_guest
from desk.messages import Incoming
from desk.models import Author, Conversation, HandoffState, Message, Owner
from desk.photos import MOST_AT_ONCE, attach
from desk.tail import Event
from desk.users import User
from shop.cards import list_cards
from shop.demo.hints import list_demo
from shop.errors import NotFound
from shop.guests import is_guest
from shop.models import Customer, Product, Sku

router = APIRouter(prefix="/api/v1/chat", tags=["chat"])
CHANNEL = "web"
MOST_ITEMS = 60
MOST_BUYERS = 40
PAGE = 200
LOOK_EVERY_S = 2.0
"""How soon another process's first message of a conversation is noticed when nothing wakes us."""


class BuyerChoice(BaseModel):
    """A demo buyer and what is worth trying as them."""

    id: str
    name: str
    hint: str


class ItemCard(BaseModel):
    """An item as a card shows it; never how many pieces are left (B1)."""

    model_config = example(
        {
            "id": "P1001",
            "title": "青禾 轻羽跑鞋 透气网面",
            "short_name": "轻羽跑鞋",
            "price": "239.00",
            "image": None,
            "colors": ["黑", "白"],
            "sizes": ["38", "39"],
            "in_stock": True,
        }
    )

    id: str
    title: str
    short_name: str
    price: str
    image: str | None
    colors: list[str] = Field(default_factory=list)
    sizes: list[str] = Field(default_factory=list)
    in_stock: bool | None = None


class ChatConfig(BaseModel):
    """What the page needs before anybody writes."""

    model_config = example(
        {
            "shop_name": "青禾鞋服旗舰店",
            "time_zone": "Asia/Shanghai",
            "demo": True,
            "guests": True,
            "buyers": [{"id": "b001", "name": "林晚晴", "hint": "有一单在路上"}],
            "items": [
                {
                    "id": "P1001",
                    "title": "青禾 轻羽跑鞋",
                    "short_name": "轻羽跑鞋",
                    "price": "239.00",
                    "image": None,
                }
            ],
        }
    )

    shop_name: str
    time_zone: str = Field(description="the shop's, in which the page shows every time")
    demo: bool
    guests: bool = Field(description="whether a session may be opened without being anybody")
    buyers: list[BuyerChoice]
    items: list[ItemCard]


class SessionIn(BaseModel):
    """Which demo buyer to be, or the pass of a shop's own site; neither: a guest."""

    model_config = example({"buyer_id": "b001"})

    buyer_id: Annotated[Id, Field(max_length=60)] | None = None
    given: Annotated[str, Field(max_length=600)] | None = Field(
        None, alias="pass", description="signed by the shop's own channel (docs/channels.md)"
    )


class SessionOut(BaseModel):
    """Who the page is now; a guest has no name."""

    model_config = example({"buyer_id": "b001", "name": "林晚晴"})

    buyer_id: str
    name: str


class ChatMessageIn(BaseModel):
    """What the customer wrote; the same message_id again has no second effect."""

    model_config = example(
        {"message_id": "9f1c", "text": "这款39码还有货吗", "context": {"item_id": "P1001"}}
    )

    message_id: Annotated[Id, Field(max_length=60)]
    text: Annotated[str, AfterValidator(clean_text)]
    context: Context | None = None
    photos: list[Annotated[Id, Field(max_length=40)]] = Field(
        default_factory=list, max_length=MOST_AT_ONCE, description="ids of photos left before"
    )


class ChatReceipt(BaseModel):
    """The message is stored."""

    model_config = example({"id": 41, "message_id": "9f1c", "duplicate": False})

    id: int
    message_id: str
    duplicate: bool


class ChatMessage(BaseModel):
    """One bubble as the customer sees it."""

    model_config = example(
        {
            "id": 42,
            "author": "bot",
            "author_name": None,
            "text": "亲,39码有货的。",
            "created_at": "2026-03-02T02:00:01Z",
            "message_id": None,
            "cards": ["range:P1001?size=39"],
        }
    )

    id: int
    author: str
    author_name: str | None
    text: str
    created_at: str
    message_id: str | None = Field(description="the id its writer gave it")
    recalled: bool = Field(False, description="taken back; the text is empty then")
    photos: list[str] = Field(default_factory=list, description="ids of its photos")
    cards: list[str] = Field(default_factory=list, description="addresses of its cards, see /chat/cards")


@router.get("/config")
async def get_config(desk: OurDesk) -> ChatConfig:
    """The shop's name, and in demo mode the buyers one can be and the items one can look at."""
    shop = desk.policy.current().shop
    demo = desk.settings.demo
    async with desk.reads() as session:
        buyers = await _list_buyers(session, desk) if demo else []
        products = await session.scalars(
            select(Product).where(Product.on_sale).order_by(Product.popularity.desc()).limit(MOST_ITEMS)
        )
        return ChatConfig(
            shop_name=shop.name,
            time_zone=shop.time_zone,
            demo=demo,
            guests=desk.settings.guests,
            buyers=buyers,
            items=[_show_product(product) for product in products],
        )


async def _list_buyers(session: AsyncSession, desk: Desk) -> list[BuyerChoice]:
    """Buyers of the demo shop, those with something to try first; the hint is a thing to say."""
    hints: dict[str, str] = {}
    for hint in await list_demo(session, desk.clock()):
        hints.setdefault(hint.buyer_id, hint.say[0])
    customers = await session.scalars(select(Customer).order_by(Customer.id).limit(MOST_BUYERS))
    buyers = [BuyerChoice(id=who.id, name=who.name, hint=hints.get(who.id, "")) for who in customers]
    return sorted(buyers, key=lambda buyer: not buyer.hint)


@router.post("/session", responses=describe(403, 404, 422))
async def open_session(
    body: SessionIn,
    request: Request,
    response: Response,
    desk: OurDesk,
    xiaoer_buyer: Annotated[str | None, Cookie(include_in_schema=False)] = None,
) -> SessionOut:
    """Be a guest, the same as before if you were one; with a pass the buyer it vouches for.

    Outside demo mode a buyer is vouched for by a channel only; a guest proves each order (/chat/proof).
    In demo mode one may be any of the demo's buyers. 403 `pass_refused`: the pass is forged, over or used.
    """
    if body.given is not None:
        return await _open_vouched(desk, request, response, body.given, xiaoer_buyer)
    if body.buyer_id is None:
        return await _open_guest(desk, request, response, xiaoer_buyer)
    if not desk.settings.demo:
        raise ApiError(403, "demo_only", "choosing a buyer is for the demo shop only")
    async with desk.transaction() as session:
        customer = await session.get(Customer, body.buyer_id)
        if customer is None:
            raise NotFound(f"no buyer {body.buyer_id}")
        ticket = await auth.open_session(session, now=desk.clock(), buyer_id=customer.id)
    set_cookie(response, BUYER_COOKIE, ticket, secure=request.url.scheme == "https")
    return SessionOut(buyer_id=customer.id, name=customer.name)


async def _open_vouched(
    desk: Desk, request: Request, response: Response, given: str, token: str | None
) -> SessionOut:
    now = desk.clock()
    async with desk.transaction() as session:
        known = await auth.find_buyer(session, token, now, demo=desk.settings.demo)
        buyer_id = await passes.use(session, given, now, known=known)
        ticket = await auth.open_session(
            session, now=now, buyer_id=buyer_id, hours=desk.settings.pass_hours, vouched=True
        )
        channel, origin = given.partition(".")[0], get_origin(request)
        audit.add(
            session,
            now,
            who=buyer_id,
            role="buyer",
            what="buyer.vouched",
            about=f"channel:{channel}",
            origin=origin,
        )
        customer = await session.get(Customer, buyer_id)
    set_cookie(response, BUYER_COOKIE, ticket, secure=request.url.scheme == "https")
    return SessionOut(buyer_id=buyer_id, name=customer.name if customer else "")


async def _open_guest(desk: Desk, request: Request, response: Response, token: str | None) -> SessionOut:
    async with desk.reads() as session:
        known = await auth.find_buyer(session, token, desk.clock(), demo=desk.settings.demo)
        if known and (desk.settings.guests if is_guest(known) else not desk.settings.demo):
            customer = await session.get(Customer, known)  # of a vouched buyer: the page was loaded again
            return SessionOut(buyer_id=known, name=customer.name if customer else "")
    if not desk.settings.guests:
        raise ApiError(403, "no_guests", "this shop talks to buyers that its marketplace vouches for only")
    async with desk.transaction() as session:
        guest_id = make_guest()
        ticket = await auth.open_session(session, now=desk.clock(), buyer_id=guest_id)
    set_cookie(response, BUYER_COOKIE, ticket, secure=request.url.scheme == "https")
    return SessionOut(buyer_id=guest_id, name="")


@router.post("/messages", status_code=202, responses=describe(401, 409, 413, 422, 503))
async def post_message(body: ChatMessageIn, buyer_id: Buyer, desk: OurDesk) -> ChatReceipt:
    """Write to the shop."""
    check_length(desk, body.text)
    receipt = await messages.receive(
        desk,
        Incoming(
            channel=CHANNEL,
            message_id=_external_id(buyer_id, body.message_id),
            buyer_id=buyer_id,
            text=body.text,
            context=body.context.model_dump(exclude_none=True) if body.context else {},
            attachments=await attach(desk, CHANNEL, buyer_id, body.photos),
        ),
    )
    desk.live.wake([_buyer_key(buyer_id)])
    return ChatReceipt(id=receipt.id, message_id=body.message_id, duplicate=receipt.duplicate)


@router.get("/messages", responses=describe(401, 422))
async def list_messages(
    buyer_id: Buyer, desk: OurDesk, after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0
) -> list[ChatMessage]:
    """The buyer's messages on this page after one, oldest first; without `after` the latest ones."""
    ours = (
        select(Message)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Conversation.channel == CHANNEL, Conversation.buyer_id == buyer_id, Message.id > after)
        .limit(PAGE)
    )
    async with desk.reads() as session:
        order = Message.id if after else Message.id.desc()
        found = list(await session.scalars(ours.order_by(order)))
        names = await _list_agent_names(session, found)
    found.sort(key=lambda message: message.id)
    return [show_message(message, buyer_id, names) for message in found]


@router.get("/items/{item_id}", responses=describe(404, 422))
async def get_item(item_id: PathId, desk: OurDesk) -> ItemCard:
    """An item's card."""
    async with desk.reads() as session:
        product = await session.get(Product, item_id)
        if product is None or not product.on_sale:
            raise NotFound(f"no item {item_id}")
        skus = list(await session.scalars(select(Sku).where(Sku.product_id == item_id).order_by(Sku.id)))
    card = _show_product(product)
    card.colors = list(dict.fromkeys(sku.color for sku in skus))
    card.sizes = list(dict.fromkeys(sku.size for sku in skus))
    card.in_stock = any(sku.stock > 0 for sku in skus)
    return card


@router.get("/events", response_class=EventSourceResponse, responses=describe(401))
async def watch(
    buyer_id: Buyer,
    desk: OurDesk,
    last_event_id: Annotated[str | None, Header(description="resume after this event")] = None,
) -> AsyncIterator[ServerSentEvent]:
    """Live: `message`, `recall {id}`, `typing {on}`, `queue {position, eta_seconds}`, `owner {owner}`."""
    seen, began = read_event_id(last_event_id), desk.clock()
    after = await desk.live.last_id() if seen is None else seen
    closed: set[str] = set()
    while True:
        conversation = await _wait_for_conversation(desk, buyer_id, closed)
        owner = conversation.owner
        if seen is None and conversation.opened_at < began:
            for name, data in await _list_standing(desk, conversation):
                yield ServerSentEvent(event=name, data=data, id=str(after))
        async for event in _each(desk.live.subscribe(live.conversation_topic(conversation.id), after)):
            after = max(after, event.id)
            if event.kind == "owner":
                owner = Owner(event.data["owner"])
            for name, data in await to_chat_events(desk, event, buyer_id, owner):
                yield ServerSentEvent(event=name, data=data, id=str(event.id))
            if owner is Owner.CLOSED:
                closed.add(conversation.id)
                break


async def _each(batches: AsyncGenerator[list[Event], None]) -> AsyncIterator[Event]:
    """One event after the other."""
    async with aclosing(batches):
        async for events in batches:
            for event in events:
                yield event


async def _list_standing(desk: Desk, conversation: Conversation) -> list[tuple[str, dict[str, Any]]]:
    """Who has the conversation and its place in the queue: what a page that opens late must be told."""
    standing: list[tuple[str, dict[str, Any]]] = [("owner", {"owner": conversation.owner.value})]
    async with desk.reads() as session:
        entry = await handoff.find_open(session, conversation.id)
        if entry is not None and entry.state is HandoffState.WAITING:
            place = (await handoff.locate(session, desk, entry, desk.clock())).to_json()
            standing.append(("queue", {name: place[name] for name in ("position", "eta_seconds")}))
    return standing


async def _wait_for_conversation(desk: Desk, buyer_id: str, closed: set[str]) -> Conversation:
    """The buyer's newest conversation on the page that we have not seen end."""
    query = (
        select(Conversation)
        .where(Conversation.channel == CHANNEL, Conversation.buyer_id == buyer_id)
        .order_by(Conversation.opened_at.desc(), Conversation.id.desc())
        .limit(1)
    )
    with desk.live.watching(live.conversation_topic(_buyer_key(buyer_id))) as woken:
        while True:
            woken.clear()
            async with desk.reads() as session:
                found = await session.scalar(query)
            if found is not None and found.id not in closed and found.owner is not Owner.CLOSED:
                return found
            await live.wait_for(woken, LOOK_EVERY_S)


async def to_chat_events(
    desk: Desk, event: Event, buyer_id: str, owner: Owner
) -> list[tuple[str, dict[str, Any]]]:
    """What the customer may see of an event: nothing of drafts, teams or reasons."""
    if event.kind == "message":
        async with desk.reads() as session:
            message = await session.get(Message, event.data["id"])
            names = await _list_agent_names(session, [message] if message else [])
        if message is None:
            return []
        shown = show_message(message, buyer_id, names).model_dump()
        answers = message.author is Author.CUSTOMER and owner is Owner.BOT
        return [("message", shown), ("typing", {"on": answers})]
    if event.kind == "queue" and event.data.get("position") is not None:
        return [("queue", {name: event.data[name] for name in ("position", "eta_seconds")})]
    if event.kind == "owner":
        return [("owner", {"owner": owner.value}), ("typing", {"on": False})]
    if event.kind == "recall":
        return [("recall", {"id": event.data["id"]})]
    return [("typing", {"on": False})] if event.kind in ("turn", "draft") else []


def show_message(message: Message, buyer_id: str, names: dict[str, str]) -> ChatMessage:
    """A message as its customer sees it."""
    prefix = _external_id(buyer_id, "")
    given = message.external_id or ""
    return ChatMessage(
        id=message.id,
        author=message.author.value,
        author_name=names.get(message.agent or ""),
        text="" if message.recalled_at else message.text,
        recalled=message.recalled_at is not None,
        created_at=message.created_at.isoformat(),
        message_id=given.removeprefix(prefix) or None,
        photos=[]
        if message.recalled_at
        else [str(item["photo"]) for item in message.attachments if item.get("photo")],
        cards=[]
        if message.recalled_at
        else list_cards(dict.fromkeys(str(fact["source"]) for fact in message.facts)),
    )


async def _list_agent_names(session: AsyncSession, found: list[Message]) -> dict[str, str]:
    """The names by which customers know the agents of these messages."""
    agents = {message.agent for message in found if message.agent}
    if not agents:
        return {}
    rows = await session.execute(select(User.name, User.display_name).where(User.name.in_(agents)))
    return dict(rows.all())


def _show_product(product: Product) -> ItemCard:
    return ItemCard(
        id=product.id,
        title=product.title,
        short_name=product.short_name,
        price=f"{product.list_price:.2f}",
        image=product.image,
    )


def _external_id(buyer_id: str, message_id: str) -> str:
    """Message ids are the browser's: kept apart by buyer, so that nobody can take another's."""
    return f"{buyer_id}:{message_id}"


def _buyer_key(buyer_id: str) -> str:
    return f"buyer:{buyer_id}"
