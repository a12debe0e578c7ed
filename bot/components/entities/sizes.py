"""Sizes of shoes and clothes."""

import re
from collections.abc import Iterator

from bot.components.entities.found import Found, number, plain

# What after a bare number shows that it is no shoe size.
_OTHER_UNIT = (
    r"(?!\s*(?:块|元|天|岁|斤|公斤|kg|cm|厘米|公分|mm|毫米|米|度|%|折|分|个|件|双|条|套|点|小时|月|年|日|周|楼|栋"
    r"|单元|室|层|次|张|包|盒|瓶|g|ml|w|v|寸|人|秒|多|几|/|:|-\d))"
)
_SPOKEN = r"[二三四]?十[一二三四五六七八九]?|[二三四][一二三四五六七八九]"
# 40号 is a size, 40号楼 a house and 25号到 a day.
_MARK = r"(?:码|号(?!楼|院|线|店|门|到|发|能|才|前|后|下|上|晚|中|左右))"
SHOE_MARKED = re.compile(rf"(?<![\d.A-Za-z月])(\d{{2}}(?:\.5)?|{_SPOKEN})\s*{_MARK}(半)?")
_BARE_HEAD = r"(?<![\d.A-Za-z¥:/-])"
_BARE_TAIL = rf"(\.5|半)?(?![\d.]){_OTHER_UNIT}(?![A-Za-z号码])"
SHOE_BARE = re.compile(rf"{_BARE_HEAD}(3[3-9]|4[0-8]){_BARE_TAIL}", re.IGNORECASE)
WAIST_BARE = re.compile(rf"{_BARE_HEAD}(2[6-9]|3[0-2]){_BARE_TAIL}", re.IGNORECASE)
FOOT_SIZE = re.compile(r"(?<![\d.])(\d{3})\s*码")
LETTER = re.compile(
    r"(?<![A-Za-z0-9.])(xxs|xs|s|m|l|x{1,4}l|[2-6]xl)\s*(码|号)?(?![A-Za-z0-9.])", re.IGNORECASE
)
GARMENT = re.compile(r"(?<!\d)(1[4-9]\d|20\d)/(\d{2,3})([ABCYabcy]?)(?![\d斤])")
ONE_SIZE = re.compile(r"均码")
ABROAD = re.compile(r"(?<![A-Za-z])(us|uk|美码|英码)\s*(\d{1,2}(?:\.5)?)(?![\d.])", re.IGNORECASE)
_ABROAD = {"美码": "US", "英码": "UK"}
SPOKEN_BARE = re.compile(
    r"(?<![一二三四五六七八九十百千第])(三十[五六七八九]|四十[一二三四五六]?)(?=的?(?:有|还有|没货|没有|呢|吗))"
)
FOOT_BARE = re.compile(r"(?<![\d.])(2[1-8][05])(?=的鞋)")
MARKED_RANGE = (15, 52)
_LETTERS = {"XXL": "XXL", "2XL": "XXL", "XXXL": "3XL", "XXXXL": "4XL"}


def find(text: str) -> Iterator[Found]:
    """Yield sizes as the catalogue writes them: `39`, `24.5`, `245`, `M`, `3XL`, `170/92A`, `US8.5`."""
    for match in GARMENT.finditer(text):
        yield Found("size", match[0].upper(), *match.span())
    for match in SHOE_MARKED.finditer(text):
        value = _marked(match)
        if MARKED_RANGE[0] <= value <= MARKED_RANGE[1]:
            yield Found("size", plain(value), *match.span())
    for match in ABROAD.finditer(text):
        yield Found("size", _ABROAD.get(match[1], match[1].upper()) + match[2], *match.span())
    for match in SPOKEN_BARE.finditer(text):
        yield Found("size", plain(number(match[1])), *match.span())
    for match in [*FOOT_SIZE.finditer(text), *FOOT_BARE.finditer(text)]:
        yield Found("size", match[1], *match.span())
    bare = [*SHOE_BARE.finditer(text), *(WAIST_BARE.finditer(text) if re.search("[裤腰]", text) else ())]
    for match in bare:
        yield Found("size", plain(float(match[1]) + (0.5 if match[2] else 0)), *match.span())
    for match in LETTER.finditer(text):
        letters = match[1].upper()
        yield Found("size", _LETTERS.get(letters, letters), *match.span())
    for match in ONE_SIZE.finditer(text):
        yield Found("size", "均码", *match.span())


def _marked(match: re.Match[str]) -> float:
    written = match[1]
    spoken = len(written) == 2 and "十" not in written and not written.isascii()  # 三八 is 38
    value = float("".join(str(int(number(char))) for char in written)) if spoken else number(written)
    return value + (0.5 if match[2] else 0)
