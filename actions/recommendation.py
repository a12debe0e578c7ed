"""Recommending: learn the need, then one to three items in stock with their reasons (B14)."""

import re
from decimal import Decimal
from typing import Any, ClassVar

from actions.base import Answer, Question, Reply
from actions.choice import find_said
from actions.dialogue import Field, Form, Values
from actions.hearing import asks
from actions.items import Item, find_item
from actions.product import answer_comparison
from shop.keys import join_key
from shop.numerals import SPOKEN_AMOUNT, read_number, read_spoken
from shop.pricing import read_lowest
from shop.vocabulary import get_vocabulary

GENERAL_KINDS = ("鞋", "鞋子", "衣服")
"""Kinds that say nothing yet of what is wanted."""
_AMOUNT = rf"(\d{{2,5}}|{SPOKEN_AMOUNT})\s*(?:元|块)?\s*(?:钱)?"
_LIMIT = re.compile(rf"{_AMOUNT}(?:以内|以下|之内|左右|上下)|预算\D{{0,6}}?{_AMOUNT}")
_COLOR = re.compile(r"颜色|哪个色|什么色|哪种色|色好看")


def _find_needs(question: Question) -> dict[str, Any]:
    """What the text tells of the need: what for, for how much, which size and material."""
    told: dict[str, Any] = {"needs": get_vocabulary().needs_in(question.text)}
    money = next((e.value for e in question.entities if e.name == "money"), None)
    limit = _LIMIT.search(question.text)
    said = (limit.group(1) or limit.group(2)) if limit else None
    below = read_number(money) or read_number(said) or read_spoken(said or "")
    told |= {"below": str(below) if below else None, "size": find_said(question, "size")}
    return {name: value for name, value in told.items() if value}


async def _hear_kind(question: Question, _: Values, __: bool) -> Any:
    return find_said(question, "product_kind")


async def _hear_need(question: Question, values: Values, asked: bool) -> Any:
    """What the goods are for; an answer in other words counts when it was asked (B14)."""
    told = _find_needs(question)
    if told:
        return values.get("need", {}) | told
    if await answer_comparison(question) is not None:
        return values.get("need", {})
    is_kind = find_said(question, "product_kind") not in (None, *GENERAL_KINDS)
    return values.get("need", {}) if is_kind or (asked and not asks(question.text)) else None


async def _ask_need(question: Question, _: Values) -> Reply:
    return Reply("recommend_ask_need")


async def _answer_color(question: Question) -> Answer | None:
    """Which colours the item in view is there in; taste stays the customer's."""
    item = await find_item(question) if _COLOR.search(question.text) else None
    if item is None:
        return None
    facts = await question.read("range", item.product.id)
    return Answer((Reply("recommend_color", tuple(facts.values())),)) if facts["open_colors"].value else None


async def recommend_within(question: Question, item: Item) -> Reply | None:
    """Other items within a budget that this one is above (B9, B14); None where none is named or fits."""
    below = _find_needs(question).get("below") if "预算" in question.text else None
    prices = await read_lowest(question.reading, [item.product])
    if below is None or prices.get(item.product.id, Decimal(0)) <= Decimal(below):
        return None
    key = join_key("", kind=item.product.category, below=below)
    facts = await question.read("recommendation", key)
    return Reply("bargain_budget", tuple(facts.values())) if facts["items"].value else None


async def recommend_kind(question: Question) -> Reply | None:
    """Items of the kind named that answer the need or keep within the limit told (B1, B14)."""
    need = _find_needs(question)
    if not (need.get("below") or need.get("needs")):
        return None
    reply = await _recommend(question, {"kind": question.find("product_kind"), "need": need})
    return reply if reply.script == "recommend_items" else None


async def _recommend(question: Question, values: Values) -> Reply:
    need = values["need"]
    key = join_key(
        "",
        kind=values.get("kind"),
        needs=",".join(need.get("needs", [])) or None,
        size=need.get("size"),
        below=need.get("below"),
    )
    facts = await question.read("recommendation", key)
    if not facts["items"].value:
        return Reply("recommend_none")
    return Reply("recommend_items", tuple(facts.values()))


class RecommendForm(Form):
    """Learn the need first; then one to three items in stock with their reasons (B14)."""

    intent = "ask_recommendation"
    takes = frozenset({"product_kind", "size", "money", "material"})
    fields: ClassVar[tuple[Field, ...]] = (
        Field("kind", _hear_kind, _ask_need, wanted=lambda _: False),
        Field("need", _hear_need, _ask_need, answers=frozenset({"ask_product", "ask_size", "ask_price"})),
    )

    async def check(self, question: Question, values: Values) -> Answer | None:
        """Two items named side by side are compared instead (B4); a colour is asked of the item in view."""
        return await answer_comparison(question) or await _answer_color(question)

    async def finish(self, question: Question, values: Values) -> Answer:
        """The items that answer the need, most popular first."""
        here = None if "kind" in values else await find_item(question)
        kind = values.get("kind") or (here.product.category if here else None)
        reply = await _recommend(question, values | {"kind": kind})
        return Answer((reply,), hold="nothing_to_recommend" if reply.script == "recommend_none" else None)
