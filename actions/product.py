"""The goods themselves: attributes, comparison, care, colour (B4, B5, B6)."""

from actions.base import Answer, Question, Reply, ShopAction
from actions.cart import list_named
from actions.items import ASK_WHICH_ITEM, Item, find_item
from shop.care import MATERIALS
from shop.errors import NotFound
from shop.keys import join_key
from shop.product import find_product, list_asked_attributes
from shop.vocabulary import get_vocabulary

MOST_ATTRIBUTES = 3


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
