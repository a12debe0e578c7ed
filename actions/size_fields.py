"""What a size advice must know: of which item, and the measures it can rest on (B2)."""

import re
from typing import Any

from actions.base import Question, Reply
from actions.dialogue import Field, Values, Wrong, find_dialogue
from actions.hearing import asks, meant
from actions.items import Item, find_item, list_of_kind
from shop.body import read_body, read_foot
from shop.keys import join_key
from shop.product import get_product, match_size
from shop.sizing import BODY_MEASURES, SHOE_MEASURES, list_size_rows, read_length
from shop.vocabulary import get_vocabulary

MEASURES = (*SHOE_MEASURES, *BODY_MEASURES)
TOLD = ("size", *MEASURES)
"""What a customer tells, under the names of its entities; `foot` is the shape of the foot."""
SHOES = "shoes"

_UNKNOWN = re.compile(r"不(?:知道|清楚|记得|晓得|会量|确定)|没(?:有)?量过|没量|怎么量|咋量|忘了")
"""The customer cannot tell: they are told how to find out."""
_CORRECTED = re.compile(r"不是\s*[\d.]+\D{0,4}是\D{0,2}?([\d.]+)|([\d.]+)\D{0,4}不是\s*[\d.]+")


async def get_item(question: Question, values: Values) -> Item:
    """The item the advice is about."""
    return Item(await get_product(question.reading.session, str(values["item"])))


def is_shoe(item: Item) -> bool:
    """Whether its sizes go by the foot."""
    return item.product.size_chart is not None and item.product.size_chart.kind == SHOES


async def _hear_item(question: Question, values: Values, asked: bool) -> Any:
    """The item named or in view; of several of a kind it is asked which."""
    item = await find_item(question)
    if item is not None:
        return None if item.product.id == values.get("item") else item.product.id
    if "item" in values or question.names("product") or len(await list_of_kind(question)) < 2:
        return None
    facts = await question.read("kind", str(question.find("product_kind")))
    return Wrong(Reply("stock_kind", tuple(facts.values()))) if facts["items"].value else None


async def _ask_item(question: Question, _: Values) -> Reply:
    return Reply("ask_which_item")


async def _hear_told(question: Question, values: Values, _: bool) -> Any:
    """What was told before with what this text tells; of "245不是240" the one that is meant."""
    kept = find_dialogue(question)
    asked = question.loop is not None and kept is not None and kept.asked == ENOUGH.name
    said = {name: value for name in TOLD if (value := meant(question, name)) is not None}
    figures = question.text if asked and not asks(question.text) else _find_corrected(question.text)
    known = values["told"] if "told" in values else _known_before(question)
    if figures and not said and "item" in values:
        said = await _read_bare(question, figures, values | {"told": known})
    foot = get_vocabulary().foot_in(question.text)
    told = known | said | ({"foot": foot} if foot else {})
    return told if told and (said or foot or "told" not in values) else None


def _find_corrected(text: str) -> str | None:
    """The figure that is meant in "不是240是245", in whose place another was heard before."""
    found = _CORRECTED.search(text)
    return found and (found.group(1) or found.group(2))


async def _read_bare(question: Question, text: str, values: Values) -> dict[str, str]:
    """Figures without a unit, read as what was asked for."""
    if is_shoe(await get_item(question, values)):
        return {name: str(value) for name, value in read_foot(text).items()}
    height = _number((values.get("told") or {}).get("height_cm"))
    found = read_body(text, float(height) if height else None)
    return {name: str(value) for name, value in found.items()}


def _known_before(question: Question) -> dict[str, str]:
    """What the conversation knows already: from an earlier advice, else as it was heard in passing."""
    kept = find_dialogue(question)
    earlier = kept.values.get("told", {}) if kept is not None and kept.form == "size_form" else {}
    heard = {name: str(question.slots[name]) for name in TOLD if question.slots.get(name) is not None}
    return heard | earlier


def advice_key(item: Item, told: dict[str, str]) -> str:
    """What the customer told, as the address of the advice."""
    known = {name: _number(told.get(name)) for name in MEASURES}
    usual = told.get("size") if is_shoe(item) else None  # clothes go by the body, not by habit
    if usual is not None and not _is_a_size(item, usual):  # 245码 is a foot length
        known["foot_mm"] = known["foot_mm"] or _number(read_length(usual))
    return join_key(item.product.id, **known, foot=told.get("foot"), usual=usual)


def _is_a_size(item: Item, named: str) -> bool:
    return match_size(named, [str(row["size"]) for row in list_size_rows(item.product)]) is not None


def _number(value: object) -> str | None:
    """The figure of a measure as written in a key, or None."""
    found = re.search(r"\d+(\.\d+)?", str(value)) if value is not None else None
    return found.group() if found else None


async def _hear_enough(question: Question, values: Values, asked: bool) -> Any:
    """Whether an advice can rest on what was told; who cannot tell learns once how to find out."""
    if "item" not in values or "enough" in values:
        return None
    item = await get_item(question, values)
    if not list_size_rows(item.product):
        return None
    advice = await question.read("size_advice", advice_key(item, values.get("told") or {}))
    if not advice["missing"].value:
        return True
    if not asked or "helped" in values or not _UNKNOWN.search(question.text):
        return None
    script = "size_how_foot" if is_shoe(item) else "size_how_body"
    return Wrong(Reply(script, (advice["item"],)), values | {"helped": True})


async def _ask_measures(question: Question, values: Values) -> Reply:
    """Say how the item runs and what its sizes are, and ask for what is missing; only for that."""
    item, told = await get_item(question, values), values.get("told") or {}
    advice = await question.read("size_advice", advice_key(item, told))
    missing = advice["missing"].value
    if missing in (["height_cm"], ["weight_kg"]):
        known = advice["weight_kg" if missing == ["height_cm"] else "height_cm"]
        return Reply(f"size_ask_{missing[0].partition('_')[0]}", (advice["item"], known))
    sizes = {str(row["size"]) for row in list_size_rows(item.product)}
    size = match_size(told["size"], sizes) if "size" in told else None
    facts = await question.read("size_chart", join_key(item.product.id, size=size))
    return Reply("size_ask_foot" if is_shoe(item) else "size_ask_body", tuple(facts.values()))


ITEM = Field(
    "item",
    _hear_item,
    _ask_item,
    answers=frozenset({"ask_stock", "ask_product", "ask_recommendation"}),
    resets=("enough",),
)
MEASURED = Field("told", _hear_told, _ask_measures, resets=("enough",), wanted=lambda _: False)
ENOUGH = Field("enough", _hear_enough, _ask_measures)
