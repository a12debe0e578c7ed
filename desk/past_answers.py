"""What agents answered before to the like: scripts that were sent unedited, offered again with facts of now.

Only sentences of scripts whose figures belong to the shop or the item under view are kept: nothing of one
customer ever reaches another. The facts are read again for the buyer at hand before the draft is made.
"""

from datetime import datetime, timedelta

from sqlalchemy import Index, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from desk.bot_client import BotReply
from desk.decision import DraftPlan
from desk.masking import mask_phones
from desk.models import Author, Draft, Json, Message, Turn, new_id
from desk.ownership import Held
from desk.similar import rank
from shop.db import Base, JsonType, UtcDateTime
from shop.facts import Fact, reread

SHOP_SCHEMES = frozenset({"policy"})
ITEM_SCHEMES = frozenset({"product", "attribute", "stock", "range", "kind"})
LOOKED_AT = 1_000
KEPT_DAYS = 180
LEAST_SIMILAR = 0.55
LONGEST_QUESTION = 300
MOST_DRAFTS = 3


class PastAnswer(Base):
    """A question and the scripts that a person sent for it as they were."""

    __tablename__ = "past_answers"
    __table_args__ = (Index("ix_past_answers_item", "item_id", "id"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=new_id)
    question: Mapped[str] = mapped_column(Text)
    item_id: Mapped[str | None] = mapped_column(String(40))  # what its figures are about; None: the shop
    intents: Mapped[list[str]] = mapped_column(JsonType)
    replies: Mapped[list[Json]] = mapped_column(JsonType)  # {script, facts}
    agent: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


async def remember(held: Held, draft: Draft, agent: str) -> None:
    """Keep an answer that was sent unedited, if nothing in it belongs to its customer."""
    item_id = held.conversation.item_id
    facts = [Fact.from_json(fact) for reply in draft.replies for fact in reply["facts"]]
    if draft.edited or draft.proposals or not draft.replies or not all(is_common(f, item_id) for f in facts):
        return
    about_item = any(fact.source.partition(":")[0] in ITEM_SCHEMES for fact in facts)
    query = (
        select(Message.text)
        .where(Message.turn_id == draft.turn_id, Message.author == Author.CUSTOMER)
        .order_by(Message.id)
    )
    question = "\n".join(await held.session.scalars(query))[:LONGEST_QUESTION]
    held.session.add(
        PastAnswer(
            id=new_id(),
            question=mask_phones(question),
            item_id=item_id if about_item else None,
            intents=list(draft.intents),
            replies=[{"script": reply["script"], "facts": reply["facts"]} for reply in draft.replies],
            agent=agent,
            at=held.now,
        )
    )


def is_common(fact: Fact, item_id: str | None) -> bool:
    """Whether a fact belongs to the shop, or to the item under view, and to no customer."""
    scheme, _, key = fact.source.partition(":")
    if scheme in SHOP_SCHEMES:
        return True
    record = key.partition("?")[0]
    return scheme in ITEM_SCHEMES and item_id is not None and record.split("-")[0] == item_id


async def find_plan(held: Held, turn: Turn, plans: tuple[DraftPlan, ...]) -> DraftPlan | None:
    """A further draft from what was answered before; None when nothing is like it or all is said already."""
    if len(plans) >= MOST_DRAFTS or any(plan.shadow for plan in plans):
        return None
    words = (
        select(Message.text)
        .where(Message.turn_id == turn.id, Message.author == Author.CUSTOMER)
        .order_by(Message.id)
    )
    question = "\n".join(await held.session.scalars(words))[:LONGEST_QUESTION]
    known = await _list_usable(held)
    said = [tuple(reply.script for reply in plan.replies) for plan in plans]
    for place, score in rank(question, [one.question for one in known], LEAST_SIMILAR):
        found = known[place]
        if tuple(reply["script"] for reply in found.replies) not in said:
            replies = await _pin(held, found)
            if replies is not None:
                return DraftPlan(tuple(found.intents), round(min(score, 1.0), 4), replies, ())
    return None


async def _list_usable(held: Held) -> list[PastAnswer]:
    item_id = held.conversation.item_id
    mine = PastAnswer.item_id.is_(None)
    query = (
        select(PastAnswer)
        .where(mine if item_id is None else mine | (PastAnswer.item_id == item_id))
        .where(PastAnswer.at > held.now - timedelta(days=KEPT_DAYS))
        .order_by(PastAnswer.id.desc())
        .limit(LOOKED_AT)
    )
    return list(await held.session.scalars(query))


async def _pin(held: Held, found: PastAnswer) -> tuple[BotReply, ...] | None:
    """The answer with its figures as they are now, for this buyer; None when one is gone."""
    reading = held.desk.reading(held.session, held.conversation.buyer_id, held.now)
    replies = []
    for reply in found.replies:
        facts = await reread(reading, [Fact.from_json(fact) for fact in reply["facts"]])
        if any(fact.value is None for fact in facts):
            return None
        replies.append(BotReply(reply["script"], tuple(facts)))
    return tuple(replies)
