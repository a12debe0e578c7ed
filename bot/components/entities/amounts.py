"""Money and quantities."""

import re
from collections.abc import Iterator

from bot.components.entities.found import CHINESE, NUMBER, Found, number, plain

MONEY = re.compile(
    rf"(?:[¥¥]\s*(\d+(?:\.\d+)?))|(?<![几好数\d.])({NUMBER})\s*(?:块钱?|元|rmb)(?:([1-9五])(?![\d块元]))?",
    re.IGNORECASE,
)
SMALL = re.compile(rf"({NUMBER})\s*([毛角分])钱?(?!钟)")
OFFER = re.compile(r"(?:便宜|优惠|少|减|降|抹|让|收|给你)了?\s*(\d{1,4})(?![\d.%码号双件个天折点斤])")
ASKED = re.compile(
    r"(?<![\d.])(\d{2,4}(?:\.\d)?)\s*(?=能?卖|行不行|成不成|行吗|成交|拿走|包邮(?:行|吧|可以|卖|好))"
)
MEASURES = "双件条个套包箱盒对只瓶袋顶串"
QUANTITY = re.compile(rf"(?<![第几\d.])(\d{{1,4}} ?|{CHINESE})(?:[{MEASURES}])(?!话)(?![月小星礼])")
# 一个 and the like stand for "a" far more often than for one piece.
ARTICLE_LEAD = re.compile(r"(?:买|拍|要|订|带|来|下单|再加)了?$")


def find(text: str) -> Iterator[Found]:
    """Yield money (yuan, written plainly: `89`, `0.5`) and quantity (whole pieces)."""
    for match in MONEY.finditer(text):
        value = number(match[1] or match[2]) + (number(match[3]) / 10 if match[3] else 0)
        yield Found("money", plain(value), *match.span())
    for match in SMALL.finditer(text):
        yield Found("money", plain(number(match[1]) / (10 if match[2] in "毛角" else 100)), *match.span())
    for pattern in (OFFER, ASKED):
        for match in pattern.finditer(text):
            yield Found("money", plain(float(match[1])), *match.span(1))
    for match in QUANTITY.finditer(text):
        pieces = int(number(match[1].strip()))
        if match[1] == "一" and not ARTICLE_LEAD.search(text[: match.start()]):
            continue
        if 1 <= pieces <= 9999:
            yield Found("quantity", pieces, *match.span())
