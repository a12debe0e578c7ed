"""Plain text work shared by the components."""

import re

# One character for one character, so that every offset stays true for the customer's own text.
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
_CONTROL = dict.fromkeys([*range(0x20), 0x7F, 0xA0, *range(0x200B, 0x2010), 0xFEFF, 0xFE0F], 0x20)
_TABLE = str.maketrans(_HALF_WIDTH | _CONTROL | {ord("。"): ord("."), ord("、"): ord(",")})
_NUMBER = re.compile(r"<num>|\d+(?:\.\d+)?")
_LINK = re.compile(r"https?://[\w./?=&%#:+~-]+")
_REPEATED = re.compile(r"(.)\1{2,}")
_BLANK = re.compile(r"\s+")
NUMBER = "#"


def half_width(text: str) -> str:
    """Return the text with full-width forms narrowed, control characters blanked and its length kept."""
    return text.translate(_TABLE)


def reading_form(text: str) -> str:
    """Return the text as the intent model reads it: narrow, lower case, numbers masked, repeats cut."""
    narrow = half_width(text).translate(_LOWER)
    masked = _NUMBER.sub(NUMBER, _LINK.sub(" 链接 ", narrow))
    return _BLANK.sub(" ", _REPEATED.sub(r"\1\1", masked)).strip()
