"""Canned replies: found by "/", filled for a conversation, kept by each person and for the shop."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import AfterValidator, BaseModel, Field

from desk import conversations, permissions, phrases
from desk.api.access import OurDesk, reads_in_full
from desk.api.conversations import Answerer
from desk.api.errors import describe
from desk.api.schemas import Id, PathId, clean_text, example
from desk.permissions import Permission
from desk.phrases import SHOP, Phrase
from desk.users import User
from shop.models import Customer

router = APIRouter(prefix="/api/v1/desk/phrases", tags=["desk"])
PHRASE = {
    "id": "01JNB3K4E1",
    "scope": "shop",
    "shortcut": "hy",
    "title": "欢迎",
    "text": "您好,我是{agent},为您查看订单{order_no}。",
    "updated_at": "2026-03-02T02:00:00Z",
}


class PhraseIn(BaseModel):
    """A phrase. Variables: {buyer} {order_no} {item} {agent} {shop}."""

    model_config = example({name: PHRASE[name] for name in ("scope", "shortcut", "title", "text")})

    scope: Literal["personal", "shop"] = "personal"
    shortcut: Annotated[Id, Field(max_length=30)]
    title: Annotated[str, Field(min_length=1, max_length=80), AfterValidator(clean_text)]
    text: Annotated[str, Field(min_length=1, max_length=2_000), AfterValidator(clean_text)]


class PhraseBody(BaseModel):
    """A phrase as it is kept."""

    model_config = example(PHRASE)

    id: str
    scope: str
    shortcut: str
    title: str
    text: str
    updated_at: datetime


class RenderIn(BaseModel):
    """For which conversation."""

    model_config = example({"conversation_id": "01JNB3K2W6Q8Y7T5R4E3W2Q1A0"})

    conversation_id: Annotated[Id, Field(max_length=40)]


class Rendered(BaseModel):
    """The phrase to look over before it is sent."""

    model_config = example({"text": "为您查看订单【订单号】。", "missing": ["order_no"], "facts": []})

    text: str
    missing: list[str] = Field(description="variables without a fact; they stand in 【】")
    facts: list[dict[str, Any]]


@router.get("", responses=describe(401, 403, 422))
async def list_phrases(
    agent: Answerer,
    desk: OurDesk,
    q: Annotated[Annotated[str, AfterValidator(clean_text)], Query(max_length=60)] = "",
) -> list[PhraseBody]:
    """My phrases and the shop's that fit what was typed after "/", the best first."""
    async with desk.reads() as session:
        return [_show(one) for one in await phrases.list_phrases(session, agent.name, q.strip())]


@router.post("", status_code=201, responses=describe(401, 403, 409, 422))
async def add_phrase(body: PhraseIn, agent: Answerer, desk: OurDesk) -> PhraseBody:
    """Keep a phrase. The shop's take a supervisor. 409 for a taken shortcut or an unknown variable."""
    _access(agent, body.scope == "shop")
    async with desk.transaction() as session:
        phrase = Phrase(owner=SHOP if body.scope == "shop" else agent.name, used=0)
        return _show(await _save(session, phrase, body, desk.clock()))


@router.post("/{phrase_id}", responses=describe(401, 403, 404, 409, 422))
async def change_phrase(phrase_id: PathId, body: PhraseIn, agent: Answerer, desk: OurDesk) -> PhraseBody:
    """Change a phrase; its scope stays."""
    async with desk.transaction() as session:
        phrase = await phrases.get_phrase(session, phrase_id, agent.name)
        _access(agent, phrase.owner == SHOP)
        return _show(await _save(session, phrase, body, desk.clock()))


@router.post("/{phrase_id}/delete", status_code=204, responses=describe(401, 403, 404))
async def delete_phrase(phrase_id: PathId, agent: Answerer, desk: OurDesk) -> None:
    """Drop a phrase."""
    async with desk.transaction() as session:
        phrase = await phrases.get_phrase(session, phrase_id, agent.name)
        _access(agent, phrase.owner == SHOP)
        await session.delete(phrase)


@router.post("/{phrase_id}/render", responses=describe(401, 403, 404, 422))
async def render_phrase(phrase_id: PathId, body: RenderIn, agent: Answerer, desk: OurDesk) -> Rendered:
    """The phrase filled for a conversation, with the facts it rests on."""
    async with desk.transaction() as session:
        phrase = await phrases.get_phrase(session, phrase_id, agent.name)
        conversation = await conversations.get_conversation(session, body.conversation_id)
        customer = await session.get(Customer, conversation.buyer_id)
        values = {"agent": agent.display_name, "shop": desk.policy.current().shop.name}
        if customer is not None and reads_in_full(agent):
            values["buyer"] = customer.name
        reading = desk.reading(session, conversation.buyer_id, desk.clock())
        filled = await phrases.render(reading, phrase, conversation, values)
        phrase.used += 1
        return Rendered(
            text=filled.text, missing=filled.missing, facts=[fact.to_json() for fact in filled.facts]
        )


async def _save(session: Any, phrase: Phrase, body: PhraseIn, now: datetime) -> Phrase:
    return await phrases.save(
        session, phrase, shortcut=body.shortcut, title=body.title, text=body.text, now=now
    )


def _access(agent: User, shops: bool) -> None:
    """The shop's phrases are a supervisor's to change."""
    if shops:
        permissions.require(agent.role, Permission.MANAGE_PHRASES)


def _show(phrase: Phrase) -> PhraseBody:
    return PhraseBody(
        id=phrase.id,
        scope="shop" if phrase.owner == SHOP else "personal",
        shortcut=phrase.shortcut,
        title=phrase.title,
        text=phrase.text,
        updated_at=phrase.updated_at,
    )
