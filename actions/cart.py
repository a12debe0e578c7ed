"""Several items in one question: which goods, and how many of each (B7)."""

import re

from actions.base import Answer, Question, Reply
from shop.cart import MOST_LINES, MOST_PIECES, join_cart
from shop.models import Product, Sku
from shop.product import find_product, list_skus, match_colors
from shop.sizing import match_offered

SEPARATORS = re.compile(r"[,,、;;+和跟与及加]|还有|再来|以及")
IDS = re.compile(r"(?<![0-9A-Za-z])(?=[0-9A-Za-z]*\d)[0-9A-Za-z]{3,20}(?![0-9A-Za-z])")
"""What may be an item's id in a text or a link."""
PIECES = re.compile(r"(\d{1,3}|[一二两三四五六七八九十])\s*(?:件|双|条|个|只|份)")
NUMERALS = {word: number for number, word in enumerate("一二三四五六七八九十", start=1)} | {"两": 2}


async def list_named(question: Question) -> list[Product]:
    """The items that this text names, in its order, each once."""
    names = [str(entity.value) for entity in question.entities if entity.name == "product"]
    session = question.reading.session
    found = [await find_product(session, name) for name in dict.fromkeys(names)]
    found += [await session.get(Product, id_.upper()) for id_ in IDS.findall(question.text)[:MOST_LINES]]
    products = [product for product in found if product is not None]
    return [one for at, one in enumerate(products) if one.id not in {p.id for p in products[:at]}]


def count_pieces(text: str, names: list[str]) -> int:
    """How many pieces the part of a text that holds one of these names asks for; one where none is said."""
    part = next((part for part in SEPARATORS.split(text) if any(name in part for name in names)), "")
    found = PIECES.search(part)
    if found is None:
        return 1
    said = found.group(1)
    pieces = int(said) if said.isdigit() else NUMERALS[said]
    return pieces if 1 <= pieces <= MOST_PIECES else 1


async def answer_cart(question: Question) -> Answer | None:
    """The total of the items that one question names, or None when it names fewer than two."""
    products = (await list_named(question))[:MOST_LINES]
    if len(products) < 2:
        return None
    wanted = []
    for product in products:
        sku = await _choose_sku(question, product)
        if sku is None:
            return None
        raws = [e.raw for e in question.entities if e.name == "product"]
        names = [name for name in raws if name in (product.short_name, product.title, *product.aliases)]
        wanted.append((sku.id, count_pieces(question.text, names or [product.short_name])))
    facts = await question.read("cart", join_cart(wanted))
    return Answer((Reply("cart_total", tuple(facts.values())),))


async def _choose_sku(question: Question, product: Product) -> Sku | None:
    """The SKU of an item that the text's colours and sizes allow, in stock before out of it, the cheapest."""
    skus = await list_skus(question.reading.session, product.id)
    sizes = {sku.size for sku in skus}
    asked = [match_offered(str(e.value), product, sizes) for e in question.entities if e.name == "size"]
    colors = [
        color
        for entity in question.entities
        if entity.name == "color"
        for color in match_colors(str(entity.value), sorted({sku.color for sku in skus}))
    ]
    fitting = [s for s in skus if not any(asked) or s.size in asked]
    fitting = [s for s in fitting or skus if not colors or s.color in colors] or skus
    return min(fitting, key=lambda sku: (sku.stock <= 0, sku.price, sku.id), default=None)
