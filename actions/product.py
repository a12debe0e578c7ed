"""The goods themselves: attributes, care, colour, recommending (B4, B5, B6, B14)."""

import re
from typing import Any, ClassVar

from actions.base import Answer, Question, Reply, ShopAction
from actions.cart import list_named
from actions.choice import find_said
from actions.dialogue import Field, Form, Values
from actions.hearing import asks
from actions.items import ASK_WHICH_ITEM, Item, find_item
from actions.pricing import read_number
from shop.care import MATERIALS
from shop.errors import NotFound
from shop.keys import join_key
from shop.product import find_product, list_asked_attributes
from shop.vocabulary import get_vocabulary

MOST_ATTRIBUTES = 3
GENERAL_KINDS = ("鞋", "鞋子", "衣服")
"""Kinds that say nothing yet of what is wanted."""
_LIMIT = re.compile(r"(\d{2,5})\s*(?:元|块)?\s*(?:钱)?(?:以内|以下|之内|左右|上下)")


async def tell_attributes(question: Question, item: Item, names: list[str]) -> tuple[Reply, ...]:
    """A reply for each attribute, as the item states it word for word."""
    told = [await question.read("attribute", join_key(item.product.id, name=name)) for name in names]
    return tuple(Reply("product_attribute", tuple(facts.values())) for facts in told)


async def answer_comparison(question: Question) -> Answer | None:
    """Two items side by side (B4); None when the question does not name two, one of them perhaps in view."""
    named = await list_named(question)
    if len(named) == 1 and get_vocabulary().is_about("compare", question.text) and question.item_id:
        here = await find_product(question.reading.session, question.item_id)
        named = [*([here] if here and here.id != named[0].id else []), *named]
    if len(named) != 2:
        return None
    about = get_vocabulary().attributes_in(question.text)
    key = join_key(f"{named[0].id},{named[1].id}", about=",".join(about) or None)
    facts = await question.read("comparison", key)
    script = "compare_items" if facts["points"].value else "compare_prices"
    return Answer((Reply(script, tuple(facts.values())),))


class ActionAskProduct(ShopAction):
    """Answer from the item's attributes; what is not stated there is left to a person, never invented."""

    takes = frozenset({"product", "product_kind"})

    async def answer(self, question: Question) -> Answer:
        """The attributes asked for."""
        compared = await answer_comparison(question)
        if compared is not None:
            return compared
        item = await find_item(question)
        if item is None:
            return ASK_WHICH_ITEM
        stated = item.product.attributes
        names = list_asked_attributes(question.text, stated)
        if not names and question.names("material"):
            names = [name for name in MATERIALS if stated.get(name)]
        if names:
            return Answer(await tell_attributes(question, item, names[:MOST_ATTRIBUTES]))
        facts = await question.read("product", item.product.id)
        return Answer((Reply("product_unknown", (facts["item"],)),), hold="attribute_missing")


class ActionAskCare(ShopAction):
    """Say how to look after the item: its own instructions, else by material (B6)."""

    takes = frozenset({"product", "product_kind", "material"})

    async def answer(self, question: Question) -> Answer:
        """Care of the item or of the material named."""
        item = await find_item(question)
        if item and item.product.attributes.get("care"):
            return Answer(await tell_attributes(question, item, ["care"]))
        material = question.find("material")
        if item is None and material is None:
            return ASK_WHICH_ITEM
        key = item.product.id if item else join_key("", material=material)
        try:
            facts = await question.read("care", key)
        except NotFound:
            return Answer((Reply("care_unknown"),), hold="care_unknown")
        return Answer((Reply(f"care_{facts['group'].value}", tuple(facts.values())),))


class ActionAskColorDifference(ShopAction):
    """Pictures aim to be true; screen and light make small differences (B5)."""

    async def answer(self, question: Question) -> Answer:
        """One sentence, no figures."""
        return Answer((Reply("color_difference"),))


def _find_needs(question: Question) -> dict[str, Any]:
    """What the text tells of the need: what for, for how much, which size and material."""
    told: dict[str, Any] = {"needs": get_vocabulary().needs_in(question.text)}
    money = next((e.value for e in question.entities if e.name == "money"), None)
    limit = _LIMIT.search(question.text)
    below = read_number(money) or read_number(limit and limit.group(1))
    told |= {"below": str(below) if below else None, "size": find_said(question, "size")}
    return {name: value for name, value in told.items() if value}


async def _hear_kind(question: Question, _: Values, __: bool) -> Any:
    return find_said(question, "product_kind")


async def _hear_need(question: Question, values: Values, asked: bool) -> Any:
    """What the goods are for; an answer in other words counts when it was asked (B14)."""
    told = _find_needs(question)
    if told:
        return values.get("need", {}) | told
    is_kind = find_said(question, "product_kind") not in (None, *GENERAL_KINDS)
    return values.get("need", {}) if is_kind or (asked and not asks(question.text)) else None


async def _ask_need(question: Question, _: Values) -> Reply:
    return Reply("recommend_ask_need")


class RecommendForm(Form):
    """Learn the need first; then one to three items in stock with their reasons (B14)."""

    intent = "ask_recommendation"
    takes = frozenset({"product_kind", "size", "money", "material"})
    fields: ClassVar[tuple[Field, ...]] = (
        Field("kind", _hear_kind, _ask_need, wanted=lambda _: False),
        Field("need", _hear_need, _ask_need, answers=frozenset({"ask_product", "ask_size", "ask_price"})),
    )

    async def check(self, question: Question, values: Values) -> Answer | None:
        """Two items named side by side are compared instead (B4)."""
        return await answer_comparison(question)

    async def finish(self, question: Question, values: Values) -> Answer:
        """The items that answer the need, most popular first."""
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
            return Answer((Reply("recommend_none"),), hold="nothing_to_recommend")
        return Answer((Reply("recommend_items", tuple(facts.values())),))
