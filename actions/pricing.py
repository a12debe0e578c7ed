"""Prices, promotions, coupons, gifts, bargaining, price protection and bulk orders (B7-B10, B13, D11)."""

import re
from decimal import Decimal

from actions.base import Answer, Proposal, Question, Reply, ShopAction
from actions.items import ASK_WHICH_ITEM, Item, find_item, find_sku
from shop.bargaining import Rung
from shop.facts import Fact
from shop.keys import join_key
from shop.pricing import MOST_PIECES
from shop.vocabulary import get_vocabulary

VALUE_ATTRIBUTES = ("upper", "fabric", "composition", "sole")
"""What speaks for an item's worth, the first it states (B9)."""
MOST_OFFERS = 3
"""Promotions or coupons told in one answer."""


def read_number(value: object) -> Decimal | None:
    """The figure in an entity's value, or None."""
    found = re.search(r"\d+(\.\d{1,2})?", str(value)) if value is not None else None
    return Decimal(found.group()) if found else None


class ActionAskPrice(ShopAction):
    """Say what the item costs this buyer now."""

    takes = frozenset({"product", "product_kind", "size", "color", "quantity"})

    async def answer(self, question: Question) -> Answer:
        """The price of the SKU if it is known, else of the item's range."""
        item = await find_item(question)
        if item is None:
            return ASK_WHICH_ITEM
        sku = await find_sku(question, item)
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
