"""Promotions, coupons and gifts (B7, B8, B10)."""

from actions.base import Answer, Question, Reply, ShopAction
from actions.items import Item, find_item, find_sku_meant
from shop.cart import MOST_PIECES, join_cart
from shop.coupons import list_meant, list_usable
from shop.facts import Fact
from shop.models import Promotion
from shop.numerals import read_number
from shop.product import list_skus
from shop.promotions import flash_price, list_running
from shop.vocabulary import get_vocabulary

MOST_TOLD = 3
"""Promotions or coupons told in one answer."""


class ActionAskPromotion(ShopAction):
    """Say what runs now, for the item if one is meant."""

    takes = frozenset({"product", "product_kind"})

    async def answer(self, question: Question) -> Answer:
        """A reply for each promotion."""
        item = await find_item(question)
        running = await _list_promotions(question, item)
        if not running:
            return Answer((Reply("promotion_none", await _summary(question, item)),))
        return Answer(tuple([await _tell(question, promotion) for promotion in running[:MOST_TOLD]]))


class ActionAskGift(ShopAction):
    """Say which gift a running promotion grants; none else (B10)."""

    takes = frozenset({"product", "product_kind"})

    async def answer(self, question: Question) -> Answer:
        """The gifts of running promotions."""
        item = await find_item(question)
        gifts = [p for p in await _list_promotions(question, item) if p.kind == "gift"]
        if not gifts:
            return Answer((Reply("gift_none", await _summary(question, item)),))
        return Answer(tuple([await _tell(question, promotion) for promotion in gifts[:MOST_TOLD]]))


async def _list_promotions(question: Question, item: Item | None) -> list[Promotion]:
    reading = question.reading
    product_id = item.product.id if item else None
    return await list_running(reading.session, reading.now, product_id=product_id)


async def _summary(question: Question, item: Item | None) -> tuple[Fact, ...]:
    found = await question.read("promotions", item.product.id if item else "all")
    return tuple(found.values())


async def _tell(question: Question, promotion: Promotion) -> Reply:
    facts = await question.read("promotion", promotion.id)
    return Reply(f"promotion_{promotion.kind}", tuple(facts.values()))


class ActionAskCoupon(ShopAction):
    """Say which coupons this buyer may use, or why one did not apply (B8)."""

    takes = frozenset({"product", "product_kind"})

    async def answer(self, question: Question) -> Answer:
        """A reply for each coupon, the largest first."""
        reading = question.reading
        item = await find_item(question)
        product_id = item.product.id if item else None
        summary = tuple((await question.read("coupons", product_id or "mine")).values())
        if item and await _is_barred(question, item):
            return Answer((Reply("coupon_not_with_flash", summary),))
        why: tuple[Reply, ...] = ()
        if get_vocabulary().is_about("coupon_failed", question.text):
            exact = await _explain(question, item) if item else ()
            if exact:
                return Answer(exact)
            why = (Reply("coupon_why", summary),)
        usable = await list_usable(reading.session, reading.buyer_id, reading.now, product_id=product_id)
        if not usable:
            return Answer((*why, Reply("coupon_none", summary)))
        told = [await question.read("coupon", u.coupon.id) for u in usable[:MOST_TOLD]]
        return Answer((*why, *(Reply("coupon_terms", tuple(facts.values())) for facts in told)))


async def _explain(question: Question, item: Item) -> tuple[Reply, ...]:
    """Why each coupon that may be meant did not apply to the item in view (B8); at most `MOST_TOLD`."""
    skus = await list_skus(question.reading.session, item.product.id)
    sku = await find_sku_meant(question, item) or min(skus, key=lambda one: one.price, default=None)
    if sku is None:
        return ()
    pieces = int(read_number(question.find("quantity")) or 1)
    meant = await list_meant(question.reading, question.text)
    keys = [f"{coupon.id}@{join_cart([(sku.id, max(1, min(pieces, MOST_PIECES)))])}" for coupon in meant]
    told = [await question.read("coupon_check", key) for key in keys[:MOST_TOLD]]
    item_name = (await question.read("product", item.product.id))["item"]
    return tuple(Reply(f"coupon_{facts['why'].value}", (item_name, *facts.values())) for facts in told)


async def _is_barred(question: Question, item: Item) -> bool:
    """Whether the SKU meant, or without one any of the item, is in a flash sale that bars coupons."""
    reading = question.reading
    if not reading.policy.coupons.not_with_flash_sale:
        return False
    running = await list_running(reading.session, reading.now, product_id=item.product.id)
    sku = await find_sku_meant(question, item)
    if sku is not None:
        return flash_price(running, sku.id) is not None
    return any(p.kind == "flash" for p in running)
