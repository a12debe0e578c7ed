"""Names, phones and addresses as people read them who need not know more (DESIGN 6, privacy)."""

import re
from typing import Any

STAR = "*"
_PHONE = re.compile(r"(?<!\d)(1\d{2})\d{4}(\d{4})(?!\d)")
_SHOWN_OF_ADDRESS = 6
_SHORTEST_PHONE = 7


def mask_name(name: str | None) -> str | None:
    """`林晚晴` → `林**`; the number of stars tells nothing about longer names."""
    if not name:
        return name
    return name[0] + STAR * min(max(len(name) - 1, 1), 2)


def mask_phone(phone: str | None) -> str | None:
    """`13812345678` → `138****5678`."""
    if not phone:
        return phone
    if len(phone) < _SHORTEST_PHONE:
        return STAR * len(phone)
    return f"{phone[:3]}{STAR * 4}{phone[-4:]}"


def mask_address(address: str | None) -> str | None:
    """`杭州市西湖区某路1号` → `杭州市西湖区****`: enough to judge the way, not to find the door."""
    if not address:
        return address
    return address[:_SHOWN_OF_ADDRESS] + STAR * 4


def mask_phones(text: str) -> str:
    """A sentence in which mobile numbers are masked."""
    return _PHONE.sub(r"\1****\2", text)


def mask_within(value: Any) -> Any:
    """The same value with mobile numbers masked in every text it holds; the value itself stays as it is."""
    if isinstance(value, str):
        return mask_phones(value)
    if isinstance(value, dict):
        return {key: mask_within(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [mask_within(item) for item in value]
    return value
