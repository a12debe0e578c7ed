"""Canned replies of a person or the shop, found by "/" and filled with the conversation's facts."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import String, Text, UniqueConstraint, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from desk.models import Conversation, new_id
from shop.db import Base, UtcDateTime
from shop.errors import NotFound, Refused
from shop.facts import Fact, Reading, read

SHOP = ""
"""The owner of phrases that everybody has."""
VARIABLES = {"buyer": "买家", "order_no": "订单号", "item": "商品", "agent": "客服", "shop": "店铺"}
_VARIABLE = re.compile(r"\{([^{}]*)\}")


class Phrase(Base):
    """A phrase with its shortcut. `owner` is a person, or empty for the shop's."""

    __tablename__ = "phrases"
    __table_args__ = (UniqueConstraint("owner", "shortcut"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=new_id)
    owner: Mapped[str] = mapped_column(String(60))
    shortcut: Mapped[str] = mapped_column(String(30))
    title: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text)
    used: Mapped[int] = mapped_column(default=0)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True, slots=True)
class Filled:
    """A phrase ready to be looked over: `missing` names what no fact was found for."""

    text: str
    missing: list[str] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)


def check_text(text: str) -> None:
    """Raise Refused for a variable that nobody can fill."""
    unknown = [name for name in _VARIABLE.findall(text) if name not in VARIABLES]
    if unknown:
        known = ", ".join(f"{{{name}}}" for name in VARIABLES)
        raise Refused(f"unknown variable {{{unknown[0]}}}; there are {known}", because="unknown_variable")


def fill(text: str, values: dict[str, str]) -> tuple[str, list[str]]:
    """The text with its variables filled; a missing one stays visible as 【订单号】 and is named."""
    missing: list[str] = []

    def put(match: re.Match[str]) -> str:
        name = match.group(1)
        if values.get(name):
            return values[name]
        if name not in missing:
            missing.append(name)
        return f"【{VARIABLES.get(name, name)}】"

    return _VARIABLE.sub(put, text), missing


async def list_phrases(
    session: AsyncSession, person: str, typed: str = "", limit: int = 50
) -> Sequence[Phrase]:
    """A person's and the shop's phrases that fit what was typed after "/": by shortcut, title, then text."""
    query = select(Phrase).where(Phrase.owner.in_((person, SHOP)))
    if typed:
        query = query.where(
            or_(
                Phrase.shortcut.istartswith(typed, autoescape=True),
                Phrase.title.icontains(typed, autoescape=True),
                Phrase.text.icontains(typed, autoescape=True),
            )
        )
    found = (await session.scalars(query)).all()
    wanted = typed.lower()
    found = sorted(
        found,
        key=lambda one: (
            not one.shortcut.lower().startswith(wanted),
            wanted not in one.title.lower(),
            one.owner == SHOP,
            -one.used,
            one.shortcut,
        ),
    )
    return found[:limit]


async def get_phrase(session: AsyncSession, phrase_id: str, person: str) -> Phrase:
    """A phrase of the person's or the shop's. Raises NotFound, for other people's too."""
    found = await session.get(Phrase, phrase_id)
    if found is None or found.owner not in (person, SHOP):
        raise NotFound(f"no phrase {phrase_id}")
    return found


async def save(
    session: AsyncSession, phrase: Phrase, *, shortcut: str, title: str, text: str, now: datetime
) -> Phrase:
    """Store a new or changed phrase. Raises Refused for a taken shortcut or an unknown variable."""
    check_text(text)
    taken = select(Phrase.id).where(Phrase.owner == phrase.owner, Phrase.shortcut == shortcut)
    if await session.scalar(taken) not in (None, phrase.id):
        raise Refused(f"the shortcut /{shortcut} is taken", because="shortcut_taken")
    phrase.shortcut, phrase.title, phrase.text, phrase.updated_at = shortcut, title, text, now
    session.add(phrase)
    await session.flush()
    return phrase


async def render(
    reading: Reading, phrase: Phrase, conversation: Conversation, values: dict[str, str]
) -> Filled:
    """The phrase for a conversation: its order's and item's names come from facts of this buyer."""
    facts: list[Fact] = []
    wanted = set(_VARIABLE.findall(phrase.text))
    for name, scheme, key, fact_name in (
        ("order_no", "order", conversation.order_no, "order_no"),
        ("item", "product", conversation.item_id, "item"),
    ):
        if name in wanted and key:
            fact = await _find_fact(reading, scheme, key, fact_name)
            if fact is not None:
                facts.append(fact)
                values[name] = str(fact.value)
    text, missing = fill(phrase.text, values)
    return Filled(text, missing, facts)


async def _find_fact(reading: Reading, scheme: str, key: str, name: str) -> Fact | None:
    try:
        found: dict[str, Any] = await read(reading, scheme, key)
    except NotFound:
        return None
    return found.get(name)
