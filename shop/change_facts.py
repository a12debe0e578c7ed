"""What a wished change comes to before it is made: the new data, stock, the price difference (C6, C10)."""

from decimal import Decimal
from typing import Any

from sqlalchemy import select

from shop.errors import NotFound
from shop.facts import Reading, source
from shop.keys import split_key
from shop.models import OrderLine, Sku
from shop.order_effects import Prices, price_difference
from shop.orders import describe_goods, get_order
from shop.product import list_skus
from shop.regions import find_province


@source("address_change")
async def read_address_change(reading: Reading, key: str) -> dict[str, Any]:
    """The new delivery data of the buyer's own order: `address_change:NO?address=…&phone=…&recipient=…`."""
    no, asked = split_key(key)
    order = await get_order(reading.session, reading.buyer_id, no)
    address = asked.get("address")
    province = find_province(address) if address else None
    return {
        "order_no": order.no,
        "title": await describe_goods(reading.session, order),
        "stage": order.stage.value,
        "recipient": asked.get("recipient"),
        "phone": asked.get("phone"),
        "address": address,
        "new_region": province if province != order.region else None,
    }


@source("item_change")
async def read_item_change(reading: Reading, key: str) -> dict[str, Any]:
    """Other goods for a line of the buyer's own order: `item_change:NO?line=3&color=白色&size=40&quantity=2`.

    `fit`: found, out (of stock), missing (there is no such SKU), same (it is so already).
    """
    no, asked = split_key(key)
    order = await get_order(reading.session, reading.buyer_id, no)
    line = next((item for item in order.lines if str(item.id) == asked.get("line")), None)
    if line is None:
        raise NotFound(f"order {no!r} has no line {asked.get('line')!r}")
    old = await reading.session.get_one(Sku, line.sku_id)
    wanted = {"color": asked.get("color") or line.color, "size": asked.get("size") or line.size}
    quantity = int(asked.get("quantity") or line.quantity)
    query = select(Sku).where(Sku.product_id == old.product_id)
    new = await reading.session.scalar(query.where(Sku.color == wanted["color"], Sku.size == wanted["size"]))
    difference = Decimal("0.00")
    if new is not None:
        prices = Prices(
            line.unit_price, line.quantity, old.price, new.price, quantity, order.goods_total, order.discount
        )
        difference = price_difference(prices)
    return {
        "order_no": order.no,
        "title": old.product.short_name,
        "from_color": line.color,
        "from_size": line.size,
        "from_quantity": line.quantity,
        "to_color": wanted["color"],
        "to_size": wanted["size"],
        "to_quantity": quantity,
        "fit": _judge(line, new, quantity),
        "pay_more": max(difference, Decimal("0.00")),
        "get_back": max(-difference, Decimal("0.00")),
        "options": await _list_options(reading, old),
    }


def _judge(line: OrderLine, new: Sku | None, quantity: int) -> str:
    if new is None:
        return "missing"
    if (new.id, quantity) == (line.sku_id, line.quantity):
        return "same"
    needed = quantity - line.quantity if new.id == line.sku_id else quantity
    return "found" if needed <= 0 or new.stock >= needed else "out"


async def _list_options(reading: Reading, bought: Sku) -> list[str]:
    """Colours and sizes of the item that are in stock, beside the one that was bought."""
    skus = await list_skus(reading.session, bought.product_id)
    return [f"{sku.color}{sku.size}" for sku in skus if sku.stock > 0 and sku.id != bought.id]
