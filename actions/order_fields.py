"""What a change of an order must know: new delivery data or goods, and the customer's yes to them (C6)."""

import re
from collections.abc import Callable
from typing import Any

from actions.base import Json, Question, Reply
from actions.dialogue import Field, Values, Wrong
from actions.hearing import gives_up, meant, says_no, says_yes
from shop.addresses import find_address, find_phone, find_recipient
from shop.keys import join_key

ADDRESS_PARTS = ("recipient", "phone", "address")
ITEM_PARTS = ("color", "size", "quantity")

_QUANTITY = re.compile(
    r"(?:改成|改为|变成|换成|只要|要|改|减到|加到)?\s*([一二两三四五六七八九十]|\d{1,2})\s*(?:双|件|条|个|套|只)"
)
_NUMBERS = {char: number for number, char in enumerate("一二三四五六七八九十", 1)} | {"两": 2}


def find_quantity(text: str) -> int | None:
    """How many pieces are wanted: "改成两双"; of several the last."""
    found = _QUANTITY.findall(text)
    if not found:
        return None
    return _NUMBERS.get(found[-1]) or int(found[-1])


def _part(name: str, find: Callable[[Question], Any]) -> Field:
    """A part that may be said at any time and is asked for only together with the others."""

    async def hear(question: Question, _: Values, __: bool) -> Any:
        return find(question)

    async def ask(question: Question, values: Values) -> Reply:
        raise AssertionError(f"{name} is never asked for alone")

    return Field(name, hear, ask, resets=("confirmed", "fits"), wanted=lambda _: False)


def _address(question: Question) -> str | None:
    return find_address(question.text) or meant(question, "address")


def _recipient(question: Question) -> str | None:
    return find_recipient(question.text) or meant(question, "name")


def _quantity(question: Question) -> int | None:
    return find_quantity(question.text)


ADDRESS_FIELDS = (
    _part("recipient", _recipient),
    _part("phone", lambda question: find_phone(question.text)),
    _part("address", _address),
)
ITEM_FIELDS = (
    _part("color", lambda question: meant(question, "color")),
    _part("size", lambda question: meant(question, "size")),
    _part("quantity", _quantity),
)


def given(values: Values, names: tuple[str, ...]) -> Json:
    """Those of the parts that are known."""
    return {name: values[name] for name in names if values.get(name) is not None}


def details_field(parts: tuple[str, ...], script: str) -> Field:
    """Asks what is wanted while none of the parts is known."""

    async def hear(question: Question, _: Values, __: bool) -> Any:
        return None

    async def ask(question: Question, values: Values) -> Reply:
        facts = await question.read("order", str(values["order_no"]))
        return Reply(script, (facts["order_no"], facts["title"]))

    return Field("details", hear, ask, wanted=lambda values: not given(values, parts))


async def _hear_fits(question: Question, values: Values, _: bool) -> Any:
    """Whether there are such goods in stock; else what there is instead (C10)."""
    if "fits" in values or "goods" not in values or not given(values, ITEM_PARTS):
        return None
    facts = await question.read("item_change", item_key(values))
    fit = facts["fit"].value
    if fit == "found":
        return True
    kept = {name: value for name, value in values.items() if name not in ITEM_PARTS}
    return Wrong(Reply(f"change_item_{fit}", tuple(facts.values())), kept)


async def _ask_fits(question: Question, values: Values) -> Reply:
    facts = await question.read("order", str(values["order_no"]))
    return Reply("change_item_ask", (facts["order_no"], facts["title"]))


FITS = Field("fits", _hear_fits, _ask_fits, answers=frozenset({"ask_size", "ask_stock"}))


def item_key(values: Values) -> str:
    """The address of the facts about the goods that are wanted instead."""
    return join_key(str(values["order_no"]), line=values["goods"][0], **given(values, ITEM_PARTS))


def address_key(values: Values) -> str:
    """The address of the facts about the new delivery data."""
    return join_key(str(values["order_no"]), **given(values, ADDRESS_PARTS))


def confirm_field(script: str, scheme: str, key: Callable[[Values], str]) -> Field:
    """The customer's yes to what was understood; without it nothing is changed (C6)."""

    async def read(question: Question, values: Values, name: str) -> Reply:
        facts = await question.read(scheme, key(values))
        return Reply(name, tuple(facts.values()))

    async def hear(question: Question, values: Values, asked: bool) -> Any:
        if not asked or gives_up(question.text):
            return None
        if says_no(question.text) or question.intent == "deny":
            return Wrong(await read(question, values, "change_what_is_wrong"))
        return True if says_yes(question.text) or question.intent == "affirm" else None

    async def ask(question: Question, values: Values) -> Reply:
        return await read(question, values, script)

    return Field("confirmed", hear, ask)
