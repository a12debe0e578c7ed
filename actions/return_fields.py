"""What a return or an exchange must know: which order, which goods, what instead, why, photos of a fault."""

import re
from typing import Any

from actions.base import Question, Reply
from actions.choice import find_order, find_said, list_goods_meant, read_candidates, tell_order
from actions.dialogue import Field, Values, Wrong
from actions.hearing import Option, gives_up, means_all, meant, pick, pick_named, says_no, says_yes
from shop.errors import NotFound
from shop.exchange import Fit, choose_sku, find_line
from shop.keys import join_key
from shop.models import Order
from shop.orders import Purpose, get_order, holds_goods, list_candidates, list_lines_of
from shop.product import find_sku, get_sku, list_skus
from shop.quality import can_be_photographed
from shop.returns import FAULTS, Reason, classify_reason

MOST_WORDS = 100
"""How many characters of the customer's reason travel with the dialogue."""
MOST_PHOTOS = 6

_BARE_SIZE = re.compile(r"\s*\d{2}(?:\.5)?\s*码?\s*[的吧。.!!]*\s*")
_SHIFT = re.compile(r"(?:(大|小)\s*([一1两二2半])?\s*(?:个)?(?:码|号)|(?:码|号)(大|小)(?:一点|点))")
_NO_PHOTO = re.compile(
    r"没(?:有)?(?:拍|照片|图)|拍不(?:了|到|出)|不(?:方便|会)拍|(?:扔|丢)(?:了|掉)|^\s*没有\s*[。.!\uff01]?$"
)
_TELLS = frozenset({"inform", "deny", "unclear"})
"""Intents under which free words count as a reason."""


async def get_own_order(question: Question, values: Values) -> Order:
    """The order the dialogue is about. Raises NotFound when it is not, or no longer, the buyer's."""
    return await get_order(question.reading.session, question.reading.buyer_id, str(values["order_no"]))


def order_field(purpose: Purpose) -> Field:
    """Which order: the one named or in view, the only one, or the one picked of those that were told."""

    async def hear(question: Question, values: Values, asked: bool) -> Any:
        named = find_said(question, "order_no")
        if named or "order_no" not in values:
            try:
                order = await find_order(question, purpose)
            except NotFound:
                return Wrong(Reply("order_not_found"))
            if order is not None:
                return order.no
        picked = await _pick_order(question, purpose, values.get("offered", [])) if asked else None
        if picked is None and asked and await _names_other_goods(question):
            orders = await read_candidates(question, purpose)
            return Wrong(Reply("order_without_goods", (orders,))) if orders.value else None
        return picked

    async def ask(question: Question, values: Values) -> Reply:
        return Reply("order_which", (await read_candidates(question, purpose, values.get("offered")),))

    return Field("order_no", hear, ask, resets=("goods", "wish", "sku"), offers=_list_offered)


async def _names_other_goods(question: Question) -> bool:
    """Whether the text names goods that none of the buyer's orders holds."""
    if not (question.names("product") or question.names("product_kind")):
        return False
    reading, goods = question.reading, await list_goods_meant(question)
    return not await holds_goods(reading.session, reading.buyer_id, goods[0]) if goods else False


def _list_offered(reply: Reply) -> list[str]:
    return [str(one["no"]) for fact in reply.facts if fact.name == "orders" for one in fact.value]


async def _pick_order(question: Question, purpose: Purpose, offered: list[str]) -> str | None:
    """By its place in the list that was told, which may have changed since; by its name among all of them."""
    reading = question.reading
    orders = await list_candidates(
        reading.session, reading.buyer_id, purpose, [question.item_id] if question.item_id else []
    )
    options = [Option(order.no, await _tell_apart(question, order)) for order in orders]
    if _BARE_SIZE.fullmatch(question.text):  # "37" after "想换小一码" is the size wished for, not an order's
        options = [Option(one.id, tuple(word for word in one.words if not word.isdigit())) for one in options]
    told = {option.id: option for option in options}
    shown = [told.get(no, Option(no)) for no in offered]
    picked = pick(question.text, shown) or pick_named(question.text, options)
    return picked if picked in told else None


