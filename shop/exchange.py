"""What goods may be exchanged for: another size, colour or both of the same item at the same price (D1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from shop.errors import NotFound
from shop.facts import Reading, source
from shop.keys import split_key
from shop.models import Order, OrderLine, Sku
from shop.orders import describe_goods, get_order
from shop.product import get_sku, list_skus, match_colors, match_size, size_order

MOST_OPTIONS = 6
"""How many colours and sizes a question lists."""


class Fit(StrEnum):
    """Whether a wish can be met."""

    FOUND = "found"
    OPEN = "open"  # the wish names nothing that tells one SKU
    SAME = "same"  # it is what was bought
    UNKNOWN = "unknown"  # the item does not come like that
    SOLD_OUT = "sold_out"
    OTHER_PRICE = "other_price"


@dataclass(frozen=True, slots=True)
class Choice:
    """The SKU that a wish means, and whether it may be exchanged for."""

    fit: Fit
    sku: Sku | None = None


def choose_sku(
    bought: Sku, skus: Sequence[Sku], *, size: str | None = None, color: str | None = None, shift: int = 0
) -> Choice:
    """The SKU in the wished size and colour; what is not named stays as bought (D1).

    `shift` moves by that many sizes ("大一码" is 1) where no size is named.
    """
    if size is None and color is None and not shift:
        return Choice(Fit.OPEN)
    colors = match_colors(color, sorted({sku.color for sku in skus})) if color else [bought.color]
    wanted = _size(bought, [sku for sku in skus if sku.color in colors] or skus, size, shift)
    fitting = [sku for sku in skus if sku.color in colors and sku.size == wanted]
    if not fitting:
        return Choice(Fit.UNKNOWN)
    if len(fitting) > 1:
        return Choice(Fit.OPEN)
    found = fitting[0]
    if found.id == bought.id:
        return Choice(Fit.SAME, found)
    if found.price != bought.price:
        return Choice(Fit.OTHER_PRICE, found)
    return Choice(Fit.FOUND if found.stock > 0 else Fit.SOLD_OUT, found)


def _size(bought: Sku, skus: Sequence[Sku], size: str | None, shift: int) -> str | None:
    sizes = sorted({sku.size for sku in skus} | {bought.size}, key=size_order)
    if size is not None:
        return match_size(size, sizes)
    place = sizes.index(bought.size) + shift
    return sizes[place] if 0 <= place < len(sizes) else None


def list_options(bought: Sku, skus: Sequence[Sku]) -> list[Sku]:
    """What the goods may be exchanged for now: in stock, at the same price, nearest to what was bought."""
    fitting = [sku for sku in skus if sku.stock > 0 and sku.price == bought.price and sku.id != bought.id]
    near = size_order(bought.size)[1]
    return sorted(
        fitting,
        key=lambda sku: (sku.color != bought.color, abs(size_order(sku.size)[1] - near), sku.color, sku.size),
    )


def find_line(order: Order, line_id: object) -> OrderLine:
    """The order's line of that id. Raises NotFound."""
    for line in order.lines:
        if str(line.id) == str(line_id):
            return line
    raise NotFound(f"no line {line_id!r} in order {order.no!r}")


@source("exchange")
async def read_exchange(reading: Reading, key: str) -> dict[str, Any]:
    """What the goods of the buyer's order may be exchanged for: `exchange:NO?line=7&sku=P1-黑-40`."""
    no, asked = split_key(key)
    order = await get_order(reading.session, reading.buyer_id, no)
    line = find_line(order, asked.get("line"))
    bought = await get_sku(reading.session, line.sku_id)
    skus = await list_skus(reading.session, bought.product_id)
    wanted = next((sku for sku in skus if sku.id == asked.get("sku")), None)
    options = [f"{sku.color}{sku.size}" for sku in list_options(bought, skus)]
    return {
        "order_no": order.no,
        "title": await describe_goods(reading.session, order),
        "goods": bought.product.short_name,
        "from_color": line.color,
        "from_size": line.size,
        "to_color": wanted.color if wanted else None,
        "to_size": wanted.size if wanted else None,
        "in_stock": wanted is not None and wanted.stock > 0,
        "options": options[:MOST_OPTIONS],
    }
