"""Reading a recipient, a telephone and an address out of one line, as customers send them (C6)."""

import re

from shop.regions import find_province

PHONE = re.compile(r"(?<!\d)(1[3-9]\d)[ -]?(\d{4})[ -]?(\d{4})(?!\d)")
_NAMED = re.compile(
    r"(?:收[件货]人|收货姓名|姓名|联系人|名字)(?:[::]|改[成为]|换成|是|叫|写)*\s*([一-鿿·]{2,6}?)(?=[,,。;;\s\d]|电话|手机|地址|$)"
)
_NAME = re.compile(r"[一-鿿·]{2,4}")
_NOT_NAMES = re.compile(
    r"地址|电话|手机|收件|收货|改|换|订单|谢谢|麻烦|您好|你好|可以|确认|好的|是的|不是|对的|没错|快递"
)
_PLACE = re.compile(r"(?:省|市|区|县|镇|乡|村|路|街|巷|道|弄|号|栋|幢|单元|室|小区|花园|苑|大厦|广场)")
_LEAD = re.compile(
    r"^.*?(?:新?地址|收货地|寄到|寄去|发到|送到|改到|换到|改成|改为|换成)(?:[::]|是|改[成为]|换成|为)*\s*"
)
_PARTS = re.compile(r"[,,;;。\n\t]+| {1,}")
SHORTEST = 6


def find_phone(text: str) -> str | None:
    """The mobile number in a text; of several the last: "不是138…是139…"."""
    found = PHONE.findall(text)
    return "".join(found[-1]) if found else None


def find_recipient(text: str) -> str | None:
    """The recipient's name: after a word that announces it, or alone beside a telephone."""
    named = _NAMED.search(text)
    if named:
        return named[1]
    if not PHONE.search(text):
        return None
    for part in _split(text):
        if _NAME.fullmatch(part) and not _NOT_NAMES.search(part) and not find_province(part):
            return part
    return None


def find_address(text: str) -> str | None:
    """The address in a text: the part that names a place and where in it. None for a bare city."""
    for part in sorted(_split(text), key=len, reverse=True):
        bare = _LEAD.sub("", part).rstrip("吧了哈呀啊")
        if len(bare) >= SHORTEST and len(_PLACE.findall(bare)) >= 2 and not bare.endswith(("吗", "呢")):
            return bare
    return None


def _split(text: str) -> list[str]:
    """The parts of a line without the telephone."""
    return [part for part in _PARTS.split(PHONE.sub(" ", text)) if part]


def mask_phone(phone: str) -> str:
    """A number of which only the ends are shown."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 8 else "****"
