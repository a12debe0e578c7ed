"""What an invoice must know, by its kind: a company's number, an e-mail, the full set (B15)."""

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from actions.base import Question, Reply
from actions.choice import find_said
from actions.dialogue import Field, Values, Wrong
from actions.hearing import asks, meant
from shop.addresses import find_address, find_phone
from shop.invoice import (
    PERSON_WORDS,
    InvoiceData,
    exceeds_paid,
    find_account,
    find_bank,
    find_kind,
    find_landline,
    list_missing,
)
from shop.tax_number import find_tax_fault, normalise_tax_no

PARTS = ("kind", "title", "tax_no", "email", "address", "phone", "bank", "account")
FULL_SET = ("address", "phone", "bank", "account")
MOST_TITLE = 60
_TITLE_LEAD = re.compile(r"^(?:发票)?(?:抬头|名称|公司名?称?|单位)?(?:[::]|就?[写开填是为用叫])*\s*")
_CODE = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z][0-9A-Za-z -]{8,26}[0-9A-Za-z](?![0-9A-Za-z])")
_TITLES = frozenset({"inform", "unclear", "request_invoice", "ask_invoice", "out_of_scope"})
"""Intents under which bare words count as the title that was asked for."""


def invoice_data(values: Values) -> InvoiceData:
    """What is known of the invoice."""
    return InvoiceData(**{name: values.get(name) for name in PARTS})


def _is_missing(name: str) -> Callable[[Values], bool]:
    return lambda values: name in list_missing(invoice_data(values))


async def _read(question: Question, values: Values, script: str) -> Reply:
    facts = await question.read("invoice", str(values["order_no"]))
    return Reply(script, tuple(facts.values()))


def _field(name: str, find: Callable[[Question, bool], Any], script: str) -> Field:
    async def hear(question: Question, _: Values, asked: bool) -> Any:
        return find(question, asked)

    async def ask(question: Question, values: Values) -> Reply:
        return await _read(question, values, script)

    resets = ("tax_no",) if name == "title" else ()
    return Field(name, hear, ask, resets=resets, wanted=_is_missing(name))


def _find_title(question: Question, asked: bool) -> str | None:
    named = meant(question, "invoice_title")
    if named:
        return _TITLE_LEAD.sub("", named)
    if any(word in question.text for word in PERSON_WORDS):
        return "个人"
    if not asked or question.intent not in _TITLES or asks(question.text):
        return None
    bare = re.sub(r"[\s。.!!,,]+$", "", _TITLE_LEAD.sub("", question.text.strip()))
    return bare if 2 <= len(bare) <= MOST_TITLE and not bare.isdigit() else None


async def _hear_tax_no(question: Question, values: Values, asked: bool) -> Any:
    """The number, checked at once: a wrong one is asked for again with what is wrong about it."""
    said = meant(question, "tax_no")
    if said is None and asked:
        codes = _CODE.findall(question.text)
        said = codes[-1] if codes else None
    if said is None:
        return None
    number = normalise_tax_no(said)
    fault = find_tax_fault(number)
    if fault is None:
        return number
    return (
        Wrong(await _read(question, values, f"invoice_tax_{fault.value}")) if "order_no" in values else None
    )


async def _ask_tax_no(question: Question, values: Values) -> Reply:
    return await _read(question, values, "invoice_ask_tax_no")


def _find_phone(question: Question, asked: bool) -> str | None:
    return find_landline(question.text) or find_phone(question.text)


async def asks_above_paid(question: Question, order_no: str) -> bool:
    """Whether the text names more than was paid for the order."""
    said = find_said(question, "money")
    facts = await question.read("invoice", order_no)
    try:
        return said is not None and exceeds_paid(Decimal(said), Decimal(facts["paid_total"].value))
    except InvalidOperation:
        return False


async def _hear_amount(question: Question, values: Values, _: bool) -> Any:
    """More than was paid is declined; how often it was wished is kept, so that pressing reaches a person."""
    if "order_no" not in values or not await asks_above_paid(question, str(values["order_no"])):
        return None
    reply = await _read(question, values, "invoice_above_paid")
    return Wrong(reply, values | {"above_paid": values.get("above_paid", 0) + 1})


async def _never_asked(question: Question, values: Values) -> Reply:
    return await _read(question, values, "invoice_above_paid")


INVOICE_FIELDS = (
    Field("amount", _hear_amount, _never_asked, wanted=lambda _: False),
    _field("kind", lambda question, _: find_kind(question.text), "invoice_ask_kind"),
    _field("title", _find_title, "invoice_ask_title"),
    Field("tax_no", _hear_tax_no, _ask_tax_no, wanted=_is_missing("tax_no")),
    _field("email", lambda question, _: meant(question, "email"), "invoice_ask_email"),
    _field(
        "address",
        lambda question, _: find_address(question.text) or meant(question, "address"),
        "invoice_ask_special",
    ),
    _field("phone", _find_phone, "invoice_ask_phone"),
    _field("bank", lambda question, _: find_bank(question.text), "invoice_ask_bank"),
    _field("account", lambda question, _: find_account(question.text), "invoice_ask_account"),
)