async def _tell_apart(question: Question, order: Order) -> tuple[str, ...]:
    """What a customer may call an order by: its goods' names, kinds, colours and sizes."""
    words = [word for line in order.lines for word in (line.color, line.size)]
    for line in order.lines:
        sku = await find_sku(question.reading.session, line.sku_id)
        words += [sku.product.short_name, sku.product.kind] if sku else [line.title]
    return tuple(dict.fromkeys(words))


def goods_field(*, several: bool) -> Field:
    """Which goods of the order, as ids of its lines; `several` may come back at once."""

    async def hear(question: Question, values: Values, asked: bool) -> Any:
        if "order_no" not in values:
            return None
        order = await get_own_order(question, values)
        lines = [str(line.id) for line in order.lines]
        if len(lines) == 1:
            return None if values.get("goods") == lines else lines
        if several and (asked or question.loop is None) and means_all(question.text):
            return lines
        named = await _find_named_line(question, order)
        if named is not None or not asked:
            return [named] if named else None
        options = [Option(str(line.id), (line.color, line.size, line.title)) for line in order.lines]
        found = pick(question.text, options)
        return [found] if found else None

    async def ask(question: Question, values: Values) -> Reply:
        facts = await question.read("order_goods", str(values["order_no"]))
        return Reply("return_which_goods", (facts["order_no"], facts["goods"]))

    return Field("goods", hear, ask, resets=("sku",))


async def _find_named_line(question: Question, order: Order) -> str | None:
    """The line of the item or kind that this text names, where only one is."""
    if not (question.names("product") or question.names("product_kind")):
        return None
    named, *_ = [*await list_goods_meant(question), ""]
    lines = await list_lines_of(question.reading.session, order, named) if named else []
    return str(lines[0].id) if len(lines) == 1 else None


async def _hear_wish(question: Question, values: Values, _: bool) -> Any:
    """Size, colour or "one size up"; what was wished before stays where it is not said anew."""
    shift = _SHIFT.search(question.text)
    said: dict[str, Any] = {"size": meant(question, "size"), "color": meant(question, "color")}
    said = {name: value for name, value in said.items() if value}
    if shift and "size" not in said:
        steps = 2 if shift.group(2) and shift.group(2) in "两二2" else 1
        said["shift"] = steps if "大" in (shift.group(1), shift.group(3)) else -steps
    if not said:
        return None
    kept = {name: value for name, value in values.get("wish", {}).items() if name == "color"}
    return kept | said


async def _hear_sku(question: Question, values: Values, _: bool) -> Any:
    """The SKU that the wish means for the goods, once both are known."""
    wish = values.get("wish")
    if not wish or wish.get("tried") or "goods" not in values or "sku" in values:
        return None
    order = await get_own_order(question, values)
    bought = await get_sku(question.reading.session, find_line(order, values["goods"][0]).sku_id)
    skus = await list_skus(question.reading.session, bought.product_id)
    choice = choose_sku(
        bought, skus, size=wish.get("size"), color=wish.get("color"), shift=wish.get("shift", 0)
    )
    if choice.fit is Fit.FOUND and choice.sku:
        return choice.sku.id
    if choice.fit is Fit.OPEN:
        return None
    facts = await _read_exchange(question, values, choice.sku.id if choice.sku else None)
    return Wrong(
        Reply(f"exchange_{choice.fit.value}", tuple(facts.values())),
        values | {"wish": wish | {"tried": True}},
    )


async def _read_exchange(question: Question, values: Values, sku_id: str | None) -> dict[str, Any]:
    key = join_key(str(values["order_no"]), line=values["goods"][0], sku=sku_id)
    return await question.read("exchange", key)


async def _ask_sku(question: Question, values: Values) -> Reply:
    """What instead: at the opening with the days it may be done, later with what there is."""
    if question.loop is None:
        facts = await question.read("returns", str(values["order_no"]))
        return Reply("request_exchange", tuple(facts.values()))
    facts = await _read_exchange(question, values, None)
    return Reply("exchange_ask_target", tuple(facts.values()))


