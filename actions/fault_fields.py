"""What a fault report must know: what exactly is wrong (D3), and what the customer would like (D3, D8)."""

import re
from enum import StrEnum
from typing import Any

from actions.base import Question, Reply
from actions.choice import tell_order
from actions.dialogue import NEUTRAL, SURE, Field, Values
from actions.hearing import Option, asks, gives_up, means_all, pick
from actions.return_fields import MOST_WORDS, get_own_order
from shop.exchange import find_line
from shop.returns import FAULTS, Reason, classify_reason

_GENERAL = re.compile(
    r"(?:有|出)?(?:点|些)?(?:质量|品质)?(?:有|出)?(?:点|些)?(?:问题|毛病)|质量(?:太|很)?(?:差|不好)|(?:寄|发)错了"
)
"""Words that say that something is wrong, not what."""
_TELLS = frozenset({"inform", "deny", "unclear", "report_quality_issue", "report_wrong_item", "ask_product"})


class Remedy(StrEnum):
    """What a customer would like to be done about a fault."""

    RETURN = "return"
    EXCHANGE = "exchange"
    COMPENSATION = "compensation"
    REPAIR = "repair"
    RESEND = "resend"
    OPEN = "open"

    @property
    def wish(self) -> str:
        """As the register and the notes put it."""
        return _WISHES[self]


_WISHES = {
    Remedy.RETURN: "退货",
    Remedy.EXCHANGE: "换新",
    Remedy.COMPENSATION: "留用并补偿",
    Remedy.REPAIR: "维修",
    Remedy.RESEND: "补发",
    Remedy.OPEN: "由店铺建议",
}
_REMEDY_WORDS: tuple[tuple[Remedy, str], ...] = (  # the first that matches counts
    (Remedy.RESEND, r"补(?:发|寄)|(?:再|重新)(?:发|寄)"),
    (Remedy.EXCHANGE, r"换"),
    (
        Remedy.COMPENSATION,
        r"补偿|赔|补.{0,3}(?:钱|点|元|块)|(?:退|减|优惠).{0,2}(?:点|部分|一半|些)|留(?:着|下|用)",
    ),
    (Remedy.REPAIR, r"修"),
    (Remedy.RETURN, r"退"),
)
_ANYTHING = re.compile(r"都(?:行|可以|好)|随便|无所谓|(?:你们|您|店里)(?:看|说|定|建议|处理)|怎么处理都")


def find_remedy(words: str) -> Remedy | None:
    """What the customer would like, None where the words do not say."""
    found = next((remedy for remedy, pattern in _REMEDY_WORDS if re.search(pattern, words)), None)
    return found or (Remedy.OPEN if _ANYTHING.search(words) else None)


def names_fault(words: str) -> bool:
    """Whether the words say what is wrong, not only that something is (D3)."""
    return classify_reason(_GENERAL.sub("", words)) in (*FAULTS, Reason.WEAR)


def _tell_more(question: Question, kept: Values, words: str) -> Values | None:
    """What is told beside it later goes into the same report: "收到的是红色的,我买的白色"."""
    reports = question.intent in ("report_quality_issue", "report_wrong_item")
    if not (question.loop and reports) or question.photos or asks(words) or words in kept["words"]:
        return None
    return {**kept, "words": f"{kept['words']};{words}"[:MOST_WORDS]}


def what_field(reason: Reason, script: str) -> Field:
    """What exactly is wrong, in the customer's words; wear is told from a fault (D7)."""

    async def hear(question: Question, values: Values, asked: bool) -> Any:
        words = question.text.strip()[:MOST_WORDS]
        kept = values.get("reason")
        if kept and not (asked and question.loop):
            return _tell_more(question, kept, words)
        named = names_fault(words)
        told = asked and question.intent in _TELLS and len(words) > 1 and not gives_up(words)
        if not named and not (told and not question.photos):
            return None
        read = classify_reason(words)
        code = read if read in (*FAULTS, Reason.WEAR) and reason is not Reason.WRONG_ITEM else reason
        return {"code": code.value if code else reason.value, "words": words}

    async def ask(question: Question, values: Values) -> Reply:
        return await tell_order(question, script, values["order_no"])

    answers = frozenset({"report_quality_issue", "report_wrong_item", "ask_product", "ask_size", "ask_care"})
    return Field("reason", hear, ask, answers=answers)


_WISHES_BY = NEUTRAL | {
    *("report_quality_issue", "report_wrong_item", "request_return", "request_exchange"),
    *("ask_refund", "ask_return_policy", "ask_warranty", "cancel_order"),
}
"""What a text with a wish may be read as."""


async def _hear_remedy(question: Question, values: Values, asked: bool) -> Any:
    """A wish told with the report counts, and one that answers; "退货运费谁出" is another question."""
    if question.intent not in _WISHES_BY and question.confidence >= SURE:
        return None
    is_later = question.loop is not None and not asked
    if is_later and (asks(question.text) or values.get("remedy")):
        return None
    found = find_remedy(question.text)
    return found.value if found else None


async def _ask_remedy(question: Question, values: Values) -> Reply:
    return await tell_order(question, "fault_ask_remedy", values["order_no"])


REMEDY = Field(
    "remedy",
    _hear_remedy,
    _ask_remedy,
    answers=_WISHES_BY - NEUTRAL,
    wanted=lambda values: (values.get("reason") or {}).get("code") != Reason.WEAR,
)
"""What the customer would like; it is written down, never promised."""


def exchanges_several(values: Values) -> bool:
    """Whether more goods than one are wished new; the register exchanges one line at a time (D5)."""
    return values.get("remedy") == Remedy.EXCHANGE and len(values.get("goods", ())) > 1


async def _hear_exchanged(question: Question, values: Values, asked: bool) -> Any:
    """The line that goes first, by its place among the goods of the report or by its looks."""
    if not (asked and exchanges_several(values)):
        return None
    order = await get_own_order(question, values)
    lines = [find_line(order, line_id) for line_id in values["goods"]]
    options = [Option(str(line.id), (line.color, line.size, line.title)) for line in lines]
    return options[0].id if means_all(question.text) else pick(question.text, options)


async def _ask_exchanged(question: Question, values: Values) -> Reply:
    facts = await question.read("order_goods", str(values["order_no"]))
    return Reply("fault_ask_exchanged", (facts["order_no"], facts["goods"]))


EXCHANGED = Field(
    "exchanged",
    _hear_exchanged,
    _ask_exchanged,
    answers=frozenset({"request_exchange"}),
    wanted=exchanges_several,
)
"""Which of several faulty goods is exchanged first; the others are noted with it."""
