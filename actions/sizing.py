"""Which size to take (B2): a dialogue that asks for the measures it lacks and takes corrections."""

from typing import ClassVar

from actions.base import Answer, Question, Reply
from actions.dialogue import Field, Form, Values
from actions.items import Item
from actions.size_fields import ENOUGH, ITEM, MEASURED, MEASURES, TOLD, advice_key, get_item, is_shoe
from shop.facts import Fact
from shop.keys import join_key
from shop.product import list_skus
from shop.sizing import list_size_rows


class SizeForm(Form):
    """Advise a size from the item's table and say what it rests on; ask for what is missing."""

    intent = "ask_size"
    takes = frozenset({"size", "product", "product_kind", *MEASURES})
    fields: ClassVar[tuple[Field, ...]] = (ITEM, MEASURED, ENOUGH)

    async def check(self, question: Question, values: Values) -> Answer | None:
        """No table, no advice: a person knows the item."""
        if "item" not in values:
            return None
        item = await get_item(question, values)
        if list_size_rows(item.product):
            return None
        facts = await question.read("product", item.product.id)
        return Answer((Reply("size_no_table", (facts["item"],)),), hold="no_size_table")

    async def finish(self, question: Question, values: Values) -> Answer:
        """The advice, what it rests on, and in which colours the size is there."""
        item, told = await get_item(question, values), values.get("told") or {}
        advice = await question.read("size_advice", advice_key(item, told))
        facts = tuple(advice.values())
        slots = {name: told[name] for name in TOLD if name in told}
        if advice["advised_size"].value is None:
            return Answer((Reply("size_outside", facts),), slots=slots, hold="outside_size_table")
        stock = await _stock_of(question, item, str(advice["advised_size"].value))
        kind = "shoes" if is_shoe(item) else "clothes"
        return Answer((Reply(f"size_{kind}", (*facts, *stock)),), slots=slots)


async def _stock_of(question: Question, item: Item, size: str) -> tuple[Fact, ...]:
    """In which colours the advised size is there, and the stock behind it."""
    found = await question.read("range", join_key(item.product.id, size=size))
    skus = [s for s in await list_skus(question.reading.session, item.product.id) if s.size == size]
    pieces = [(await question.read("stock", sku.id))["stock"] for sku in skus]
    return found["open_colors"], *pieces
