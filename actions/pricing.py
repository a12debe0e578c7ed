"""Prices, bargaining, price protection and bulk orders (B9, B13, D11)."""

from decimal import Decimal

from actions.base import Answer, Proposal, Question, Reply, ShopAction
from actions.cart import answer_cart
from actions.items import ASK_WHICH_ITEM, Item, find_item, find_sku_meant
from actions.recommendation import recommend_within
from shop.bargaining import Rung
from shop.errors import NotFound
from shop.facts import Fact
from shop.keys import join_key
from shop.numerals import read_number
from shop.price_protection import find_protected_order
from shop.pricing import MOST_PIECES
from shop.vocabulary import get_vocabulary

VALUE_ATTRIBUTES = ("upper", "fabric", "composition", "sole")
"""What speaks for an item's worth, the first it states (B9)."""


class ActionAskPrice(ShopAction):
    """Say what the item costs this buyer now."""

    takes = frozenset({"product", "product_kind", "size", "color", "quantity"})

    async def answer(self, question: Question) -> Answer:
        """The total of several items; else the price of the SKU if it is known, else of the item's range."""
        cart = await answer_cart(question)
        if cart is not None:
            return cart
        item = await find_item(question)
        if item is None:
            return ASK_WHICH_ITEM
        sku = await find_sku_meant(question, item)
        if sku is None:
            facts = await question.read("prices", item.product.id)
            return Answer((Reply("price_item", tuple(facts.values())),))
        pieces = read_number(question.find("quantity")) or Decimal(1)
        if not 1 <= pieces <= MOST_PIECES:
            pieces = Decimal(1)
        key = join_key(sku.id, pieces=int(pieces) if pieces > 1 else None)
        facts = await question.read("price", key)
        return Answer((Reply("price_sku", tuple(facts.values())),))


class ActionBargain(ShopAction):
    """Answer haggling with the next step of the ladder, which the desk then grants (B9)."""

    takes = frozenset({"product", "product_kind", "money"})

    async def answer(self, question: Question) -> Answer:
        """One rung; beyond the desk's authority a person."""
        item = await find_item(question)
        if item is None:
            return ASK_WHICH_ITEM
        within = await recommend_within(question, item)
        if within is not None:
            return Answer((within,))
        asked = read_number(next((e.value for e in question.entities if e.name == "money"), None))
        facts = await question.read("bargain", join_key(item.product.id, asked=asked))
        rung = Rung(facts["rung"].value)
        if rung is Rung.FIXED:
            return Answer((Reply("bargain_fixed", tuple(facts.values())),))
        if rung is Rung.SUPERVISOR:
            reply = Reply("bargain_supervisor", tuple(facts.values()))
            return Answer((reply,), handoff="bargain_beyond_authority")
        return Answer(
            (await _reply_rung(question, item, rung, facts),),
            (_propose(item, facts),),
            handoff="free_shipping_application" if rung is Rung.FREE_SHIPPING else None,
        )


async def _reply_rung(question: Question, item: Item, rung: Rung, facts: dict[str, Fact]) -> Reply:
    if rung is Rung.VALUE:
        return await _reply_value(question, item, facts)
    if rung is Rung.COUPON:
        coupon = await question.read("coupon", str(facts["coupon_id"].value))
        return Reply("bargain_coupon", (*facts.values(), *coupon.values()))
    return Reply(f"bargain_{rung.value}", tuple(facts.values()))


async def _reply_value(question: Question, item: Item, facts: dict[str, Fact]) -> Reply:
    """What the item is made of, and the question what the gap is to; never a word against others (B16)."""
    if get_vocabulary().is_about("competitor", question.text):
        return Reply("bargain_competitor", tuple(facts.values()))
    name = next((name for name in VALUE_ATTRIBUTES if item.product.attributes.get(name)), None)
    if name is None:
        return Reply("bargain_value_plain", tuple(facts.values()))
    worth = await question.read("attribute", join_key(item.product.id, name=name))
    return Reply("bargain_value", (*facts.values(), worth["attribute"], worth["value"]))


def _propose(item: Item, facts: dict[str, Fact]) -> Proposal:
    rung = facts["rung"].value
    detail = {Rung.COUPON: facts["coupon_id"].value, Rung.GIFT: facts["gift"].value}.get(Rung(rung)) or ""
    return Proposal(
        "grant_offer",
        {
            "product_id": item.product.id,
            "round": facts["round"].value,
            "kind": rung,
            "off": facts["off"].value,
            "detail": detail,
        },
    )


class ActionAskPriceProtection(ShopAction):
    """Say whether a price difference is due on the buyer's order, and how much (D11)."""

    takes = frozenset({"order_no"})

    async def answer(self, question: Question) -> Answer:
        """The verdict on the order meant; money is for a person to confirm."""
        named = question.find("order_no") or question.order_no
        found = None if named else await find_protected_order(question.reading)
        number = str(named) if named else found.no if found else None
        rule = tuple((await question.read("policy", "price_protection")).values())
        if number is None:
            return Answer((Reply("protection_rule", rule),))
        try:
            facts = await question.read("price_protection", number)
        except NotFound:
            return Answer((Reply("protection_no_order", rule),))
        verdict = facts["verdict"].value
        hold = "money_needs_a_person" if verdict == "due" else None
        return Answer((Reply(f"protection_{verdict}", tuple(facts.values())),), hold=hold)


class ActionAskBulkOrder(ShopAction):
    """Tell the tiers of the group price; a key account is a person's (B13)."""

    takes = frozenset({"quantity"})

    async def answer(self, question: Question) -> Answer:
        """The tiers; from the policy's number of pieces on, and when none is named, a person takes over."""
        pieces = read_number(question.find("quantity"))
        key = join_key("tiers", pieces=int(pieces) if pieces is not None else None)
        facts = await question.read("bulk", key)
        told = tuple(facts.values())
        if pieces is not None and pieces < facts["from_pieces"].value:
            return Answer((Reply("bulk_too_few", told),))
        script = "bulk_reached" if facts["reached"].value else "bulk_tiers"
        return Answer((Reply(script, told),), handoff="bulk_order")
