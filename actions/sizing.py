"""Which size to take (B2)."""

import re

from actions.base import Answer, Question, Reply, ShopAction
from actions.items import ASK_WHICH_ITEM, Item, find_item
from shop.facts import Fact
from shop.keys import join_key
from shop.product import list_skus, match_size
from shop.sizing import BODY_MEASURES, SHOE_MEASURES, list_size_rows, read_length
from shop.vocabulary import get_vocabulary

MEASURES = (*SHOE_MEASURES, *BODY_MEASURES)


class ActionAskSize(ShopAction):
    """Advise a size from the item's table and say what it rests on; ask for what is missing."""

    takes = frozenset({"size", "product", "product_kind", *MEASURES})

    async def answer(self, question: Question) -> Answer:
        """One advice, or a question for the measures it needs."""
        item = await find_item(question)
        if item is None:
            return ASK_WHICH_ITEM
        if not list_size_rows(item.product):
            return await _without_table(question, item)
        advice = await question.read("size_advice", _key(question, item))
        facts = tuple(advice.values())
        if advice["missing"].value:
            return await _ask_measures(question, item)
        if advice["advised_size"].value is None:
            return Answer((Reply("size_outside", facts),), hold="outside_size_table")
        stock = await _stock_of(question, item, str(advice["advised_size"].value))
        kind = "shoes" if _is_shoe(item) else "clothes"
        return Answer((Reply(f"size_{kind}", (*facts, *stock)),))


def _key(question: Question, item: Item) -> str:
    """What the customer told, as the key of the advice."""
    told = {name: _number(question.find(name)) for name in MEASURES}
    usual = question.find("size") if _is_shoe(item) else None  # clothes go by the body, not by habit
    if usual is not None and not _is_a_size(item, str(usual)):  # 245码 is a foot length
        told["foot_mm"] = told["foot_mm"] or _number(read_length(str(usual)))
    foot = get_vocabulary().foot_in(question.text)
    return join_key(item.product.id, **told, foot=foot, usual=usual)


def _is_a_size(item: Item, named: str) -> bool:
    return match_size(named, [str(row["size"]) for row in list_size_rows(item.product)]) is not None


def _is_shoe(item: Item) -> bool:
    return item.product.size_chart is not None and item.product.size_chart.kind == "shoes"


def _number(value: object) -> str | None:
    """The figure of a measure as written in a key, or None."""
    found = re.search(r"\d+(\.\d+)?", str(value)) if value is not None else None
    return found.group() if found else None


async def _stock_of(question: Question, item: Item, size: str) -> tuple[Fact, ...]:
    """In which colours the advised size is there, and the stock behind it."""
    found = await question.read("range", join_key(item.product.id, size=size))
    skus = [s for s in await list_skus(question.reading.session, item.product.id) if s.size == size]
    pieces = [(await question.read("stock", sku.id))["stock"] for sku in skus]
    return found["open_colors"], *pieces


async def _ask_measures(question: Question, item: Item) -> Answer:
    """Say how the item runs and what its sizes are, and ask for what is missing."""
    sizes = {str(row["size"]) for row in list_size_rows(item.product)}
    asked = question.find("size")
    size = match_size(str(asked), sizes) if asked is not None else None
    facts = tuple((await question.read("size_chart", join_key(item.product.id, size=size))).values())
    return Answer((Reply("size_ask_foot" if _is_shoe(item) else "size_ask_body", facts),))


async def _without_table(question: Question, item: Item) -> Answer:
    """No table, no advice: a person knows the item."""
    facts = await question.read("product", item.product.id)
    return Answer((Reply("size_no_table", (facts["item"],)),), hold="no_size_table")
