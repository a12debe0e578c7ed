"""Which item a question is about: what the text names, else the item it was asked from."""

from dataclasses import dataclass

from actions.base import Answer, Question, Reply
from shop.models import Product, Sku
from shop.product import find_product, find_sku, list_products, list_skus, match_colors
from shop.sizing import match_offered


@dataclass(frozen=True, slots=True)
class Item:
    """An item of the catalogue, with the SKU when the page or card told it."""

    product: Product
    sku: Sku | None = None


ASK_WHICH_ITEM = Answer(replies=(Reply("ask_which_item"),))


async def find_item(question: Question) -> Item | None:
    """The item meant, or None when it must be asked for. The buyer's last order is never assumed.

    A name in this text goes before the page it was written from, and that before an item named earlier.
    """
    session = question.reading.session
    if question.names("product"):
        return await _find_named(question)
    of_kind = await _list_other_kind(question)
    if of_kind:
        return Item(of_kind[0]) if len(of_kind) == 1 else None
    sku = await find_sku(session, question.sku_id) if question.sku_id else None
    if sku is not None:
        return Item(sku.product, sku)
    if question.item_id:
        found = await find_product(session, question.item_id)
        return Item(found) if found else None
    return await _find_named(question) or await _find_only_of_kind(question)


async def find_sku_meant(question: Question, item: Item) -> Sku | None:
    """The one SKU of the item that colour and size mean, or the one of the card; None while it is open."""
    skus = await list_skus(question.reading.session, item.product.id)
    color, size = question.find("color"), question.find("size")
    if item.sku and not (question.names("color") or question.names("size")):
        return item.sku
    sizes = {sku.size for sku in skus}
    wanted_size = match_offered(str(size), item.product, sizes) if size is not None else None
    colors = match_colors(str(color), sorted({sku.color for sku in skus})) if color is not None else []
    fitting = [sku for sku in skus if wanted_size in (None, sku.size) and (not colors or sku.color in colors)]
    return fitting[0] if len(fitting) == 1 else None


async def _find_named(question: Question) -> Item | None:
    named = question.find("product")
    found = await find_product(question.reading.session, str(named)) if named else None
    return Item(found) if found else None


async def _find_only_of_kind(question: Question) -> Item | None:
    products = await list_of_kind(question)
    return Item(products[0]) if len(products) == 1 else None


async def list_of_kind(question: Question) -> list[Product]:
    """The items of the kind that the customer named, most popular first; empty when none was named."""
    kind = question.find("product_kind")
    return await list_products(question.reading.session, kind=str(kind)) if kind else []


async def _list_other_kind(question: Question) -> list[Product]:
    """The items of a kind that this text names beside the page's own item (boots asked from a shoe)."""
    if not question.names("product_kind"):
        return []
    products = await list_of_kind(question)
    here = question.item_id or (await _product_of_sku(question))
    return [] if here in {product.id for product in products} else products


async def _product_of_sku(question: Question) -> str | None:
    sku = await find_sku(question.reading.session, question.sku_id) if question.sku_id else None
    return sku.product_id if sku else None
