"""Cards: what a customer sees beside a sentence that names an order, a parcel, an item or a return.

A card has the address of the facts it stands for and is read when it is shown, as the buyer who looks: it
says what is true now, never what was. It holds no name, phone or address, and no number of pieces (B1).
"""

from collections.abc import Iterable
from typing import Any

from shop.errors import NotFound
from shop.facts import Reading, read
from shop.keys import split_key
from shop.models import Order, Shipment, Sku, Stage
from shop.orders import get_order, local_time
from shop.product import get_product, get_sku, list_skus
from shop.return_register import find_newest, list_steps
from shop.stock import stock_state
from shop.tracking import list_parcels

MOST = 3
"""Cards of one message."""
KINDS = {
    "return_request": "return",
    "parcel": "parcel",
    "order": "order",
    "order_goods": "order",
    "refund": "order",
    "stock": "item",
    "range": "item",
}
"""Which card stands for which source of facts."""
_RANK = {"return": 0, "parcel": 1, "order": 2, "item": 3}


def list_cards(sources: Iterable[str]) -> list[str]:
    """The addresses of the cards for these facts: one for an order, whatever facts it gave, and one item."""
    chosen: dict[str, tuple[int, str]] = {}
    for source in sources:
        scheme, _, key = source.partition(":")
        kind = KINDS.get(scheme)
        if kind is None:
            continue
        about = "item" if kind == "item" else split_key(key)[0]
        if about not in chosen or _RANK[kind] < chosen[about][0]:
            chosen[about] = (_RANK[kind], source)
    return [source for _, source in sorted(chosen.values(), key=lambda card: card[0])][:MOST]


async def read_card(reading: Reading, address: str) -> dict[str, Any]:
    """The card of that address as it is now. Raises NotFound alike for missing and another buyer's."""
    scheme, _, key = address.partition(":")
    kind = KINDS.get(scheme)
    if kind is None:
        raise NotFound(f"there is no card for {address!r}")
    shown = await _READERS[kind](reading, scheme, key)
    return {"kind": kind, "address": address, "read_at": local_time(reading.now, reading.policy.zone)} | shown


async def _read_order(reading: Reading, _scheme: str, key: str) -> dict[str, Any]:
    order = await get_order(reading.session, reading.buyer_id, key)
    zone = reading.policy.zone
    moments = [
        (Stage.UNPAID, order.created_at),
        (Stage.PAID, order.paid_at),
        (Stage.SHIPPED, order.shipped_at),
        (Stage.SIGNED, order.signed_at),
    ]
    return {
        "order_no": order.no,
        "stage": order.stage.value,
        "total": f"{order.total:.2f}",
        "goods": await _list_goods(reading, order),
        "steps": [{"name": stage.value, "at": local_time(at, zone)} for stage, at in moments],
    }


async def _list_goods(reading: Reading, order: Order) -> list[dict[str, Any]]:
    goods = []
    for line in order.lines:
        sku = await reading.session.get(Sku, line.sku_id)
        named = sku.product.short_name if sku else line.title
        goods.append(
            {"title": named, "color": line.color, "size": line.size, "quantity": line.quantity}
            | {"item_id": sku.product_id if sku else None, "image": sku.product.image if sku else None}
        )
    return goods


async def _read_parcel(reading: Reading, _scheme: str, key: str) -> dict[str, Any]:
    facts = await read(reading, "parcel", key)
    order = await get_order(reading.session, reading.buyer_id, str(facts["order_no"].value))
    parcel = _find_parcel(order, str(facts["tracking_no"].value))
    names = ("order_no", "title", "courier", "tracking_no", "state", "expected_on", "late")
    zone = reading.policy.zone
    return {name: facts[name].value for name in names} | {
        "direction": parcel.direction,
        "shipped_at": local_time(parcel.shipped_at, zone),
        "scans": [
            {"at": local_time(scan.at, zone), "place": scan.place, "text": scan.text}
            for scan in reversed(parcel.scans)
        ],
    }


def _find_parcel(order: Order, tracking_no: str) -> Shipment:
    """The parcel of that number; the number came from the order a moment ago."""
    parcels = [*list_parcels(order), *list_parcels(order, "return")]
    return next(parcel for parcel in parcels if parcel.tracking_no == tracking_no)


async def _read_item(reading: Reading, scheme: str, key: str) -> dict[str, Any]:
    """Which colours and sizes are there; what was asked for is marked."""
    record, asked = split_key(key)
    if scheme == "stock":
        sku = await get_sku(reading.session, record)
        record, asked = sku.product_id, {"color": sku.color, "size": sku.size}
    product = await get_product(reading.session, record)
    skus = await list_skus(reading.session, product.id)
    low_below = reading.policy.stock.low_below
    colors: dict[str, list[dict[str, str]]] = {}
    for sku in skus:
        state = stock_state(sku.stock, low_below) if product.on_sale else "out"
        colors.setdefault(sku.color, []).append({"size": sku.size, "state": state})
    return {
        "item_id": product.id,
        "title": product.short_name,
        "image": product.image,
        "price": f"{min((sku.price for sku in skus), default=product.list_price):.2f}",
        "asked_color": asked.get("color"),
        "asked_size": asked.get("size"),
        "colors": [{"color": color, "sizes": sizes} for color, sizes in colors.items()],
    }


async def _read_return(reading: Reading, _scheme: str, key: str) -> dict[str, Any]:
    """How far the newest request of the order is: what was done and when."""
    facts = await read(reading, "return_request", key)
    request = await find_newest(reading.session, str(facts["order_no"].value))
    steps = await list_steps(reading.session, request.id) if request else []
    zone = reading.policy.zone
    return {
        "order_no": facts["order_no"].value,
        "title": facts["title"].value,
        "request_kind": facts["kind"].value,
        "state": facts["request_state"].value,
        "refund_amount": facts["refund_amount"].value,
        "return_courier": facts["return_courier"].value,
        "return_no": facts["return_no"].value,
        "new_courier": facts["new_courier"].value,
        "new_no": facts["new_no"].value,
        "steps": [{"name": step.state, "at": local_time(step.at, zone)} for step in steps],
    }


_READERS = {"order": _read_order, "parcel": _read_parcel, "item": _read_item, "return": _read_return}
