"""What a change of an order must know: new delivery data or goods, and the customer's yes to them (C6)."""

import re
from collections.abc import Callable
from typing import Any

from actions.base import Json, Question, Reply
from actions.choice import tell_order
from actions.dialogue import Field, Values, Wrong
from actions.hearing import gives_up, meant, says_no, says_yes
from shop.addresses import find_address, find_phone, find_recipient
from shop.keys import join_key

ADDRESS_PARTS = ("recipient", "phone", "address")
ITEM_PARTS = ("color", "size", "quantity")

_CANCELS = re.compile(
    r"不(?:喜欢|想要|要|想买|需要|合适)|取消|[买拍](?:错|重|多)|重复|刚[下拍买]|就是[这那]|[这那](?:个|单|笔|双|件)"
)
_KEEPS = re.compile(r"(?:不|别|甭)(?:要|用|想)?取消|算了|留着|等等|[吗?\uff1f]")
_REST_STAYS = re.compile(
    r"^(?:电话|手机号?|号码|收件人|姓名|名字|其[他它]|别的|剩下)(?:的|都|就)*(?:不变|不用改|没变|一样|照旧|不改)"
)
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


def means_to_cancel(text: str) -> bool:
    """Whether these words say once more that the order is not wanted, or give the reason why."""
    return bool(_CANCELS.search(text)) and not _KEEPS.search(text)


def leaves_the_rest(text: str) -> bool:
    """Whether these words leave everything else as it is ("电话不变"), so that what was said back holds."""
    return bool(_REST_STAYS.match(text.strip()))


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
        return await tell_order(question, script, values["order_no"])

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
    return await tell_order(question, "change_item_ask", values["order_no"])


FITS = Field("fits", _hear_fits, _ask_fits, answers=frozenset({"ask_size", "ask_stock"}))


def item_key(values: Values) -> str:
    """The address of the facts about the goods that are wanted instead."""
    return join_key(str(values["order_no"]), line=values["goods"][0], **given(values, ITEM_PARTS))


def address_key(values: Values) -> str:
    """The address of the facts about the new delivery data."""
    return join_key(str(values["order_no"]), **given(values, ADDRESS_PARTS))


def confirm_field(
    script: str,
    scheme: str,
    key: Callable[[Values], str],
    *,
    means_it: Callable[[str], bool] = lambda _: False,
) -> Field:
    """The customer's yes to what was understood; without it nothing is changed (C6).

    `means_it` tells words that are as good as a yes here: "不喜欢了" when asked whether to cancel.
    """

    async def read(question: Question, values: Values, name: str) -> Reply:
        facts = await question.read(scheme, key(values))
        return Reply(name, tuple(facts.values()))

    async def hear(question: Question, values: Values, asked: bool) -> Any:
        if asked and means_it(question.text):
            return True
        if not asked or gives_up(question.text):
            return None
        if says_no(question.text) or question.intent == "deny":
            return Wrong(await read(question, values, "change_what_is_wrong"))
        return True if says_yes(question.text) or question.intent == "affirm" else None

    async def ask(question: Question, values: Values) -> Reply:
        return await read(question, values, script)

    return Field("confirmed", hear, ask)
