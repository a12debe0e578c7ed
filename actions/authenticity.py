"""Is it genuine, is it real leather (B3, B4)."""

from actions.base import Answer, Question, Reply, ShopAction
from actions.items import ASK_WHICH_ITEM, find_item
from actions.product import tell_attributes
from shop.care import MATERIALS
from shop.vocabulary import get_vocabulary


class ActionAskAuthenticity(ShopAction):
    """Vouch with the policy's figures; a question for leather is answered from the item."""

    takes = frozenset({"product", "product_kind"})

    async def answer(self, question: Question) -> Answer:
        """The shop's word, the material, or both."""
        vocabulary = get_vocabulary()
        asks_leather = vocabulary.is_about("leather", question.text) or question.names("material")
        if not asks_leather:
            return Answer((await _vouch(question),))
        item = await find_item(question)
        if item is None:
            return ASK_WHICH_ITEM
        stated = [name for name in MATERIALS if item.product.attributes.get(name)]
        if not stated:
            return Answer((Reply("material_unknown"),), hold="attribute_missing")
        material = await tell_attributes(question, item, stated[:1])
        if vocabulary.is_about("genuine", question.text):
            return Answer((*material, await _vouch(question)))
        return Answer(material)


async def _vouch(question: Question) -> Reply:
    shop = await question.read("policy", "shop")
    rules = await question.read("policy", "authenticity")
    return Reply("authenticity", (shop["name"], shop["company"], *rules.values()))
