"""Money, discounts and quantities."""

import re
from collections.abc import Iterator

from bot.components.entities.found import CHINESE, NUMBER, Found, number, plain

# What after a figure shows that it is no price.
_NOT_A_PRICE = r"(?![\d.%码号折点斤度岁天年月多几]|\s*(?:kg|cm|公斤|公分|厘米|小时|分钟|[双件个条套副只次]))"
# 一百八, 两百三十九, 一千二: said of prices far more than of anything else.
_HUNDREDS = r"(?<![分百千几好])[一二两三四五六七八九]+[百千][零一二三四五六七八九十百]*"
_FIGURE = rf"(?:(?<![\d.])\d{{2,5}}(?:\.\d{{1,2}})?|{_HUNDREDS})"
MONEY = re.compile(
    rf"[¥￥]\s*(\d+(?:\.\d+)?)|(?<![几好数\d.])({NUMBER})\s*(?:块钱?|元|rmb)(?:([1-9一二三四五六七八九])[毛角]?(?![\d百十块元件双条]))?",
    re.IGNORECASE,
)
SMALL = re.compile(rf"(?<!牛)({NUMBER})\s*(?:([毛角])钱?(?!不拔)|分钱(?!一分货))")
OFFER = re.compile(
    rf"(?:便宜|优惠|少|减|降|抹|让|收|给你)了?\s*(\d{{1,4}}(?![\d.%码号双件条副套只个天折点斤])|{_HUNDREDS}|[一二三四五六七八九]?十){_NOT_A_PRICE}"
)
ASKED = re.compile(
    rf"(?<![改换选拍])({_FIGURE}|[二三四五六七八九]十[一二三四五六七八九]?(?=卖|成交|拿走))"
    r"\s*(?=能?卖|行不行|成不成|行吗|成交|拿走|包邮(?:行|吧|可以|卖|好))"
)
PAID = re.compile(
    rf"(?:满|原价|现价|标价|买的时候|拍的时候|当时|[买拍]的(?=\s*\d{3})|总共|一共|花了?|付了?|只要|涨到|降到)\s*({_FIGURE}){_NOT_A_PRICE}"
)
TODAYS = re.compile(rf"(?:现在|昨天|今天|今儿|刚才|这会儿?|变成?)\s*({_FIGURE}){_NOT_A_PRICE}")
DEAR = re.compile(rf"({_HUNDREDS})(?=太贵|的东西|的[大鞋衣裤包卫羽靴]|买的|块)")
TOGETHER = re.compile(r"一块(?=[儿寄发买退拍来去])")
PRICE_TALK = re.compile(r"[¥￥价贵买元块降涨差]")
# Under this a bare figure is rather a size.
LEAST_BARE_PRICE = 50

DISCOUNT = re.compile(
    r"(?<![\d.])([1-9](?:\.\d|\d)?|[一二三四五六七八九](?:点?[一二三四五六七八九])?)折(?![叠伞断痕])|半价|对折"
)

MEASURES = "双件条套副包箱盒对瓶袋顶串"
QUANTITY = re.compile(
    rf"(?<![第几])((?<![\d.])\d{{1,4}} ?|{CHINESE})"
    rf"(?:[{MEASURES}](?![话装]|(?<=件)套|(?<=三包)[期内政规服])|只(?![都脚左右手能有要是剩鞋])|个(?!人|颜色|地址|问题|码|号))(?![月小星礼])"
)
BUYING = re.compile(r"(?:买|退|寄|拍|要|订|定|带|来|下单|加|留|发|补|拿|送|各|收到|少|多|卖|给我)了?$")
# 一双 is "a pair" in 这一双 or 找一双舒服的, and one pair where nothing but the next item or the end follows.
ONE_LEAD = re.compile(r"[这那哪每同另找有换过]$")
ONE_END = re.compile(r"\s*(?:$|[,.!?;\d吧呗]|[黑白灰红米蓝绿粉紫])")


def find(text: str) -> Iterator[Found]:
    """Yield money in plain yuan (`89`, `0.5`), discount as the share to pay (`0.85`), quantity in pieces."""
    for match in MONEY.finditer(text):
        if TOGETHER.match(text, match.start()):
            continue
        value = number(match[1] or match[2]) + (number(match[3]) / 10 if match[3] else 0)
        yield Found("money", plain(value), *match.span())
    for match in SMALL.finditer(text):
        if match[0] == "一角":  # of a box, not of a yuan
            continue
        yield Found("money", plain(number(match[1]) / (10 if match[2] else 100)), *match.span())
    yield from _bare_prices(text)
    for match in DISCOUNT.finditer(text):
        yield Found("discount", plain(_share(match[1])), *match.span())
    yield from _quantities(text)


def _bare_prices(text: str) -> Iterator[Found]:
    for pattern in (OFFER, ASKED, PAID, DEAR):
        for match in pattern.finditer(text):
            yield Found("money", plain(number(match[1])), *match.span(1))
    if PRICE_TALK.search(text):
        for match in TODAYS.finditer(text):
            if number(match[1]) >= LEAST_BARE_PRICE:
                yield Found("money", plain(number(match[1])), *match.span(1))


def _share(written: str | None) -> float:
    """Return what is left to pay: 九折 0.9, 八五折 and 85折 and 8.5折 0.85, 半价 0.5."""
    if written is None:
        return 0.5
    digits = "".join(
        str(int(number(char))) if not char.isascii() else char for char in written.replace("点", "")
    )
    return float(f"0.{digits.replace('.', '')}")


def _quantities(text: str) -> Iterator[Found]:
    for match in QUANTITY.finditer(text):
        pieces = int(number(match[1].strip()))
        bought = bool(BUYING.search(text[: match.start()]))
        if match[0].endswith("个") and not bought:
            continue
        if match[1] == "一" and not (bought or _is_one_piece(text, match.start(), match.end())):
            continue
        if 1 <= pieces <= 9999:
            yield Found("quantity", pieces, *match.span())


def _is_one_piece(text: str, start: int, end: int) -> bool:
    return bool(ONE_END.match(text, end) and not ONE_LEAD.search(text[:start]))
