"""Stock questions (B1)."""

from actions.base import Answer, Proposal, Question, Reply, ShopAction
from actions.hearing import list_meant
from actions.items import ASK_WHICH_ITEM, Item, find_item, list_of_kind
from actions.recommendation import recommend_kind
from shop.facts import Fact
from shop.keys import join_key
from shop.models import Sku
from shop.product import list_skus, match_colors
from shop.sizing import match_offered

MOST_SIZES = 3
"""Sizes answered one by one in a turn; more read as a question for all of them."""


class ActionAskStock(ShopAction):
    """Say whether the colour and size asked for is there; if not, when, and what else is."""

    takes = frozenset({"size", "color", "product", "product_kind"})

    async def answer(self, question: Question) -> Answer:
        """One reply for each size asked, else for what is there at all."""
        item = await find_item(question)
        if item is None:
            return await _answer_kind(question)
        skus = await list_skus(question.reading.session, item.product.id)
        if not item.product.on_sale or not skus:
            return await _answer_off_sale(question, item)
        colors, unknown = _colors_meant(question, item, skus)
        if unknown is not None:
            return Answer((Reply("stock_no_color", await _range(question, item)),))
        asked = list_meant(question, "size") or question.find_all("size")
        sizes = asked or ([item.sku.size] if item.sku else [])
        if not sizes or len(sizes) > MOST_SIZES:
            return Answer((await _reply_without_size(question, item, colors),))
        answers = [await _answer_size(question, item, skus, colors, size) for size in sizes]
        return Answer(
            tuple(reply for answer in answers for reply in answer.replies),
            tuple(proposal for answer in answers for proposal in answer.proposals),
        )


def _colors_meant(question: Question, item: Item, skus: list[Sku]) -> tuple[list[str], str | None]:
    """The item's colours meant (empty: any), and the colour asked for that it does not come in."""
    asked = question.find("color")
    known = sorted({sku.color for sku in skus})
    if asked is None:
        return ([item.sku.color] if item.sku else known if len(known) == 1 else []), None
    meant = match_colors(str(asked), known)
    if meant or question.names("color"):
        return meant, None if meant else str(asked)
    return [], None  # a colour named earlier, for another item


async def _range(question: Question, item: Item, **asked: str | None) -> tuple[Fact, ...]:
    found = await question.read("range", join_key(item.product.id, **asked))
    return tuple(found.values())


async def _reply_without_size(question: Question, item: Item, colors: list[str]) -> Reply:
    """Which sizes are there, of the colour if one is meant."""
    color = colors[0] if len(colors) == 1 else None
    facts = await _range(question, item, color=color)
    there = any(fact.name == "open_sizes" and fact.value for fact in facts)
    if not there:
        return Reply("stock_out_all", (*facts, *await _alternatives(question, item, None)))
    return Reply("stock_sizes_of_color" if color else "stock_sizes", facts)


async def _answer_size(
    question: Question, item: Item, skus: list[Sku], colors: list[str], asked: str
) -> Answer:
    size = match_offered(asked, item.product, {sku.size for sku in skus})
    if size is None:
        return Answer((Reply("stock_no_size", await _range(question, item)),))
    wanted = [sku for sku in skus if sku.size == size and (not colors or sku.color in colors)]
    if not wanted:  # the size exists, in other colours only
        facts = await _range(question, item, size=size)
        if _has_open_colors(facts):
            return Answer((Reply("stock_size_other_colors", facts),))
        return await _answer_colors(question, item, [sku for sku in skus if sku.size == size])
    if len(wanted) == 1:
        return await _answer_sku(question, item, wanted[0])
    return await _answer_colors(question, item, wanted)


async def _answer_sku(question: Question, item: Item, sku: Sku) -> Answer:
    """In, low or out: the state of one colour and size."""
    facts = await question.read("stock", sku.id)
    state = facts["state"].value
    if state != "out":
        return Answer((Reply(f"stock_{state}", tuple(facts.values())),))
    others = await _alternatives(question, item, sku.size)
    elsewhere = await _range(question, item, size=sku.size)
    script = "stock_out_other_colors" if _has_open_colors(elsewhere) else "stock_out"
    extra = tuple(fact for fact in elsewhere if fact.name == "open_colors")
    return Answer(
        (Reply(script, (*facts.values(), *extra, *others)),),
        (Proposal("reserve_restock_notice", {"sku_id": sku.id}),),
    )


async def _answer_colors(question: Question, item: Item, wanted: list[Sku]) -> Answer:
    """One size in several colours: which of them are there."""
    size = wanted[0].size
    read = [await question.read("stock", sku.id) for sku in wanted]
    pieces = tuple(facts[name] for facts in read for name in ("stock", "state"))
    colors = await _range(question, item, size=size)
    if any(facts["state"].value != "out" for facts in read):
        return Answer((Reply("stock_colors_of_size", (*pieces, *colors)),))
    others = await _alternatives(question, item, size)
    proposals = tuple(Proposal("reserve_restock_notice", {"sku_id": sku.id}) for sku in wanted[:1])
    soonest = min((f["restock_on"] for f in read if f["restock_on"].value), key=_value, default=None)
    back = soonest or read[0]["restock_on"]
    return Answer((Reply("stock_out_size", (*pieces, *colors, back, *others)),), proposals)


def _value(fact: Fact) -> str:
    return str(fact.value)


def _has_open_colors(facts: tuple[Fact, ...]) -> bool:
    return any(fact.name == "open_colors" and fact.value for fact in facts)


async def _alternatives(question: Question, item: Item, size: str | None) -> tuple[Fact, ...]:
    found = await question.read("alternatives", join_key(item.product.id, size=size))
    return tuple(found.values())


async def _answer_off_sale(question: Question, item: Item) -> Answer:
    facts = await question.read("product", item.product.id)
    return Answer((Reply("stock_off_sale", (facts["item"], *await _alternatives(question, item, None))),))


async def _answer_kind(question: Question) -> Answer:
    """Several items of the kind named: say which have the size; without a kind, ask which item."""
    if question.names("product") or not await list_of_kind(question):
        return ASK_WHICH_ITEM
    suited = await recommend_kind(question)
    if suited is not None:
        return Answer((suited,))
    size = question.find("size")
    key = join_key(str(question.find("product_kind")), size=size)
    facts = tuple((await question.read("kind", key)).values())
    there = any(fact.name == "items" and fact.value for fact in facts)
    return Answer((Reply("stock_kind" if there else "stock_kind_out", facts),))