WISH = Field("wish", _hear_wish, _ask_sku, resets=("sku",), wanted=lambda _: False)
SKU = Field("sku", _hear_sku, _ask_sku, answers=frozenset({"ask_size", "change_order_item"}))


async def _hear_reason(question: Question, values: Values, asked: bool) -> Any:
    """Why, as a class and in the customer's words; free words count only as the answer to the question."""
    words = question.text.strip()[:MOST_WORDS]
    reason = classify_reason(words)
    by_intent = {"report_quality_issue": Reason.QUALITY, "report_wrong_item": Reason.WRONG_ITEM}
    if reason is None and asked:
        reason = by_intent.get(question.intent)
    says_why = words and question.intent in _TELLS and not (question.entities or gives_up(words))
    if reason is None and asked and says_why:
        reason = Reason.OTHER
    if reason is None or (not asked and "reason" in values):
        return None
    return {"code": reason.value, "words": words}


def reason_field(script: str, opening: str | None = None) -> Field:
    """Why the goods come back; `opening` asks it with the days that hold for the order."""

    async def ask(question: Question, values: Values) -> Reply:
        if opening and question.loop is None:
            facts = await question.read("returns", str(values["order_no"]))
            return Reply(opening, tuple(facts.values()))
        key = join_key(str(values["order_no"]), line=values["goods"][0], sku=values.get("sku"))
        facts = await question.read("exchange", key)
        return Reply(script, tuple(facts.values()))

    answers = frozenset(
        {
            *("report_quality_issue", "report_wrong_item", "ask_size", "ask_color_difference"),
            *("ask_product", "cancel_order"),
        }
    )
    return Field("reason", _hear_reason, ask, answers=answers)


async def _hear_photos(question: Question, values: Values, asked: bool) -> Any:
    """The ids of photos sent; an empty list when there can be none."""
    if question.photos:
        return [*values.get("photos", []), *question.photos][-MOST_PHOTOS:]
    return [] if asked and _NO_PHOTO.search(question.text) else None


async def _ask_photos(question: Question, values: Values) -> Reply:
    script = "wrong_item_ask_photo" if values["reason"]["code"] == Reason.WRONG_ITEM else "fault_ask_photo"
    return await tell_order(question, script, values["order_no"])


def wants_photos(values: Values) -> bool:
    """Whether the reason is a fault that a photo can show (D3, D8), or wear that a person is to look at."""
    reason = values.get("reason") or {}
    if reason.get("code") == Reason.WRONG_ITEM:
        return True
    is_shown = reason.get("code") in FAULTS or (is_wear(values) and values.get("judge", False))
    return is_shown and can_be_photographed(reason.get("words", ""))


def is_wear(values: Values) -> bool:
    """Whether what the customer tells is wear or their own doing (D7)."""
    return (values.get("reason") or {}).get("code") == Reason.WEAR


async def _hear_judge(question: Question, _: Values, asked: bool) -> Any:
    """Whether a person is to look at it all the same; a photo sent says so, too."""
    if not asked:
        return None
    if question.photos or says_yes(question.text) or question.intent in ("affirm", "request_human"):
        return True
    return False if says_no(question.text) or question.intent in ("deny", "thank") else None


async def _ask_judge(question: Question, values: Values) -> Reply:
    return await tell_order(question, "wear_declined", values["order_no"])


JUDGE = Field("judge", _hear_judge, _ask_judge, answers=frozenset({"request_human", "thank"}), wanted=is_wear)


PHOTOS = Field(
    "photos", _hear_photos, _ask_photos, answers=frozenset({"report_quality_issue"}), wanted=wants_photos
)


async def _hear_number(question: Question, _: Values, __: bool) -> Any:
    return find_said(question, "tracking_no")


async def _ask_number(question: Question, _: Values) -> Reply:
    return Reply("return_number_missing")


async def _hear_courier(question: Question, _: Values, __: bool) -> Any:
    return find_said(question, "courier")


NUMBER = Field("tracking_no", _hear_number, _ask_number, answers=frozenset({"track_order"}))
COURIER = Field("courier", _hear_courier, _ask_number, wanted=lambda _: False)
"""What is told of a parcel on its way back (D4); the courier is taken down when it is named."""
